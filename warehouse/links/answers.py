"""Which tasks a document answers: found when it arrives, or when the resolution arrives that it names.

The relation `answers` says that the opening of a document claims to answer a resolution; it waits for one that has not
been seen. Whether it does, and which of its tasks, is judged for the whole document each time that either end arrives
or is read again, so that the order of arrival does not matter (`warehouse.links.answer_rules`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from mandates.documents.report_opening import OPENING_CHARS, read_opening
from warehouse.links.answer_parts import Answering, Asking, asking_of
from warehouse.links.answer_rules import evidence_of
from warehouse.load.arrivals import among, nested

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    import duckdb

    from warehouse.ledger.evidence import Evidence
    from warehouse.links.relations import RelationRow
    from warehouse.load.loading import Loaded

PREFIX = "answer."

# One narrow column of numbers, so that each load may ask it.
_NAMING = """
SELECT DISTINCT from_document FROM relations WHERE relation = 'answers' AND named_key IN (SELECT unnest($keys))"""
_LINKED = """
SELECT DISTINCT from_document FROM relations
WHERE relation = 'answers'
    AND (from_document IN (SELECT unnest($documents)) OR to_document IN (SELECT unnest($documents)))
ORDER BY ALL"""

_ALL_CLAIMING = """
SELECT DISTINCT from_document FROM relations WHERE relation = 'answers' AND to_document IS NOT NULL ORDER BY ALL"""

# The same symbol may be that of several documents, one a language: each is asked.
_PAIRS = """
SELECT DISTINCT claim.from_document, asked.document_id
FROM (FROM relations WHERE relation = 'answers' AND from_document IN (SELECT unnest($documents))) AS claim
JOIN documents AS asked ON asked.symbol_key = claim.named_key AND asked.document_id <> claim.from_document
ORDER BY ALL"""

# Each narrows every table to the documents first: the view of today's texts goes over all.
_SHOWN = """
WITH shown AS (
    SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id
    FROM sightings WHERE version_id IS NOT NULL AND {condition} GROUP BY document_id
)"""
_ANSWERING = """
SELECT document_id, symbol, title, body, session, published_on, left(text, {chars})
FROM (FROM documents WHERE {condition})
JOIN shown USING (document_id)
JOIN (SELECT version_id, text FROM versions WHERE {condition}) AS texts USING (version_id)
ORDER BY document_id"""
_ASKING = """
SELECT
    asking.document_id, symbol, title, body, published_on AS day, task_key, number, asked.type, asked.quote,
    coalesce(addressee_resolved, asked.addressee) AS addressee, asked.addressee_id, action, deliverable,
    agenda_title, dues
FROM (FROM documents WHERE {condition}) AS asking
JOIN shown USING (document_id)
JOIN (
    FROM mandates WHERE {condition}
        AND type IN ('reporting_request', 'task_assignment', 'establishment', 'convening', 'agenda_placement')
) AS asked USING (version_id)
JOIN (SELECT clause_id, number, position FROM clauses WHERE {condition}) AS said USING (clause_id)
WHERE coalesce(stage, '') NOT IN ('preliminary_draft', 'draft')
ORDER BY asking.document_id, position, mandate_id"""


def claiming(
    connection: duckdb.DuckDBPyConnection, loaded: Loaded, relations: Sequence[RelationRow]
) -> tuple[str, ...]:
    """The documents that claim to answer something, where they or that are new here or newly read."""
    found = {row.from_document for row in relations if row.relation == "answers"}
    links = nested(loaded.entries, "links", ["document_id"])
    stated = set(links.filter(pc.equal(links["relation"], "answers"))["document_id"].to_pylist())
    new, read = set(loaded.documents), {*loaded.versions["document_id"].to_pylist(), *loaded.replaced.documents}
    found |= stated & (new | read)
    entries = loaded.entries.select(["document_id", "symbol_key"]).to_pylist()
    if keys := sorted({row["symbol_key"] for row in entries if row["document_id"] in new | read} - {None}):
        found |= {row[0] for row in connection.execute(_NAMING, {"keys": keys}).fetchall()}
    return tuple(sorted({*found, *claiming_read(connection, read - new)}))


def claiming_read(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> tuple[str, ...]:
    """The same for documents whose texts are read otherwise now, and those that name them."""
    wanted = {"documents": sorted(documents)}
    return tuple(row[0] for row in connection.execute(_LINKED, wanted).fetchall()) if documents else ()


def all_claiming(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Every document that claims to answer one that is recorded."""
    return tuple(row[0] for row in connection.execute(_ALL_CLAIMING).fetchall())


def find_answers(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> tuple[Evidence, ...]:
    """All that these documents show of the tasks of the resolutions that they name.

    What one of them was known to show and is not among this, by a rule that begins with `PREFIX`, is shown no longer.
    """
    wanted = {"documents": sorted(documents)}
    pairs = connection.execute(_PAIRS, wanted).fetchall() if documents else []
    if not pairs:
        return ()
    answering = {each.document_id: each for each in _answering(connection, {row[0] for row in pairs})}
    asking: dict[str, list[Asking]] = {}
    for task in _asking(connection, {row[1] for row in pairs}):
        asking.setdefault(task.document_id, []).append(task)
    return tuple(
        evidence
        for later, earlier in pairs
        if later in answering and earlier in asking
        for evidence in evidence_of(answering[later], asking[earlier])
    )


def _answering(connection: duckdb.DuckDBPyConnection, documents: set[str]) -> Iterator[Answering]:
    for document, symbol, title, body, session, day, text in _rows(connection, _ANSWERING, documents).fetchall():
        yield Answering(document, symbol, title, body, session, day, read_opening(text, body))


def _asking(connection: duckdb.DuckDBPyConnection, documents: set[str]) -> Iterator[Asking]:
    answer = _rows(connection, _ASKING, documents)
    names = [column[0] for column in answer.description or ()]
    for row in answer.fetchall():
        yield asking_of(dict(zip(names, row, strict=True)))


def _rows(connection: duckdb.DuckDBPyConnection, statement: str, documents: set[str]) -> duckdb.DuckDBPyConnection:
    condition, parameters = among("document_id", sorted(documents))
    wanted = _SHOWN + statement
    filled = wanted.format(condition=condition, chars=OPENING_CHARS)
    return connection.execute(filled, parameters * wanted.count("{condition}"))
