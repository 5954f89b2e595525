"""The ledger as it is today: what every search asks, worked out once for a snapshot and a day.

The view `ledger` works the states of all tasks out each time, which is what one question wants and ten for a page do
not. Here are only the fields that searches filter, sort and count by; the words of a mandate stay in the snapshot.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.model import LargeQueryError, QueryError, SlowQueryError
from warehouse.query.ledger_pieces import kept_apart
from warehouse.query.lending import apart, edition, is_lent
from warehouse.query.opening import interrupted_after

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from contextlib import AbstractContextManager
    from pathlib import Path

# Whoever asks meanwhile is shown the ledger of the snapshot before, or has to come again.
FRESH_SECONDS, FIRST_SECONDS = 1.0, 4.0
QUERY_SECONDS = 5.0

Ask = Callable[[str, dict[str, Any]], list[tuple[Any, ...]]]

# The last one only: a process that serves pages has one home.
_held: dict[tuple[Path, str], duckdb.DuckDBPyConnection] = {}
_coming: dict[tuple[Path, str], Future[duckdb.DuckDBPyConnection]] = {}
_lock = threading.Lock()
_worker = ThreadPoolExecutor(1, thread_name_prefix="ledger of today")


@dataclass(slots=True)
class Noticed:
    """Whether a block was shown the ledger of the snapshot or the day before."""

    is_former: bool = False


_noticed: ContextVar[Noticed | None] = ContextVar("noticed", default=None)


@contextlib.contextmanager
def noticing() -> Iterator[Noticed]:
    """Notice whether the block is shown a former ledger, since that of today is still being worked out."""
    noticed = Noticed()
    before = _noticed.set(noticed)
    try:
        yield noticed
    finally:
        _noticed.reset(before)


def ledger_today(home: Path, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What a query of `today.ledger` gives: a row for each occurrence of each task, as the ledger has it today.

    Raises:
        SlowQueryError: it took too long, or the ledger is still being worked out, for the first time.
        LargeQueryError: it needs more memory than there is for it.
        QueryError: there is no snapshot, or it is one of a version without a ledger.
    """
    return asker(home)(sql, values)


def asker(home: Path) -> Ask:
    """Ask one ledger several times, with one connection, even if another ledger is worked out meanwhile.

    Both this and each ask raise as `ledger_today`.
    """
    return partial(_asked, _current(home).cursor())


def _asked(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with _explained("stopped; ask for less"), interrupted_after(connection, QUERY_SECONDS):
        return connection.execute(sql, values).fetchall()


@contextlib.contextmanager
def _explained(interrupted: str) -> Iterator[None]:
    """Raise what DuckDB refuses as an error of ours; the words are for what was interrupted."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise SlowQueryError(interrupted) from error
    except duckdb.OutOfMemoryException as error:
        raise LargeQueryError(str(error)) from error
    except duckdb.Error as error:
        raise QueryError(str(error)) from error


def is_worked_out(home: Path) -> bool:
    """Whether `ledger_today` is sure to answer for the snapshot that is asked, and not for the one before."""
    with _lock:
        return _now(home) in _held


def ledger_name(home: Path) -> str:
    """Which ledger is asked, that of the snapshot and the day: what was found holds while this stays the same."""
    return f"{edition(home)} {datetime.now(UTC):%Y-%m-%d}"


def _now(home: Path) -> tuple[Path, str]:
    return home, ledger_name(home)


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
        if (noticed := _noticed.get()) is not None:
            noticed.is_former = True
        return former


def _worked_out(
    now: tuple[Path, str], look: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]]
) -> duckdb.DuckDBPyConnection:
    try:
        # Entered first: the snapshot is closed only when this block has been left.
        with _explained("another snapshot was published meanwhile; ask again in a moment"), look() as snapshot:
            kept = kept_apart(snapshot)
        with _lock:
            _held.clear()
            _held[now] = kept
    except OSError as error:
        raise QueryError(f"no folder for temporary files: {error.strerror or error}") from error
    finally:
        with _lock:
            del _coming[now]
    return kept
