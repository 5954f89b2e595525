"""How documents hang together: what they state of each other, and what their symbols, titles and sessions show.

Every relation is a row with a score and its evidence; documents are linked, never merged. What a document states of
one that has not been seen yet waits with `to_document` null until that symbol arrives, so the order of arrival does
not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import duckdb

# What the source, the heading and the symbol itself say. Rev replaces (the revision before it), Add adds, Corr
# corrects.
_stated = r"""
CREATE OR REPLACE TEMP TABLE stated AS
SELECT DISTINCT ON (document_id, relation, to_key)
    document_id, relation, to_symbol, md5_number_lower(replace(lower(to_symbol), ' ', '')) AS to_key, evidence,
    finished_at
FROM (
    SELECT document_id, link.relation AS relation, link.symbol AS to_symbol, link.evidence AS evidence, finished_at
    FROM (SELECT document_id, unnest(links) AS link, finished_at FROM arrived)
    UNION ALL
    SELECT
        document_id,
        CASE suffix.kind WHEN 'Rev' THEN 'replaces' WHEN 'Add' THEN 'adds_to' ELSE 'corrects' END,
        suffix.base || CASE WHEN suffix.kind = 'Rev' AND suffix.number::INTEGER > 1
                            THEN '/Rev.' || (suffix.number::INTEGER - 1) ELSE '' END,
        'its symbol ends in ' || suffix.kind || '.' || suffix.number,
        finished_at
    FROM (
        SELECT
            document_id, finished_at,
            regexp_extract(symbol, '^(.+)/(Rev|Add|Corr)\.(\d{1,4})$', ['base', 'kind', 'number']) AS suffix
        FROM arrived WHERE symbol IS NOT NULL
    )
    WHERE suffix.base <> ''
)
ORDER BY document_id, relation, to_key, evidence"""

_insert_stated = """
INSERT INTO relations
SELECT
    sha256(concat_ws(chr(10), document_id, relation, to_key)), document_id, NULL, to_symbol, to_key, relation, 1.0,
    evidence, finished_at
FROM stated
ON CONFLICT (relation_id) DO NOTHING"""

# A symbol may be borne by several language versions: the one in the same language is meant, else the first seen.
_resolved = """
CREATE OR REPLACE TEMP TABLE resolved AS
WITH waiting AS (
    SELECT relation_id, from_document, to_key, relation FROM relations
    WHERE to_document IS NULL AND to_key IN (
        SELECT to_key FROM stated UNION ALL
        SELECT symbol_key FROM documents SEMI JOIN arrived USING (document_id) WHERE symbol_key IS NOT NULL
    )
), found AS (
    SELECT waiting.relation_id, target.document_id AS to_document
    FROM waiting
    JOIN documents AS target ON target.symbol_key = waiting.to_key AND target.document_id <> waiting.from_document
    JOIN documents AS origin ON origin.document_id = waiting.from_document
    QUALIFY row_number() OVER (
        PARTITION BY waiting.relation_id
        ORDER BY target.language IS NOT DISTINCT FROM origin.language DESC, target.first_seen, target.document_id
    ) = 1
), updated AS (
    UPDATE relations SET to_document = found.to_document FROM found WHERE relations.relation_id = found.relation_id
    RETURNING relations.relation_id, from_document, relations.to_document, relation, score, evidence
)
FROM updated"""

# A catalogue's record of the adopted text names its draft, so the statement comes from the wrong end: turn it round.
_turned = """
UPDATE relations SET from_document = relations.to_document, to_document = relations.from_document
FROM resolved, documents AS origin, documents AS target
WHERE relations.relation_id = resolved.relation_id AND relations.relation = 'draft_of'
    AND origin.document_id = resolved.from_document AND target.document_id = resolved.to_document
    AND origin.stage IN ('adopted', 'official_record') AND target.stage IN ('preliminary_draft', 'draft')"""

# An organ's draft (UNGA-C3) and its parent's resolution (UNGA) share the parent. The same title in the same session
# is the evidence for draft and adopted text; in the session before, for a renewal.
_same_title = r"""
CREATE OR REPLACE TEMP TABLE same_title AS
WITH arriving AS (
    SELECT document_id FROM fresh_documents
), titled AS (
    SELECT
        document_id, title_key, session, language, kind, first_seen,
        split_part(body, '-', 1) AS parent,
        CASE stage WHEN 'preliminary_draft' THEN 1 WHEN 'draft' THEN 2 ELSE 3 END AS rank
    FROM documents
    WHERE kind IN ('resolution', 'decision') AND stage IS NOT NULL
        AND NOT regexp_matches(coalesce(symbol, ''), '/(Add|Corr)\.\d+$')
        AND title_key IN (
        SELECT title_key FROM documents SEMI JOIN arriving USING (document_id) WHERE title_key IS NOT NULL
    )
)
SELECT
    earlier.document_id AS earlier, later.document_id AS later, earlier.session AS earlier_session, later.session,
    earlier.rank AS earlier_rank, later.rank AS later_rank, later.first_seen
FROM titled AS earlier JOIN titled AS later
    ON earlier.title_key = later.title_key AND earlier.parent = later.parent
    AND earlier.document_id <> later.document_id
    AND (earlier.language = later.language OR earlier.language IS NULL OR later.language IS NULL)
WHERE earlier.document_id IN (FROM arriving) OR later.document_id IN (FROM arriving)"""

_by_title = """
CREATE OR REPLACE TEMP TABLE linked AS
WITH found AS (
    SELECT earlier AS from_document, later AS to_document, 'draft_of' AS relation, 0.9 AS score,
        'same title and organ, session ' || session AS evidence, first_seen
    FROM same_title WHERE earlier_session = session AND earlier_rank < later_rank
    UNION ALL
    SELECT later, earlier, 'renews', 0.8,
        'same title and organ, session ' || earlier_session || ' before ' || session, first_seen
    FROM same_title WHERE earlier_session < session AND earlier_rank = 3 AND later_rank = 3
    QUALIFY row_number() OVER (PARTITION BY later ORDER BY earlier_session DESC, earlier) = 1
), inserted AS (
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
    RETURNING relation_id, from_document, to_document, relation, score, evidence
)
FROM inserted"""

_new = """
SELECT known.from_document, known.to_document, known.relation, known.score, known.evidence
FROM (SELECT relation_id FROM resolved UNION ALL SELECT relation_id FROM linked) AS new
JOIN relations AS known USING (relation_id)
ORDER BY ALL"""


class RelationRow(NamedTuple):
    """A relation between two documents that are both known, found in this load."""

    from_document: str
    to_document: str
    relation: str
    score: float
    evidence: str


def relate(connection: duckdb.DuckDBPyConnection) -> tuple[RelationRow, ...]:
    """Link what has just been loaded with what was there, and the other way round; the relations that came to be."""
    for statement in (_stated, _insert_stated, _resolved, _turned, _same_title, _by_title):
        connection.execute(statement)
    return tuple(RelationRow(*row) for row in connection.execute(_new).fetchall())
