"""What became of each item of a source, kept from crawl to crawl, so that none is lost in silence.

taken     its document was recorded, or recorded before and has not changed
waiting   the crawl's limit of documents or time was reached; the next crawl looks at it
filtered  the source's filter refused it
failed    its row is at fault, its document could not be fetched or read, or was there and is gone

A waiting or failed item is kept whole (`payload`): a catalogue's window and a series' number are passed only once, and
a listing that has not changed answers 304. A failed one is tried for as long as its source is crawled, in growing
pauses.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from scrapers.crawl.item import Item
from scrapers.http import urls
from scrapers.publication import ItemState, PublishedOn

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from config.source_blocks import Policy
    from scrapers.publication import ItemFate

# After `policy.tries` crawls in a row: so many more tries, each after this pause; then one in each sweep.
PAUSES = ((7, timedelta(days=1)),)
# Rows are some 500 characters long; one that holds a whole text is read from its page again.
LONGEST_PAYLOAD = 20_000


def next_try(policy: Policy, tries: int, now: datetime) -> datetime:
    """When an item that has failed so many times is tried again; `now` means by the next crawl."""
    left = tries - policy.tries
    if left < 0:
        return now
    for times, pause in PAUSES:
        if left < times:
            return now + pause
        left -= times
    return now + policy.sweep_every


def key_of(url: str | None, item: Item) -> str:
    """What an item is known by within its source: its canonical address, else its symbol, else what it says."""
    if url is not None:
        return urls.same_address(urls.veiled(url))
    if item.symbol or item.title or item.summary or item.published:
        return item.symbol or item.saying
    return hashlib.sha256(item.words.encode("utf-8", errors="replace")).hexdigest()


def name_of(item: Item) -> str | None:
    """What people call an item: its symbol and its title; None where it has neither."""
    return " ".join(str(part) for part in (item.symbol, item.title) if part) or None


class ItemStates:
    """The states of one source's items while it is crawled: what was known before, and what changed.

    With `baseline`, what is shown now for the first time is no news.
    """

    def __init__(
        self, known: Mapping[str, ItemState], policy: Policy, now: datetime, *, sweep: bool, baseline: bool
    ) -> None:
        self._known = known
        self._policy = policy
        self._now = now
        self._sweep = sweep
        self._baseline = baseline
        self._changed: dict[str, ItemState] = {}
        self._handed: dict[str, ItemState] = {}

    def get(self, key: str) -> ItemState | None:
        """The state of an item; None where it was never shown."""
        return self._changed.get(key) or self._known.get(key)

    def __iter__(self) -> Iterator[ItemState]:
        """All states, those from before first."""
        return iter({**self._known, **self._changed}.values())

    @property
    def changed(self) -> tuple[ItemState, ...]:
        """The states that this crawl changed."""
        return tuple(self._changed.values())

    def hand_over(self) -> tuple[ItemState, ...]:
        """The states changed since this was asked last."""
        fresh = tuple(state for key, state in self._changed.items() if self._handed.get(key) != state)
        self._handed.update({state.key: state for state in fresh})
        return fresh

    def count(self, state: ItemFate) -> int:
        """How many items are in a state."""
        return sum(1 for each in self if each.state == state)

    def is_open(self, known: ItemState) -> bool:
        """Whether the item is to be tried now, although its row has not changed."""
        if known.state == "failed":
            return self._sweep or known.next_try is None or known.next_try <= self._now
        return known.state == "waiting"

    def taken(self, key: str, item: Item, row: str, identity: str, *, read: bool = True) -> ItemState:
        """Its document is recorded under `identity`; whether it was `read` now."""
        return self._put(key, item, "taken", row=row, identity=identity, read_at=self._now if read else None)

    def filtered(self, key: str, item: Item, row: str, reason: str, *, read: bool) -> None:
        """A filter refused it, by its row alone or by its text, which was `read` for that."""
        self._put(key, item, "filtered", reason, row=row, read_at=self._now if read else None)

    def waiting(self, key: str, item: Item, row: str, reason: str) -> ItemState:
        """The next crawl looks at it. Without a payload its page has to be read again for that."""
        return self._put(key, item, "waiting", reason, row=row, payload=_payload(item), **self._as_known(key))

    def failed(self, key: str, item: Item, row: str, reason: str) -> ItemState:
        """It could not be fetched or read; `row` is "" where the row is at fault, which only another row cures."""
        before = self.get(key)
        tries = before.tries + 1 if before is not None and before.state == "failed" else 1
        return self._put(
            key,
            item,
            "failed",
            reason,
            row=row,
            payload=_payload(item) if row else None,
            tries=tries,
            next_try=next_try(self._policy, tries, self._now) if row else None,
            **self._as_known(key),
        )

    def settled(self, key: str, reason: str | None) -> None:
        """What failed is over, although nothing was read: it is back, or its source shows it no longer."""
        before = self.get(key)
        if before is not None and before.state == "failed":
            state: ItemFate = "taken" if before.identity is not None or reason is None else "filtered"
            over = replace(before, state=state, reason=reason, since=self._now, tries=0, next_try=None, payload=None)
            self._changed[key] = over

    def sketched(self, key: str, sketch: str | None) -> None:
        """Keep the sketch of its text (`crawl.plausible`)."""
        before = self.get(key)
        if before is not None and before.sketch != sketch:
            self._changed[key] = replace(before, sketch=sketch)

    def undone(self, key: str) -> None:
        """What this crawl made of it turned out to be wrong: it is as it was before."""
        self._changed.pop(key, None)

    def doubted(self, key: str, sketch: str) -> None:
        """Its text turned out to be none of its own: it is read again as soon as it is shown."""
        before = self.get(key)
        if before is not None:
            self._changed[key] = replace(before, row="", sketch=sketch)

    def recalled(self, shown: Container[str], *, failed: bool) -> list[tuple[str, Item]]:
        """The items to be tried that the pages did not show now; those that `failed` only where asked for."""
        return [
            (known.key, _item(json.loads(known.payload)))
            for known in list(self)
            if known.payload is not None
            and known.key not in shown
            and self.is_open(known)
            and (failed or known.state != "failed")
        ]

    def _as_known(self, key: str) -> dict[str, object]:
        """What an item keeps of its document while that cannot be looked at."""
        before = self.get(key)
        return {"identity": before.identity, "read_at": before.read_at} if before is not None else {}

    def _put(self, key: str, item: Item, state: ItemFate, reason: str | None = None, **more: object) -> ItemState:
        before = self.get(key)
        same = before is not None and before.state == state
        made = ItemState(
            key=key,
            url=urls.public(item.url) if item.url else None,
            title=name_of(item),
            state=state,
            reason=reason,
            first_seen=before.first_seen if before is not None else self._now,
            since=before.since if before is not None and same else self._now,
            sketch=before.sketch if before is not None else None,
            baseline=before.baseline if before is not None else self._baseline,
            **more,  # type: ignore[arg-type]
        )
        # A crawl writes down what changed, never ten thousand rows that did not.
        if made != before:
            self._changed[key] = made
        return made


def _payload(item: Item) -> str | None:
    """An item as JSON. None where it holds a key, which is not written down, or is too long: its page is read again."""
    plain = asdict(item) | {"published": None, "words": item.words[:300]}
    if item.published is not None:
        on = item.published
        plain["published"] = [on.value.isoformat(), on.precision, on.origin]
    words = json.dumps(plain, ensure_ascii=False)
    return words if len(words) <= LONGEST_PAYLOAD and urls.public(words) == words else None


def _item(plain: dict[str, object]) -> Item:
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    on = plain["published"]
    if isinstance(on, list):
        fields["published"] = PublishedOn(date.fromisoformat(on[0]), on[1], on[2])
    return Item(**fields)  # type: ignore[arg-type]
