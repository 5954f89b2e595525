"""The published snapshot, open for reading and for nothing else: no files, no network, no way to change that."""

from __future__ import annotations

import contextlib
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING

import duckdb

from warehouse.model import LargeQueryError, QueryError
from warehouse.store.database import live_path
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

# THE one place where an analyst's SQL is kept from the machine: no files, no network, no extensions, no way to change
# that.
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "python_enable_replacements": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
IF_DAMAGED = "if it is damaged, `mandates snapshot` publishes it again; snapshot.previous.duckdb is the one before"
# An interruption between two queries of a block is lost, so it is repeated.
INTERRUPTS_EVERY_SECONDS = 0.05
# What the queries of a block read, by home.
looking: ContextVar[Mapping[Path, duckdb.DuckDBPyConnection]] = ContextVar("looking", default={})  # noqa: B039 - never changed


@contextlib.contextmanager
def one_look(home: Path) -> Iterator[None]:
    """Let all queries of the block see the same snapshot, which is opened once (24 ms); nothing where there is none."""
    if not snapshot_path(home).exists():
        yield
        return
    with reading(home) as connection:
        before = looking.set({home: connection})
        try:
            yield
        finally:
            looking.reset(before)


@contextlib.contextmanager
def reading(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The snapshot, open for reading.

    Raises:
        QueryError: there is none yet, it cannot be opened, or what the block asks of it fails.
    """
    if (connection := looking.get().get(home)) is not None:
        yield connection
        return
    with opened(snapshot_path(home)) as connection:
        yield connection


@contextlib.contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A snapshot in a file of any name, open for reading; raises as `reading`."""
    if not path.exists():
        raise QueryError(without_snapshot(path))
    try:
        connection = duckdb.connect(path, read_only=True, config=SETTINGS)
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        raise QueryError(f"{path}: cannot be opened: {error}; {IF_DAMAGED}") from error
    try:
        yield connection
    except duckdb.Error as error:
        raise failed(path, error) from error
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
            wait = INTERRUPTS_EVERY_SECONDS

    watching = threading.Thread(target=watch, daemon=True, name="limit of a query")
    watching.start()
    try:
        yield
    finally:
        over.set()
        # Whoever asks next is not interrupted.
        watching.join()


def failed(path: Path, error: duckdb.Error) -> QueryError:
    """What DuckDB refused, as an error of ours."""
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
