"""Which tasks a document answers: found when it arrives, or when the resolution arrives that it names.

The relation `answers` says that the opening of a document claims to answer a resolution; it waits for one that has not
been seen. Whether it does, and which of its tasks, is judged for the whole document each time that either end arrives
or is read again, so that the order of arrival does not matter (`warehouse.links.answer_rules`).
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from mandates.documents.report_opening import OPENING_CHARS, read_opening
from warehouse.findings.finding import deadlines_of
from warehouse.links.answer_parts import Answering, Asking
from warehouse.links.answer_rules import evidence_of
from warehouse.links.newest import newest, newest_versions
from warehouse.load.arrivals import nested
from warehouse.load.keyed import asker, mandates_of, rows_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import duckdb

    from warehouse.ledger.evidence import Evidence
    from warehouse.links.newest import Newest
    from warehouse.links.relations import RelationRow
    from warehouse.load.loading import Loaded

PREFIX = "answer."

# Each statement looks for keys in an index or in one column; a join over the tables costs ten times as much among a
# million documents as among ten thousand.
_NAMING = "SELECT DISTINCT from_document FROM relations WHERE {condition} AND relation = 'answers'"
_LINKED = """
SELECT DISTINCT from_document FROM relations
WHERE relation = 'answers'
    AND (from_document IN (SELECT unnest($documents)) OR to_document IN (SELECT unnest($documents)))
ORDER BY ALL"""
_ALL_CLAIMING = """
SELECT DISTINCT from_document FROM relations WHERE relation = 'answers' AND to_document IS NOT NULL ORDER BY ALL"""
_NAMED = "SELECT DISTINCT from_document, named_key FROM relations WHERE relation = 'answers' AND {condition}"
# The same symbol may be that of several documents, one a language: each is asked.
_BEARING = """
SELECT symbol_key, document_id FROM documents
WHERE {condition} AND coalesce(stage, '') NOT IN ('preliminary_draft', 'draft')"""
_FACTS = "SELECT document_id, symbol, title, body, session, published_on FROM documents WHERE {condition}"
_TEXTS = f"SELECT document_id, left(text, {OPENING_CHARS}) FROM versions WHERE {{condition}}"  # noqa: S608 - a number of ours
_TASKS = """
SELECT
    clause_id, mandate_id, document_id, task_key, type, quote, coalesce(addressee_resolved, addressee) AS addressee,
    addressee_id, action, deliverable, agenda_title, dues
FROM mandates WHERE {condition}"""
_CLAUSES = "SELECT clause_id, number, position FROM clauses WHERE {condition}"


def claiming(
    connection: duckdb.DuckDBPyConnection, loaded: Loaded, relations: Sequence[RelationRow]
) -> tuple[str, ...]:
    """The documents that claim to answer something, where they or that are new here or newly read."""
    found = {row.from_document for row in relations if row.relation == "answers"}
    links = nested(loaded.entries, "links", ["document_id"])
    stated = set(links.filter(pc.equal(links["relation"], "answers"))["document_id"].to_pylist())
    new, read = (
        set(loaded.documents),
        loaded.filled | loaded.replaced.documents | {*loaded.versions["document_id"].to_pylist()},
    )
    found |= stated & (new | read)
    entries = loaded.entries.select(["document_id", "symbol_key"]).to_pylist()
    keys = sorted({row["symbol_key"] for row in entries if row["document_id"] in new | read} - {None})
    found |= {row[0] for row in rows_of(asker(connection), _NAMING, "named_key", keys)}
    return tuple(sorted({*found, *claiming_read(connection, read - new)}))


def claiming_read(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> tuple[str, ...]:
    """The same for documents that were read again, and those that name them."""
    wanted = {"documents": sorted(documents)}
    return tuple(row[0] for row in connection.execute(_LINKED, wanted).fetchall()) if documents else ()


def all_claiming(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Every document that claims to answer one that is recorded."""
    return tuple(row[0] for row in connection.execute(_ALL_CLAIMING).fetchall())


def find_answers(
    connection: duckdb.DuckDBPyConnection,
    documents: Collection[str],
    versions: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Evidence, ...]:
    """All that these documents show of the tasks of the resolutions that they name.

    `versions` are the newest versions of documents as far as they are known already.

    What one of them was known to show and is not among this, by a rule that begins with `PREFIX`, is shown no longer.
    """
    named = rows_of(asker(connection), _NAMED, "from_document", documents)
    bearing: dict[int, list[str]] = {}
    for key, document in rows_of(
        asker(connection), _BEARING, "symbol_key", {key for _, key in named if key is not None}
    ):
        bearing.setdefault(key, []).append(document)
    pairs = sorted((later, asked) for later, key in named for asked in bearing.get(key, ()) if asked != later)
    involved = {document for pair in pairs for document in pair}
    facts = {row[0]: row for row in rows_of(asker(connection), _FACTS, "document_id", involved)}
    claiming = {later for later, _ in pairs}
    held = {later: versions[later] for later in claiming if later in versions}
    held |= newest_versions(connection, claiming - held.keys())
    answering = _answering(connection, facts, {*held.values()})
    asking = _asking(connection, facts, newest(connection, {asked for _, asked in pairs}))
    return tuple(
        evidence
        for later, asked in pairs
        if later in answering and asked in asking
        for evidence in evidence_of(answering[later], asking[asked])
    )


def _answering(
    connection: duckdb.DuckDBPyConnection, facts: Mapping[str, tuple[Any, ...]], versions: Collection[str]
) -> dict[str, Answering]:
    """The documents of these versions, with what their openings say."""
    found = {}
    for document, text in rows_of(asker(connection), _TEXTS, "version_id", versions):
        _, symbol, title, body, session, day = facts[document]
        found[document] = Answering(document, symbol, title, body, session, day, read_opening(text, body))
    return found


def _asking(
    connection: duckdb.DuckDBPyConnection, facts: Mapping[str, tuple[Any, ...]], asked: Newest
) -> dict[str, list[Asking]]:
    """The tasks in these texts, by document, in the order of the text."""
    ask = asker(connection)
    tasks = mandates_of(ask, _TASKS, asked.clauses)
    clauses = {row[0]: row[1:] for row in rows_of(ask, _CLAUSES, "clause_id", {row[0] for row in tasks})}
    asking: dict[str, list[Asking]] = {}
    for clause, _, document, key, type_, quote, addressee, addressee_id, action, deliverable, item, dues in sorted(
        tasks, key=lambda row: (row[2], clauses[row[0]][1], row[1])
    ):
        _, symbol, title, body, session, day = facts[document]
        number = re.sub(r"\W+", "", clauses[clause][0] or "")
        task = Asking(
            document_id=document, symbol=symbol, title=title, body=body, session=session, day=day, task_key=key,
            number=number, type=type_, quote=quote, addressee=addressee, addressee_id=addressee_id,
            action=action, deliverable=deliverable, agenda_title=item, deadlines=deadlines_of(dues or ()),
        )  # fmt: skip
        asking.setdefault(document, []).append(task)
    return asking
