"""Mandates that fall due: a finding at 60 days, at 14 and on the day, while no answer has been seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from scrapers.text.readers import words_sha256
from warehouse.findings import finding_store as ledger
from warehouse.findings.clause_rows import clauses_of
from warehouse.findings.finding import ClauseFacts, Deadline
from warehouse.findings.finding_fields import Moment, clause_facts, document_facts, found
from warehouse.outbox.enqueue import enqueue
from warehouse.review.decided import tasks_today
from warehouse.store.database import default_wait_seconds, session, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    import duckdb

    from warehouse.findings.finding import Finding
    from warehouse.model import AlertRow

days_before = (60, 14, 0)
# If we were down on the day itself, the reminder still goes out for so long; after that it is history.
days_after = 3

# A draft asks nothing of anybody yet; a report that was delivered answers the request for it. What a person decided
# about the deadline, or about whether anything is left to do, comes before the reading. Where somebody takes care of a
# task, the early reminder has nothing to say; the last ones still do, since people forget and fall ill.
_due = """
SELECT
    document_id, mandate_id, list_contains(coalesce(decided, []), 'seen'), due, due_start, due_end, due_basis, due_sense
FROM current_deadlines AS mandate
WHERE due_end BETWEEN $first AND $last
    AND coalesce(stage, '') NOT IN ('preliminary_draft', 'draft')
    AND coalesce(state, 'open') = 'open'
    AND NOT list_contains(coalesce(decided, []), 'muted')
    AND NOT (type = 'reporting_request' AND EXISTS (
        SELECT 1 FROM relations WHERE relation = 'answers' AND to_document = mandate.document_id
    ))
ORDER BY document_id, mandate_id, due_position"""

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

    A mandate that is first seen 20 days before its deadline is news then, and at 14 days, and on the day. One that
    somebody takes care of is news at 14 days and on the day only, a muted one never.

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
    asked: dict[str, ClauseFacts] = {}
    for clause in clauses_of(connection, sorted({row[0] for row in rows})):
        asked[clause.clause_id] = replace(clause_facts(clause), task_key=clause.clause_key)
        asked |= {mandate.mandate_id: clause_facts(clause, mandate) for mandate in clause.mandates}
    decided = tasks_today(connection, [each.task_key for each in asked.values() if each.task_key])
    made = _made(connection, {row[0] for row in rows})
    for document_id, mandate_id, is_seen, *values in rows:
        about, due = asked[mandate_id], Deadline(*values)
        left = (due.last - today).days if due.last else 0
        if is_seen and _threshold(left) == max(days_before):
            continue
        if (document_id, words_sha256(about.quote or ""), due.last, _threshold(left)) in made:
            continue
        # The words, not the mandate's id, which changes with every version of the text.
        key = f"{about.quote}\n{due.last}\n{_threshold(left)}"
        said = replace(about, **decided.get(about.task_key or "") or {})
        moment = Moment(now, baseline=False)
        yield found("mandate_due", facts[document_id], key, moment, clause=said, due=due, days_left=left)


def _made(connection: duckdb.DuckDBPyConnection, documents: set[str]) -> set[tuple[str, str, date | None, int]]:
    """The reminders made before, by words without their layout: a newer reader must not bring them again."""
    rows = connection.execute(_reminders, {"documents": sorted(documents)}).fetchall()
    return {
        (
            each.document.document_id,
            words_sha256(each.clause.quote or ""),
            each.due.last,
            _threshold(each.days_left or 0),
        )
        for each in (ledger.finding_of(row[0]) for row in rows)
        if each.due is not None
    }


def _threshold(left: int) -> int:
    return min(days for days in days_before if days >= left)
