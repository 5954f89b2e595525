"""Who asks and who is asked: bodies with their sessions, addressees with what they owe, sources with their health."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - the API reads the types of the fields
from typing import TYPE_CHECKING

from warehouse.pages.listing import Listed, Order, listed
from warehouse.query.coverage import Coverage, coverage_of
from warehouse.query.filters import condition
from warehouse.query.ledger_today import ledger_today
from warehouse.query.open_states import IS_OPEN
from warehouse.query.opening import one_look, reading
from warehouse.query.queries import query
from warehouse.query.search import ranking

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.pages.listing import Slice
    from warehouse.query.filters import Filters

_BODY_ORDER = Order((("coverage_bodies.body", str),), is_descending=False)
_IS_BODY = """
SELECT 1 FROM documents WHERE body = $body
UNION ALL SELECT 1 FROM coverage_bodies WHERE body = $body UNION ALL SELECT 1 FROM current_sessions WHERE body = $body
LIMIT 1"""
_SESSIONS = """
SELECT body, number, start_on, end_on, is_expected, confidence, origin, source, changed_at, otherwise
FROM current_sessions WHERE body = $body AND end_on >= $first AND start_on <= $last ORDER BY start_on, number"""
_ITEMS = """
SELECT DISTINCT session, item, symbol, title, number, url, task_key FROM session_agendas
WHERE body = $body AND end_on >= $first AND start_on <= $last
ORDER BY session, item, symbol, number, task_key"""
# Of the body's committees, too.
_DUE = f"""
SELECT due_end, count(*), count(*) FILTER ({IS_OPEN}) FROM today.ledger
WHERE split_part(body, '-', 1) = $body AND due_end BETWEEN $first AND $last AND type <> 'agenda_placement'
GROUP BY due_end"""  # noqa: S608 - our own words
_SOURCE_ORDER = Order((("source_health.source_id", str),), is_descending=False)
_ADDRESSEES = """
SELECT
    ledger.addressee_id, mode(coalesce(ledger.addressee_resolved, ledger.addressee)),
    count(DISTINCT ledger.mandate_key), count(*) FILTER (ledger.state = 'open'),
    count(*) FILTER (ledger.state = 'due_soon'), count(*) FILTER (ledger.state = 'overdue'),
    count(*) FILTER (ledger.state = 'answered'), count(*) FILTER (ledger.state = 'partly_answered'),
    count(*) FILTER (ledger.state = 'unknown'),
    min(ledger.due_end) FILTER (ledger.state IN ('open', 'due_soon') AND ledger.due_end >= current_date), {keys}
FROM today.ledger
WHERE ledger.addressee_id IS NOT NULL AND {condition}
GROUP BY ledger.addressee_id ORDER BY {order} LIMIT $limit"""
_ADDRESSEE_ORDER = Order((("ledger.addressee_id", str),), is_descending=False)
ADDRESSEE_TYPES, BODY_TYPES, SOURCE_TYPES = _ADDRESSEE_ORDER.types, _BODY_ORDER.types, _SOURCE_ORDER.types


@dataclass(frozen=True, slots=True)
class Body:
    """A body with its sessions as far as they are known and seen, as the view `coverage_bodies` has it."""

    body: str
    documents: int
    last_session_seen: int | None
    newest_on: date | None
    last_seen: datetime | None
    last_session_held: int | None
    held_start_on: date | None
    held_end_on: date | None
    held_is_expected: bool | None
    next_session: int | None
    next_start_on: date | None
    next_is_expected: bool | None
    sessions_not_seen: list[int] | None
    state: str


@dataclass(frozen=True, slots=True)
class SessionItem:
    """Something that a document placed on the agenda, as the view `session_agendas` has it."""

    item: str
    symbol: str | None
    title: str
    number: str | None
    url: str
    task_key: str


@dataclass(frozen=True, slots=True)
class BodySitting:
    """A session, as the view `current_sessions` has it, with its agenda and how many deadlines fall into it."""

    body: str
    number: int
    start_on: date
    end_on: date
    is_expected: bool
    confidence: str
    origin: str
    source: str
    changed_at: datetime
    otherwise: str | None
    items: tuple[SessionItem, ...]
    due: int
    due_open: int


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who has to act. `mandates` counts mandates, the states count the times that they are asked for."""

    addressee_id: str
    addressee: str | None
    mandates: int
    open: int
    due_soon: int
    overdue: int
    answered: int
    partly_answered: int
    unknown: int
    next_due: date | None


@dataclass(frozen=True, slots=True)
class Source:
    """How a source is, as the view `source_health` has it."""

    source_id: str
    state: str
    failures: int
    error: str | None
    last_success: datetime | None
    last_new: datetime | None
    last_crawl: datetime | None
    documents: int
    crawls: int
    failed_crawls: int
    dropped_rows: int
    items_waiting: int
    items_filtered: int
    items_failed: int


def bodies_listed(home: Path, wanted: Slice) -> Listed[Body]:
    """A slice of the bodies, by name.

    Raises:
        QueryError: there is no snapshot, or it cannot be read; so do the others.
    """
    return listed(home, Body, _BODY_ORDER, wanted, of="coverage_bodies")


def body_sessions(home: Path, body: str, first: date, last: date) -> tuple[BodySitting, ...] | None:
    """The sessions that a body holds between two days; None where nothing is known of such a body."""
    asked = {"body": body, "first": first, "last": last}
    with one_look(home):
        if not query(home, _IS_BODY, {"body": body}).rows:
            return None
        sessions = query(home, _SESSIONS, asked).rows
        items: dict[int, list[SessionItem]] = {}
        for number, *item in query(home, _ITEMS, asked).rows:
            items.setdefault(number, []).append(SessionItem(*item))
        # All of a session that is under way counts, as on the page of the body.
        first, last = min([first, *(row[2] for row in sessions)]), max([last, *(row[3] for row in sessions)])
        due = ledger_today(home, _DUE, {"body": body, "first": first, "last": last})
    found = []
    for session in sessions:
        number, start, end = session[1:4]
        falling = [counts for day, *counts in due if start <= day <= end]
        all_, left = sum(count for count, _ in falling), sum(count for _, count in falling)
        found.append(BodySitting(*(*session, tuple(items.get(number, ())), all_, left)))
    return tuple(found)


def addressees_listed(home: Path, words: str | None, filters: Filters, wanted: Slice) -> Listed[Addressee]:
    """A slice of those who have to act, by their ids, counting the mandates that the words and filters let through."""
    hits = None if words is None else ranking(home, words, filters, unit="mandate").ids
    fitting = condition(filters, documents="ledger", mandate_ids=hits)
    found = ledger_today(home, *_ADDRESSEE_ORDER.asked(_ADDRESSEES, wanted, fitting))
    rows, last = _ADDRESSEE_ORDER.cut(found, wanted)
    return Listed(tuple(Addressee(*row) for row in rows), last)


def sources_listed(home: Path, wanted: Slice) -> Listed[Source]:
    """A slice of the sources, by their ids."""
    return listed(home, Source, _SOURCE_ORDER, wanted, of="source_health")


def coverage_shown(home: Path) -> Coverage:
    """What proves that nothing was missed."""
    with reading(home) as connection:
        return coverage_of(connection)
