"""What analysts ask of the snapshot: any SQL that reads it, and nothing else."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from warehouse.model import LargeQueryError, QueryError, SlowQueryError
from warehouse.query.search_volumes import stamp
from warehouse.store.database import live_path
from warehouse.store.paths import replacing
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

Answer = TypeVar("Answer")

# THE one place where an analyst's SQL is kept from the machine: no files, no network, no extensions, no way to change
# that.
_settings: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "python_enable_replacements": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
IF_DAMAGED = "if it is damaged, `mandates snapshot` publishes it again; snapshot.previous.duckdb is the one before"
_PIECE_ROWS = 50_000
# An interruption between two queries of a block is lost, so it is repeated.
_INTERRUPTS_EVERY_SECONDS = 0.05
_lent: ContextVar[Mapping[Path, Shared]] = ContextVar("lent", default={})  # noqa: B039 - never changed
_looking: ContextVar[Mapping[Path, duckdb.DuckDBPyConnection]] = ContextVar("looking", default={})  # noqa: B039 - never changed


@dataclass(frozen=True, slots=True)
class Table:
    """An answer: names of columns, each once, and rows in the same order; with `more` it was cut at the limit."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    more: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """An open snapshot for `lent`, which one it is, and what reads it `apart` from requests."""

    connection: duckdb.DuckDBPyConnection
    stamp: str
    apart: set[duckdb.DuckDBPyConnection] = field(default_factory=set)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def close(self) -> None:
        """Stop what reads it apart, wait until that has ended, and let go of the file."""
        with self.changed:
            while self.apart:
                for cursor in self.apart:
                    cursor.interrupt()
                self.changed.wait(_INTERRUPTS_EVERY_SECONDS)
        self.connection.close()


def query(
    home: Path,
    sql: str,
    parameters: list[Any] | dict[str, Any] | None = None,
    *,
    limit: int | None = None,
    timeout_seconds: float | None = None,
) -> Table:
    """The answer of the snapshot to one query; at most `limit` rows, and within `timeout_seconds`, where these are set.

    Raises:
        QueryError: there is no snapshot, the SQL has a mistake (with DuckDB's own words and the place), it holds
        several statements or none, would write, or took too long.
    """
    with _asked(home, sql, timeout_seconds) as (connection, statement):
        columns, rows = _interruptible(connection, partial(_rows, connection, statement, parameters, limit))
        return Table(_distinct(columns), rows[:limit], more=limit is not None and len(rows) > limit)


def query_to_parquet(
    home: Path,
    sql: str,
    path: Path,
    parameters: dict[str, Any] | None = None,
    *,
    limit: int | None = None,
    timeout_seconds: float | None = None,
) -> int:
    """Write the answer to one query into a Parquet file, whole or not at all; how many rows it has.

    The rows pass through in pieces, so that a large answer takes little memory.

    Raises:
        QueryError: as `query`, or the file cannot be written.
    """
    with _asked(home, sql, timeout_seconds) as (connection, statement):
        return _interruptible(connection, partial(_written, connection, statement, parameters, path, limit))


@contextlib.contextmanager
def _asked(
    home: Path, sql: str, timeout_seconds: float | None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, duckdb.Statement]]:
    """The snapshot and the one statement in `sql`, for a block that may take so long."""
    with reading(home) as connection:
        try:
            statements = connection.extract_statements(sql)
            if len(statements) != 1:
                raise QueryError(
                    f"there are {len(statements)} statements; run them one at a time"
                    if statements
                    else "the query is empty"
                )
            with interrupted_after(connection, timeout_seconds):
                yield connection, statements[0]
        except duckdb.InterruptException as error:
            after = "" if timeout_seconds is None else f" after {timeout_seconds:g} s"
            raise SlowQueryError(f"stopped{after}; ask for less, or allow more time") from error
        except duckdb.Error as error:
            raise _failed(snapshot_path(home), error) from error


@contextlib.contextmanager
def one_look(home: Path) -> Iterator[None]:
    """Let all queries of the block see the same snapshot, which is opened once (24 ms); nothing where there is none."""
    if not snapshot_path(home).exists():
        yield
        return
    with reading(home) as connection:
        before = _looking.set({home: connection})
        try:
            yield
        finally:
            _looking.reset(before)


@contextlib.contextmanager
def reading(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The snapshot, open for reading.

    Raises:
        QueryError: there is none yet, it cannot be opened, or what the block asks of it fails.
    """
    if (looking := _looking.get().get(home)) is not None:
        yield looking
        return
    with opened(snapshot_path(home)) as connection:
        yield connection


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
    }
    # Attaching is an access to a file, so files are closed off after it.
    connection = duckdb.connect(":memory:", config=_settings | bounds)
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
    before, edition_before = _looking.set({home: cursor}), _lent.set({home: snapshot})
    try:
        cursor.execute("USE snapshot")
        with interrupted_after(cursor, seconds):
            yield
    except duckdb.InterruptException as error:
        raise SlowQueryError("stopped; ask for less") from error
    except duckdb.Error as error:
        raise _failed(snapshot_path(home), error) from error
    finally:
        _lent.reset(edition_before)
        _looking.reset(before)
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
        looking = _looking.get().get(home)
        return (
            partial(opened, snapshot_path(home)) if looking is None else partial(contextlib.closing, looking.cursor())
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


@contextlib.contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A snapshot in a file of any name, open for reading; raises as `reading`."""
    if not path.exists():
        raise QueryError(without_snapshot(path))
    try:
        connection = duckdb.connect(path, read_only=True, config=_settings)
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        raise QueryError(f"{path}: cannot be opened: {error}; {IF_DAMAGED}") from error
    try:
        yield connection
    except duckdb.Error as error:
        raise _failed(path, error) from error
    finally:
        connection.close()


def without_snapshot(path: Path) -> str:
    """What to do where there is no snapshot: publish one, or, where nothing is recorded either, set up or go there."""
    if live_path(path.parent).exists():
        return f"{path}: there is no snapshot yet; `mandates snapshot` publishes one"
    return (
        f"{path}: there is no snapshot yet, and {path.parent.absolute()} has no warehouse; to set one up, use "
        "`mandates init` and `mandates run`; if there is one elsewhere, name it with `mandates --home DIR …`"
    )


@contextlib.contextmanager
def interrupted_after(connection: duckdb.DuckDBPyConnection, seconds: float | None) -> Iterator[None]:
    """Interrupt what the block asks of the connection once `seconds` have passed; DuckDB raises InterruptException."""
    if seconds is None:
        yield
        return
    over = threading.Event()

    def watch() -> None:
        wait = seconds
        while not over.wait(wait):
            connection.interrupt()
            wait = _INTERRUPTS_EVERY_SECONDS

    watching = threading.Thread(target=watch, daemon=True, name="limit of a query")
    watching.start()
    try:
        yield
    finally:
        over.set()
        # Whoever asks next is not interrupted.
        watching.join()


def _rows(
    connection: duckdb.DuckDBPyConnection,
    statement: duckdb.Statement,
    parameters: list[Any] | dict[str, Any] | None,
    limit: int | None,
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    answer = connection.execute(statement, parameters)
    columns = tuple(column[0] for column in answer.description or ())
    return columns, answer.fetchall() if limit is None else answer.fetchmany(limit + 1)


def _written(
    connection: duckdb.DuckDBPyConnection,
    statement: duckdb.Statement,
    parameters: dict[str, Any] | None,
    path: Path,
    limit: int | None,
) -> int:
    # 50 ms that other questions need not pay.
    import pyarrow.parquet as pq  # noqa: PLC0415

    pieces = connection.sql(statement, params=parameters).to_arrow_reader(_PIECE_ROWS)
    schema, written = pieces.schema, 0
    try:
        with replacing(path) as aside, pq.ParquetWriter(aside, schema, compression="zstd") as file:
            for piece in pieces:
                rows = piece if limit is None else piece.slice(0, limit - written)
                file.write_batch(rows)
                written += rows.num_rows
                if written == limit:
                    break
    except OSError as error:
        raise QueryError(f"{path}: cannot be written ({error.strerror or error})") from error
    return written


def _interruptible(connection: duckdb.DuckDBPyConnection, work: Callable[[], Answer]) -> Answer:
    """Do it outside the main thread, in which DuckDB hears no Ctrl-C before the query is done."""
    if threading.current_thread() is not threading.main_thread():
        return work()
    with ThreadPoolExecutor(1) as thread:
        doing = thread.submit(work)
        try:
            return doing.result()
        finally:
            if not doing.done():
                connection.interrupt()


def _distinct(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Each name once, as DuckDB itself names the columns of a table: two tables may both have a `title`."""
    names: dict[str, None] = {}
    for column in columns:
        name, number = column, 0
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names[name] = None
    return tuple(names)


def _failed(path: Path, error: duckdb.Error) -> QueryError:
    kind = LargeQueryError if isinstance(error, duckdb.OutOfMemoryException) else QueryError
    return kind(_plain(path, error))


def _plain(path: Path, error: duckdb.Error) -> str:
    """DuckDB's message; where it means that the query writes, in our reader's words."""
    message = str(error)
    if "read-only mode" in message:
        return f"the snapshot is for reading, this query would write: {message}"
    if "disabled by configuration" in message or "configuration has been locked" in message:
        return f"a query reads the snapshot and nothing else: {message}"
    if "Corrupt database file" in message:
        return f"{path}: is damaged, `mandates snapshot` publishes it again: {message}"
    return message
