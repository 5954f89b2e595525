"""The newest texts of documents with the keys of their clauses: of acts by keys alone, of others by columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.load.keyed import acts_of, asker, rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import duckdb

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
    acts = acts_of(asker(connection), documents)
    return {document: row[0] for document, row in acts.items()} | _sighted(connection, {*documents} - acts.keys())


def newest(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> Newest:
    """The newest version of each of these documents that has a text, with its clauses."""
    acts = acts_of(asker(connection), documents)
    others = _sighted(connection, {*documents} - acts.keys())
    clauses = [clause for _, those in acts.values() for clause in those]
    clauses += [row[0] for row in rows_of(asker(connection), _OF_VERSIONS, "version_id", others.values())]
    return Newest({document: row[0] for document, row in acts.items()} | others, clauses)


def _sighted(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> dict[str, str]:
    return dict(rows_of(asker(connection), _SIGHTED, "document_id", documents))
