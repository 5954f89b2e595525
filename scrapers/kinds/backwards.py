"""The ways back in time, one for each kind of source; each comes back where the source shows nothing older.

listings, JSON, feeds     the pages after those that each crawl reads; the newest are expected first
a page for each session   the sessions below the first one that crawls ask for
catalogues                windows of time before the first crawl's, by the days on which records were catalogued
documents by symbol       `scrapers.kinds.earlier_symbols`
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from scrapers.http.client import Fetched
from scrapers.kinds.listings import read_page
from scrapers.kinds.oai import first_day, read_window
from scrapers.kinds.paging import items_on, read_pages
from scrapers.kinds.series import page_address
from scrapers.publication import FetchError

if TYPE_CHECKING:
    from config.source_blocks import Series
    from config.sources import ListingSource, OaiSource
    from scrapers.crawl.item import Item
    from scrapers.crawl.walk import Walk
    from scrapers.kinds.paging import PagedSource, ReadPage

MOST_PAGES = 100_000


def why_no_pages(source: PagedSource) -> str | None:
    """Why a source of pages shows no more than each crawl reads, and what to do; None where it may."""
    if source.paging is not None or getattr(source, "series", None) is not None:
        return None
    return (
        "without `paging` only its one page can be read (the latest entries of a feed); for older documents, add the "
        "publisher's archive as a source, or load the files with `mandates ingest`"
    )


async def pages_or_sessions(walk: Walk, source: ListingSource) -> None:
    """The way back of a listing."""
    if source.series is not None:
        await sessions(walk, source, source.series)
    else:
        await pages(walk, source, read=read_page)


async def pages(walk: Walk, source: PagedSource, *, read: ReadPage) -> None:
    """Go down the pages. They are all asked for again after an interruption, since rows wander down meanwhile."""
    if source.paging is None:
        return
    visit, left, seen = walk.visit, source.paging.max_pages, set[str]()

    async def page() -> None:
        nonlocal left
        shown = {item.url or item.saying for item in visit.items}
        is_old = shown <= seen
        seen.update(shown)
        if left > 0:
            # What is new on the pages of each crawl is news, and is left to the next one.
            left -= 1
            visit.items.clear()
            return
        if is_old:
            # Asked for a page beyond its last, many a site shows the last again.
            walk.end("no_more")
        await walk.step(None, in_order=True)

    visit.relieve = page
    paging = source.paging.model_copy(update={"max_pages": MOST_PAGES})
    try:
        await read_pages(visit, source.model_copy(update={"paging": paging}), read=read)
    except FetchError:
        if left > 0 or not visit.records or visit.records[-1].status not in {404, 410}:
            raise
        # There is no such page: the last one was the last.


async def sessions(walk: Walk, source: ListingSource, series: Series) -> None:
    """Count the sessions down; a year that the source knows of a session tells when it is too early."""
    place = walk.past.place
    number, misses = int(place) if place else series.first - 1, 0
    while number > 0 and misses < max(series.stop_after_misses, series.look_ahead):
        year = number + series.plus["year"] if "year" in series.plus else None
        if year is not None and year < walk.past.since.year:
            walk.end("reached")
        url = page_address(source.url, number, series)
        answer = await walk.visit.look(url, series.missing, conditional=False)
        items: list[Item] = []
        if isinstance(answer, Fetched):
            items, _ = await items_on(walk.visit, source, answer, read_page, least=0)
        walk.visit.items.extend(items)
        misses = 0 if items else misses + 1
        number -= 1
        await walk.step(str(number), reached=date(year, 1, 1) if year else None, in_order=True)


async def windows(walk: Walk, source: OaiSource) -> None:
    """Ask for earlier and earlier windows."""
    place = walk.past.place
    end = date.fromisoformat(place) if place else first_day(source, walk.first_look)
    while end > walk.past.since:
        start = max(end - max(source.window, timedelta(days=1)), walk.past.since)
        await read_window(walk.visit, source, start, end)
        end = start
        await walk.step(end.isoformat(), reached=end)
    walk.end("reached")
