"""The ledger as it is today, in memory: what every search asks, worked out once for a snapshot and a day.

The view `ledger` works the states of all tasks out each time, which is what one question wants and ten for a page do
not. Here are only the fields that searches filter, sort and count by; the words of a mandate stay in the snapshot.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.model import QueryError, SlowQueryError
from warehouse.query.filters import NEXT_EXPECTED
from warehouse.query.queries import apart, edition, interrupted_after, is_lent

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from contextlib import AbstractContextManager
    from pathlib import Path

# As the view `ledger`, for some tasks at a time and without their words: the view joins the tasks of all documents at
# once, which a million of them leave no memory for. The spans of a task stand in one row, so nothing joins them.
_PIECE = f"""
WITH held AS (
    SELECT
        task_key, asked.number AS occurrence, asked.due, asked.due_start, asked.due_end, asked.due_basis,
        asked.sense AS due_sense, asked.is_expected, span.state, span.since
    FROM (
        SELECT task_key, asked, unnest(states) AS span FROM (
            SELECT task_key, unnest(occurrences) AS asked, states FROM ledger_tasks WHERE rowid BETWEEN $first AND $last
        )
    )
    WHERE span.occurrence = asked.number
        AND (span.since IS NULL OR span.since <= current_date) AND (span.until IS NULL OR span.until > current_date)
), known AS (
    SELECT mandate_id, task_key, version_id, document_id, type, addressee, addressee_id, addressee_resolved
    FROM mandates SEMI JOIN held USING (task_key)
    UNION ALL
    SELECT clause_id, clause_key, version_id, document_id, type, addressee, addressee_id, NULL
    FROM clauses WHERE NOT is_mandate AND clause_key IN (SELECT task_key FROM held SEMI JOIN decided USING (task_key))
), newest AS (
    SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id
    FROM sightings SEMI JOIN known USING (document_id) WHERE version_id IS NOT NULL GROUP BY document_id
), watched AS (
    SELECT type, parent, min(since) AS since FROM answers_watched WHERE until >= current_date GROUP BY type, parent
), ledger AS (
    SELECT
        known.mandate_id, known.task_key, held.occurrence, documents.body, documents.session, documents.symbol,
        documents.kind, documents.stage, documents.language, documents.published_on,
        documents.topics, coalesce(decided.type, known.type) AS type,
        coalesce(decided.addressee, known.addressee) AS addressee,
        CASE
            WHEN decided.addressee IS NULL THEN coalesce(decided.addressee_id, known.addressee_id)
            ELSE decided.addressee_id
        END AS addressee_id,
        CASE WHEN decided.addressee IS NULL THEN known.addressee_resolved END AS addressee_resolved,
        held.state, held.since, decided.responsible, held.due, held.due_start, held.due_end, held.due_basis,
        held.due_sense, held.is_expected
    FROM held JOIN known USING (task_key) SEMI JOIN newest USING (document_id, version_id)
    JOIN documents ON documents.document_id = known.document_id
    LEFT JOIN decided ON decided.task_key = held.task_key
    WHERE decided.is_mandate IS DISTINCT FROM 'no'
), judged AS (
    SELECT ledger.* REPLACE (
        CASE
            WHEN state = 'overdue' AND coalesce(watched.since > due_end, true) THEN 'unknown' ELSE state
        END AS state)
    FROM ledger LEFT JOIN watched ON watched.type = ledger.type AND watched.parent = split_part(ledger.body, '-', 1)
)
SELECT ledger.* EXCLUDE (task_key, is_expected), hash(mandate_id) AS mandate_key
FROM judged AS ledger QUALIFY {NEXT_EXPECTED}"""  # noqa: S608 - our own words
_LAST = "SELECT coalesce(max(rowid), -1) FROM ledger_tasks"
# Tasks a piece: some 100 MB of memory.
TOGETHER = 25_000
_MEMORY = "128MB"
# Whoever asks meanwhile is shown the ledger of the snapshot before, or has to come again.
FRESH_SECONDS, FIRST_SECONDS = 1.0, 4.0
QUERY_SECONDS = 5.0

# The last one only: a process that serves pages has one home.
_held: dict[tuple[Path, str], duckdb.DuckDBPyConnection] = {}
_coming: dict[tuple[Path, str], Future[duckdb.DuckDBPyConnection]] = {}
_lock = threading.Lock()
_worker = ThreadPoolExecutor(1, thread_name_prefix="ledger of today")


def standing(home: Path, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a query of `today.standing` gives: a row for each occurrence of each task, as the ledger has it today.

    Raises:
        SlowQueryError: it took too long, or the ledger is still being worked out, for the first time.
        QueryError: there is no snapshot, or it is one of a version without a ledger.
    """
    with _current(home).cursor() as connection:
        try:
            with interrupted_after(connection, QUERY_SECONDS):
                return connection.execute(sql, values).fetchall()
        except duckdb.InterruptException as error:
            raise SlowQueryError("stopped; ask for less") from error
        except duckdb.Error as error:
            raise QueryError(str(error)) from error


def is_worked_out(home: Path) -> bool:
    """Whether `standing` is sure to answer for the snapshot that is asked, and not for the one before."""
    with _lock:
        return _now(home) in _held


def _now(home: Path) -> tuple[Path, str]:
    return home, f"{edition(home)} {datetime.now(UTC):%Y-%m-%d}"


def _current(home: Path) -> duckdb.DuckDBPyConnection:
    now = _now(home)
    with _lock:
        if now in _held:
            return _held[now]
        former = next((held for (whose, _), held in _held.items() if whose == home), None)
        if now not in _coming:
            # Apart from the request: one that is given up, or waits no longer, ends its own queries, and not this.
            _coming[now] = _worker.submit(_worked_out, now, apart(home))
        coming = _coming[now]
    try:
        return coming.result((FIRST_SECONDS if former is None else FRESH_SECONDS) if is_lent(home) else None)
    except TimeoutError:
        if former is None:
            raise SlowQueryError("the ledger of today is being worked out; ask again in a moment") from None
        return former


def _worked_out(
    now: tuple[Path, str], look: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
) -> duckdb.DuckDBPyConnection:
    try:
        # Entered first: the snapshot is closed only when this block has been left.
        with look() as snapshot:
            memory = _filled(snapshot)
        with _lock:
            _held.clear()
            _held[now] = memory
    except duckdb.InterruptException as error:
        raise SlowQueryError("another snapshot was published meanwhile; ask again in a moment") from error
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
    finally:
        with _lock:
            del _coming[now]
    return memory


def _filled(snapshot: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    memory = duckdb.connect(config={"threads": 2, "memory_limit": _MEMORY})
    memory.execute("ATTACH ':memory:' AS today (COMPRESS)")
    ((last,),) = snapshot.execute(_LAST).fetchall()
    # Without any task, too, the columns of the table come from one piece.
    for first in range(0, max(last, 0) + 1, TOGETHER):
        piece = snapshot.sql(_PIECE, params={"first": first, "last": first + TOGETHER - 1}).to_arrow_table()
        memory.register("piece", piece)
        how = "INSERT INTO today.standing" if first else "CREATE TABLE today.standing AS"
        memory.execute(f"{how} FROM piece")
        memory.unregister("piece")
    memory.execute("CHECKPOINT today")
    return memory
