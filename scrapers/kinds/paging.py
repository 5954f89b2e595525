"""The kinds that read pages: feeds, listings, JSON, code, and fixed lists."""

from __future__ import annotations

import importlib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit, urlunsplit

from scrapers.crawl.item import Item
from scrapers.http import urls
from scrapers.http.client import NotModified
from scrapers.http.encodings import characters, charset_of
from scrapers.kinds import json_records, listings
from scrapers.kinds.feeds import read_feed
from scrapers.publication import PublishedOn, ReadError, ScraperError

if TYPE_CHECKING:
    from config.source_blocks import Paging
    from config.sources import FeedSource, JsonSource, ListingSource, PagesSource, PythonSource
    from mandates.model import Precision
    from scrapers.crawl.visit import Visit
    from scrapers.http.client import Fetched

    PagedSource = FeedSource | ListingSource | JsonSource | PythonSource

_precisions: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}


async def read_pages(visit: Visit, source: PagedSource) -> bool:
    """Read the pages of a source into the visit's items; whether anything had changed since the last crawl.

    No page is skipped because the one before it held nothing new: back-dated items stand further down.
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
        items, following_url = await items_on(
            visit, source, answer, number, least=source.item.expect.min if number == 0 else 0
        )
        known = {item.url for item in visit.items}
        visit.items.extend(items)
        more = bool(items) and not (
            paging and paging.stop == "no_new_items" and all(item.url in known for item in items)
        )
        url = following_url if more else None
        await visit.lighten()
        if url is not None and visit.over is not None:
            raise ReadError(f"{visit.over} before its last page (policy.crawl_bytes, policy.longest)", url=url)
        # An address with a key in it is not written down.
        visit.state[following] = url if url and urls.public(url) == url else ""
    return changed


async def items_on(
    visit: Visit, source: PagedSource, page: Fetched, number: int, *, least: int
) -> tuple[list[Item], str | None]:
    """The items of page `number` (from 0), as many as can be, and the address of the page after it.

    Raises:
        ReadError: it is not what the source should give; fewer items than `least` came, or more than expected.
        LimitError: reading it went past a limit.
    """
    try:
        items, following = await visit.read(read_page, source, page, number)
    except ScraperError as error:
        error.url = error.url or page.url
        raise
    hint = f"see `mandates sources check {source.id} --live`"
    if len(items) < least:
        raise ReadError(f"{len(items)} items, at least {least} were expected: {hint}", url=page.url)
    if least and all(item.dropped is not None for item in items):
        # The rows are there and nothing in them is: the page was changed below its rows.
        raise ReadError(f"none of {len(items)} items can be read ({items[0].dropped}): {hint}", url=page.url)
    if source.item.expect.max is not None and len(items) > source.item.expect.max:
        raise ReadError(f"{len(items)} items, at most {source.item.expect.max} were expected", url=page.url)
    return [replace(item, shown_at=page.url) for item in items], following


def read_page(source: PagedSource, page: Fetched, number: int) -> tuple[list[Item], str | None]:
    """The items of page `number` and the address of the next; a pure function of its bytes.

    Raises:
        ReadError: it is not what the source should give.
    """
    return _items(source, page), _next(source, page, number)


def _items(source: PagedSource, page: Fetched) -> list[Item]:
    if source.kind == "feed":
        return read_feed(page.body, page.url, source.fields, content_type=page.media_type)
    if source.kind == "json":
        return json_records.read_records(page.body, page.url, source.item.json_path or "", source.fields)
    text = text_of(page, source.policy.charset)
    if source.kind == "listing":
        return listings.read_listing(text, page.url, source.item, source.fields)
    return _called(source, text, page.url)


def text_of(page: Fetched, charset: str | None) -> str:
    """A page as characters. Decoded before it is parsed: parsers garble undeclared encodings."""
    said = charset or charset_of(page.media_type)
    return characters(page.body, urls.public(page.url), charset=said).replace("\x00", "")


def _called(source: PythonSource, text: str, url: str) -> list[Item]:
    """The items that a source's own code finds; what it does wrong is the source's failure."""
    module, _, name = source.call.partition(":")
    try:
        read = getattr(importlib.import_module(module), name)
        found = list(read(text, url))
    except Exception as error:
        raise ReadError(f"{source.call} failed: {type(error).__name__}: {error}") from error
    if not all(isinstance(item, Item) for item in found):
        raise ReadError(f"{source.call} gave something else than scrapers.crawl.item.Item")
    return found


def _numbered(url: str, paging: Paging | None, number: int) -> str:
    """The address of page `number` (from 0) where pages are counted; the first is asked for plainly."""
    if paging is None or paging.param is None or number == 0:
        return url
    parts = urlsplit(url)
    pairs = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0] != paging.param]
    pairs.append(urlencode({paging.param: paging.start + number * paging.step}))
    return urlunsplit(parts._replace(query="&".join(pairs)))


def _next(source: PagedSource, page: Fetched, number: int) -> str | None:
    paging = source.paging
    if paging is None:
        return None
    if paging.param is not None:
        return _numbered(source.url, paging, number + 1)
    if source.kind == "json":
        return json_records.next_page(page.body, page.url, paging)
    return listings.next_page(text_of(page, source.policy.charset), page.url, paging)


async def read_list(visit: Visit, source: PagesSource) -> None:
    """A fixed list of pages: each is one document, and what the list says of it is believed."""
    for page in source.pages:
        published = None
        if page.date is not None:
            precision = _precisions[len(page.date)]
            published = PublishedOn(date.fromisoformat((page.date + "-01-01")[:10]), precision, "operator")
        item = Item(
            url=page.url,
            title=page.title,
            symbol=page.symbol,
            published=published,
            stage=page.stage,
            drafts=(page.draft,) if page.draft else (),
            words=page.title or page.url,
        )
        visit.items.append(item)
