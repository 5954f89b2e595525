"""What `current` means in a series of symbols that goes by the calendar: the year, or the session that began last.

Beyond the sessions that a calendar lists, the next ones are expected at the pace of the last ones, and early: to ask
too soon costs a few requests, to ask too late loses documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.sessions import SessionDates

# Six intervals are two years of the Human Rights Council, six of the General Assembly.
_INTERVALS = 6
_EARLY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Turn:
    """One value of a variable, such as a session's number or a year, and the day from which it is current."""

    value: int
    began: date


def years(on: date) -> tuple[Turn, ...]:
    """The current year and the one before it."""
    return tuple(Turn(year, date(year, 1, 1)) for year in (on.year, on.year - 1))


def sessions_begun(sessions: Sequence[SessionDates], on: date) -> tuple[Turn, ...]:
    """The session of a body that began last, and the one before it; empty where none is known to have begun."""
    listed = sorted((Turn(each.number, each.start) for each in sessions), key=lambda turn: turn.began)
    begun = [turn for turn in (*listed, *_expected(listed, on)) if turn.began <= on]
    return tuple(reversed(begun[-2:]))


def _expected(listed: Sequence[Turn], on: date) -> list[Turn]:
    """The sessions after the last that is listed, up to a day, at the mean pace of the last ones."""
    last = listed[-_INTERVALS - 1 :]
    if len(last) < 2 or last[-1].value <= last[0].value:  # noqa: PLR2004 - no pace in one session
        return []
    pace = (last[-1].began - last[0].began) / (last[-1].value - last[0].value)
    found: list[Turn] = []
    while pace and (began := last[-1].began + pace * (len(found) + 1) - _EARLY) <= on:
        found.append(Turn(last[-1].value + len(found) + 1, began))
    return found
