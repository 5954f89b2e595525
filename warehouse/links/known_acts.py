"""Acts in memory, by what others are found by: for each act those that it may renew, be renewed by, or be a draft of.

Of what is alike only so many are given, those nearest in session or day, so that a thousand acts with one title cost a
thousand times as much as one, and not a million times. How many were left out is said beside them.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from warehouse.links.act_order import ActOrder, Near
from warehouse.links.series import ADOPTED, LONGEST_WAIT, WEEKS, comes_after

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from warehouse.links.series import Act

# Of the acts of an organ that have three words of the title in common, or all of them, the latest are compared: an act
# renews the latest that it can, and one act a year since 1946 makes eighty.
MOST_ALIKE = 300
# Of all that it may renew, whatever it has in common with them.
MOST_JUDGED = 1_000
# Drafts of an act, or acts adopted from it, that have its title, in each organ: there are two or three.
MOST_DRAFTS = 20

# What acts of an organ have in common: "title" (of adopted acts, all words), "drafts" (the same of drafts) or "words"
# (of adopted acts, three words, or the subject); and the number of these words.
Key = tuple[str, int, str]


class Known:
    """Acts that arrived, and recorded ones that may have to do with them."""

    def __init__(self, arrived: Iterable[Act]) -> None:
        self._acts: dict[str, Act] = {}
        self._of_symbol: dict[int, list[Act]] = {}
        # Only adopted acts are renewed.
        self._adopted: dict[Key, ActOrder] = {}
        self._titled: dict[int, dict[tuple[str, int], ActOrder]] = {}
        # Recorded ones alone: those that arrived are judged anyway.
        self._sharing: dict[Key, list[Act]] = {}
        self._recalling: dict[int, list[Act]] = {}
        self._sharers: dict[Key, int] = {}
        self._add(arrived)

    def add(self, recorded: Iterable[Act], sharing: Mapping[Key, int] | None = None) -> None:
        """Put in recorded acts that are not there yet; `sharing` says how many have a key, in memory or not."""
        for act in self._add(recorded):
            for key in keys_of(act):
                self._sharing.setdefault(key, []).append(act)
            for recalled in act.recalls:
                self._recalling.setdefault(recalled, []).append(act)
        self._sharers |= sharing or {}

    def _add(self, acts: Iterable[Act]) -> Collection[Act]:
        new = {act.document_id: act for act in acts if act.document_id not in self._acts}
        self._acts |= new
        for act in new.values():
            if act.symbol_key is not None:
                self._of_symbol.setdefault(act.symbol_key, []).append(act)
            if act.matter_key is not None:
                of_title = self._titled.setdefault(act.matter_key, {})
                of_title.setdefault((act.organ, act.rank), ActOrder()).add(act)
            for key in keys_of(act):
                self._adopted.setdefault(key, ActOrder()).add(act)
        return new.values()

    def before(self, act: Act) -> Near:
        """What it may renew, the latest first: acts about the same or nearly so, and those that it recalls."""
        found = {other for key in act.recalls for other in self._of_symbol.get(key, ()) if comes_after(act, other)}
        left_out = 0
        for key in keys_of(act):
            those = self._adopted[key]
            near = those.before(act, MOST_ALIKE)
            found.update(near.acts)
            left_out = max(left_out, near.left_out + self._not_fetched(key, those))
        latest = sorted(found, key=lambda other: other.place, reverse=True)
        return Near(latest[:MOST_JUDGED], max(left_out, len(latest) - MOST_JUDGED))

    def after(self, act: Act) -> Iterator[Act]:
        """The recorded acts that may renew it: those about the same or nearly so, and those that recall it."""
        found = set(chain.from_iterable(self._sharing.get(key, ()) for key in keys_of(act)))
        found.update(() if act.symbol_key is None else self._recalling.get(act.symbol_key, ()))
        return (other for other in found if comes_after(other, act))

    def drafts(self, act: Act) -> Near:
        """Acts with its title that may be drafts of it or adopted from it: other stages, and what organs recommend."""
        found: list[Act] = []
        left_out = 0
        titled = self._titled.get(act.matter_key, {}) if act.matter_key is not None else {}
        for (organ, rank), those in titled.items():
            if organ == act.organ and rank != act.rank:
                near = those.of_session(act, WEEKS, MOST_DRAFTS)
            elif organ != act.organ and rank == act.rank == ADOPTED:
                near = those.of_days(act, LONGEST_WAIT, MOST_DRAFTS)
            else:
                continue
            found += near.acts
            kind = "title" if rank == ADOPTED else "drafts"
            left_out += near.left_out + self._not_fetched((kind, act.matter_key or 0, organ), those)
        return Near(found, left_out)

    def _not_fetched(self, key: Key, those: ActOrder) -> int:
        return max(self._sharers.get(key, 0) - len(those), 0)

    def symbol_key(self, document_id: str) -> int | None:
        """The key of a document's symbol."""
        act = self._acts.get(document_id)
        return act.symbol_key if act else None

    def renewing(self, documents: Collection[str]) -> Iterator[Act]:
        """The acts that renew one of these as far as was known."""
        return (act for act in self._acts.values() if act.renews in documents)


def keys_of(act: Act) -> list[Key]:
    """What an adopted act may have in common with others of its organ; a draft renews nothing."""
    if act.rank != ADOPTED:
        return []
    title = [] if act.matter_key is None else [("title", act.matter_key, act.organ)]
    return [*title, *(("words", key, act.organ) for key in sorted(act.near_keys))]
