"""Mandates that fall due: a finding at 60 days, at 14 and on the day, while no answer has been seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from scrapers.text.readers import words_sha256
from warehouse.findings import finding_store as ledger
from warehouse.findings.clause_rows import clauses_of
from warehouse.findings.finding_fields import Moment, clause_fields, document_facts
from warehouse.outbox.enqueue import enqueue
from warehouse.review.decided import tasks_today
from warehouse.store.database import default_wait_seconds, session, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    import duckdb

    from warehouse.model import AlertRow, Finding

days_before = (60, 14, 0)
# Whoever was down on the day itself is still told for so long; after that it is history.
days_after = 3

# A draft asks nothing of anybody yet; a report that was delivered answers the request for it. What a person decided
# about the deadline, or about whether anything is left to do, comes before the reading.
_due = """
SELECT mandates.document_id, mandates.mandate_id, coalesce(decided.due_end, mandates.due_end) AS due_end
FROM mandates JOIN documents USING (document_id) LEFT JOIN decided USING (task_key)
WHERE coalesce(decided.due_end, mandates.due_end) BETWEEN $first AND $last
    AND NOT coalesce(decided.no_due OR decided.is_mandate = 'no' OR decided.state <> 'open', false)
    AND coalesce(documents.stage, '') NOT IN ('preliminary_draft', 'draft')
    AND mandates.version_id = (
        SELECT arg_max(version_id, first_seen) FROM versions WHERE versions.document_id = mandates.document_id
    )
    AND NOT (mandates.type = 'reporting_request' AND EXISTS (
        SELECT 1 FROM relations WHERE relation = 'answers' AND to_document = mandates.document_id
    ))
ORDER BY ALL"""

_reminders = """
SELECT detail FROM findings WHERE kind = 'mandate_due' AND document_id IN (SELECT unnest($documents))"""


def remind(
    home: Path,
    alerts_for: Callable[[Sequence[Finding]], Sequence[AlertRow]],
    now: datetime,
    *,
    wait_seconds: float = default_wait_seconds,
) -> tuple[Finding, ...]:
    """Record what falls due, each mandate once a threshold, with the alerts it causes, in one transaction.

    A mandate that is first seen 20 days before its deadline is told then, and at 14 days, and on the day.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`.
    """
    with session(home, wait_seconds=wait_seconds) as connection:
        due = tuple(_findings(connection, now))
        if not due:
            return ()
        with transaction(connection):
            new = ledger.write(connection, due)
            enqueue(connection, alerts_for(new), now)
    return new


def _findings(connection: duckdb.DuckDBPyConnection, now: datetime) -> Iterator[Finding]:
    today: date = now.date()
    window = {"first": today - timedelta(days=days_after), "last": today + timedelta(days=max(days_before))}
    rows = connection.execute(_due, window).fetchall()
    facts = document_facts(connection, {row[0] for row in rows})
    asked = {
        mandate.mandate_id: (clause, mandate)
        for clause in clauses_of(connection, sorted({row[0] for row in rows}))
        for mandate in clause.mandates
    }
    decided = tasks_today(connection, [mandate.task_key for _, mandate in asked.values()])
    made = _made(connection, {row[0] for row in rows})
    for document_id, mandate_id, due_end in rows:
        clause, mandate = asked[mandate_id]
        left = (due_end - today).days
        fields = clause_fields(clause, mandate) | (decided.get(mandate.task_key) or {})
        if (document_id, words_sha256(fields["quote"]), due_end, _threshold(left)) in made:
            continue
        # The words, not the mandate's id, which changes with every version of the text.
        key = f"{mandate.quote}\n{due_end}\n{_threshold(left)}"
        yield facts[document_id].finding("mandate_due", key, Moment(now, baseline=False), days_left=left, **fields)


def _made(connection: duckdb.DuckDBPyConnection, documents: set[str]) -> set[tuple[str, str, date | None, int]]:
    """The reminders made before, by words without their layout: a newer reader must not bring them again."""
    rows = connection.execute(_reminders, {"documents": sorted(documents)}).fetchall()
    return {
        (made.document_id, words_sha256(made.quote or ""), made.due_end, _threshold(made.days_left or 0))
        for made in (ledger.finding_of(row[0]) for row in rows)
    }


def _threshold(left: int) -> int:
    return min(days for days in days_before if days >= left)
