"""A body's own calendar (iCalendar): it has no documents, but the days of sessions.

Which entries are sessions, a pattern for their titles says; its group `number` is the number of the session. The days
are noted, one note a session, and recording takes them into the calendar of sessions. A session whose coming days are
no longer shown, or that is cancelled, has an empty note; calendars drop what is over, so that says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from scrapers.http import urls
from scrapers.http.client import NotModified
from scrapers.publication import ReadError, ScraperError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.sources import CalendarSource
    from scrapers.crawl.visit import Visit
    from scrapers.http.client import Fetched

# Read as `warehouse.load.sessions` does: "session 64" is "2026-09-14/2026-09-18".
SESSION_NOTE = "session "
_BODY, _ADDRESS = "body", "calendar"
# The sessions of a body, with side events, over twenty years.
_MOST_BYTES = 5_000_000
_LONGEST_TITLE = 300
# A title may have any number where that of a session is looked for; no body has met so often.
_HIGHEST_NUMBER = 9_999
# Two entries of one session, such as its parts, are no further apart.
_LONGEST_SESSION = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class _Days:
    first: date
    last: date


async def read_calendar(visit: Visit, source: CalendarSource) -> bool:
    """Note the sessions that the calendar shows; whether it changed since the last crawl.

    Raises:
        ReadError: it is not a calendar, or it shows fewer sessions than the source expects.
    """
    answer = await visit.ask(source.url, conditional=not visit.sweep)
    if isinstance(answer, NotModified):
        return False
    try:
        found = await visit.read(sessions_in, source, answer)
    except ScraperError as error:
        error.url = error.url or answer.url
        raise
    if len(found) < source.item.expect.min:
        problem = f"{len(found)} sessions; at least {source.item.expect.min} expected: do their titles fit `sessions`?"
        raise ReadError(problem, url=answer.url)
    today = visit.started.date()
    for key, words in visit.state.items():
        name = key.removeprefix(SESSION_NOTE)
        if key.startswith(SESSION_NOTE) and words and int(name) not in found and words > today.isoformat():
            visit.state[key] = ""
    for number, days in sorted(found.items()):
        visit.state[f"{SESSION_NOTE}{number}"] = f"{days[0].isoformat()}/{days[1].isoformat()}"
    visit.state[_BODY], visit.state[_ADDRESS] = source.body or "", urls.public(source.url)
    return True


def sessions_in(source: CalendarSource, page: Fetched) -> dict[int, tuple[date, date]]:
    """The first and the last day of each session that a calendar shows, by its number.

    Raises:
        ReadError: it is not a calendar, or two entries give one session days that cannot both be right.
    """
    from icalendar import Calendar  # noqa: PLC0415 - 100 ms that crawls without calendars need not pay

    if len(page.body) > _MOST_BYTES:
        raise ReadError(f"the calendar is larger than {_MOST_BYTES:,} bytes")
    try:
        calendars = Calendar.from_ical(page.body, multiple=True)
        entries = [entry for calendar in calendars for entry in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ReadError("the response is not a calendar (iCalendar, RFC 5545)") from error
    if not calendars:
        raise ReadError("the response is not a calendar (iCalendar, RFC 5545)")
    found: dict[int, _Days] = {}
    for number, days in _numbered(source, entries):
        held = found.get(number, days)
        whole = _Days(min(held.first, days.first), max(held.last, days.last))
        if whole.last - whole.first > _LONGEST_SESSION:
            raise ReadError(
                f"session {number} is given as {held.first} to {held.last} and as {days.first} to {days.last}"
            )
        found[number] = whole
    return {number: (days.first, days.last) for number, days in found.items()}


def _numbered(source: CalendarSource, entries: list[Any]) -> Iterator[tuple[int, _Days]]:
    pattern = re.compile(source.sessions)
    for entry in entries:
        title = " ".join(str(entry.get("SUMMARY", ""))[:_LONGEST_TITLE].split())
        match = pattern.search(title)
        if match is None or not match["number"] or str(entry.get("STATUS", "")).upper() == "CANCELLED":
            continue
        number = int(match["number"])
        if number <= _HIGHEST_NUMBER and (days := _days(entry)) is not None:
            yield number, days


def _days(entry: Any) -> _Days | None:
    """The days of an entry where it is held; None where it has none, or they are in no order."""
    first = _value(entry, "DTSTART")
    if not isinstance(first, date):
        return None
    last = _value(entry, "DTEND")
    if last is None:
        length = _value(entry, "DURATION")
        last = _after(first, length) if isinstance(length, timedelta) else None
    start = first.date() if isinstance(first, datetime) else first
    if not isinstance(last, date):
        return _Days(start, start)
    end = last.date() if isinstance(last, datetime) else last
    # The end is the first moment after it: of whole days the next day, of times perhaps midnight.
    if end > start and (not isinstance(last, datetime) or last.time() == time.min):
        end -= timedelta(days=1)
    return _Days(start, end) if start <= end else None


def _after(first: date, length: timedelta) -> date | None:
    try:
        return first + length
    except OverflowError:
        return None


def _value(entry: Any, name: str) -> Any:
    """A day, moment or length; None where there is none, or none that exists."""
    try:
        return getattr(entry.get(name), "dt", None)
    except ValueError:
        return None
