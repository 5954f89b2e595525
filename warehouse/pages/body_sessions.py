"""The sessions of a body, coming and past, with the agenda as our sources have it and what falls due in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.query.ledger_today import ledger_today
from warehouse.query.open_states import IS_OPEN
from warehouse.query.opening import one_look
from warehouse.query.queries import query

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

PAST_ROWS = 10
# Calendars are known for some years ahead; a reader plans for the next ones.
COMING_ROWS = 6
MOST_ITEMS = 100

_SESSIONS = """
SELECT number, start_on, end_on, is_expected, confidence, source, otherwise, end_on >= current_date AS is_coming
FROM current_sessions WHERE body = $body"""
_COMING = f"{_SESSIONS} AND end_on >= current_date ORDER BY start_on, number LIMIT {COMING_ROWS}"
_PAST = f"""
{_SESSIONS} AND end_on < current_date ORDER BY start_on DESC, number DESC LIMIT {PAST_ROWS} OFFSET $skipped"""
_COUNT = "SELECT count(*) FROM current_sessions WHERE body = $body AND end_on < current_date"
_ITEMS = f"""
SELECT session, count(*) OVER (PARTITION BY session), item, symbol, title, number, task_key
FROM (
    SELECT DISTINCT session, item, symbol, title, number, task_key FROM session_agendas
    WHERE body = $body AND list_contains($sessions::INTEGER[], session)
)
QUALIFY row_number() OVER (PARTITION BY session ORDER BY item, symbol, number, task_key) <= {MOST_ITEMS}
ORDER BY session, item, symbol, number, task_key"""  # noqa: S608 - our own words
_DUE = f"""
SELECT due_end, count(*), count(*) FILTER ({IS_OPEN}), list(DISTINCT type) FROM today.ledger
WHERE split_part(body, '-', 1) = $body AND due_end BETWEEN $first AND $last AND type <> 'agenda_placement'
GROUP BY due_end"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item of an agenda, and the document and clause that placed it there."""

    item: str
    symbol: str | None
    title: str
    number: str | None
    task_key: str


@dataclass(frozen=True, slots=True)
class BodySession:
    """One session, with the first `MOST_ITEMS` of the `placed` items of its agenda.

    `is_expected`: nobody announced its days. `otherwise` are other days that were given for it, with who gave them.
    `due` counts the deadlines of the body and its organs that fall into it, `due_open` those of them that are open, and
    `due_types` has the types of what is due.
    """

    number: int
    start: date
    end: date
    is_expected: bool
    confidence: str
    source: str
    otherwise: str | None
    is_coming: bool
    items: tuple[PlacedItem, ...]
    placed: int
    due: int
    due_open: int
    due_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BodySessions:
    """The next sessions, the soonest first; and one page of the `past_total` past ones, the last first."""

    coming: tuple[BodySession, ...]
    past: tuple[BodySession, ...]
    past_total: int


def sessions_of(home: Path, body: str, page: int = 1) -> BodySessions:
    """The sessions of a body, with that page of the past ones.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    asked = {"body": body}
    items: dict[int, list[PlacedItem]] = {}
    placed: dict[int, int] = {}
    due: list[tuple[date, int, int, list[str]]] = []
    with one_look(home):
        coming = query(home, _COMING, asked).rows
        past = query(home, _PAST, asked | {"skipped": (page - 1) * PAST_ROWS}).rows
        ((total,),) = query(home, _COUNT, asked).rows
        rows = [*coming, *past]
        if rows:
            for session, count, *item in query(home, _ITEMS, asked | {"sessions": [row[0] for row in rows]}).rows:
                placed[session] = count
                items.setdefault(session, []).append(PlacedItem(*item))
            days = {"first": min(row[1] for row in rows), "last": max(row[2] for row in rows)}
            due = [(day, count, left, types) for day, count, left, types in ledger_today(home, _DUE, asked | days)]
    made = []
    for row in rows:
        falling = [each for each in due if row[1] <= each[0] <= row[2]]
        types = tuple(sorted({kind for *_, kinds in falling for kind in kinds}))
        counts = sum(each[1] for each in falling), sum(each[2] for each in falling), types
        made.append(BodySession(*(*row, tuple(items.get(row[0], ())), placed.get(row[0], 0), *counts)))
    return BodySessions(tuple(made[: len(coming)]), tuple(made[len(coming) :]), total)
