"""How documents hang together: what they state of each other, and what their symbols, titles and sessions show.

Every relation is a row with a score and its evidence; documents are linked, never merged. What a document states of
one that has not been seen yet waits with that end null until its symbol arrives, so the order of arrival does not
matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.links.duplicates import link_duplicates
from warehouse.load.arrivals import as_rows_in, nested, those_of

if TYPE_CHECKING:
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

# The narrow question first: one column of numbers answers whether any title occurs twice at all.
_shared_titles = """
SELECT title_key FROM documents WHERE title_key IN (SELECT title_key FROM rows_in)
GROUP BY title_key HAVING count(*) > 1"""

# An organ's draft (UNGA-C3) and its parent's resolution (UNGA) share the parent. The same title in the same session
# is the evidence for draft and adopted text; in the session before, for a renewal.
_by_title = """
WITH titled AS (
    SELECT
        document_id, title_key, session, language, kind, first_seen,
        split_part(body, '-', 1) AS parent,
        CASE stage WHEN 'preliminary_draft' THEN 1 WHEN 'draft' THEN 2 ELSE 3 END AS rank
    FROM documents
    WHERE kind IN ('resolution', 'decision') AND stage IS NOT NULL
        AND NOT contains(coalesce(symbol, ''), '/Add.') AND NOT contains(coalesce(symbol, ''), '/Corr.')
        AND title_key IN (SELECT title_key FROM rows_in)
), same_title AS (
    SELECT
        earlier.document_id AS earlier, later.document_id AS later, earlier.session AS earlier_session,
        later.session, earlier.rank AS earlier_rank, later.rank AS later_rank, later.first_seen
    FROM titled AS earlier JOIN titled AS later
        ON earlier.title_key = later.title_key AND earlier.parent = later.parent
        AND earlier.document_id <> later.document_id
        AND (earlier.language = later.language OR earlier.language IS NULL OR later.language IS NULL)
    WHERE earlier.document_id IN (SELECT document_id FROM rows_in)
        OR later.document_id IN (SELECT document_id FROM rows_in)
), found AS (
    SELECT earlier AS from_document, later AS to_document, 'draft_of' AS relation, 0.9 AS score,
        'same title and organ, session ' || session AS evidence, first_seen
    FROM same_title WHERE earlier_session = session AND earlier_rank < later_rank
    UNION ALL
    SELECT later, earlier, 'renews', 0.8,
        'same title and organ, session ' || earlier_session || ' before ' || session, first_seen
    FROM same_title WHERE earlier_session < session AND earlier_rank = 3 AND later_rank = 3
    QUALIFY row_number() OVER (PARTITION BY later ORDER BY earlier_session DESC, earlier) = 1
)
INSERT INTO relations
SELECT
    sha256(concat_ws(chr(10), from_document, relation, to_document)), from_document, to_document, NULL, NULL,
    relation, score, evidence, first_seen
FROM found
WHERE NOT EXISTS (
    FROM relations AS known
    WHERE known.from_document = found.from_document AND known.to_document = found.to_document
        AND known.relation = found.relation
)
ON CONFLICT (relation_id) DO NOTHING
RETURNING relation_id"""

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
    """Link what has just been loaded with what was there, and the other way round; the relations that came to be."""
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
    stated = entries.select(["document_id", "title_key", "kind", "stage"])
    resolutions = _adoptable(those_of(stated, "document_id", pa.array(loaded.documents, pa.string())))
    if len(resolutions):
        with as_rows_in(connection, resolutions):
            shared = connection.execute(_shared_titles).fetchall()
        named = pc.is_in(resolutions["title_key"], value_set=pa.array([row[0] for row in shared], pa.uint64()))
        if shared:
            with as_rows_in(connection, resolutions.filter(named)):
                found += [row[0] for row in connection.execute(_by_title).fetchall()]
    link_duplicates(connection, loaded.versions)
    rows = connection.execute(_relations, {"ids": found}).fetchall() if found else []
    return tuple(RelationRow(*row) for row in rows)


def _adoptable(entries: pa.Table) -> pa.Table:
    """The documents that can be drafts or adopted texts, as far as linking them by title needs them."""
    resolved = pc.is_in(entries["kind"], value_set=pa.array(["resolution", "decision"]))
    return entries.filter(pc.and_(resolved, pc.is_valid(entries["stage"]))).select(["document_id", "title_key"])
