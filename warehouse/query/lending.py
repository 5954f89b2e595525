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


@dataclass(slots=True)
class _Attached:
    """A database in memory to which a snapshot is attached, under another name each time; all share its memory."""

    path: Path
    connection: duckdb.DuckDBPyConnection
    given: int = 0
    names: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def attach(self) -> str:
        """Under which name; raises QueryError where it cannot be opened."""
        with self.lock, self.connection.cursor() as cursor:
            self.given += 1
            name = "snapshot" if self.given == 1 else f"snapshot_{self.given}"
            try:
                cursor.execute(f"ATTACH {_quoted(self.path)} AS {name} (READ_ONLY)")
            except duckdb.Error as error:
                raise QueryError(f"{self.path}: cannot be opened: {error}; {IF_DAMAGED}") from error
            self.names.add(name)
        return name

    def detach(self, name: str) -> None:
        """Let go of it, and of everything with the last one."""
        with self.lock:
            with self.connection.cursor() as cursor:
                cursor.execute(f"DETACH {name}")
            self.names.discard(name)
            if not self.names:
                self.connection.close()


@dataclass(frozen=True, slots=True)
class Shared:
    """An open snapshot for `lent`, which one it is, and what reads it `apart` from requests."""

    attached: _Attached
    name: str
    stamp: str
    apart: set[duckdb.DuckDBPyConnection] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """For one thread."""
        cursor = self.attached.connection.cursor()
        cursor.execute(f"USE {self.name}")
        return cursor

    @contextlib.contextmanager
    def again(self) -> Iterator[Shared]:
        """The file that is there now, opened beside this one within the same memory; raises as `shared`."""
        seen = stamp(self.attached.path.parent)
        one = Shared(self.attached, self.attached.attach(), seen)
        try:
            yield one
        finally:
            one.close()

    def is_full(self, index_bytes: int) -> bool:
        """Whether indexes take more than that: DuckDB keeps each part of them that a look at a key once read."""
        try:
            with self.attached.connection.cursor() as cursor:
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
        self.attached.detach(self.name)


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
    attached = _Attached(path, duckdb.connect(":memory:", config=SETTINGS | bounds))
    try:
        # Attaching it again is an access to this file, beside which DuckDB looks for a log; all others are closed off.
        log = path.with_name(f"{path.name}.wal")
        attached.connection.execute(f"SET allowed_paths = [{_quoted(path)}, {_quoted(log)}]")
        attached.connection.execute("SET GLOBAL TimeZone = 'UTC'")
        attached.connection.execute("SET enable_external_access = false")
        attached.connection.execute("SET lock_configuration = true")
        opened_one = Shared(attached, attached.attach(), seen)
    except BaseException:
        attached.connection.close()
        raise
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
    cursor = snapshot.cursor()
    before, edition_before = looking.set({home: cursor}), _lent.set({home: snapshot})
    try:
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
    cursor = snapshot.cursor()
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


def _quoted(path: Path) -> str:
    """A path as SQL."""
    return "'" + str(path.absolute()).replace("'", "''") + "'"
