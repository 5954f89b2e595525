"""One open snapshot for many blocks at a time: each reads it with a cursor of its own, for as long as it may."""

from __future__ import annotations

import contextlib
import threading
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import duckdb

from warehouse.model import QueryError, SlowQueryError
from warehouse.query.opening import (
    IF_DAMAGED,
    INTERRUPTS_EVERY_SECONDS,
    SETTINGS,
    failed,
    interrupted_after,
    looking,
    opened,
    without_snapshot,
)
from warehouse.query.search_volumes import stamp
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_INDEXES = "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'ART_INDEX'"

_lent: ContextVar[Mapping[Path, Shared]] = ContextVar("lent", default={})  # noqa: B039 - never changed


@dataclass(frozen=True, slots=True)
class Shared:
    """An open snapshot for `lent`, which one it is, and what reads it `apart` from requests."""

    connection: duckdb.DuckDBPyConnection
    stamp: str
    apart: set[duckdb.DuckDBPyConnection] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def is_full(self, index_bytes: int) -> bool:
        """Whether indexes take more than that: DuckDB keeps each part of them that a look at a key once read."""
        try:
            with self.connection.cursor() as cursor:
                taken = sum(int(row[0]) for row in cursor.execute(_INDEXES).fetchall())
                return taken > index_bytes
        except duckdb.Error:
            # There is not even enough left to say so.
            return True

    def close(self) -> None:
        """Stop what reads it apart, wait until that has ended, and let go of the file."""
        with self.changed:
            while self.apart:
                for cursor in self.apart:
                    cursor.interrupt()
                self.changed.wait(INTERRUPTS_EVERY_SECONDS)
        self.connection.close()


@contextlib.contextmanager
def shared(path: Path, *, memory_bytes: int, threads: int = 2) -> Iterator[Shared]:
    """A snapshot that many threads read for a long time, within so much memory.

    In one process DuckDB has one database a path, so while this was open, the next snapshot, renamed to the same path,
    could not be opened or verified. Attached to a database in memory, it is nobody else's.

    Raises:
        QueryError: there is none, or it cannot be opened.
    """
    # Before it is opened: one that is published in between is noticed later.
    seen = stamp(path.parent)
    if not seen:
        raise QueryError(without_snapshot(path))
    bounds: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_bytes}B",
        "threads": threads,
        "temp_directory": "",
        "enable_external_access": True,
        # What was given back goes back to the system soon, as the process lives for months.
        "allocator_flush_threshold": "16MB",
        "allocator_background_threads": True,
    }
    # Attaching is an access to a file, so files are closed off after it.
    connection = duckdb.connect(":memory:", config=SETTINGS | bounds)
    try:
        quoted = str(path.absolute()).replace("'", "''")
        connection.execute(f"ATTACH '{quoted}' AS snapshot (READ_ONLY)")
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        connection.close()
        raise QueryError(f"{path}: cannot be opened: {error}; {IF_DAMAGED}") from error
    opened_one = Shared(connection, seen)
    try:
        yield opened_one
    finally:
        opened_one.close()


@contextlib.contextmanager
def lent(home: Path, snapshot: Shared, *, seconds: float | None = None) -> Iterator[None]:
    """Let the queries of the block read an open snapshot, with a cursor of the block's own, for so many seconds.

    Raises:
        SlowQueryError: the time is over; other blocks go on.
        QueryError: what the block asks fails.
    """
    cursor = snapshot.connection.cursor()
    before, edition_before = looking.set({home: cursor}), _lent.set({home: snapshot})
    try:
        cursor.execute("USE snapshot")
        with interrupted_after(cursor, seconds):
            yield
    except duckdb.InterruptException as error:
        raise SlowQueryError("stopped; ask for less") from error
    except duckdb.Error as error:
        raise failed(snapshot_path(home), error) from error
    finally:
        _lent.reset(edition_before)
        looking.reset(before)
        cursor.close()


def edition(home: Path) -> str:
    """Which snapshot is asked: the one that was lent, which another may have replaced since, or the published one."""
    lent_one = _lent.get().get(home)
    return stamp(home) if lent_one is None else lent_one.stamp


def is_lent(home: Path) -> bool:
    """Whether this block reads a snapshot that was lent to it."""
    return home in _lent.get()


def apart(home: Path) -> Callable[[], contextlib.AbstractContextManager[duckdb.DuckDBPyConnection]]:
    """The snapshot that this block reads, for another thread: what is returned is called there, once.

    Where it was lent, the thread may go on when the block is over. The snapshot is closed only after it: what still
    reads it then is stopped, with duckdb.InterruptException.
    """
    snapshot = _lent.get().get(home)
    if snapshot is None:
        connection = looking.get().get(home)
        return (
            partial(opened, snapshot_path(home))
            if connection is None
            else partial(contextlib.closing, connection.cursor())
        )
    cursor = snapshot.connection.cursor()
    cursor.execute("USE snapshot")
    with snapshot.changed:
        snapshot.apart.add(cursor)
    return partial(_apart, snapshot, cursor)


@contextlib.contextmanager
def _apart(snapshot: Shared, cursor: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        yield cursor
    finally:
        cursor.close()
        with snapshot.changed:
            snapshot.apart.discard(cursor)
            snapshot.changed.notify_all()
