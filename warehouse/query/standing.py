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
from warehouse.query.queries import edition, interrupted_after, reading

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

_TODAY = f"""
SELECT
    ledger.mandate_id, ledger.occurrence, ledger.body, ledger.session, ledger.symbol, ledger.kind, ledger.stage,
    documents.language, ledger.published_on, documents.topics, ledger.type, ledger.addressee, ledger.addressee_id,
    ledger.addressee_resolved, ledger.state, ledger.since, ledger.responsible, ledger.due, ledger.due_start,
    ledger.due_end, ledger.due_basis, ledger.due_sense
FROM ledger JOIN documents USING (document_id)
QUALIFY {NEXT_EXPECTED}"""  # noqa: S608 - our own words
_PIECE_ROWS = 50_000
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
            # A cursor of its own: a request that is given up stops its own queries, and not this.
            with reading(home) as snapshot:
                ((catalog,),) = snapshot.execute("SELECT current_database()").fetchall()
                cursor = snapshot.cursor()
                cursor.execute(f'USE "{catalog}"')
                _coming[now] = _worker.submit(_worked_out, now, cursor)
        coming = _coming[now]
    try:
        return coming.result(FIRST_SECONDS if former is None else FRESH_SECONDS)
    except TimeoutError:
        if former is None:
            raise SlowQueryError("the ledger of today is being worked out; ask again in a moment") from None
        return former


def _worked_out(now: tuple[Path, str], snapshot: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    memory = duckdb.connect(config={"threads": 2, "memory_limit": _MEMORY})
    made = False
    try:
        memory.execute("ATTACH ':memory:' AS today (COMPRESS)")
        memory.register("pieces", snapshot.sql(_TODAY).to_arrow_reader(_PIECE_ROWS))
        # Hits of a search are joined eight bytes a row.
        memory.execute("CREATE TABLE today.standing AS SELECT *, hash(mandate_id) AS mandate_key FROM pieces")
        memory.unregister("pieces")
        memory.execute("CHECKPOINT today")
        made = True
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
    finally:
        snapshot.close()
        with _lock:
            del _coming[now]
            if made:
                _held.clear()
                _held[now] = memory
    return memory
