"""How documents hang together: what they state of each other, and what their symbols, titles and sessions show.

Every relation is a row with a score and its evidence; documents are linked, never merged. What a document states of
one that has not been seen yet waits with that end null until its symbol arrives, so the order of arrival does not
matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from warehouse.links.acts import keep_acts_read_again
from warehouse.links.clause_links import link_clauses, link_clauses_of
from warehouse.links.cuts import keep_cuts
from warehouse.links.duplicates import alike_texts, link_duplicates
from warehouse.links.renewals import link_acts, link_touched
from warehouse.load.arrivals import as_rows_in, nested

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    import duckdb

    from warehouse.load.loading import Loaded

# A record of the adopted text names its draft, so it speaks from the other end.
_stated = """
INSERT INTO relations
SELECT DISTINCT ON (document_id, relation, key)
    sha256(concat_ws(chr(10), document_id, relation, key)), if(is_other_end, NULL, document_id),
    if(is_other_end, document_id, NULL), symbol, key, relation, 1.0, evidence, finished_at
FROM (
    SELECT *, relation = 'draft_of' AND coalesce(stage IN ('adopted', 'official_record'), false) AS is_other_end
    FROM rows_in
) ORDER BY document_id, relation, key, evidence
ON CONFLICT (relation_id) DO NOTHING"""

# A symbol may be borne by several language versions: the one in the same language is meant, else the first seen.
_resolved = """
WITH waiting AS (
    SELECT relation_id, coalesce(from_document, to_document) AS naming, named_key FROM relations
    WHERE (from_document IS NULL OR to_document IS NULL) AND named_key IN (SELECT key FROM rows_in)
), found AS (
    SELECT waiting.relation_id, named.document_id
    FROM waiting
    JOIN documents AS named ON named.symbol_key = waiting.named_key AND named.document_id <> waiting.naming
    JOIN documents AS naming ON naming.document_id = waiting.naming
    QUALIFY row_number() OVER (
        PARTITION BY waiting.relation_id
        ORDER BY named.language IS NOT DISTINCT FROM naming.language DESC, named.first_seen, named.document_id
    ) = 1
)
UPDATE relations SET
    from_document = coalesce(from_document, found.document_id), to_document = coalesce(to_document, found.document_id)
FROM found WHERE relations.relation_id = found.relation_id
RETURNING relations.relation_id"""

# The stage of who named the draft may have become known only later.
_turned = """
UPDATE relations SET from_document = relations.to_document, to_document = relations.from_document
FROM documents AS origin, documents AS target
WHERE relation_id IN (SELECT unnest($resolved)) AND relation = 'draft_of'
    AND origin.document_id = relations.from_document AND target.document_id = relations.to_document
    AND origin.stage IN ('adopted', 'official_record') AND target.stage IN ('preliminary_draft', 'draft')"""

# What is stated takes the place of what was gathered from titles, whichever came first.
_superseded = """
DELETE FROM relations USING relations AS stated
WHERE stated.relation_id IN (SELECT unnest($resolved)) AND relations.score < stated.score
    AND relations.from_document = stated.from_document AND relations.to_document = stated.to_document
    AND relations.relation = stated.relation"""

_relations = """
SELECT from_document, to_document, relation, score, evidence FROM relations
WHERE relation_id IN (SELECT unnest($ids)) ORDER BY ALL"""


class RelationRow(NamedTuple):
    """A relation between two documents that are both known, found in this load."""

    from_document: str
    to_document: str
    relation: str
    score: float
    evidence: str


def relate(connection: duckdb.DuckDBPyConnection, loaded: Loaded) -> tuple[RelationRow, ...]:
    """Link what has just been loaded with what was there, and the clauses of both; the relations that came to be."""
    entries = loaded.entries
    links = nested(entries, "links", ["document_id", "stage", "finished_at"])
    keys = pa.concat_arrays([*entries["symbol_key"].chunks, *links["key"].chunks]).drop_null()
    found: list[str] = []
    if len(links):
        with as_rows_in(connection, links):
            connection.execute(_stated)
    if len(keys):
        with as_rows_in(connection, pa.table({"key": keys})):
            found += [row[0] for row in connection.execute(_resolved).fetchall()]
        if found:
            connection.execute(_turned, {"resolved": found})
            connection.execute(_superseded, {"resolved": found})
    alike = alike_texts(connection, loaded.versions)
    found += link_acts(connection, loaded, alike.hits)
    link_duplicates(connection, alike.hits)
    if len(loaded.versions):
        again = {*loaded.versions["document_id"].to_pylist()} - {*loaded.documents}
        moment = max(entries["finished_at"].to_pylist())
        keep_cuts(connection, alike.cuts(loaded.versions), moment, again=[(each, "texts") for each in again])
    rows = connection.execute(_relations, {"ids": found}).fetchall() if found else []
    relations = tuple(RelationRow(*row) for row in rows)
    link_clauses(connection, loaded, relations)
    return relations


def relate_again(connection: duckdb.DuckDBPyConnection, documents: Collection[str], now: datetime) -> None:
    """Link documents that were read again, and their clauses."""
    touched = keep_acts_read_again(connection, documents)
    found = link_touched(connection, touched, touched, (), now) if touched else []
    rows = connection.execute(_relations, {"ids": found}).fetchall() if found else []
    link_clauses_of(connection, documents, [RelationRow(*row) for row in rows], now)
