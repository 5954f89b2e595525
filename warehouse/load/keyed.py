"""Rows by their keys, and keys by other keys: of an act, its text and its clauses; of a clause, its mandates.

Only primary keys have an index, so whatever is looked for by its document reads a column whole, and the more documents
are recorded the longer that takes. An act knows its text and its clauses (`acts`), and a mandate's key is its clause's
with its place there; so nothing has to be looked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from warehouse.load.arrivals import among

if TYPE_CHECKING:
    from collections.abc import Collection

    import duckdb

# A statement with its parameters becomes rows: the warehouse is asked so, and the snapshot (`query.queries.asker`).
Ask = Callable[[str, list[Any]], list[tuple[Any, ...]]]
_OF_ACTS = "SELECT document_id, version_id, clauses FROM acts WHERE {condition}"


def asker(connection: duckdb.DuckDBPyConnection) -> Ask:
    """Ask this connection."""
    return lambda sql, parameters: connection.execute(sql, parameters).fetchall()


def rows_of(ask: Ask, statement: str, column: str, keys: Collection[Any]) -> list[tuple[Any, ...]]:
    """What a statement with a {condition} on this column gives for these keys."""
    if not keys:
        return []
    condition, parameters = among(column, sorted(keys))
    return ask(statement.format(condition=condition), parameters)


def mandates_of(ask: Ask, statement: str, clauses: Collection[str]) -> list[tuple[Any, ...]]:
    """What a statement with a {condition} on `mandate_id` gives for the mandates of these clauses.

    Its first column is to be `clause_id`. The mandates of a clause are numbered from 1 on without a gap, so the second
    of each is asked for where there is a first, and so on.
    """
    found: list[tuple[Any, ...]] = []
    place, left = 1, {*clauses}
    while left:
        rows = rows_of(ask, statement, "mandate_id", [f"{clause}:{place}" for clause in left])
        found += rows
        place, left = place + 1, {row[0] for row in rows}
    return found


def acts_of(ask: Ask, documents: Collection[str]) -> dict[str, tuple[str, list[str]]]:
    """The newest version, and its clauses, of those of these documents that are acts with a text."""
    rows = rows_of(ask, _OF_ACTS, "document_id", documents)
    return {document: (version, clauses) for document, version, clauses in rows if version is not None}
