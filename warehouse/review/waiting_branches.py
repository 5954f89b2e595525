"""Statements for what waits, by kind: each finds what may wait first, and reads the rest for that alone.

Together they give the rows of the view `to_review`, which joins the texts and the mandates of all documents first.
"""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.query.ledger_pieces import NEWEST_OF
from warehouse.query.ledger_spans import WATCHED_TODAY


@dataclass(frozen=True, slots=True)
class Branch:
    """A kind of what waits.

    Rows of `table` may wait `where`; for one key only those `of_key`. `steps`, each with one {condition} or none, make
    temporary tables, so that each join knows how few rows there are. `rows` selects what waits from these, without the
    columns of the view that this kind has not.
    """

    table: str
    where: str
    of_key: str
    steps: tuple[str, ...]
    rows: str

    @property
    def is_in_pieces(self) -> bool:
        """Whether some rows of the table can be read at a time."""
        return any("{condition}" in step for step in self.steps)


_NEWEST = f"CREATE OR REPLACE TEMP TABLE waiting_newest AS {NEWEST_OF.format(found='waiting_found')}"
_DOCUMENTS = """
CREATE OR REPLACE TEMP TABLE waiting_documents AS
SELECT document_id, symbol, title, url, kind, body, first_seen FROM documents
WHERE document_id IN (SELECT document_id FROM waiting_found)"""

_UNREAD = "reading IN ('none', 'partial')"
_TEXT = Branch(
    table="analyses",
    where=_UNREAD,
    of_key="version_id IN (SELECT version_id FROM versions WHERE document_id = $key)",
    steps=(
        """
CREATE OR REPLACE TEMP TABLE waiting_read AS
SELECT version_id, reading, reasons FROM analyses WHERE {condition}""",
        """
CREATE OR REPLACE TEMP TABLE waiting_found AS
SELECT version_id, document_id, first_seen FROM versions
WHERE version_id IN (SELECT version_id FROM waiting_read)""",
        _NEWEST,
        _DOCUMENTS,
        """
CREATE OR REPLACE TEMP TABLE waiting_sources AS
SELECT document_id, list_sort(list(source_id)) AS sources FROM sightings
WHERE document_id IN (SELECT document_id FROM waiting_found) GROUP BY document_id""",
    ),
    rows="""
SELECT
    'text' AS what, CASE WHEN reading = 'none' THEN 0.0 ELSE 0.5 END AS confidence,
    array_to_string(reasons, '; ') AS reason, sources, found.document_id, found.document_id AS key
FROM waiting_found AS found SEMI JOIN waiting_newest USING (document_id, version_id)
JOIN waiting_read USING (version_id) JOIN waiting_documents USING (document_id)
LEFT JOIN waiting_sources USING (document_id)
WHERE waiting_documents.kind IN ('resolution', 'decision', 'statement') AND NOT EXISTS (
    FROM waiting_decisions AS seen
    WHERE seen.task_key = found.document_id AND seen.value IS NOT NULL AND seen."at" >= found.first_seen
)""",
)

_CLAUSE = Branch(
    table="clauses",
    where="len(review) > 0",
    # One list of keys, for which the column is searched: with OR, each of its rows is looked up.
    of_key="""clause_id IN (
    SELECT clause_id FROM mandates WHERE task_key = $key UNION ALL SELECT clause_id FROM clauses WHERE clause_key = $key
)""",
    steps=(
        """
CREATE OR REPLACE TEMP TABLE waiting_found AS
SELECT
    clause_id, clause_key, version_id, document_id, confidence, review, number, page, display, is_mandate, type,
    addressee
FROM clauses WHERE {condition}""",
        _NEWEST,
        """
CREATE OR REPLACE TEMP TABLE waiting_tasks AS
SELECT clause_id, mandate_id, task_key, quote, type, addressee, due, due_start, due_end, deliverable FROM mandates
WHERE clause_id IN (SELECT clause_id FROM waiting_found)""",
        _DOCUMENTS,
    ),
    rows="""
SELECT
    'clause' AS what, found.confidence, array_to_string(found.review, '; ') AS reason, found.number, found.page,
    coalesce(task.quote, found.display) AS quote, found.is_mandate, coalesce(task.type, found.type) AS type,
    CASE WHEN task.mandate_id IS NULL THEN found.addressee ELSE task.addressee END AS addressee, task.due,
    task.due_start, task.due_end, task.deliverable, found.document_id, coalesce(task.task_key, found.clause_key) AS key
FROM waiting_found AS found SEMI JOIN waiting_newest USING (document_id, version_id)
LEFT JOIN waiting_tasks AS task USING (clause_id)
WHERE NOT EXISTS (
    FROM waiting_decisions AS seen
    WHERE seen.task_key = coalesce(task.task_key, found.clause_key) AND seen.value IS NOT NULL
        AND seen.field NOT IN ('state', 'responsible', 'status', 'seen', 'muted', 'note')
)""",
)

_DECISION = Branch(
    table="decisions",
    where="value IS NOT NULL",
    of_key="true",
    steps=(
        """
CREATE OR REPLACE TEMP TABLE waiting_ruled AS
SELECT task_key, field, value, who, quote, score, document_id FROM waiting_decisions
WHERE value IS NOT NULL AND field <> 'reviewed'""",
        """
CREATE OR REPLACE TEMP TABLE waiting_named AS
SELECT task_key AS name, quote, document_id, version_id, 1 AS rank FROM mandates
WHERE task_key IN (SELECT task_key FROM waiting_ruled)
UNION ALL
SELECT clause_key, display, document_id, version_id, 2 FROM clauses
WHERE clause_key IN (SELECT task_key FROM waiting_ruled) AND clause_key IN (SELECT task_key FROM decisions)""",
        _NEWEST.replace("waiting_found", "waiting_named"),
        """
CREATE OR REPLACE TEMP TABLE waiting_found AS
SELECT task_key, field, value, who, quote, score, document_id, named.name AS name, named.now AS quote_now
FROM waiting_ruled LEFT JOIN (
    SELECT name, arg_min(quote, rank) AS now FROM (
        SELECT name, quote, rank FROM waiting_named SEMI JOIN waiting_newest USING (document_id, version_id)
        UNION ALL
        SELECT document_id, title, 2 FROM documents
        WHERE document_id IN (SELECT task_key FROM waiting_ruled) AND document_id IN (SELECT task_key FROM decisions)
    ) GROUP BY name
) AS named ON named.name = task_key""",
        _DOCUMENTS,
    ),
    rows="""
SELECT
    'decision' AS what, 0.2 AS confidence,
    format('{}: {} = {} ({})', CASE
        WHEN name IS NULL THEN 'the newest text has no such task' ELSE 'another reading gave the task other words'
    END, field, value, who) AS reason,
    quote_now AS quote, quote AS before, field, value, found.document_id, task_key AS key
FROM waiting_found AS found WHERE name IS NULL OR score < 0.9""",
)

_UNDECIDED = """each.state IN ('unknown', 'overdue')
    AND coalesce(each.since <= current_date, true) AND coalesce(each.until > current_date, true)"""
# What is undecided since before any document was seen here is history. Most accounts are settled by their lists alone.
_OPEN = f"""len(list_filter(states, lambda each: {_UNDECIDED})) > 0
AND (len(list_filter(states, lambda each: each.evidence_id IS NOT NULL)) > 0
    OR len(list_filter(occurrences, lambda each: each.due_end >= $since)) > 0)"""
_LEDGER = Branch(
    table="ledger_tasks",
    where=_OPEN,
    of_key="task_key = $key",
    steps=(
        f"""
CREATE OR REPLACE TEMP TABLE waiting_spans AS
SELECT
    task_key, asked.due AS due, asked.due_start AS due_start, asked.due_end AS due_end, span.state AS state,
    span.note AS note, span.evidence_id AS evidence_id
FROM (
    SELECT task_key, span, unnest(list_filter(occurrences, lambda asked: asked.number = span.occurrence)) AS asked
    FROM (
        SELECT task_key, occurrences, unnest(list_filter(states, lambda each: {_UNDECIDED})) AS span
        FROM ledger_tasks WHERE {{condition}}
    )
)
WHERE span.evidence_id IS NOT NULL OR asked.due_end >= $since""",  # noqa: S608 - our own words
        """
CREATE OR REPLACE TEMP TABLE waiting_found AS
SELECT task_key, clause_id, version_id, document_id, quote, type, addressee, deliverable FROM mandates
WHERE task_key IN (SELECT task_key FROM waiting_spans)
UNION ALL
SELECT clause_key, clause_id, version_id, document_id, display, type, addressee, NULL FROM clauses
WHERE NOT is_mandate AND clause_key IN (SELECT task_key FROM waiting_spans) AND clause_key IN (
    SELECT task_key FROM waiting_decisions WHERE field = 'is_mandate' AND value = 'yes'
)""",
        _NEWEST,
        """
CREATE OR REPLACE TEMP TABLE waiting_clauses AS
SELECT clause_id, number, page, display FROM clauses WHERE clause_id IN (SELECT clause_id FROM waiting_found)""",
        # The words of a clause are shown whole where it asks for one thing alone that nobody rejected.
        """
CREATE OR REPLACE TEMP TABLE waiting_tasks AS
SELECT clause_id, count(*) AS tasks FROM (
    SELECT clause_id, task_key FROM mandates WHERE clause_id IN (SELECT clause_id FROM waiting_clauses)
    UNION ALL
    SELECT clause_id, clause_key FROM clauses
    WHERE NOT is_mandate AND clause_id IN (SELECT clause_id FROM waiting_clauses) AND clause_key IN (
        SELECT task_key FROM waiting_decisions WHERE field = 'is_mandate' AND value = 'yes'
    )
)
WHERE task_key IS NULL OR task_key NOT IN (
    SELECT task_key FROM waiting_decisions WHERE field = 'is_mandate' AND value = 'no'
) GROUP BY clause_id""",
        _DOCUMENTS,
        f"CREATE OR REPLACE TEMP TABLE waiting_watched AS {WATCHED_TODAY}",
    ),
    rows="""
WITH said AS (
    SELECT
        task_key, any_value(value) FILTER (field = 'is_mandate') AS is_mandate,
        any_value(value) FILTER (field = 'type') AS type, any_value(value) FILTER (field = 'addressee') AS addressee,
        any_value(value) FILTER (field = 'deliverable') AS deliverable
    FROM waiting_decisions WHERE value IS NOT NULL GROUP BY task_key
)
SELECT
    'ledger' AS what, 0.5 AS confidence,
    CASE WHEN state = 'overdue' THEN 'due date passed, answer not watched' ELSE note END AS reason, number, page,
    CASE WHEN waiting_tasks.tasks = 1 THEN display ELSE quote END AS quote, true AS is_mandate,
    coalesce(said.type, found.type) AS type, coalesce(said.addressee, found.addressee) AS addressee, span.due,
    span.due_start, span.due_end, coalesce(said.deliverable, found.deliverable) AS deliverable, found.document_id,
    found.task_key AS key
FROM waiting_spans AS span JOIN waiting_found AS found USING (task_key)
SEMI JOIN waiting_newest USING (document_id, version_id)
JOIN waiting_clauses USING (clause_id) JOIN waiting_tasks USING (clause_id)
JOIN waiting_documents AS asking USING (document_id)
LEFT JOIN said USING (task_key)
LEFT JOIN waiting_watched AS watched
    ON watched.type = coalesce(said.type, found.type) AND watched.parent = split_part(asking.body, '-', 1)
WHERE (state = 'unknown' OR coalesce(watched.since > span.due_end, true))
    AND (span.evidence_id IS NOT NULL OR span.due_end >= asking.first_seen::DATE)
    AND said.is_mandate IS DISTINCT FROM 'no' AND NOT EXISTS (
        FROM waiting_decisions AS seen
        WHERE seen.task_key = found.task_key AND seen.value IS NOT NULL AND seen.field IN ('state', 'muted')
    )""",
)

BRANCHES = {"text": _TEXT, "clause": _CLAUSE, "decision": _DECISION, "ledger": _LEDGER}
