"""From landed batch files to tables: one SQL statement a table, over all rows at once.

A row that is there already is left as it is; only what is told anew about a known document (a date, a symbol that was
missing) is filled in. `load` runs inside the caller's transaction, and leaves three temporary tables behind for
whoever wants to know what came in: `arrived` (all entries), `fresh_versions` and `fresh_documents` (what was not
known before).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from warehouse.landing import LandedBatch

# Above this many entries the batch files are read again for each table rather than held in memory.
held_entries = 2_000

_crawls = "CREATE OR REPLACE TEMP TABLE crawls (path VARCHAR, source_id VARCHAR, finished_at TIMESTAMPTZ)"

_arrived = """
CREATE TEMP {form} arrived AS
SELECT entry.* EXCLUDE (raw), crawls.source_id, crawls.finished_at
FROM read_parquet([{files}], filename = true, file_row_number = true) AS entry
JOIN crawls ON crawls.path = entry.filename"""

# The first row of each key, for a document may come several times in one load; whichever comes first is as good as
# the next.
_first_versions = """
CREATE OR REPLACE TEMP TABLE first_versions AS
SELECT version_id, document_id, finished_at, filename, file_row_number FROM arrived
WHERE version_id IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY version_id ORDER BY finished_at, filename, file_row_number) = 1"""

_versions = """
CREATE OR REPLACE TEMP TABLE fresh_versions AS
WITH inserted AS (
    INSERT INTO versions
    SELECT
        version_id, document_id, text, text_sha256, raw_sha256, media_type, page_starts, flags, first.finished_at
    FROM arrived JOIN first_versions AS first USING (version_id, document_id, filename, file_row_number)
    ON CONFLICT (version_id) DO NOTHING
    RETURNING version_id
)
SELECT * FROM first_versions SEMI JOIN inserted USING (version_id)"""

_documents = r"""
CREATE OR REPLACE TEMP TABLE fresh_documents AS
WITH inserted AS (
    INSERT INTO documents
    SELECT
        document_id, identity, symbol, md5_number_lower(replace(lower(symbol), ' ', '')), body, kind, stage, session,
        title, md5_number_lower(nullif(trim(regexp_replace(lower(title), '[^\p{L}\p{N}]+', ' ', 'g')), '')),
        language, author, summary, agenda_item, published_on, published_precision, published_origin, url, topics,
        finished_at
    FROM arrived
    QUALIFY row_number() OVER (PARTITION BY document_id ORDER BY finished_at, filename, file_row_number) = 1
    ON CONFLICT (document_id) DO NOTHING
    RETURNING document_id
)
FROM inserted"""

# Two sources know a document differently well: what one leaves open the other may fill, and a day is better than a
# month.
_filled = """
UPDATE documents AS known SET
    symbol = coalesce(known.symbol, told.symbol),
    symbol_key = coalesce(known.symbol_key, md5_number_lower(replace(lower(told.symbol), ' ', ''))),
    body = coalesce(known.body, told.body),
    stage = coalesce(known.stage, told.stage),
    session = coalesce(known.session, told.session),
    language = coalesce(known.language, told.language),
    author = coalesce(known.author, told.author),
    summary = coalesce(known.summary, told.summary),
    agenda_item = coalesce(known.agenda_item, told.agenda_item),
    published_on = CASE WHEN told.finer THEN told.published_on ELSE known.published_on END,
    published_precision = CASE WHEN told.finer THEN told.published_precision ELSE known.published_precision END,
    published_origin = CASE WHEN told.finer THEN told.published_origin ELSE known.published_origin END,
    topics = list_sort(list_distinct(list_concat(known.topics, told.topics)))
FROM (
    SELECT
        document_id,
        any_value(symbol) AS symbol, any_value(body) AS body, any_value(stage) AS stage, any_value(session) AS session,
        any_value(language) AS language, any_value(author) AS author, any_value(summary) AS summary,
        any_value(agenda_item) AS agenda_item, flatten(list(topics)) AS topics,
        arg_max(published_on, exactness) AS published_on,
        arg_max(published_precision, exactness) AS published_precision,
        arg_max(published_origin, exactness) AS published_origin,
        coalesce(max(exactness), 0) > coalesce(list_position(['year', 'month', 'day'], any_value(was)), 0) AS finer
    FROM (
        SELECT
            arrived.*, documents.published_precision AS was,
            list_position(['year', 'month', 'day'], arrived.published_precision) AS exactness
        FROM arrived JOIN documents USING (document_id) ANTI JOIN fresh_documents USING (document_id)
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

# Batches come in any order: the earliest sighting stays the first, and only a later one changes what was shown last.
_sightings = """
INSERT INTO sightings
SELECT
    sha256(source_id || chr(10) || document_id), source_id, document_id, arg_max(version_id, finished_at),
    arg_max(seen_url, finished_at), arg_max(title, finished_at), min(finished_at), max(finished_at)
FROM arrived GROUP BY source_id, document_id
ON CONFLICT (sighting_id) DO UPDATE SET
    version_id = if(excluded.last_seen >= last_seen, coalesce(excluded.version_id, version_id), version_id),
    url = if(excluded.last_seen >= last_seen, excluded.url, url),
    title = if(excluded.last_seen >= last_seen, excluded.title, title),
    first_seen = least(first_seen, excluded.first_seen),
    last_seen = greatest(last_seen, excluded.last_seen)"""

_fresh_entries = """
CREATE OR REPLACE TEMP VIEW fresh_entries AS
FROM arrived SEMI JOIN fresh_versions USING (version_id, filename, file_row_number)"""

_parts = (
    """
INSERT INTO analyses SELECT version_id, analysis_language, preamble, notes, finished_at FROM fresh_entries""",
    """
INSERT INTO clauses
SELECT
    clause.clause_id, version_id, document_id, clause.position, clause.number, clause."start", clause."end",
    clause.page, clause.quote, clause.display, clause.verb, clause.type, clause.is_mandate, clause.addressee,
    clause.addressee_id, clause.agenda_item, clause.rule, clause.evidence
FROM (SELECT version_id, document_id, unnest(clauses) AS clause FROM fresh_entries)""",
    """
INSERT INTO mandates
SELECT
    mandate.mandate_id, clause_id, version_id, document_id, mandate."start", mandate."end", mandate.quote,
    mandate.verb,
    mandate.type, mandate.addressee, mandate.addressee_id, mandate.due, mandate.due_start, mandate.due_end,
    mandate.due_basis, mandate.dues, mandate.agenda_item, mandate.agenda_title, mandate.action, mandate.deliverable,
    mandate.rule
FROM (
    SELECT version_id, document_id, clause.clause_id AS clause_id, unnest(clause.mandates) AS mandate
    FROM (SELECT version_id, document_id, unnest(clauses) AS clause FROM fresh_entries)
)""",
    """
INSERT INTO citations
SELECT citation.citation_id, version_id, document_id, citation."start", citation."end", citation.quote, citation.symbol
FROM (SELECT version_id, document_id, unnest(citations) AS citation FROM fresh_entries)""",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows a load added."""

    documents: int
    versions: int
    mandates: int
    sightings: int


def load(connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch]) -> Loaded:
    """Add all entries of these batches that are not there yet, with their clauses, mandates and citations."""
    _arrive(connection, batches)
    connection.execute(_first_versions)
    connection.execute(_versions)
    connection.execute(_documents)
    connection.execute(_filled)
    connection.execute(_sightings)
    connection.execute(_fresh_entries)
    analyses, _, mandates, _ = (_count(connection, statement) for statement in _parts)
    return Loaded(
        documents=_count(connection, "SELECT count(*) FROM fresh_documents"),
        versions=analyses,
        mandates=mandates,
        sightings=_count(connection, "SELECT count(DISTINCT (source_id, document_id)) FROM arrived"),
    )


def _arrive(connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch]) -> None:
    for form in ("VIEW", "TABLE"):
        known = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'arrived' AND temporary"
        if form == "VIEW":
            known = "SELECT 1 FROM duckdb_views() WHERE view_name = 'arrived' AND temporary"
        if connection.execute(known).fetchone():
            connection.execute(f"DROP {form} arrived")
    connection.execute(_crawls)
    for batch in batches:
        row = [str(batch.path), batch.source_id, batch.finished_at]
        connection.execute("INSERT INTO crawls VALUES (?, ?, ?)", row)
    form = "TABLE" if sum(batch.entries for batch in batches) <= held_entries else "VIEW"
    connection.execute(_arrived.format(form=form, files=", ".join(_quoted(batch.path) for batch in batches)))


def _quoted(path: Path) -> str:
    """A path as an SQL literal that is no pattern; a view takes no parameters."""
    return "'" + re.sub(r"([*?\[])", r"[\1]", str(path)).replace("'", "''") + "'"


def _count(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    row = connection.execute(statement).fetchone()
    return int(row[0]) if row else 0
