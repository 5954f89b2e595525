"""Catalogues in windows of time: each window is asked for to its end before the next begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from config.source_templates import filled
from scrapers.http.client import NotModified
from scrapers.kinds.marc import read_catalogue
from scrapers.publication import ReadError

if TYPE_CHECKING:
    from config.sources import OaiSource
    from scrapers.crawl.item import Item
    from scrapers.crawl.visit import Visit
    from scrapers.kinds.marc import Answer

_UNTIL = "harvested until"
# Where nothing is said, so far back the first crawl looks.
_FIRST_LOOK = timedelta(days=90)
_RESTARTS = 2


def first_address(source: OaiSource) -> str:
    """The address that is asked first, whatever the window of time in it."""
    return f"{source.url}?verb=ListRecords&metadataPrefix={{any}}"


async def harvest(visit: Visit, source: OaiSource) -> bool:
    """Ask for all records since the last harvest; what is found goes to the visit's items.

    That they may have changed (True) is all that is known: the address of a window differs in each crawl.
    """
    today = visit.started.astimezone(UTC).date()
    start = _start(visit, source, today)
    while start <= today:
        end = min(start + max(source.window, timedelta(days=1)), today)
        await read_window(visit, source, start, end)
        visit.state[_UNTIL] = end.isoformat()
        if end == today:
            break
        start = end
    return True


def _start(visit: Visit, source: OaiSource, today: date) -> date:
    until = visit.state.get(_UNTIL)
    if until is not None:
        # A record may be catalogued late: its datestamp lies before the end of the last window.
        return date.fromisoformat(until) - source.overlap
    return first_day(source, today)


def first_day(source: OaiSource, first_look: date) -> date:
    """The first day that crawls ask for, where the first of them was on the day of `first_look`."""
    return date.fromisoformat(source.start) if source.start else first_look - _FIRST_LOOK


async def read_window(visit: Visit, source: OaiSource, start: date, end: date) -> None:
    """Ask for the records of a window, both days included, into the visit's items.

    Raises:
        FetchError, ReadError: the catalogue did not give all of it.
    """
    query = {"verb": "ListRecords", "metadataPrefix": "marcxml", "from": start.isoformat(), "until": end.isoformat()}
    if source.set:
        query["set"] = source.set
    first = f"{source.url}?{urlencode(query)}"
    for _ in range(_RESTARTS + 1):
        if await _pages(visit, source, first):
            return
    raise ReadError(f"the catalogue refused its own resumption token {_RESTARTS + 1} times", url=first)


async def _pages(visit: Visit, source: OaiSource, url: str) -> bool:
    """All pages of a window; False where the catalogue has forgotten its token and the window must be asked again."""
    kept = len(visit.items)
    asked: set[str] = set()
    for _ in range(source.max_pages):
        if url in asked:
            raise ReadError("the catalogue gave the same resumption token again", url=url)
        if visit.over is not None:
            raise ReadError(f"{visit.over} within one window; try a shorter one", url=url)
        asked.add(url)
        answer = await _answer(visit, source, url)
        if answer is None or answer.refusal == "noRecordsMatch":
            return True
        if answer.refusal == "badResumptionToken":
            del visit.items[kept:]
            return False
        if answer.refusal is not None:
            raise ReadError(f"the catalogue refused the request: {answer.refusal}", url=url)
        visit.items.extend(_linked(source, item) for item in answer.items)
        await visit.lighten()
        if answer.token is None:
            return True
        # The token alone: the protocol forbids other arguments beside it.
        url = f"{source.url}?verb=ListRecords&resumptionToken={quote(answer.token, safe='')}"
    raise ReadError(f"more than {source.max_pages} pages in one window", url=url)


def _linked(source: OaiSource, item: Item) -> Item:
    """The item under the address for people, where the source says how it is made."""
    if source.link is None or item.record is None:
        return item
    return replace(item, url=filled(source.link, item.values) or item.url)


async def _answer(visit: Visit, source: OaiSource, url: str) -> Answer | None:
    found = await visit.ask(url, conditional=False)
    if isinstance(found, NotModified):
        return None
    # The address differs in each crawl: its validators would only fill the warehouse.
    visit.validators.clear()
    return await visit.read(read_catalogue, found.body, found.url, source.fields, source.language or "en")
