"""Whether a copy of the warehouse is good enough to take the place of the one that is published.

A snapshot of a damaged or emptied live file would be the only copy that is left, and would look well: copying bytes
asks nothing of them. So every page of a whole copy is read (DuckDB checks a sum over each); of a copy in which only
some blocks are new, once a day. Its rows are compared with those of the copy that it would replace.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, TypeVar

import duckdb

from warehouse.model import UnfitCopyError
from warehouse.store.database import memory_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

T = TypeVar("T")

log = logging.getLogger(__name__)

# What only grows as long as nothing is lost. Clauses and mandates may fall with better rules, but not to nothing.
GROWING = ("documents", "versions", "sightings", "clauses", "mandates", "deliveries")
# Among fewer rows than these a loss of half may be one that somebody wanted.
FEW_ROWS = 20

_settings: dict[str, str | bool | int | float | list[str]] = {
    # Pages are read once and need not be kept: without a limit DuckDB keeps as many as 80 % of the machine can hold.
    "memory_limit": memory_limit,
    # Each holds 2,048 texts at a time.
    "threads": 2,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
# With the table's place among those that are counted; it reads none of the values.
_COUNT = 'SELECT count(*), {} FROM "{}"'
_READ = 'SELECT count(*), bit_xor(hash(each)) FROM "{}" AS each'
_tables = "SELECT table_name FROM duckdb_tables() WHERE NOT internal ORDER BY 1"


def rows_read(path: Path) -> dict[str, int]:
    """The rows of each table of the warehouse file at `path`, after reading all of them.

    It takes 0.1 s of processor time for 10,000 documents (58 MB).

    Raises:
        UnfitCopyError: it cannot be opened, a page of it is damaged, or it holds no warehouse.
    """
    return _asked(path, _read_in)


def rows_counted(path: Path) -> dict[str, int]:
    """The same without reading the values: for a file whose values are known to be sound.

    Raises:
        UnfitCopyError: it cannot be opened, or it holds no warehouse.
    """
    return _asked(path, rows_in)


def check_opens(path: Path) -> None:
    """See that the warehouse file at `path` opens, and says which it is; of a million documents in 0.06 s.

    Raises:
        UnfitCopyError: it cannot be opened, or it holds no warehouse.
    """
    if not _asked(path, _versions):
        raise UnfitCopyError("it does not say which warehouse it is")


def _versions(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, datetime]]:
    _tables_of(connection)
    return connection.execute("SELECT version, applied_at FROM migrations").fetchall()


def _asked(path: Path, look: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
    try:
        with contextlib.closing(duckdb.connect(path, read_only=True, config=_settings)) as connection:
            return look(connection)
    except duckdb.Error as error:
        raise UnfitCopyError(f"it cannot be read to its end ({' '.join(str(error).split())})") from error


def rows_in(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The rows of each table of an open warehouse, without reading the values.

    Raises:
        UnfitCopyError: it holds no warehouse.
    """
    tables = _tables_of(connection)
    # One statement for all of them takes a quarter of the time, for which the live file is held.
    each = " UNION ALL ".join(_COUNT.format(place, name) for place, name in enumerate(tables))
    rows = {place: int(count) for count, place in connection.execute(each).fetchall()}
    return {name: rows[place] for place, name in enumerate(tables)}


def _read_in(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return {name: _rows(connection, name) for name in _tables_of(connection)}


def _tables_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    tables = [name for (name,) in connection.execute(_tables).fetchall()]
    if "migrations" not in tables:
        raise UnfitCopyError("it holds no warehouse")
    return tables


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    try:
        rows = connection.execute(_READ.format(table)).fetchall()
    except duckdb.OutOfMemoryException as error:
        # A hundred texts of 3 MB side by side take 500 MB: no sign of damage.
        log.warning("the rows of %s were counted, not read, for lack of memory: %s", table, error)
        rows = connection.execute(_COUNT.format(0, table)).fetchall()
    return int(rows[0][0])


def check_kept(rows: Mapping[str, int], former: Mapping[str, int]) -> None:
    """See that nothing was lost since `former`.

    Raises:
        UnfitCopyError: a table is missing, or one that only grows has none or fewer than half of its rows.
    """
    for table, before in former.items():
        if table not in rows:
            raise UnfitCopyError(f"it has no table {table}")
        now = rows[table]
        if table in GROWING and (now == 0 < before or (before >= FEW_ROWS and 2 * now < before)):
            raise UnfitCopyError(f"it has {now:,} {table}, the published one has {before:,}")
