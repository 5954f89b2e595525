"""What a task asks for, one time each: its deadlines as written, and the coming ones of a series.

"Report annually" and "at each session" ask many times. The days of those times are worked out from the rhythm, or from
the sessions of the body, and marked as expected. They are worked out `HORIZON` ahead, so that no nightly job is needed;
an expected time shows in the ledger only once the one before it is over (`warehouse.ledger.states`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mandates.deadlines.cadence import cadence_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mandates.deadlines.cadence import Cadence
    from mandates.model import Session

    SessionsOf = Callable[[str], Sequence[Session]]

# Six years have a General Assembly that looks at an item every three years twice.
HORIZON = timedelta(days=6 * 365)
# What was asked for each year in 1990 has come 40 times: a series that long says nothing that a shorter one does not.
MOST_EXPECTED = 40
# What comes more often than each quarter is a way of working, not a list of deliveries.
SHORTEST_MONTHS = 3
_YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline of a task, as read or as a person decided it. Days are inclusive, None where they stay open.

    `led_by` are the words of the task before it, which may name the body that meets.
    """

    words: str | None
    first: date | None
    last: date | None
    basis: str
    sense: str | None
    led_by: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a task asks for something; the fields are those of the view task_occurrences."""

    number: int
    due_position: int | None = None
    due: str | None = None
    due_start: date | None = None
    due_end: date | None = None
    due_basis: str = "none"
    sense: str | None = None
    is_expected: bool = False


def occurrences(
    dues: Sequence[Due], asked_on: date | None, body: str | None, today: date, sessions_of: SessionsOf
) -> tuple[Occurrence, ...]:
    """All times that a task with these deadlines asks for something, at least one.

    `asked_on` is the day of the document of `body` that asks, `sessions_of` gives the sessions of a body in order.
    """
    written: list[Occurrence] = []
    expected: list[Occurrence] = []
    for place, due in enumerate(dues, 1):
        as_written = Occurrence(0, place, due.words, due.first, due.last, due.basis, due.sense)
        series = _series(due, asked_on, body, today, sessions_of)
        if series:
            expected += [
                replace(as_written, due_start=first, due_end=last, due_basis="cadence", is_expected=True)
                for first, last in series
            ]
        elif all(as_written != replace(each, due_position=place) for each in written):
            written.append(as_written)
    expected.sort(key=lambda each: (each.due_end or date.max, each.due_position or 0))
    # "At its eightieth session and every year thereafter": what is written is not expected as well, nor anything twice.
    held = [each for each in written if each.due_end is not None]
    for each in expected:
        if not any(_overlap(each, other) for other in held):
            held.append(each)
    expected = [each for each in held if each.is_expected]
    found = written + expected or [Occurrence(0)]
    return tuple(replace(each, number=number) for number, each in enumerate(found, 1))


def _series(
    due: Due, asked_on: date | None, body: str | None, today: date, sessions_of: SessionsOf
) -> list[tuple[date, date]]:
    """The days of each time; empty where the words name days or no rhythm that can be counted."""
    if due.sense != "each" or due.last is not None or asked_on is None or not due.words:
        return []
    cadence = cadence_of(due.words, due.led_by)
    if cadence is None:
        return []
    found: list[tuple[date, date]] = []
    for first, last in _times(cadence, asked_on, body, sessions_of):
        if first > today + HORIZON or len(found) == MOST_EXPECTED:
            break
        found.append((first, last))
    return found


def _times(cadence: Cadence, asked_on: date, body: str | None, sessions_of: SessionsOf) -> Iterator[tuple[date, date]]:
    if cadence.months is None:
        meeting = cadence.body or body
        for session in sessions_of(meeting) if meeting else ():
            if session.start > asked_on:
                yield session.start, session.end
    elif cadence.months >= SHORTEST_MONTHS:
        yield from _periods(cadence.months, asked_on, cadence.since)


def _periods(months: int, asked_on: date, since: int | None) -> Iterator[tuple[date, date]]:
    """Periods of so many months, each from its first day to its last, from the one after the request on.

    "Each year" is each calendar year after that of the request, "every two years" the two years after it, and so on.
    """
    if months % _YEAR_MONTHS == 0:
        first = (asked_on.year + 1) * _YEAR_MONTHS
    else:
        first = (asked_on.year * _YEAR_MONTHS + asked_on.month - 1) // months * months + months
    if since is not None and since > asked_on.year:
        first = since * _YEAR_MONTHS
    while True:
        yield _first_day(first), _first_day(first + months) - timedelta(days=1)
        first += months


def _first_day(months: int) -> date:
    return date(months // _YEAR_MONTHS, months % _YEAR_MONTHS + 1, 1)


def _overlap(one: Occurrence, other: Occurrence) -> bool:
    if one.due_start is None or one.due_end is None or other.due_end is None:
        return False
    return (other.due_start or other.due_end) <= one.due_end and one.due_start <= other.due_end
