"""The ledger as it is today: what every search asks, worked out once for a snapshot and a day.

The view `ledger` works the states of all tasks out each time, which is what one question wants and ten for a page do
not. Here are only the fields that searches filter, sort and count by; the words of a mandate stay in the snapshot.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from warehouse.model import SlowQueryError
from warehouse.query.ledger_pieces import kept_apart
from warehouse.query.opening import interrupted_after
from warehouse.query.worked_out import WorkedOut, explained, snapshot_and_day

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

QUERY_SECONDS = 5.0

Ask = Callable[[str, dict[str, Any]], list[tuple[Any, ...]]]

# Two questions at a time, so that a slow one does not hold up the others; more would take each other's memory.
QUESTIONS = 2
_turns = threading.BoundedSemaphore(QUESTIONS)
LEDGER = WorkedOut("ledger of today", kept_apart, first_seconds=4.0, fresh_seconds=1.0)


def ledger_today(home: Path, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a query of `today.ledger` gives: a row for each occurrence of each task, as the ledger has it today.

    Raises:
        SlowQueryError: it took too long, or the ledger is still being worked out, for the first time.
        LargeQueryError: it needs more memory than there is for it.
        QueryError: there is no snapshot, or it is one of a version without a ledger.
    """
    return one_ledger(home).ask(sql, values)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One ledger, asked with one connection. `name` is of which snapshot and day it is, as `ledger_name` has it."""

    name: str
    ask: Ask


def one_ledger(home: Path) -> Ledger:
    """A ledger to be asked several times, even if another one is worked out meanwhile.

    Both this and each ask raise as `ledger_today`.
    """
    of, ledger = LEDGER.current(home)
    return Ledger(" ".join(of), partial(_asked_in_turn, ledger.cursor()))


def _asked_in_turn(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    if not _turns.acquire(timeout=QUERY_SECONDS):
        raise SlowQueryError("others ask too much at the moment; ask again in a moment")
    try:
        return asked(connection, sql, values)
    finally:
        _turns.release()


def asked(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a query of a database that was worked out gives; raises as `ledger_today`."""
    with explained("stopped; ask for less"), interrupted_after(connection, QUERY_SECONDS):
        return connection.execute(sql, values).fetchall()


def ledger_name(home: Path) -> str:
    """Which ledger is asked, that of the snapshot and the day: what was found holds while this stays the same."""
    return " ".join(snapshot_and_day(home))
