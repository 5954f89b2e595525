"""The newest texts of documents with the keys of their clauses and mandates, found by keys alone.

Only primary keys have an index, so whatever is looked for by its document reads a column whole, and the more documents
are recorded the longer that takes. An act knows its text and its clauses (`acts`), and a mandate's key is its clause's
with its place there; so nothing has to be looked for. For a document that is no act the columns are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.load.arrivals import among

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import duckdb

_OF_ACTS = "SELECT document_id, version_id, clauses FROM acts WHERE {condition}"
_SIGHTED = """
SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) FROM sightings
WHERE version_id IS NOT NULL AND {condition} GROUP BY document_id"""
_OF_VERSIONS = "SELECT clause_id FROM clauses WHERE {condition}"


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest version of each document that has a text, and the ids of the clauses of all of them."""

    versions: Mapping[str, str]
    clauses: Sequence[str]


def newest_versions(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> dict[str, str]:
    """The newest version of each of these documents that has a text."""
    acts = _acts(connection, documents)
    return {document: row[0] for document, row in acts.items()} | _sighted(connection, {*documents} - acts.keys())


def newest(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> Newest:
    """The newest version of each of these documents that has a text, with its clauses."""
    acts = _acts(connection, documents)
    others = _sighted(connection, {*documents} - acts.keys())
    clauses = [clause for _, those in acts.values() for clause in those]
    if others:
        condition, parameters = among("version_id", sorted(others.values()))
        rows = connection.execute(_OF_VERSIONS.format(condition=condition), parameters).fetchall()
        clauses += [row[0] for row in rows]
    return Newest({document: row[0] for document, row in acts.items()} | others, clauses)


def rows_of_clauses(
    connection: duckdb.DuckDBPyConnection, statement: str, clauses: Collection[str]
) -> list[tuple[Any, ...]]:
    """What a statement with a {condition} on `clause_id` gives for these clauses."""
    if not clauses:
        return []
    condition, parameters = among("clause_id", sorted(clauses))
    return connection.execute(statement.format(condition=condition), parameters).fetchall()


def mandates_of_clauses(
    connection: duckdb.DuckDBPyConnection, statement: str, clauses: Collection[str]
) -> list[tuple[Any, ...]]:
    """What a statement with a {condition} on `mandate_id` gives for the mandates of these clauses.

    Its first column is to be `clause_id`. The mandates of a clause are numbered from 1 on without a gap, so the second
    of each is asked for where there is a first, and so on.
    """
    found: list[tuple[Any, ...]] = []
    place, left = 1, sorted(clauses)
    while left:
        condition, parameters = among("mandate_id", [f"{clause}:{place}" for clause in left])
        rows = connection.execute(statement.format(condition=condition), parameters).fetchall()
        found += rows
        place, left = place + 1, sorted({row[0] for row in rows})
    return found


def _acts(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> dict[str, tuple[str, list[str]]]:
    """Version and clauses of those of these documents that are acts with a text."""
    if not documents:
        return {}
    condition, parameters = among("document_id", sorted(documents))
    rows = connection.execute(_OF_ACTS.format(condition=condition), parameters).fetchall()
    return {document: (version, clauses) for document, version, clauses in rows if version is not None}


def _sighted(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> dict[str, str]:
    if not documents:
        return {}
    condition, parameters = among("document_id", sorted(documents))
    return dict(connection.execute(_SIGHTED.format(condition=condition), parameters).fetchall())
