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

from scrapers.kinds import (
    backwards,
    calendars,
    earlier_symbols,
    feeds,
    json_records,
    oai,
    pages,
    python,
    series,
    symbol_probes,
)
from scrapers.kinds.paging import first_address, read_pages

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from config.source_fields import Detail
    from config.sources import Source
    from scrapers.crawl.visit import Visit
    from scrapers.crawl.walk import Walk
    from scrapers.kinds.paging import ReadPage

    # The answer is whether anything may have changed since the last crawl.
    Find = Callable[[Visit, Any], Awaitable[bool]]
    # Comes back where the source shows nothing older.
    Back = Callable[[Walk, Any], Awaitable[None]]


def _own_address(source: Source) -> str:
    return source.url


def _own_detail(source: Source) -> Detail | None:
    return source.detail


def _all_is_read(_source: Source) -> str | None:
    return "each run reads all of it"


def _there_is_one(_source: Source) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Kind:
    """How sources of a kind are read; each function is given sources of this kind only.

    find           puts what a source shows among the visit's items; None where nothing is fetched: such a source is a
                   folder (`scrapers.crawl.local`)
    first_address  the address that is asked first, with `{any}` for a part that differs in each crawl
    detail         how an item leads to its document
    asks_for       what the source's own addresses lead to, and so what its `accept` describes: lists of documents, the
                   pages of documents, or their files
    lists          what its lists are written in
    shown_once     whether an item that was shown does not come again, not in a sweep either, because the window of time
                   or the number was passed
    back           goes back in time, beyond what each crawl reads; None where each crawl reads all that there is
    why_no_past    why a source shows nothing beyond that, and what to do; None where it may
    """

    find: Find | None
    first_address: Callable[[Any], str] = _own_address
    detail: Callable[[Any], Detail | None] = _own_detail
    asks_for: Literal["lists", "pages", "files"] = "lists"
    lists: Literal["feed", "html", "json", "other"] = "other"
    shown_once: bool = False
    back: Back | None = None
    why_no_past: Callable[[Any], str | None] = _all_is_read


def _paged(read: ReadPage, lists: Literal["feed", "json", "other"]) -> Kind:
    """A kind of one page after another, each read so."""
    back = partial(backwards.pages, read=read)
    find = partial(read_pages, read=read)
    return Kind(find, first_address=first_address, lists=lists, back=back, why_no_past=backwards.why_no_pages)


KINDS: dict[str, Kind] = {
    "feed": _paged(feeds.read_page, "feed"),
    "listing": Kind(
        series.read_listing_source,
        first_address=series.first_address,
        lists="html",
        back=backwards.pages_or_sessions,
        why_no_past=backwards.why_no_pages,
    ),
    "json": _paged(json_records.read_page, "json"),
    "oai-marcxml": Kind(
        oai.harvest,
        first_address=oai.first_address,
        shown_once=True,
        back=backwards.windows,
        why_no_past=_there_is_one,
    ),
    "symbol-probe": Kind(
        symbol_probes.probe,
        first_address=symbol_probes.first_address,
        asks_for="files",
        shown_once=True,
        back=earlier_symbols.numbers,
        why_no_past=earlier_symbols.why_no_numbers,
    ),
    "calendar": Kind(calendars.read_calendar),
    "pages": Kind(pages.read_list, detail=pages.detail_of, asks_for="pages"),
    "files": Kind(None),
    "python": _paged(python.read_page, "other"),
}


def kind_of(source: Source) -> Kind:
    """The kind of a source."""
    return KINDS[source.kind]
