"""From landed batches to tables: dedupe first, then one insert a table, over all rows at once.

A row that is there already is left as it is; only what is new about a known document (a date, a symbol that was
missing) is filled in. `load` runs inside the caller's transaction.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.findings.clause_rows import clauses_in, clauses_of
from warehouse.load.aliases import under_one_name
from warehouse.load.arrivals import arrived, as_rows_in, first_of_each, insert, unknown
from warehouse.load.key_aliases import carry
from warehouse.load.rereading import settle
from warehouse.load.texts import insert_analyses, insert_versions, replace_readings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from warehouse.findings.clause_rows import ClauseRow
    from warehouse.load.kept import Again
    from warehouse.load.landing import LandedBatch
    from warehouse.load.texts import Replaced

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
    symbol = coalesce(known.symbol, stated.symbol),
    symbol_key = coalesce(known.symbol_key, stated.symbol_key),
    body = coalesce(known.body, stated.body),
    stage = coalesce(known.stage, stated.stage),
    session = coalesce(known.session, stated.session),
    language = coalesce(known.language, stated.language),
    author = coalesce(known.author, stated.author),
    summary = coalesce(known.summary, stated.summary),
    agenda_item = coalesce(known.agenda_item, stated.agenda_item),
    published_on = if(stated.finer, stated.published_on, known.published_on),
    published_precision = if(stated.finer, stated.published_precision, known.published_precision),
    published_origin = if(stated.finer, stated.published_origin, known.published_origin),
    topics = list_sort(list_distinct(list_concat(known.topics, stated.topics)))
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
) AS stated
WHERE known.document_id = stated.document_id AND (
    stated.finer
    OR (known.symbol IS NULL AND stated.symbol IS NOT NULL) OR (known.body IS NULL AND stated.body IS NOT NULL)
    OR (known.stage IS NULL AND stated.stage IS NOT NULL) OR (known.session IS NULL AND stated.session IS NOT NULL)
    OR (known.language IS NULL AND stated.language IS NOT NULL) OR (known.author IS NULL AND stated.author IS NOT NULL)
    OR (known.summary IS NULL AND stated.summary IS NOT NULL)
    OR (known.agenda_item IS NULL AND stated.agenda_item IS NOT NULL)
    OR NOT list_has_all(known.topics, stated.topics)
)
RETURNING known.document_id"""

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
    version_id = if(
        stated.last_seen >= known.last_seen, coalesce(stated.version_id, known.version_id), known.version_id
    ),
    url = if(stated.last_seen >= known.last_seen, stated.url, known.url),
    title = if(stated.last_seen >= known.last_seen, stated.title, known.title),
    relevance = if(stated.last_seen >= known.last_seen, coalesce(stated.relevance, known.relevance), known.relevance),
    first_seen = least(known.first_seen, stated.first_seen),
    last_seen = greatest(known.last_seen, stated.last_seen)
FROM (
    SELECT
        sighting_id, arg_max(version_id, finished_at) AS version_id, arg_max(seen_url, finished_at) AS url,
        arg_max(title, finished_at) AS title, arg_max(relevance, finished_at) AS relevance,
        min(finished_at) AS first_seen, max(finished_at) AS last_seen
    FROM rows_in GROUP BY sighting_id
) AS stated
WHERE known.sighting_id = stated.sighting_id"""

_OF_SIGHTINGS = ["source_id", "document_id", "version_id", "seen_url", "title", "relevance", "finished_at"]

# A file that is shown again, unread, is named by one of its documents.
_file_seen_again = """
UPDATE sightings AS known SET last_seen = greatest(known.last_seen, stated.last_seen)
FROM (SELECT source_id, seen_url, max(finished_at) AS last_seen FROM rows_in GROUP BY ALL) AS stated
WHERE known.source_id = stated.source_id AND known.url = stated.seen_url
    AND known.version_id IN (SELECT version_id FROM versions WHERE part IS NOT NULL)"""

_known_bytes = "SELECT DISTINCT raw_sha256, document_id FROM versions WHERE raw_sha256 IN (SELECT unnest($hashes))"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load brought: all entries, and of the rest what was not there before.

    `told_apart` are documents that are new because today's rules find them in a file whose bytes were recorded before.
    `filled` are documents of which more is known than before, such as their day.
    `replaced` are versions that were recorded and read otherwise; what they give is not news. `unread` are new
    versions that could be set only against a text as a former reader gave it.
    """

    entries: pa.Table
    documents: tuple[str, ...]
    versions: pa.Table
    clauses: pa.Table
    mandates: pa.Table
    sightings: int
    told_apart: frozenset[str]
    filled: frozenset[str]
    replaced: Replaced
    unread: frozenset[str]


def load(connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch], again: Again | None = None) -> Loaded:
    """Add all entries of these batches that are not there yet, with their clauses, mandates and citations.

    `again` reads a kept text by today's reader and rules, where one by former ones must be set against what arrived.
    """
    now = datetime.now(UTC)
    entries = under_one_name(connection, arrived(batches), again)
    documents = unknown(connection, "documents", "document_id", first_of_each(entries, "document_id"))
    insert(connection, _documents, documents)
    fresh = _keys(documents, "document_id")
    # What several sources show in one load may be filled at once: each knows something that the others do not.
    counts = entries.select(["document_id"]).group_by("document_id").aggregate([([], "count_all")])
    alone = counts.filter(pc.equal(counts["count_all"], 1))["document_id"]
    written = pc.and_(*(pc.is_in(entries["document_id"], value_set=ids) for ids in (fresh, alone)))
    filled = _fill(connection, entries.filter(pc.invert(written)))
    apart, former = _told_apart(connection, documents)
    settled = settle(connection, entries, fresh, again, now)
    replaced = replace_readings(connection, settled.instead, settled.readings, now)
    versions = insert_versions(connection, settled.versions)
    clauses, mandates = insert_analyses(connection, versions)
    if apart:
        found = [clause for clause in clauses_in(clauses, mandates) if clause.document_id in apart]
        carry(connection, [(former, found)], now)
    return Loaded(
        entries=settled.entries,
        documents=tuple(documents["document_id"].to_pylist()),
        versions=versions,
        clauses=clauses,
        mandates=mandates,
        sightings=_sight(connection, settled.entries),
        told_apart=apart,
        filled=filled,
        replaced=replaced,
        unread=settled.unread,
    )


def sources_of(loaded: Loaded) -> set[str]:
    """The sources that showed one of the documents that are new in this load."""
    new, entries = set(loaded.documents), loaded.entries
    shown = zip(entries["source_id"].to_pylist(), entries["document_id"].to_pylist(), strict=True)
    return {source for source, document in shown if document in new}


def _fill(connection: duckdb.DuckDBPyConnection, entries: pa.Table) -> frozenset[str]:
    """Add what these entries say of known documents; the documents of which more is known since."""
    if not entries.num_rows:
        return frozenset()
    with as_rows_in(connection, entries):
        return frozenset(row[0] for row in connection.execute(_filled).fetchall())


def _told_apart(
    connection: duckdb.DuckDBPyConnection, documents: pa.Table
) -> tuple[frozenset[str], tuple[ClauseRow, ...]]:
    """The new documents in files that were recorded, with the same bytes, as others; and the clauses of those."""
    parts = documents.filter(pc.is_valid(documents["part"])).select(["document_id", "raw_sha256"]).to_pylist()
    if not parts:
        return frozenset(), ()
    hashes = sorted({row["raw_sha256"] for row in parts})
    known = connection.execute(_known_bytes, {"hashes": hashes}).fetchall()
    held = {sha256 for sha256, _ in known}
    apart = frozenset(row["document_id"] for row in parts if row["raw_sha256"] in held)
    return apart, clauses_of(connection, sorted({document for _, document in known})) if apart else ()


def _sight(connection: duckdb.DuckDBPyConnection, entries: pa.Table) -> int:
    """Write down which source showed which document; how many did."""
    # Each filter copies all columns, and those of the analyses are seventy.
    sighted = entries.select(_OF_SIGHTINGS).append_column("sighting_id", sighting_ids(entries))
    first = _keys(unknown(connection, "sightings", "sighting_id", sighted), "sighting_id")
    seen = pc.is_in(sighted["sighting_id"], value_set=first)
    insert(connection, _sightings, sighted.filter(seen))
    insert(connection, _seen_again, sighted.filter(pc.invert(seen)))
    insert(connection, _file_seen_again, sighted.filter(pc.is_null(sighted["version_id"])))
    return len(pc.unique(sighted["sighting_id"]))


def _keys(rows: pa.Table, key: str) -> pa.Array:
    return rows[key].combine_chunks()


def sighting_ids(entries: pa.Table) -> pa.Array:
    """sha256 of source and document of each entry."""
    pairs = zip(entries["source_id"].to_pylist(), entries["document_id"].to_pylist(), strict=True)
    return pa.array([sighting_id(source, document) for source, document in pairs])


def sighting_id(source: str, document: str) -> str:
    """The id of what a source shows of a document: sha256 (hex) of both ids."""
    return hashlib.sha256(f"{source}\n{document}".encode()).hexdigest()
