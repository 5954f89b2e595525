"""What tasks ask for: read from the current texts with people's decisions, or from the accounts already kept.

Each function looks at some documents or tasks only, so that a new document costs the same beside a million others. The
views for people (`current_mandates`, `current_decisions`) go over all rows and are not used here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.ledger.evidence import Evidence
from warehouse.ledger.occurrences import Due, Occurrence, occurrences
from warehouse.ledger.states import Decided
from warehouse.load.arrivals import among

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from warehouse.ledger.occurrences import SessionsOf

# One query per table, each by the keys of that table: a join would make DuckDB read the ids of all documents.
_SHOWN = """
SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id))
FROM sightings WHERE version_id IS NOT NULL AND {condition} GROUP BY document_id"""
_MANDATES = """
SELECT
    document_id, version_id, task_key, true, dues, "start", CASE WHEN due_sense = 'each' OR len(dues) > 1 THEN quote END
FROM mandates WHERE {condition}"""
# Where a person decided that a clause is a mandate, its key names the task.
_HAVE_DECIDED = "SELECT 1 FROM decisions WHERE field = 'is_mandate' LIMIT 1"
_CLAUSES = """
SELECT document_id, version_id, clause_key, false, [], 0, NULL FROM clauses
WHERE NOT is_mandate AND {condition} AND clause_key IN (
    SELECT coalesce(key_aliases.new, decisions.task_key)
    FROM decisions LEFT JOIN key_aliases ON key_aliases.old = decisions.task_key
    WHERE field = 'is_mandate'
)"""
# A draft asks nothing of anybody yet. Beside a second condition DuckDB would not look the key up in its index.
_ASKING = """
WITH named AS MATERIALIZED (SELECT document_id, body, published_on, stage FROM documents WHERE {condition})
SELECT document_id, body, published_on FROM named
WHERE coalesce(stage, '') NOT IN ('preliminary_draft', 'draft')"""

_ACCOUNTS = """
SELECT task_key, document_id, occurrences, states, known_at FROM ledger_tasks WHERE {condition}"""

_DAYS = "SELECT document_id, published_on FROM documents WHERE {condition}"

# A former name leads to the task that it has become.
_OF_TASKS = """
WITH names AS (
    SELECT unnest($keys) AS name, name AS task_key
    UNION
    SELECT old, new FROM key_aliases WHERE new IN (SELECT unnest($keys))
)
{select}"""
_DECISIONS = """
SELECT names.task_key, field, value, who, why, "at" FROM decisions JOIN names ON names.name = decisions.task_key
WHERE field IN ('is_mandate', 'due_start', 'due_end', 'state') ORDER BY "at", recorded_at, decision_id"""
_EVIDENCE = """
SELECT names.task_key, says, document_id, rule, occurrence, clause_key, happened_on, words, note
FROM task_evidence JOIN names ON names.name = task_evidence.task_key
WHERE retracted_at IS NULL ORDER BY ALL"""


Condition = tuple[str, "Sequence[Any]"]


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of each table are looked at: conditions with their parameters."""

    sightings: Condition
    documents: Condition
    mandates: Condition
    clauses: Condition

    @classmethod
    def of(cls, condition: str, parameters: Sequence[Any]) -> Rows:
        """Those of the documents that meet a condition on document_id; a scan, where that is no key."""
        return cls(*[(condition, parameters)] * 4)


@dataclass(frozen=True, slots=True)
class Fresh:
    """What has just been recorded for the first time, by the primary keys of its rows."""

    documents: tuple[str, ...] = ()
    sightings: tuple[str, ...] = ()
    mandates: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()

    @property
    def rows(self) -> Rows:
        """Its rows, by their keys."""
        return Rows(
            among("sighting_id", self.sightings),
            among("document_id", self.documents),
            among("mandate_id", self.mandates),
            among("clause_id", self.clauses),
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A task with the times that it asks for something, by the document of the day `asked_on`."""

    task_key: str
    document_id: str
    asked_on: date | None
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a task as it is kept: its rows as DuckDB gives them."""

    task_key: str
    document_id: str
    occurrences: list[dict[str, Any]]
    states: list[dict[str, Any]]
    known_at: Any


@dataclass(frozen=True, slots=True)
class Said:
    """What people decided about a task that the ledger asks for: the values that hold, and its fates in their order."""

    is_mandate: str | None = None
    due_start: str | None = None
    due_end: str | None = None
    fates: tuple[Decided, ...] = ()


def asked_by(
    connection: duckdb.DuckDBPyConnection, rows: Rows, today: date, sessions_of: SessionsOf
) -> tuple[tuple[Asked, ...], Mapping[str, Said]]:
    """The tasks in today's texts of the documents that these rows are of, with what was decided."""
    shown = dict(_found(connection, _SHOWN, rows.sightings))
    asking = {document_id: facts for document_id, *facts in _found(connection, _ASKING, rows.documents)}
    read = _found(connection, _MANDATES, rows.mandates)
    if connection.execute(_HAVE_DECIDED).fetchone():
        read += _found(connection, _CLAUSES, rows.clauses)
    said = decisions_on(connection, [row[2] for row in read])
    found = {}
    for document_id, version_id, task_key, is_read, dues, start, quote in read:
        decided = said.get(task_key, Said())
        is_asked = decided.is_mandate != "no" and (is_read or decided.is_mandate == "yes")
        if is_asked and document_id in asking and shown.get(document_id) == version_id:
            body, published_on = asking[document_id]
            times = occurrences(_dues(dues, start, quote or "", decided), published_on, body, today, sessions_of)
            found[task_key] = Asked(task_key, document_id, published_on, times)
    return tuple(found.values()), said


def _found(connection: duckdb.DuckDBPyConnection, statement: str, where: Condition) -> list[tuple[Any, ...]]:
    condition, parameters = where
    return connection.execute(statement.format(condition=condition), parameters).fetchall()


def accounts(connection: duckdb.DuckDBPyConnection, condition: str, parameters: Sequence[Any]) -> dict[str, Account]:
    """The accounts that meet a condition, by task."""
    rows = connection.execute(_ACCOUNTS.format(condition=condition), parameters).fetchall()
    return {row[0]: Account(*row) for row in rows}


def asked_before(connection: duckdb.DuckDBPyConnection, held: Mapping[str, Account]) -> tuple[Asked, ...]:
    """The tasks of these accounts, taken from the accounts: what they ask for has not changed."""
    condition, parameters = among("document_id", sorted({account.document_id for account in held.values()}))
    days = dict(connection.execute(_DAYS.format(condition=condition), parameters).fetchall())
    return tuple(
        Asked(key, each.document_id, days.get(each.document_id), tuple(Occurrence(**row) for row in each.occurrences))
        for key, each in held.items()
    )


def decisions_on(connection: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> dict[str, Said]:
    """What people decided about these tasks, by their present keys."""
    values: dict[str, dict[str, Any]] = {}
    fates: dict[str, list[Decided]] = {}
    for key, field, value, who, why, at in _of(connection, _DECISIONS, keys):
        if field == "state":
            fates.setdefault(key, []).append(Decided(at.date(), value, who, why))
        values.setdefault(key, {})[field] = value
    for key, held in values.items():
        held.pop("state", None)
        held["fates"] = tuple(fates.get(key, ()))
    return {key: Said(**held) for key, held in values.items()}


def evidence_on(connection: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> dict[str, list[Evidence]]:
    """The evidence on these tasks that has not been retracted, by their present keys."""
    found: dict[str, list[Evidence]] = {}
    for key, *values in _of(connection, _EVIDENCE, keys):
        found.setdefault(key, []).append(Evidence(key, *values))
    return found


def _of(connection: duckdb.DuckDBPyConnection, statement: str, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    if not keys:
        return []
    return connection.execute(_OF_TASKS.format(select=statement), {"keys": list(keys)}).fetchall()


def _dues(rows: Sequence[Mapping[str, Any]], start: int, quote: str, decided: Said) -> tuple[Due, ...]:
    """The deadlines as read; one that a person decided replaces the first."""
    read = tuple(
        Due(
            row["quote"],
            row["due_start"],
            row["due_end"],
            row["basis"],
            row["sense"],
            quote[: max((row["start"] or 0) - start, 0)],
        )
        for row in rows
    )
    if decided.due_end is None:
        return read
    if decided.due_end == "none":
        return ()
    last = date.fromisoformat(decided.due_end)
    first = date.fromisoformat(decided.due_start) if decided.due_start else last
    return (Due(None, first, last, "decided", None), *read[1:])
