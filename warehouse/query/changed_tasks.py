"""The tasks that may be otherwise on two days of a snapshot, found by keys, for some documents at a time.

The macros that show the ledger of a day join the words of all documents first, for which a register with a hundred
thousand of them has no memory. These queries give their rows for a few documents.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from warehouse.query.ledger_pieces import DECIDED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import duckdb

DOCUMENTS_AT_ONCE = 200

# Of two days of one snapshot, only tasks of these documents can differ: what is known of one changed, a span of it
# began or ended, or it is overdue, which depends on who is watched. The reason may be in another task of the document.
_TOUCHED = """
CREATE OR REPLACE TEMP TABLE touched AS
SELECT coalesce(symbol, title, '') AS name, document_id
FROM (
    SELECT document_id FROM ledger_tasks
    WHERE known_at > $first OR len(list_filter(states, lambda span:
        coalesce(span.since > $first_day AND span.since <= $last_day, false)
        OR coalesce(span.until > $first_day AND span.until <= $last_day, false)
        OR coalesce(span.state = 'overdue' AND span.since <= $last_day, false)
            AND coalesce(span.until > $first_day, true))) > 0
    UNION SELECT document_id FROM ledger_past WHERE replaced_at > $first
) LEFT JOIN documents USING (document_id)
WHERE $body IS NULL OR documents.body = $body OR starts_with(documents.body, $body || '-')"""
_LAST_NAME = """
SELECT max(name) FROM (
    SELECT name FROM touched WHERE name >= $name AND coalesce(name > $behind, true) ORDER BY name LIMIT $most
)"""
_PIECE = """
CREATE OR REPLACE TEMP TABLE piece AS
SELECT document_id FROM touched WHERE name >= $name AND coalesce(name > $behind, true) AND name <= $last"""
# A task that was in another document before is compared in the one where it is now.
_WANTED = """
CREATE OR REPLACE TEMP TABLE wanted AS
SELECT task_key FROM ledger_tasks WHERE document_id IN (FROM piece)
UNION
SELECT coalesce(key_aliases.new, past.task_key)
FROM ledger_past AS past LEFT JOIN key_aliases ON key_aliases.old = past.task_key
WHERE past.document_id IN (FROM piece)"""
# As the view `current_mandates`: the mandates of a clause are counted, as of several each has words of its own.
_READ = """
CREATE OR REPLACE TEMP TABLE read AS
WITH every AS (
    SELECT task_key, clause_id, version_id, document_id, quote, type FROM mandates
    WHERE clause_id IN (SELECT clause_id FROM mandates WHERE task_key IN (FROM wanted))
    UNION ALL
    SELECT clause_key, clause_id, version_id, document_id, display, type FROM clauses
    WHERE NOT is_mandate AND clause_key IN (SELECT task_key FROM said SEMI JOIN wanted USING (task_key)
        WHERE said.is_mandate = 'yes')
), newest AS (
    SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id FROM sightings
    WHERE version_id IS NOT NULL AND document_id IN (SELECT document_id FROM every) GROUP BY document_id
)
SELECT
    every.task_key, clauses.number, coalesce(said.type, every.type) AS type,
    split_part(documents.body, '-', 1) AS parent,
    CASE WHEN count(*) OVER (PARTITION BY every.clause_id) = 1 THEN clauses.display ELSE every.quote END AS quote
FROM every SEMI JOIN newest USING (document_id, version_id)
JOIN clauses USING (clause_id)
JOIN documents ON documents.document_id = every.document_id
LEFT JOIN said ON said.task_key = every.task_key
WHERE said.is_mandate IS DISTINCT FROM 'no'"""
# As the macro `ledger_accounts`.
_ACCOUNTS = """
CREATE OR REPLACE TEMP TABLE account AS
SELECT task_key, document_id, occurrences, states FROM ledger_tasks
WHERE known_at <= $known AND task_key IN (FROM wanted)
UNION ALL
SELECT coalesce(key_aliases.new, past.task_key) AS name, past.document_id, past.occurrences, past.states
FROM ledger_past AS past LEFT JOIN key_aliases ON key_aliases.old = past.task_key
WHERE past.known_at <= $known AND past.replaced_at > $known AND name IN (FROM wanted)
QUALIFY row_number() OVER (PARTITION BY name ORDER BY past.known_at DESC, past.past_id) = 1"""
# As the macro `ledger_known`. A task that no text has any more is still there as it was known, without its words.
_ROWS = """
WITH held AS (
    SELECT task_key, document_id, asked.number AS occurrence, asked.due_end, unnest(list_filter(states, lambda span:
        span.occurrence = asked.number AND coalesce(span.since <= $day, true) AND coalesce(span.until > $day, true)
    )) AS span
    FROM (SELECT task_key, document_id, states, unnest(occurrences) AS asked FROM account)
), watched AS (
    SELECT type, parent, min(since) AS since FROM answers_watched WHERE until >= least($day, current_date) GROUP BY ALL
), newest AS (
    SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id FROM sightings
    WHERE version_id IS NOT NULL AND document_id IN (SELECT document_id FROM account) GROUP BY document_id
), judged AS (
    SELECT held.*, read.quote, read.number, span.state = 'overdue' AND read.task_key IS NOT NULL
        AND NOT coalesce(watched.since <= due_end AND due_end < $day, false) AS is_unwatched
    FROM held LEFT JOIN read USING (task_key)
    LEFT JOIN watched ON watched.type = read.type AND watched.parent = read.parent
)
SELECT
    task_key, occurrence, judged.document_id, CASE WHEN is_unwatched THEN 'unknown' ELSE span.state END, due_end, quote,
    number, span.evidence_id,
    CASE WHEN is_unwatched THEN 'due date passed, answer not watched' ELSE span.note END,
    coalesce(symbol, title) AS document, body, url, newest.version_id
FROM judged
LEFT JOIN documents ON documents.document_id = judged.document_id
LEFT JOIN newest ON newest.document_id = judged.document_id
ORDER BY document, task_key, occurrence"""


def touch(
    connection: duckdb.DuckDBPyConnection, first: tuple[date, datetime], last: date | None, body: str | None
) -> None:
    """Note the documents whose tasks may be otherwise on the last day, or today, than on the first (with its end)."""
    days = {"first_day": first[0], "first": first[1], "last_day": last or datetime.now(UTC).date()}
    connection.execute(_TOUCHED, days | {"body": body})
    connection.execute(DECIDED)


def pieces(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[frozenset[str]]:
    """The ids of these documents, some at a time, in the order of their names, from that name on.

    Those of one name come together. `rows` gives those of the piece that came last.
    """
    asked: dict[str, str | None] = {"name": name, "behind": None}
    while True:
        ((last,),) = connection.execute(_LAST_NAME, asked | {"most": DOCUMENTS_AT_ONCE}).fetchall()
        if last is None:
            return
        for statement, values in ((_PIECE, asked | {"last": last}), (_WANTED, None), (_READ, None)):
            connection.execute(statement, values)
        yield frozenset(row[0] for row in connection.execute("FROM piece").fetchall())
        asked["behind"] = last


def rows(connection: duckdb.DuckDBPyConnection, day: date, known: datetime) -> list[tuple[Any, ...]]:
    """The tasks of a piece on a day, by what was known then, a row for each time that one is asked for."""
    connection.execute(_ACCOUNTS, {"known": known})
    return connection.execute(_ROWS, {"day": day}).fetchall()
