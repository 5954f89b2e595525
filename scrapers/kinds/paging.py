"""Sources of one page after another, whatever is on them: asked until the last, each read in a reading process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from scrapers.http import urls
from scrapers.http.client import NotModified
from scrapers.http.encodings import characters, charset_of
from scrapers.http.request import body_of, named
from scrapers.publication import ReadError, ScraperError

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.sources import FeedSource, JsonSource, ListingSource, PythonSource
    from scrapers.crawl.item import Item
    from scrapers.crawl.visit import Visit
    from scrapers.http.client import Fetched
    from scrapers.http.request import Body

    PagedSource = FeedSource | ListingSource | JsonSource | PythonSource
    # What a kind makes of a page of its sources: the items, and the address of the next page where a link gives it.
    # It runs in a reading process, so it is a function of a module.
    ReadPage = Callable[[Any, Fetched], tuple[list[Item], str | None]]

# Noted of a page after which there is another, where that one's address follows from its number.
_MORE = "more"


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of a list: its place (from 0), its address, and what is posted there."""

    place: int
    url: str
    post: Body | None = None


def first_address(source: PagedSource) -> str:
    """The address of the first page."""
    return _counted(source, 0).url


async def read_pages(visit: Visit, source: PagedSource, *, read: ReadPage) -> bool:
    """Read the pages of a source into the visit's items; whether anything had changed since the last crawl.

    No page is skipped because the one before it held nothing new: back-dated items are further down.
    """
    paging = source.paging
    page: _Page | None = _counted(source, 0)
    changed = False
    seen: set[tuple[str, Body | None]] = set()
    while page is not None and (page.url, page.post) not in seen and page.place < (paging.max_pages if paging else 1):
        seen.add((page.url, page.post))
        following = f"after {named(page.url, page.post)}"
        missing = paging.missing if paging is not None and page.place else None
        answer = await visit.ask(page.url, post=page.post, missing=missing, conditional=not visit.sweep)
        if isinstance(answer, NotModified):
            page = _following(source, page, visit.state.get(following))
            continue
        changed = True
        if answer.missing:
            break
        least = source.item.expect.min if page.place == 0 else 0
        items, linked = await items_on(visit, source, answer, read, least=least)
        known = {item.url for item in visit.items}
        visit.items.extend(items)
        more = bool(items) and not (
            paging and paging.stop == "no_new_items" and all(item.url in known for item in items)
        )
        page = _following(source, page, linked or _MORE) if more else None
        await visit.lighten()
        if page is not None and visit.over is not None:
            raise ReadError(f"{visit.over} before its last page (policy.crawl_bytes, policy.longest)", url=page.url)
        # An address with a key in it is not written down; one that is counted up need not be.
        noted = "" if page is None else page.url if linked else _MORE
        visit.state[following] = noted if urls.public(noted) == noted else ""
    return changed


def _counted(source: PagedSource, place: int) -> _Page:
    """The page at a place where pages are counted; with `param` the first is asked for plainly."""
    paging = source.paging
    number = paging.number(place) if paging is not None else None
    url = source.url if number is None else source.url.replace("{page}", str(number))
    if paging is not None and paging.param is not None and place:
        parts = urlsplit(url)
        pairs = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] != paging.param]
        pairs.append(urlencode({paging.param: number}))
        url = urlunsplit(parts._replace(query="&".join(pairs)))
    return _Page(place, url, body_of(source.post, number) if source.post is not None else None)


def _following(source: PagedSource, page: _Page, more: str | None) -> _Page | None:
    """The next page, where there is `more`: the address that the page links to, or a word that says so."""
    if not more or source.paging is None:
        return None
    if source.paging.next is None:
        return _counted(source, page.place + 1)
    return None if more == _MORE else _Page(page.place + 1, more, page.post)


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
