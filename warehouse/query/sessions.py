"""The coming sessions of bodies, with what each has on its agenda and what is due in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.query.open_states import OPEN_STATES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import duckdb

_SESSIONS = """
SELECT body, number, start_on, end_on, is_expected, confidence, source, who, changed_at, otherwise
FROM current_sessions
WHERE end_on >= $first AND start_on <= $last AND (len($bodies) = 0 OR list_contains($bodies::VARCHAR[], body))
ORDER BY start_on, body, number"""
_ITEMS = """
SELECT body, session, item, symbol, title, number, url, task_key, any_value(quote) AS quote FROM session_agendas
WHERE end_on >= $first AND start_on <= $last AND (len($bodies) = 0 OR list_contains($bodies::VARCHAR[], body))
GROUP BY ALL ORDER BY body, session, item, symbol, number, task_key"""
# Of the body's organs, too.
_DEADLINES = """
SELECT
    split_part(body, '-', 1), due_end, addressee, coalesce(deliverable, replace(type, '_', ' ')), symbol, title, number,
    state, url, task_key
FROM ledger
WHERE due_end BETWEEN $first AND $last AND type <> 'agenda_placement'
    AND (len($bodies) = 0 OR list_contains($bodies::VARCHAR[], split_part(body, '-', 1)))
ORDER BY due_end, symbol, number, task_key"""
# A session that is called by its year.
_YEARS = 1900


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """Something that a document placed on the agenda."""

    item: str
    symbol: str | None
    title: str
    number: str | None
    url: str
    task_key: str
    quote: str

    @property
    def place(self) -> str:
        """The document and the clause that place it there."""
        return f"{self.symbol or self.title}, {self.number}" if self.number else self.symbol or self.title


@dataclass(frozen=True, slots=True)
class SessionDeadline:
    """A deadline of the body's own mandates that falls into its session."""

    due_end: date
    addressee: str | None
    what: str
    symbol: str | None
    title: str
    number: str | None
    state: str
    url: str
    task_key: str

    @property
    def subject(self) -> str:
        """Who is to do what, and where that is asked for."""
        place = f"{self.symbol or self.title}, {self.number}" if self.number else self.symbol or self.title
        return f"{self.addressee}: {self.what} ({place})" if self.addressee else f"{self.what} ({place})"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session. `is_expected`: its days follow from the pace of former sessions alone. `who` entered it, if any.

    `due` counts the deadlines of the body's own mandates that fall into it; `deadlines` are the open ones.
    """

    body: str
    number: int
    start: date
    end: date
    is_expected: bool
    confidence: str
    source: str
    who: str | None
    changed_at: datetime
    otherwise: str | None
    items: tuple[AgendaItem, ...]
    deadlines: tuple[SessionDeadline, ...]
    due: int

    @property
    def is_announced(self) -> bool:
        """Whether its days were announced, and do not follow from a rule or from former sessions."""
        return self.confidence in {"checked", "listed"}

    @property
    def name(self) -> str:
        """What people call it: IPU, 153rd session; ECOSOC, 2027 session."""
        number = str(self.number) if self.number >= _YEARS else ordinal(self.number)
        return f"{self.body}, {number} session"


def sittings(
    connection: duckdb.DuckDBPyConnection, first: date, last: date, bodies: Sequence[str] = ()
) -> tuple[Sitting, ...]:
    """The sessions that are held between two days, in the order of their first days; of these bodies, where given."""
    asked = {"first": first, "last": last, "bodies": list(bodies)}
    items: dict[tuple[str, int], list[AgendaItem]] = {}
    for body, number, *row in connection.execute(_ITEMS, asked).fetchall():
        items.setdefault((body, number), []).append(AgendaItem(*row))
    sessions = connection.execute(_SESSIONS, asked).fetchall()
    due: dict[str, list[SessionDeadline]] = {}
    if sessions:
        days = {"first": min(row[2] for row in sessions), "last": max(row[3] for row in sessions)}
        for body, *row in connection.execute(_DEADLINES, days | {"bodies": list(bodies)}).fetchall():
            due.setdefault(body, []).append(SessionDeadline(*row))
    found = []
    for session in sessions:
        body, number, start, end, *_ = session
        placed = tuple(items.get((body, number), ()))
        deadlines = tuple(each for each in due.get(body, ()) if start <= each.due_end <= end)
        left = tuple(each for each in deadlines if each.state in OPEN_STATES)
        found.append(Sitting(*(*session, placed, left, len(deadlines))))
    return tuple(found)


def ordinal(number: int) -> str:
    """153 as people write it: 153rd."""
    teen = number // 10 % 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
