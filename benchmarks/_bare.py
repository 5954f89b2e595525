"""The floor: bare Arrow inserts of ready rows into the warehouse's tables, one statement a table, nothing checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.load.arrivals import as_rows_in, nested
from warehouse.load.keys import clauses_and_mandates
from warehouse.store.database import transaction

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# The columns of each table that the rows have by another name.
RENAMED = {
    "versions": {"first_seen": "finished_at"},
    "documents": {"first_seen": "finished_at"},
    "sightings": {
        "sighting_id": "source_id || document_id",
        "url": "seen_url",
        "first_seen": "finished_at",
        "last_seen": "finished_at",
    },
    "analyses": {"language": "analysis_language", "analysed_at": "finished_at"},
    "clauses": {},
    "mandates": {},
    "citations": {},
}


def ready(entries: pa.Table) -> dict[str, pa.Table]:
    """The rows of each table, taken out of the entries beforehand."""
    clauses, mandates = clauses_and_mandates(entries)
    return dict.fromkeys(RENAMED, entries) | {
        "clauses": clauses,
        "mandates": mandates,
        "citations": nested(entries, "citations", ["version_id", "document_id"]),
    }


def insert(connection: duckdb.DuckDBPyConnection, tables: dict[str, pa.Table]) -> None:
    """Insert them in one transaction."""
    with transaction(connection):
        for table, renamed in RENAMED.items():
            columns = ", ".join(renamed.get(name, f'"{name}"') for name in connection.table(table).columns)
            with as_rows_in(connection, tables[table]):
                connection.execute(f"INSERT INTO {table} SELECT {columns} FROM rows_in")  # noqa: S608 - ours
