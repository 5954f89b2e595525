"""What analysts ask of the snapshot: any SQL that reads it, and nothing else."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.model import QueryError
from warehouse.snapshot import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# THE one place where an analyst's SQL is kept from the machine: no files, no network, no extensions, no way to change
# that.
_settings: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": False,
    "python_enable_replacements": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


@dataclass(frozen=True, slots=True)
class Table:
    """An answer: names of columns, and rows in the same order."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def query(home: Path, sql: str, parameters: list[Any] | None = None) -> Table:
    """The answer of the snapshot to one query.

    Raises:
        QueryError: there is no snapshot, the SQL has a mistake (with DuckDB's own words and the place), or it would
        write.
    """
    with reading(home) as connection:
        try:
            answer = connection.execute(sql, parameters)
            if answer is None:
                raise QueryError("the query is empty")
            columns = tuple(column[0] for column in answer.description or ())
            return Table(columns, answer.fetchall())
        except duckdb.Error as error:
            raise QueryError(_plain(error)) from error


@contextlib.contextmanager
def reading(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The snapshot, open for reading.

    Raises:
        QueryError: there is none yet, or it cannot be opened.
    """
    path = snapshot_path(home)
    if not path.exists():
        raise QueryError(f"{path}: there is no snapshot yet; `mandates snapshot` publishes one")
    try:
        connection = duckdb.connect(path, read_only=True, config=_settings)
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        raise QueryError(f"{path}: cannot be opened: {error}") from error
    try:
        yield connection
    finally:
        connection.close()


def _plain(error: duckdb.Error) -> str:
    """DuckDB's message; where it means that the query writes, in our reader's words."""
    message = str(error)
    if "read-only mode" in message:
        return f"the snapshot is for reading, this query would write: {message}"
    if "disabled by configuration" in message or "configuration has been locked" in message:
        return f"a query reads the snapshot and nothing else: {message}"
    return message
