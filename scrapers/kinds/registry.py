"""The kinds of sources by the names they have in `sources.yaml`, and how each one differs from the others.

    config/source_kinds.py    the keys of each kind
    KINDS                     how a source of it is asked, and what its answers are
    scrapers/kinds/           one module a kind; `paging` and `counting` serve several

A new kind is a class there, a module here, and an entry in `KINDS`; nothing else tests for the name of a kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from scrapers.kinds import feeds, json_records, oai, pages, python, series, symbol_probes
from scrapers.kinds.paging import first_address, read_pages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from config.source_fields import Detail
    from config.sources import Source
    from scrapers.crawl.visit import Visit

    # The answer is whether anything may have changed since the last crawl.
    Find = Callable[[Visit, Any], Awaitable[bool]]


def _own_address(source: Source) -> str:
    return source.url


def _own_detail(source: Source) -> Detail | None:
    return source.detail


@dataclass(frozen=True, slots=True)
class Kind:
    """How sources of a kind are read; each function is given sources of this kind only.

    find           puts what a source shows among the visit's items; None where nothing is fetched: such a source is a
                   folder (`scrapers.crawl.local`)
    first_address  the address that is asked first, with `{any}` for a part that differs in each crawl
    detail         how an item leads to its document
    asks_for       what the source's own addresses lead to, and so what its `accept` describes: lists of documents, the
                   pages of documents, or their files
    shown_once     whether an item that was shown does not come again, not in a sweep either, because the window of time
                   or the number was passed
    """

    find: Find | None
    first_address: Callable[[Any], str] = _own_address
    detail: Callable[[Any], Detail | None] = _own_detail
    asks_for: Literal["lists", "pages", "files"] = "lists"
    shown_once: bool = False


KINDS: dict[str, Kind] = {
    "feed": Kind(partial(read_pages, read=feeds.read_page), first_address=first_address),
    "listing": Kind(series.read_listing_source, first_address=series.first_address),
    "json": Kind(partial(read_pages, read=json_records.read_page), first_address=first_address),
    "oai-marcxml": Kind(oai.harvest, first_address=oai.first_address, shown_once=True),
    "symbol-probe": Kind(
        symbol_probes.probe, first_address=symbol_probes.first_address, asks_for="files", shown_once=True
    ),
    "pages": Kind(pages.read_list, detail=pages.detail_of, asks_for="pages"),
    "files": Kind(None),
    "python": Kind(partial(read_pages, read=python.read_page), first_address=first_address),
}


def kind_of(source: Source) -> Kind:
    """The kind of a source."""
    return KINDS[source.kind]
