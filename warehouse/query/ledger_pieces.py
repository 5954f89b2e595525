"""How the ledger of today is worked out from a snapshot: in pieces, so that memory does not grow with the warehouse."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from warehouse.query.filters import NEXT_EXPECTED
from warehouse.query.ledger_counts import count_alike
from warehouse.query.ledger_order import put_in_order
from warehouse.query.ledger_spans import WATCHED_TODAY, spans_today

if TYPE_CHECKING:
    from collections.abc import Iterator

# The tables below are temporary, so that each join knows how few rows they have and reads the large tables past them.
# As the view `decided`, from the keys that decisions name: the view looks for them among the newest texts of all.
NEWEST_OF = """
SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id FROM sightings
WHERE version_id IS NOT NULL AND document_id IN (SELECT document_id FROM {found}) GROUP BY document_id"""
# Of the names in a table of decisions, those that newest texts still have; steps of a WITH.
KEPT_NAMES = f"""
found AS (
    SELECT task_key AS name, document_id, version_id FROM mandates
    WHERE task_key IN (SELECT task_key FROM {{decisions}})
    UNION ALL
    SELECT clause_key, document_id, version_id FROM clauses WHERE clause_key IN (SELECT task_key FROM {{decisions}})
), newest AS ({NEWEST_OF.format(found="found")}), kept AS (
    SELECT name FROM found SEMI JOIN newest USING (document_id, version_id)
    UNION
    SELECT document_id FROM documents WHERE document_id IN (SELECT task_key FROM {{decisions}})
)"""  # noqa: S608 - our own words, and so below
DECIDED = f"""
CREATE OR REPLACE TEMP TABLE said AS
WITH {KEPT_NAMES.format(decisions="decisions")}, latest AS (
    SELECT coalesce(kept.name, key_aliases.new, decisions.task_key) AS task_key, field, value
    FROM decisions
    LEFT JOIN kept ON kept.name = decisions.task_key
    LEFT JOIN key_aliases ON key_aliases.old = decisions.task_key
    QUALIFY row_number() OVER (
        PARTITION BY coalesce(kept.name, key_aliases.new, decisions.task_key), field
        ORDER BY decisions."at" DESC, decisions.recorded_at DESC, decision_id
    ) = 1
)
SELECT
    task_key,
    any_value(value) FILTER (field = 'is_mandate') AS is_mandate, any_value(value) FILTER (field = 'type') AS type,
    any_value(value) FILTER (field = 'addressee') AS addressee,
    any_value(value) FILTER (field = 'addressee_id') AS addressee_id,
    any_value(value) FILTER (field = 'responsible') AS responsible
FROM latest WHERE value IS NOT NULL GROUP BY task_key"""  # noqa: S608
# What people called a mandate, of all documents: few.
_CALLED = """
CREATE OR REPLACE TEMP TABLE called AS
SELECT clause_id, clause_key, document_id, type, addressee, addressee_id
FROM clauses WHERE NOT is_mandate AND clause_key IN (SELECT task_key FROM said)"""
_WATCHED = f"CREATE OR REPLACE TEMP TABLE watched AS {WATCHED_TODAY}"
# As the view `ledger`, for some tasks at a time and without their words: the view joins the tasks of all documents at
# once, which a million of them leave no memory for. The spans of a task are in one row, so nothing joins them, and
# times that do not count are left out first. Each further step reads a key of all rows of a table, so large pieces are
# better, and what they can do without is not kept: the id of a mandate begins with that of its version.
_TASKS = f"""
CREATE OR REPLACE TEMP TABLE held AS
WITH ledger AS (
    SELECT
        task_key, asked.number AS occurrence, asked.due, asked.due_start, asked.due_end, asked.due_basis,
        asked.sense AS due_sense, asked.is_expected, span.state, span.since
    FROM ({spans_today("task_key", "rowid BETWEEN $first AND $last")})
), counted AS (SELECT * EXCLUDE is_expected FROM ledger QUALIFY {NEXT_EXPECTED})
SELECT *, row_number() OVER (PARTITION BY task_key ORDER BY occurrence) = 1 AS is_first
FROM counted"""  # noqa: S608 - our own words, and so below
_READ = """
CREATE OR REPLACE TEMP TABLE known AS
SELECT mandate_id, task_key, document_id, type, addressee, addressee_id, addressee_resolved
FROM mandates WHERE task_key IN (SELECT task_key FROM held)
UNION ALL
SELECT *, NULL FROM called WHERE clause_key IN (SELECT task_key FROM held)"""
_NEWEST = f"CREATE OR REPLACE TEMP TABLE newest AS {NEWEST_OF.format(found='known')}"
_NAMED = """
CREATE OR REPLACE TEMP TABLE named AS
SELECT
    document_id, version_id, body, session, symbol, kind, stage, language, published_on, topics
FROM documents JOIN newest USING (document_id)"""
_STEPS = (_READ, _NEWEST, _NAMED)
_PIECE = """
WITH ledger AS (
    SELECT
        known.mandate_id, held.occurrence, named.* EXCLUDE (document_id, version_id),
        coalesce(said.type, known.type) AS type, coalesce(said.addressee, known.addressee) AS addressee,
        CASE
            WHEN said.addressee IS NULL THEN coalesce(said.addressee_id, known.addressee_id) ELSE said.addressee_id
        END AS addressee_id,
        CASE WHEN said.addressee IS NULL THEN known.addressee_resolved END AS addressee_resolved,
        held.state, held.since, said.responsible, held.due, held.due_start, held.due_end, held.due_basis,
        held.due_sense, hash(known.mandate_id) AS mandate_key, held.is_first
    FROM held JOIN known USING (task_key)
    JOIN named ON named.document_id = known.document_id AND named.version_id = split_part(known.mandate_id, ':', 1)
    LEFT JOIN said ON said.task_key = held.task_key
    WHERE said.is_mandate IS DISTINCT FROM 'no'
)
SELECT ledger.* REPLACE (
    CASE WHEN state = 'overdue' AND coalesce(watched.since > due_end, true) THEN 'unknown' ELSE state END AS state)
FROM ledger LEFT JOIN watched ON watched.type = ledger.type AND watched.parent = split_part(ledger.body, '-', 1)"""
_TASK_BYTES, _TIME_BYTES = 1_200, 400
# How much the tasks of each thousand rows take, about: a row for each time that one is asked for, and its mandate.
_SIZES = f"""
SELECT rowid // $rows AS place, sum({_TASK_BYTES} + {_TIME_BYTES} * len(occurrences))
FROM ledger_tasks GROUP BY place ORDER BY place"""  # noqa: S608 - our own words
_ROWS = 1_000
# What a piece may take, by these sizes: some 56,000 tasks with one deadline each.
PIECE_BYTES = 90_000_000
_MEMORY = "64MB"


def kept_apart(snapshot: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The rows of the view `ledger`, without words, as the table `today.ledger` of a connection of its own.

    It is in a file without a name, of which DuckDB has in memory what it needs: the tasks of a million documents take
    more than there is.

    Raises:
        duckdb.Error: memory or disk does not suffice, or the snapshot is not as it should be.
        OSError: there is no folder for temporary files.
    """
    with tempfile.TemporaryDirectory(prefix="ledger-", ignore_cleanup_errors=True) as folder:
        # Writing more than 700,000 rows takes more memory than that, unless some of it can be put aside.
        with duckdb.connect(config=_bounds(str(Path(folder, "aside")))) as made:
            _make(made, snapshot, folder)
        kept = duckdb.connect(config=_bounds())
        # Once it is open, its folder can go: the file lasts as long as it is open.
        kept.execute(f"ATTACH '{_place(folder, 'today')}' AS today (READ_ONLY)")
    kept.execute("SET enable_external_access = false")
    kept.execute("SET lock_configuration = true")
    return kept


def _bounds(aside: str = "") -> dict[str, str | bool | int | float | list[str]]:
    return {"threads": 2, "memory_limit": _MEMORY, "temp_directory": aside}


def _make(made: duckdb.DuckDBPyConnection, snapshot: duckdb.DuckDBPyConnection, folder: str) -> None:
    for name in ("pieces", "today"):
        made.execute(f"ATTACH '{_place(folder, name)}' AS {name}")
    for statement in (DECIDED, _CALLED, _WATCHED):
        snapshot.execute(statement)
    how = "CREATE TABLE pieces.ledger AS"
    for first, last in _pieces(snapshot):
        snapshot.execute(_TASKS, {"first": first, "last": last})
        for statement in _STEPS:
            snapshot.execute(statement)
        made.register("piece", snapshot.sql(_PIECE).to_arrow_table())
        made.execute(f"{how} FROM piece")
        made.unregister("piece")
        how = "INSERT INTO pieces.ledger"
    put_in_order(made)
    count_alike(made)
    made.execute("CHECKPOINT today")
    for name in ("pieces", "today"):
        made.execute(f"DETACH {name}")


def _place(folder: str, name: str) -> str:
    return str(Path(folder, f"{name}.duckdb")).replace("'", "''")


def _pieces(snapshot: duckdb.DuckDBPyConnection) -> Iterator[tuple[int, int]]:
    """The first and the last row of each piece; one without any task, too, which has the columns of the table."""
    first = end = taken = 0
    for place, size in snapshot.execute(_SIZES, {"rows": _ROWS}).fetchall():
        if taken and taken + size > PIECE_BYTES:
            yield first, end - 1
            first, taken = place * _ROWS, 0
        end, taken = (place + 1) * _ROWS, taken + size
    yield first, end - 1
