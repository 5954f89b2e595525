"""The items that a source shows, each document once: the same post under two terms, the same page at two addresses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scrapers.crawl import identity, relevance
from scrapers.crawl.description import address_of
from scrapers.crawl.item_states import key_of
from scrapers.http import urls

if TYPE_CHECKING:
    from scrapers.crawl.item import Item
    from scrapers.crawl.visit import Visit


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as it is shown now: its key, its canonical address, and what it is known again by.

    `row` is made of what its row says and of the filter that it passed or did not; "" where the row is at fault.
    """

    key: str
    url: str | None
    item: Item
    row: str


def shown_items(visit: Visit) -> list[Shown]:
    """What the pages show, merged by symbol and address."""
    merged: dict[str, tuple[str | None, Item]] = {}
    for number, item in enumerate(visit.items):
        url = address_of(visit.source, visit.listing, item)
        symbol = identity.own_symbol(item.symbol, body=visit.source.body)
        if item.dropped is not None:
            key = f"dropped {item.url} {item.title} {item.dropped}"
        elif symbol is not None:
            key = f"{symbol.key} {item.language}"
        else:
            key = urls.same_address(url) if url else f"{number}"
        if key not in merged:
            merged[key] = (url, item)
            continue
        first = merged[key][1]
        if symbol is None and item.dropped is None and item.title and first.title and item.title != first.title:
            twin = replace(item, url=None, dropped=f"has the same address as {first.title!r}")
            merged[f"{key} {item.title}"] = (None, twin)
        merged[key] = (merged[key][0], first.merged(item))
    passed = relevance.fingerprint(visit.source.filter)
    return [_shown(passed, key_of(url, item), url, item) for url, item in merged.values()]


def recalled_items(visit: Visit, shown: set[str], *, failed: bool) -> list[Shown]:
    """The items to be tried that the pages do not show now; those that `failed` only where asked for."""
    recalled = visit.states.recalled(shown, failed=failed and visit.past is None)
    if visit.past is not None:
        # The rest is left to crawls: it is news, or was tried often enough for now.
        recalled = [(key, item) for key, item in recalled if (known := visit.states.get(key)) and known.baseline]
    passed = relevance.fingerprint(visit.source.filter)
    return [_shown(passed, key, address_of(visit.source, visit.listing, item), item) for key, item in recalled]


def _shown(passed: str, key: str, url: str | None, item: Item) -> Shown:
    row = f"{item.fingerprint} {passed}" if item.dropped is None else ""
    return Shown(key, url, item, row)
