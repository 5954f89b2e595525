"""The ledger as it is today, in memory: what every search asks, worked out once for a snapshot and a day.

The view `ledger` works the states of all tasks out each time, which is what one question wants and ten for a page do
not. Here are only the fields that searches filter, sort and count by; the words of a mandate stay in the snapshot.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.model import QueryError
from warehouse.query.filters import NEXT_EXPECTED
from warehouse.query.queries import reading
from warehouse.query.search_volumes import stamp

if TYPE_CHECKING:
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
_MEMORY = "192MB"

# The last one only: a process that serves pages has one home.
_held: dict[str, duckdb.DuckDBPyConnection] = {}
_working = threading.Lock()


def standing(home: Path, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a query of `today.standing` gives: a row for each occurrence of each task, as the ledger has it today.

    Raises:
        QueryError: there is no snapshot, or it is one of a version without a ledger.
    """
    with _current(home).cursor() as connection:
        try:
            return connection.execute(sql, values).fetchall()
        except duckdb.Error as error:
            raise QueryError(str(error)) from error


def _current(home: Path) -> duckdb.DuckDBPyConnection:
    now = f"{home} {stamp(home)} {datetime.now(UTC):%Y-%m-%d}"
    with _working:
        if now not in _held:
            worked_out = _worked_out(home)
            _held.clear()
            _held[now] = worked_out
        return _held[now]


def _worked_out(home: Path) -> duckdb.DuckDBPyConnection:
    memory = duckdb.connect(config={"threads": 2, "memory_limit": _MEMORY})
    memory.execute("ATTACH ':memory:' AS today (COMPRESS)")
    with reading(home) as snapshot:
        memory.register("pieces", snapshot.sql(_TODAY).to_arrow_reader(_PIECE_ROWS))
        memory.execute("CREATE TABLE today.standing AS FROM pieces")
        memory.unregister("pieces")
    memory.execute("CHECKPOINT today")
    return memory
