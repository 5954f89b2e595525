"""Files for some months of a table: written by DuckDB, then read back and compared with the snapshot."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

from warehouse.export.manifest import DataFile, Partition
from warehouse.export.tables import ALL, FLAT, TABLES, digest_sql, month_of, rows_of
from warehouse.model import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb

    from warehouse.export.places import Place
    from warehouse.export.tables import Content, Table
    from warehouse.export.views import Views

# DuckDB keeps a file open for each month; writing all 329 months of a large warehouse at once took three times the
# memory, and 1.7 times the processor time.
_AT_ONCE = 60
# Rows stay in memory until a group is full: 8 kB of text each.
_GROUP_ROWS = 16_384
_OPTIONS = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP_ROWS}, PARTITION_BY (month)"
_BY_NAME = {table.name: table for table in TABLES}
# The tables that `FLAT` reads row by row; if they are restricted to some months, its view returns those months.
_RESTRICTED = ("mandates", "clauses", "sightings")


class Writer:
    """Writes months of tables to `folder`, and adds them to `place` from there."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, views: Views, place: Place, folder: Path) -> None:
        self._connection = connection
        self._views = views
        self._place = place
        self._folder = folder
        self._has_views = False
        self.bytes = 0

    def written(
        self, name: str, columns: Sequence[str], contents: Mapping[str, Content]
    ) -> Iterator[tuple[str, Partition]]:
        """Write these months of a table, and yield each when it is verified.

        Raises:
            WarehouseError: the place cannot be written, or what was written differs from the snapshot.
        """
        months = sorted(contents)
        for begin in range(0, len(months), _AT_ONCE):
            group = months[begin : begin + _AT_ONCE]
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            if name == FLAT:
                self._copy_flat(group)
            else:
                self._copy(_BY_NAME[name], group)
            rows = self._rows_read(name, columns, {month: contents[month] for month in group})
            for month in group:
                paths = sorted(self._folder.glob(f"month={month}/*.parquet"))
                files = tuple(self._added(name, month, path, rows[str(path)]) for path in paths)
                yield month, Partition(contents[month].inputs, files)

    def _copy(self, table: Table, months: Sequence[str]) -> None:
        self._choose(table, months)
        rows = f"snapshot.{table.name} AS row JOIN wanted_{table.name} AS wanted ON row.rowid = wanted.place"
        self._copied(f"SELECT row.*, wanted.month FROM {rows}")  # noqa: S608 - names of ours

    def _choose(self, table: Table, months: Sequence[str]) -> None:
        """Note where the rows of some months are, so that no other texts are read."""
        self._connection.execute(
            f"""
            CREATE OR REPLACE TABLE wanted_{table.name} AS SELECT * FROM (
                SELECT row.rowid AS place, {month_of(table)} AS month FROM {rows_of(table)}
            ) WHERE month IN (SELECT unnest(?))""",  # noqa: S608 - names of ours
            [list(months)],
        )

    def _copy_flat(self, months: Sequence[str]) -> None:
        for name in _RESTRICTED:
            self._choose(_BY_NAME[name], months)
        if not self._has_views:
            for name in _BY_NAME:
                rows = f"snapshot.{name}"
                if name in _RESTRICTED:
                    rows += f" WHERE rowid IN (SELECT place FROM wanted_{name})"  # noqa: S608 - names of ours
                self._connection.execute(f"CREATE VIEW {name} AS SELECT * FROM {rows}")  # noqa: S608 - names of ours
            for statement in self._views.statements:
                self._connection.execute(statement)
            self._has_views = True
        self._copied(f"SELECT row.*, months.month FROM {FLAT} AS row JOIN months USING (document_id)")  # noqa: S608

    def _copied(self, rows: str) -> None:
        self._connection.execute(f"COPY ({rows}) TO '{_quoted(self._folder)}' ({_OPTIONS})")

    def _rows_read(self, name: str, columns: Sequence[str], contents: Mapping[str, Content]) -> dict[str, int]:
        """The rows of each file; every value is read, and each month compared with the snapshot."""
        files = [str(path) for path in self._folder.glob("month=*/*.parquet")]
        if files:
            table = _BY_NAME.get(name)
            digest = digest_sql(table, columns) if table else "NULL, NULL"
            every = ", ".join(f'row."{column}"' for column in columns)
            sql = f"""
                SELECT month, {digest}, bit_xor(hash({every}))
                FROM read_parquet(?, hive_partitioning = true, hive_types_autocast = false) AS row
                GROUP BY 1"""  # noqa: S608 - names of ours
            found = {month: (rows, seen) for month, rows, seen, _ in self._connection.execute(sql, [files]).fetchall()}
            for month, content in contents.items():
                if table and found.get(month) != (content.rows, content.digest):
                    raise WarehouseError(f"{name}, {month}: what was written differs from the snapshot")
        counted = "SELECT file_name, num_rows FROM parquet_file_metadata(?)"
        return dict(self._connection.execute(counted, [files]).fetchall()) if files else {}

    def _added(self, name: str, month: str, staged: Path, rows: int) -> DataFile:
        with staged.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        folder = name if month == ALL else f"{name}/month={month}"
        made = DataFile(f"files/{folder}/{sha256[:32]}.parquet", rows, staged.stat().st_size, sha256)
        self._place.add(staged, made.path)
        if self._place.sha256(made.path) != sha256:
            raise WarehouseError(f"{self._place.shown}/{made.path}: was damaged while it was written")
        self.bytes += made.bytes
        return made


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("'", "''")
