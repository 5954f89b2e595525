"""Items whose document could not be had yet, kept in the source's notes until it can.

A listing shows its rows again, so it is read again. A catalogue's window and a series' number are passed only once:
what was found there waits here.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from scrapers.item import Item
from scrapers.publication import PublishedOn

if TYPE_CHECKING:
    from scrapers.visit import Visit

_prefix = "waiting "
# A document that was not to be had in so many crawls will not come; a sweep may still find it.
most_tries = 30
_passing_kinds = frozenset(("oai-marcxml", "symbol-probe"))


def passes_once(visit: Visit) -> bool:
    """Whether this source shows an item only once."""
    return visit.source.kind in _passing_kinds


def keep(visit: Visit, key: str, item: Item) -> bool:
    """Let an item wait for the next crawl; False where it has waited long enough."""
    before = visit.state.get(_prefix + key)
    tries = json.loads(before)["tries"] + 1 if before else 1
    if tries > most_tries:
        visit.state[_prefix + key] = ""
        return False
    plain = asdict(item) | {"published": None, "words": item.words[:300]}
    if item.published is not None:
        on = item.published
        plain["published"] = [on.value.isoformat(), on.precision, on.origin]
    visit.state[_prefix + key] = json.dumps({"tries": tries, "item": plain}, ensure_ascii=False)
    return True


def done(visit: Visit, key: str) -> None:
    """The item's document was had."""
    if visit.state.get(_prefix + key):
        visit.state[_prefix + key] = ""


def items(visit: Visit) -> list[Item]:
    """The items that wait."""
    return [_item(json.loads(words)["item"]) for key, words in visit.state.items() if key.startswith(_prefix) and words]


def _item(plain: dict[str, object]) -> Item:
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    on = plain["published"]
    if isinstance(on, list):
        fields["published"] = PublishedOn(date.fromisoformat(on[0]), on[1], on[2])
    return Item(**fields)  # type: ignore[arg-type]
