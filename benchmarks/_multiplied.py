"""A warehouse of any size within minutes: generated documents, recorded as history, then repeated under other keys.

The keys are hashes, as those of the first are, so that they fall everywhere in the indexes; the texts are the same.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._generated import batches
from warehouse.load.backfill import backfill
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    import duckdb

# What is recorded by the program itself; the rest repeats it.
RECORDED = 10_000
# Twice as many in one transaction took more memory, beside 900,000, than the warehouse allows itself.
AT_ONCE = 50_000

_OTHER = """
CREATE OR REPLACE TEMP MACRO other(key, salt, letters) AS
    left(sha256(salt || split_part(key, ':', 1)), letters) || substr(key, len(split_part(key, ':', 1)) + 1)"""
_TABLES = ("documents", "versions", "sightings", "analyses", "clauses", "mandates", "citations")
_KEYS = {
    "document_id": 64, "version_id": 64, "clause_id": 64, "mandate_id": 64, "citation_id": 64, "sighting_id": 64,
    "identity": 64, "clause_key": 24, "task_key": 24,
}  # fmt: skip
_NUMBERS = ("symbol_key", "title_key")


def filled(home: Path, count: int) -> Path:
    """A warehouse with `count` documents; above `RECORDED` a multiple of that."""
    have = min(count, RECORDED)
    with tempfile.TemporaryDirectory() as folder:
        batches(Path(folder), have)
        backfill(home, Path(folder))
    while have < count:
        more = min(have, count - have, AT_ONCE)
        with session(home) as connection:
            _repeat(connection, have, more)
        have += more
    return home


def _repeat(connection: duckdb.DuckDBPyConnection, have: int, more: int) -> None:
    """Add the first `more` documents of `have` again."""
    connection.execute(_OTHER)
    with transaction(connection):
        for table in _TABLES:
            columns = connection.table(table).columns
            keys = [f"other({name}, '{have} ', {_KEYS[name]}) AS {name}" for name in columns if name in _KEYS]
            keys += [f"hash({name}, {have}) AS {name}" for name in columns if name in _NUMBERS]
            connection.execute(f"""
                INSERT INTO {table} BY NAME SELECT * REPLACE ({", ".join(keys)}) FROM {table}
                WHERE rowid < (SELECT count(*) FROM {table}) * {more} // {have}""")  # noqa: S608 - names of ours
