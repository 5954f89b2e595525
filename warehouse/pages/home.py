"""The first page: what is new, what comes due, what is overdue, and which sources were not checked."""

from __future__ import annotations

import threading
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from warehouse.pages.overdue import overdue
from warehouse.query.counts import DECIDED, NO_MANDATE, is_draft
from warehouse.query.ledger_spans import spans_today
from warehouse.query.ledger_today import ledger_name
from warehouse.query.open_states import OPEN_STATES
from warehouse.query.opening import one_look
from warehouse.query.queries import query
from warehouse.query.source_states import ILL, source_states, states_left

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from config.sources import Source

_working_out = threading.Lock()
DUE_DAYS = 60
SHOWN = 12

# The newest text of the documents in question, as `current_versions` has it for all.
_NEWEST = """
newest AS (
    SELECT arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id FROM sightings
    WHERE version_id IS NOT NULL AND document_id IN ({documents}) GROUP BY document_id
)"""
# What one run brings was seen source by source, which is no order for readers. Of one day, what is newer comes first.
_NEWEST_FIRST = "date_trunc('day', first_seen) DESC, published_on DESC NULLS LAST, first_seen DESC, document_id"
_NEW = f"""
WITH new AS (
    FROM documents WHERE first_seen > $since ORDER BY {_NEWEST_FIRST} LIMIT $shown
), {_NEWEST.format(documents="SELECT document_id FROM new")}
FROM (
    SELECT
        new.document_id, new.symbol, new.title, new.body, new.kind, new.published_on, first_seen, new.language,
        new.stage, count(mandate_id) AS mandates
    FROM new LEFT JOIN (
        SELECT document_id, mandate_id FROM mandates
        WHERE document_id IN (SELECT document_id FROM new) AND version_id IN (FROM newest)
            AND task_key NOT IN ({NO_MANDATE})
    ) AS asked USING (document_id)
    GROUP BY ALL
) ORDER BY {_NEWEST_FIRST}"""  # noqa: S608 - our own words, and so below
_NEW_COUNT = "SELECT count(*) FROM documents WHERE first_seen > $since"
_NEAR = f"BETWEEN current_date AND current_date + {DUE_DAYS}"
# Few tasks have such a deadline, and only their states are looked at.
_HAS_NEAR = f"len(list_filter(occurrences, lambda asked: asked.due_end {_NEAR})) > 0"
_COMING = f"""
SELECT
    task_key, document_id, asked.number AS occurrence, asked.due_end AS due_end, asked.is_expected, span.state,
    count(*) OVER ()
FROM ({spans_today("task_key, document_id", _HAS_NEAR, due=_NEAR, states=OPEN_STATES)})
ORDER BY due_end, task_key, occurrence LIMIT $shown"""  # noqa: S608
_WORDS = f"""
WITH {_NEWEST.format(documents="SELECT unnest($documents)")},
asked AS (
    SELECT task_key, clause_id, document_id, quote, addressee FROM mandates
    WHERE task_key IN (SELECT unnest($tasks)) AND version_id IN (FROM newest)
    UNION ALL
    SELECT clause_key, clause_id, document_id, display, addressee FROM clauses
    WHERE clause_key IN (SELECT unnest($tasks)) AND version_id IN (FROM newest)
),
shared AS (
    SELECT clause_id FROM mandates WHERE clause_id IN (SELECT clause_id FROM asked) GROUP BY 1 HAVING count(*) > 1
)
SELECT
    asked.task_key, documents.symbol, documents.title, clauses.number,
    CASE WHEN clause_id IN (FROM shared) THEN asked.quote ELSE clauses.display END,
    coalesce(said.value, asked.addressee)
FROM asked JOIN clauses USING (clause_id) JOIN documents ON documents.document_id = asked.document_id
LEFT JOIN ({DECIDED.format(field="addressee")}) AS said ON said.task_key = asked.task_key"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that was seen for the first time, and how many mandates it has, or proposes if it is a draft."""

    document_id: str
    symbol: str | None
    title: str
    body: str | None
    kind: str
    published_on: date | None
    first_seen: datetime
    language: str | None
    stage: str | None
    mandates: int

    @property
    def is_draft(self) -> bool:
        """Whether its mandates are only proposed."""
        return is_draft(self.stage)


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
    with one_look(home):
        today = ledger_name(home)
        # What all readers of the day are shown is worked out for one of them.
        with _working_out:
            new, new_count = _new(home, today, since)
            coming, coming_count = _coming(home, today)
            late, late_count = _late(home, today)
        return Home(
            new,
            new_count,
            coming,
            coming_count,
            late,
            late_count,
            _unchecked(home, sources),
        )


def _unchecked(home: Path, sources: Sequence[Source] | None) -> tuple[Unchecked, ...]:
    """Those that were not read for the longest time come first."""
    states = states_left(home) if sources is None else source_states(home, sources, datetime.now(UTC))
    ill = [each for each in states if each.health.state in ILL]
    never = datetime.min.replace(tzinfo=UTC)
    ill.sort(key=lambda each: (each.history.last_success or never, each.health.source_id))
    return tuple(Unchecked(each.health.source_id, each.health.state, each.history.last_success) for each in ill)


@lru_cache(maxsize=64)
def _new(home: Path, _today: str, since: datetime | None) -> tuple[tuple[NewDocument, ...], int]:
    """The newest documents since then, and how many there are; kept for a snapshot and a day."""
    when = {"since": since or datetime.min.replace(tzinfo=UTC)}
    rows = query(home, _NEW, when | {"shown": SHOWN}).rows
    return tuple(NewDocument(*row) for row in rows), int(query(home, _NEW_COUNT, when).rows[0][0]) if since else len(
        rows
    )


@lru_cache(maxsize=4)
def _coming(home: Path, _today: str) -> tuple[tuple[DueTask, ...], int]:
    """What falls due next, and how much does; kept for a snapshot and a day."""
    rows = query(home, _COMING, {"shown": SHOWN}).rows
    return _in_words(home, [row[:-1] for row in rows]), int(rows[0][-1]) if rows else 0


@lru_cache(maxsize=4)
def _late(home: Path, _today: str) -> tuple[tuple[DueTask, ...], int]:
    """What fell due last and is overdue, and how much is; kept for a snapshot and a day."""
    found = overdue(home, SHOWN)
    return _in_words(home, [(*astuple(each), "overdue") for each in found.latest]), found.count


def _in_words(home: Path, rows: Sequence[tuple[Any, ...]]) -> tuple[DueTask, ...]:
    if not rows:
        return ()
    asked = {"tasks": [row[0] for row in rows], "documents": [row[1] for row in rows]}
    words = {task: more for task, *more in query(home, _WORDS, asked).rows}
    today = datetime.now(UTC).date()
    shown = []
    for task, document, _, due_end, is_expected, state in rows:
        if task in words:
            symbol, title, number, quote, addressee = words[task]
            left = (due_end - today).days
            shown.append(
                DueTask(task, document, symbol, title, number, quote, addressee, due_end, left, state, is_expected)
            )
    return tuple(shown)
