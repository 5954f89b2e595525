"""What analysts ask of the snapshot: any SQL that reads it, and nothing else."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from warehouse.model import QueryError, SlowQueryError
from warehouse.query.lending import is_lent
from warehouse.query.opening import failed, interrupted_after, reading
from warehouse.store.paths import replacing
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from warehouse.load.keyed import Ask

Answer = TypeVar("Answer")

_PIECE_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Table:
    """An answer: names of columns, each once, and rows in the same order; with `more` it was cut at the limit."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    more: bool = False


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


def asker(home: Path) -> Ask:
    """Ask the snapshot for rows; raises as `query`."""
    return lambda sql, parameters: query(home, sql, parameters).rows


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
            # One that is lent can be opened again by its path, which COPY could otherwise write to.
            if is_lent(home) and statements[0].type != duckdb.StatementType.SELECT:
                raise QueryError("a query reads the snapshot and nothing else")
            with interrupted_after(connection, timeout_seconds):
                yield connection, statements[0]
        except duckdb.InterruptException as error:
            after = "" if timeout_seconds is None else f" after {timeout_seconds:g} s"
            raise SlowQueryError(f"stopped{after}; ask for less, or allow more time") from error
        except duckdb.Error as error:
            raise failed(snapshot_path(home), error) from error


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
