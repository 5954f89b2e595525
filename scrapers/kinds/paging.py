"""Sources of one page after another, whatever is on them: asked until the last, each read in a reading process."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from scrapers.http import urls
from scrapers.http.client import NotModified
from scrapers.http.encodings import characters, charset_of
from scrapers.publication import ReadError, ScraperError

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.source_blocks import Paging
    from config.sources import FeedSource, JsonSource, ListingSource, PythonSource
    from scrapers.crawl.item import Item
    from scrapers.crawl.visit import Visit
    from scrapers.http.client import Fetched

    PagedSource = FeedSource | ListingSource | JsonSource | PythonSource
    # What a kind makes of a page of its sources: the items, and the address of the next page where a link gives it.
    # It runs in a reading process, so it is a function of a module.
    ReadPage = Callable[[Any, Fetched], tuple[list[Item], str | None]]


async def read_pages(visit: Visit, source: PagedSource, *, read: ReadPage) -> bool:
    """Read the pages of a source into the visit's items; whether anything had changed since the last crawl.

    No page is skipped because the one before it held nothing new: back-dated items are further down.
    """
    paging = source.paging
    url: str | None = _numbered(source.url, paging, 0)
    changed = False
    seen: set[str] = set()
    for number in range(paging.max_pages if paging else 1):
        if url is None or url in seen:
            break
        seen.add(url)
        following = f"after {urls.public(url)}"
        answer = await visit.ask(url, conditional=not visit.sweep)
        if isinstance(answer, NotModified):
            url = visit.state.get(following) or None
            continue
        changed = True
        least = source.item.expect.min if number == 0 else 0
        items, linked = await items_on(visit, source, answer, read, least=least)
        known = {item.url for item in visit.items}
        visit.items.extend(items)
        more = bool(items) and not (
            paging and paging.stop == "no_new_items" and all(item.url in known for item in items)
        )
        counted = paging is not None and paging.param is not None
        url = (_numbered(source.url, paging, number + 1) if counted else linked) if more else None
        await visit.lighten()
        if url is not None and visit.over is not None:
            raise ReadError(f"{visit.over} before its last page (policy.crawl_bytes, policy.longest)", url=url)
        # An address with a key in it is not written down.
        visit.state[following] = url if url and urls.public(url) == url else ""
    return changed


async def items_on(
    visit: Visit, source: PagedSource, page: Fetched, read: ReadPage, *, least: int
) -> tuple[list[Item], str | None]:
    """The items of a page, as many as can be, and the address of the next where the page links to it.

    Raises:
        ReadError: it is not what the source should give; fewer items than `least` came, or more than expected.
        LimitError: reading it went past a limit.
    """
    try:
        items, following = await visit.read(read, source, page)
    except ScraperError as error:
        error.url = error.url or page.url
        raise
    hint = f"see `mandates sources check {source.id} --live`"
    if len(items) < least:
        raise ReadError(f"{len(items)} items; at least {least} expected: {hint}", url=page.url)
    if least and all(item.dropped is not None for item in items):
        # The rows are there and nothing in them is: the page was changed below its rows.
        raise ReadError(f"0 of {len(items)} items could be read ({items[0].dropped}): {hint}", url=page.url)
    if source.item.expect.max is not None and len(items) > source.item.expect.max:
        raise ReadError(f"{len(items)} items; at most {source.item.expect.max} expected", url=page.url)
    return [replace(item, shown_at=page.url) for item in items], following


def text_of(page: Fetched, charset: str | None) -> str:
    """A page as characters. Decoded before it is parsed: parsers garble undeclared encodings."""
    said = charset or charset_of(page.media_type)
    return characters(page.body, urls.public(page.url), charset=said).replace("\x00", "")


def _numbered(url: str, paging: Paging | None, number: int) -> str:
    """The address of page `number` (from 0) where pages are counted; the first is asked for plainly."""
    if paging is None or paging.param is None or number == 0:
        return url
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] != paging.param]
    pairs.append(urlencode({paging.param: paging.start + number * paging.step}))
    return urlunsplit(parts._replace(query="&".join(pairs)))
