"""From landed batches to tables: dedupe first, then one insert a table, over all rows at once.

A row that is there already is left as it is; only what is told anew about a known document (a date, a symbol that was
missing) is filled in. `load` runs inside the caller's transaction.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.load.arrivals import among, arrived, as_rows_in, first_of_each, nested

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from warehouse.load.landing import LandedBatch

_versions = """
INSERT INTO versions
SELECT version_id, document_id, text, text_sha256, raw_sha256, media_type, page_starts, flags, finished_at,
    band_1, band_2, band_3, band_4
FROM rows_in"""

_documents = """
INSERT INTO documents
SELECT
    document_id, identity, symbol, symbol_key, body, kind, stage, session, title, title_key, language, author, summary,
    agenda_item, published_on, published_precision, published_origin, url, topics, finished_at
FROM rows_in"""

# Two sources know a document differently well: what one leaves open the other may fill, and a day is better than a
# month.
_filled = """
UPDATE documents AS known SET
    symbol = coalesce(known.symbol, told.symbol),
    symbol_key = coalesce(known.symbol_key, told.symbol_key),
    body = coalesce(known.body, told.body),
    stage = coalesce(known.stage, told.stage),
    session = coalesce(known.session, told.session),
    language = coalesce(known.language, told.language),
    author = coalesce(known.author, told.author),
    summary = coalesce(known.summary, told.summary),
    agenda_item = coalesce(known.agenda_item, told.agenda_item),
    published_on = if(told.finer, told.published_on, known.published_on),
    published_precision = if(told.finer, told.published_precision, known.published_precision),
    published_origin = if(told.finer, told.published_origin, known.published_origin),
    topics = list_sort(list_distinct(list_concat(known.topics, told.topics)))
FROM (
    SELECT
        document_id,
        any_value(symbol) AS symbol, any_value(symbol_key) AS symbol_key, any_value(body) AS body,
        any_value(stage) AS stage, any_value(session) AS session, any_value(language) AS language,
        any_value(author) AS author, any_value(summary) AS summary, any_value(agenda_item) AS agenda_item,
        flatten(list(topics)) AS topics,
        arg_max(published_on, exactness) AS published_on,
        arg_max(published_precision, exactness) AS published_precision,
        arg_max(published_origin, exactness) AS published_origin,
        coalesce(max(exactness), 0) > coalesce(list_position(['year', 'month', 'day'], any_value(was)), 0) AS finer
    FROM (
        SELECT
            rows_in.*, documents.published_precision AS was,
            list_position(['year', 'month', 'day'], rows_in.published_precision) AS exactness
        FROM rows_in JOIN documents USING (document_id)
    )
    GROUP BY document_id
) AS told
WHERE known.document_id = told.document_id AND (
    told.finer
    OR (known.symbol IS NULL AND told.symbol IS NOT NULL) OR (known.body IS NULL AND told.body IS NOT NULL)
    OR (known.stage IS NULL AND told.stage IS NOT NULL) OR (known.session IS NULL AND told.session IS NOT NULL)
    OR (known.language IS NULL AND told.language IS NOT NULL) OR (known.author IS NULL AND told.author IS NOT NULL)
    OR (known.summary IS NULL AND told.summary IS NOT NULL)
    OR (known.agenda_item IS NULL AND told.agenda_item IS NOT NULL)
    OR NOT list_has_all(known.topics, told.topics)
)"""

_sightings = """
INSERT INTO sightings
SELECT
    sighting_id, any_value(source_id), any_value(document_id), arg_max(version_id, finished_at),
    arg_max(seen_url, finished_at), arg_max(title, finished_at), arg_max(relevance, finished_at), min(finished_at),
    max(finished_at)
FROM rows_in GROUP BY sighting_id"""

# Batches come in any order: the earliest sighting stays the first, and only a later one changes what was shown last.
_seen_again = """
UPDATE sightings AS known SET
    version_id = if(told.last_seen >= known.last_seen, coalesce(told.version_id, known.version_id), known.version_id),
    url = if(told.last_seen >= known.last_seen, told.url, known.url),
    title = if(told.last_seen >= known.last_seen, told.title, known.title),
    relevance = if(told.last_seen >= known.last_seen, coalesce(told.relevance, known.relevance), known.relevance),
    first_seen = least(known.first_seen, told.first_seen),
    last_seen = greatest(known.last_seen, told.last_seen)
FROM (
    SELECT
        sighting_id, arg_max(version_id, finished_at) AS version_id, arg_max(seen_url, finished_at) AS url,
        arg_max(title, finished_at) AS title, arg_max(relevance, finished_at) AS relevance,
        min(finished_at) AS first_seen, max(finished_at) AS last_seen
    FROM rows_in GROUP BY sighting_id
) AS told
WHERE known.sighting_id = told.sighting_id"""

_analyses = "INSERT INTO analyses SELECT version_id, analysis_language, preamble, notes, finished_at FROM rows_in"

_clauses = """
INSERT INTO clauses
SELECT
    clause_id, version_id, document_id, position, number, "start", "end", page, quote, display, verb, type, is_mandate,
    addressee, addressee_id, agenda_item, rule, evidence
FROM rows_in"""

_mandates = """
INSERT INTO mandates
SELECT
    mandate_id, clause_id, version_id, document_id, "start", "end", quote, verb, type, addressee, addressee_id, due,
    due_start, due_end, due_basis, dues, agenda_item, agenda_title, action, deliverable, rule
FROM rows_in"""

_citations = """
INSERT INTO citations
SELECT citation_id, version_id, document_id, "start", "end", quote, symbol FROM rows_in"""


# ON CONFLICT DO NOTHING finds the same, and costs 100 ms more a table in a million rows.
_known = "SELECT {key} FROM {table} WHERE {condition}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load brought: all entries, and of the rest what was not there before."""

    entries: pa.Table
    documents: tuple[str, ...]
    versions: pa.Table
    clauses: pa.Table
    mandates: pa.Table
    sightings: int


def load(connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch]) -> Loaded:
    """Add all entries of these batches that are not there yet, with their clauses, mandates and citations."""
    entries = arrived(batches)
    documents = _unknown(connection, "documents", "document_id", first_of_each(entries, "document_id"))
    _insert(connection, _documents, documents)
    told_again = entries.filter(pc.invert(pc.is_in(entries["document_id"], value_set=_keys(documents, "document_id"))))
    _insert(connection, _filled, told_again)
    sighted = entries.append_column("sighting_id", _sighting_ids(entries))
    first = _keys(_unknown(connection, "sightings", "sighting_id", sighted), "sighting_id")
    seen = pc.is_in(sighted["sighting_id"], value_set=first)
    _insert(connection, _sightings, sighted.filter(seen))
    _insert(connection, _seen_again, sighted.filter(pc.invert(seen)))
    versions = insert_versions(connection, first_of_each(entries, "version_id"))
    clauses, mandates = insert_analyses(connection, versions)
    sightings = len(pc.unique(sighted["sighting_id"]))
    return Loaded(entries, tuple(documents["document_id"].to_pylist()), versions, clauses, mandates, sightings)


def insert_versions(connection: duckdb.DuckDBPyConnection, texts: pa.Table) -> pa.Table:
    """Insert these versions, each once among themselves; those that were not there before."""
    versions = _unknown(connection, "versions", "version_id", texts)
    _insert(connection, _versions, versions)
    return versions


def insert_analyses(connection: duckdb.DuckDBPyConnection, versions: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Insert what the analyses of these versions found; the rows of clauses and of mandates."""
    clauses = nested(versions, "clauses", ["version_id", "document_id", "finished_at"])
    mandates = nested(clauses, "mandates", ["clause_id", "version_id", "document_id"])
    _insert(connection, _analyses, versions)
    _insert(connection, _clauses, clauses)
    _insert(connection, _mandates, mandates)
    _insert(connection, _citations, nested(versions, "citations", ["version_id", "document_id"]))
    return clauses, mandates


def _insert(connection: duckdb.DuckDBPyConnection, statement: str, rows: pa.Table) -> None:
    if len(rows):
        with as_rows_in(connection, rows):
            connection.execute(statement)


def _unknown(connection: duckdb.DuckDBPyConnection, table: str, key: str, rows: pa.Table) -> pa.Table:
    """The rows whose key the table does not hold. Under the lock nobody adds it meanwhile."""
    condition, parameters = among(key, pc.unique(rows[key]).to_pylist())
    known = connection.execute(_known.format(key=key, table=table, condition=condition), parameters).fetchall()
    held = pa.array([row[0] for row in known], pa.string())
    return rows if not known else rows.filter(pc.invert(pc.is_in(rows[key], value_set=held)))


def _keys(rows: pa.Table, key: str) -> pa.Array:
    return rows[key].combine_chunks()


def _sighting_ids(entries: pa.Table) -> pa.Array:
    pairs = zip(entries["source_id"].to_pylist(), entries["document_id"].to_pylist(), strict=True)
    return pa.array([hashlib.sha256(f"{source}\n{document}".encode()).hexdigest() for source, document in pairs])
