"""Listings with a page for each session: the sessions are counted, each page is read like any listing.

A page that is not there, or shows no rows yet, is a session that has none so far. One that had rows and has none is a
failure, and so is that all are gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapers.http import urls
from scrapers.http.client import NotModified
from scrapers.kinds import paging
from scrapers.kinds.counting import count_up
from scrapers.kinds.listings import read_page
from scrapers.kinds.paging import items_on, read_pages

if TYPE_CHECKING:
    from config.source_blocks import Series
    from config.sources import ListingSource
    from scrapers.crawl.visit import Visit


async def read_listing_source(visit: Visit, source: ListingSource) -> bool:
    """Read a listing into the visit's items, a page for each session or one after another; whether any had changed."""
    if source.series is not None:
        return await read_series(visit, source, source.series)
    return await read_pages(visit, source, read=read_page)


def first_address(source: ListingSource) -> str:
    """The address that is asked first: of a session that is surely there, else the listing's own."""
    if source.series is None:
        return paging.first_address(source)
    return page_address(source.url, source.series.known, source.series)


async def read_series(visit: Visit, source: ListingSource, series: Series) -> bool:
    """Read the pages of the sessions into the visit's items; whether any had changed since the last crawl."""
    changed = False

    async def ask(number: int, *, known: bool) -> bool:
        nonlocal changed
        url = page_address(source.url, number, series)
        conditional = known and not visit.sweep
        answer = await visit.look(url, series.missing, conditional=conditional)
        if isinstance(answer, NotModified):
            return True
        least = source.item.expect.min if known else 0
        items, _ = ([], None) if answer is None else await items_on(visit, source, answer, read_page, least=least)
        if not items and (answer is None or not known):
            # No validator may keep us from looking again.
            visit.validators.pop(urls.public(url), None)
            return False
        changed = True
        visit.items.extend(items)
        return True

    await count_up(
        visit,
        ask,
        lambda number: f"the page of the {ordinal(number)}",
        label="session {number}",
        first=series.first,
        begin=series.known,
        stop_after_misses=series.stop_after_misses,
        look_ahead=series.look_ahead,
        recent=series.recent,
    )
    return changed


def page_address(template: str, number: int, series: Series) -> str:
    """The address of a session's page."""
    places = {"number": number, "ordinal": ordinal(number)}
    return template.format(**places, **{name: number + more for name, more in series.plus.items()})


def ordinal(number: int) -> str:
    """115 as people write it: 115th."""
    teen = number // 10 % 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
