"""The first page: what is new, what comes due, what is overdue, and which sources were not checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.query.queries import query
from warehouse.query.source_states import ILL, source_states, states_left

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from config.sources import Source

DUE_DAYS = 60
SHOWN = 12

_NEW = """
WITH new AS (
    FROM documents WHERE first_seen > $since
    ORDER BY first_seen DESC, published_on DESC NULLS LAST, document_id LIMIT $shown
)
SELECT
    new.document_id, new.symbol, new.title, new.body, new.kind, new.published_on, first_seen, new.language,
    count(mandate_id)
FROM new LEFT JOIN current_mandates USING (document_id)
GROUP BY ALL ORDER BY first_seen DESC, new.published_on DESC NULLS LAST, new.document_id"""
_NEW_COUNT = "SELECT count(*) FROM documents WHERE first_seen > $since"
_DUE = """
SELECT task_key, document_id, symbol, title, number, quote, addressee, due_end, days_left, state, is_expected
FROM ledger WHERE {which}
ORDER BY {order}, symbol, number, occurrence LIMIT $shown"""
_DUE_COUNT = "SELECT count(*) FROM ledger WHERE {which}"
_COMING = f"days_left BETWEEN 0 AND {DUE_DAYS} AND state IN ('open', 'due_soon', 'corrected', 'partly_answered')"
_OVERDUE = "state = 'overdue'"


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that was seen for the first time, and how many mandates it has."""

    document_id: str
    symbol: str | None
    title: str
    body: str | None
    kind: str
    published_on: date | None
    first_seen: datetime
    language: str | None
    mandates: int


@dataclass(frozen=True, slots=True)
class DueTask:
    """One occurrence of a task with a deadline; `days_left` is negative where that has passed."""

    task_key: str
    document_id: str
    symbol: str | None
    title: str
    number: str | None
    quote: str
    addressee: str | None
    due_end: date
    days_left: int
    state: str
    is_expected: bool


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A source that is not healthy, and when it was last read (UTC)."""

    source_id: str
    state: str
    last_success: datetime | None


@dataclass(frozen=True, slots=True)
class Home:
    """The first page; the lists are cut at `SHOWN`, the counts are not."""

    new: tuple[NewDocument, ...]
    new_count: int
    due: tuple[DueTask, ...]
    due_count: int
    overdue: tuple[DueTask, ...]
    overdue_count: int
    unchecked: tuple[Unchecked, ...]


def home_page(home: Path, since: datetime | None, sources: Sequence[Source] | None) -> Home:
    """What there is since that time; without one, the newest of all. None where nobody knows the configured sources.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    when = {"since": since or datetime.min.replace(tzinfo=UTC)}
    new = query(home, _NEW, when | {"shown": SHOWN}).rows
    return Home(
        tuple(NewDocument(*row) for row in new),
        _count(home, _NEW_COUNT, when) if since else len(new),
        _due(home, _COMING, "due_end"),
        _count(home, _DUE_COUNT.format(which=_COMING)),
        _due(home, _OVERDUE, "due_end DESC"),
        _count(home, _DUE_COUNT.format(which=_OVERDUE)),
        _unchecked(home, sources),
    )


def _unchecked(home: Path, sources: Sequence[Source] | None) -> tuple[Unchecked, ...]:
    """Those that were not read for the longest time come first."""
    states = states_left(home) if sources is None else source_states(home, sources, datetime.now(UTC))
    ill = [each for each in states if each.health.state in ILL]
    never = datetime.min.replace(tzinfo=UTC)
    ill.sort(key=lambda each: (each.history.last_success or never, each.health.source_id))
    return tuple(Unchecked(each.health.source_id, each.health.state, each.history.last_success) for each in ill)


def _due(home: Path, which: str, order: str) -> tuple[DueTask, ...]:
    return tuple(DueTask(*row) for row in query(home, _DUE.format(which=which, order=order), {"shown": SHOWN}).rows)


def _count(home: Path, sql: str, parameters: dict[str, datetime] | None = None) -> int:
    return int(query(home, sql, parameters).rows[0][0])
