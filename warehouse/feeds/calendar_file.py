"""Calendars for other programs (RFC 5545): all-day entries with lasting UIDs, updates and cancellations.

An entry that did not change keeps its times and its SEQUENCE, so the same state gives the same bytes. One that changed
has the next SEQUENCE. One that is no longer to happen is cancelled, and stays so for a year, for calendars that were
away; one that is simply over stays for a year, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from icalendar import Calendar, Event, vText

from warehouse.feeds.chosen import writable
from warehouse.feeds.former import FeedFileError, foreign, former, keep

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]
PRODUCT = "-//Mandate Monitor//mandates calendar//EN"
_DAY = timedelta(days=1)
_KEPT = timedelta(days=366)
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """Something that happens on whole days, `first` to `last`. TENTATIVE: the days are expected, not announced."""

    uid: str
    summary: str
    first: date
    last: date
    description: str
    url: str | None = None
    categories: tuple[str, ...] = ()
    status: Status = "CONFIRMED"


@dataclass(frozen=True, slots=True)
class Written:
    """What a new file has in comparison with the former one; `entries` are all that are in it."""

    entries: int
    new: int
    changed: int
    cancelled: int


def write_calendar(
    path: Path, name: str, entries: Iterable[CalendarEntry], *, now: datetime, until: date | None = None
) -> Written:
    """Write the calendar called `name` in place of the one at `path`.

    `until` is the last day that `entries` cover: what began later was not cancelled because it is missing.

    Raises:
        FeedFileError: there is another file or a calendar of another name at `path`, or it cannot be written.
    """
    before = _events_before(path, name)
    moment = now.astimezone(UTC).replace(microsecond=0)
    made: dict[str, Event] = {}
    new = changed = cancelled = 0
    for entry in entries:
        if entry.last < moment.date() - _KEPT:
            continue
        known = before.get(entry.uid)
        if known is None:
            # Nobody has it, so there is nothing to cancel.
            if entry.status != "CANCELLED":
                made[entry.uid] = _event(entry, 0, moment)
                new += 1
            continue
        same = _event(entry, known.sequence, known.LAST_MODIFIED or moment)
        if same.to_ical() != known.to_ical():
            same = _event(entry, known.sequence + 1, moment)
            was_cancelled = str(known.get("STATUS")) == "CANCELLED"
            cancelled += entry.status == "CANCELLED" and not was_cancelled
            changed += entry.status != "CANCELLED" or was_cancelled
        made[entry.uid] = same
    for uid in before.keys() - made.keys():
        known = before[uid]
        if _last_day(known) < moment.date() - _KEPT or (until is not None and known.start > until):
            continue
        if _last_day(known) >= moment.date() and str(known.get("STATUS")) != "CANCELLED":
            known = _cancelled(known, moment)
            cancelled += 1
        made[uid] = known
    keep(path, _calendar(name, made))
    return Written(len(made), new, changed, cancelled)


def _events_before(path: Path, name: str) -> dict[str, Event]:
    content = former(path)
    if content is None:
        return {}
    try:
        calendar = Calendar.from_ical(content)
        if str(calendar.get("PRODID")) != PRODUCT:
            raise foreign(path)
        # What another filter let through would all be cancelled. Names are compared as the file writes them, since
        # the parser leaves NAME, which it does not know, escaped.
        if (known := str(calendar.get("NAME"))) != vText(_one_line(name)).to_ical().decode():
            raise FeedFileError(
                f"{path}: holds the calendar {known[:200]!r}, not {name[:200]!r}; choose another file, or move it away"
            )
        return {str(event["UID"]): event for event in calendar.events}
    except (ValueError, KeyError, IndexError, RecursionError) as error:
        raise foreign(path) from error


def _calendar(name: str, events: Mapping[str, Event]) -> bytes:
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    # The second is what programs from before RFC 7986 know.
    for key in ("NAME", "X-WR-CALNAME"):
        calendar.add(key, vText(_one_line(name)))
    calendar.add("REFRESH-INTERVAL", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", "PT6H")
    for uid in sorted(events, key=lambda uid: (events[uid].start, uid)):
        calendar.add_component(events[uid])
    content: bytes = calendar.to_ical()
    return content


def _event(entry: CalendarEntry, sequence: int, moment: datetime) -> Event:
    event = Event()
    event.add("UID", entry.uid)
    event.add("DTSTAMP", moment)
    event.add("LAST-MODIFIED", moment)
    event.add("SEQUENCE", sequence)
    event.add("STATUS", entry.status)
    # Days have no time zone; the last one is the first on which it is over.
    event.add("DTSTART", entry.first)
    event.add("DTEND", entry.last + _DAY)
    # It takes nobody's time.
    event.add("TRANSP", "TRANSPARENT")
    event.add("SUMMARY", _one_line(entry.summary))
    event.add("DESCRIPTION", writable(entry.description)[:_LONGEST])
    if entry.url is not None and entry.url.startswith(("http://", "https://")):
        event.add("URL", "".join(writable(entry.url).split()))
    if entry.categories:
        event.add("CATEGORIES", [writable(each) for each in entry.categories])
    return event


def _one_line(words: str) -> str:
    return " ".join(writable(words).split())


def _cancelled(event: Event, moment: datetime) -> Event:
    gone = event.copy(recursive=True)
    for name, value in (
        ("DTSTAMP", moment),
        ("LAST-MODIFIED", moment),
        ("SEQUENCE", event.sequence + 1),
        ("STATUS", "CANCELLED"),
    ):
        del gone[name]
        gone.add(name, value)
    return gone


def _last_day(event: Event) -> date:
    last: date = event.end - _DAY
    return last
