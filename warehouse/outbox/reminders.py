"""What time alone brings: mandates that fall due (at 60 days, at 14 and on the day), and those that are overdue.

The ledger says what is still open. Each deadline is news once a threshold, and once when it has passed without an
answer: as overdue where a source that would show the answer was watched, else as a date that has passed unwatched.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from scrapers.text.readers import words_sha256
from warehouse.findings import finding_store
from warehouse.findings.clause_rows import clauses_of
from warehouse.findings.finding import ClauseFacts, Deadline
from warehouse.findings.finding_fields import Moment, clause_facts, document_facts, found
from warehouse.findings.so_far import with_so_far
from warehouse.outbox.enqueue import enqueue
from warehouse.review.decided import tasks_today
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    import duckdb

    from warehouse.findings.finding import Finding, FindingKind
    from warehouse.model import AlertRow

DAYS_BEFORE = (60, 14, 0)
# If we were down on the day itself, the reminder still goes out for so long; after that it is history.
DAYS_AFTER = 3
# A deadline that nobody could call overdue for so long is history, too.
OVERDUE_WITHIN = 30

# The narrow question first: it reads one table, and on most days nothing has a deadline near.
_NEAR = """
SELECT DISTINCT task_key FROM task_occurrences WHERE due_end BETWEEN $first AND $last"""

# Muted ones are left out. What is answered, renewed, superseded, withdrawn, done or dropped reminds nobody.
_OPEN = """
SELECT
    task_key, document_id, mandate_id, list_contains(coalesce(decided, []), 'seen'), state, rule, is_expected,
    due, due_start, due_end, due_basis, due_sense
FROM ledger_on($today::DATE)
WHERE task_key IN (SELECT unnest($tasks)) AND due_end BETWEEN $first AND $last
    AND state IN ('open', 'due_soon', 'corrected', 'partly_answered', 'overdue', 'unknown')
    AND NOT list_contains(coalesce(decided, []), 'muted')
ORDER BY document_id, mandate_id, occurrence"""

# Since when the ledger knows a task: an upgrade, a first crawl and the past bring deadlines that passed before that.
_KNOWN_SINCE = """
SELECT task_key, min(known_at)::DATE FROM (
    SELECT task_key, known_at FROM ledger_tasks
    UNION ALL
    SELECT coalesce(key_aliases.new, past.task_key), past.known_at
    FROM ledger_past AS past LEFT JOIN key_aliases ON key_aliases.old = past.task_key
) WHERE task_key IN (SELECT unnest($tasks)) GROUP BY ALL"""

_MADE = """
SELECT detail FROM findings
WHERE kind IN ('mandate_due', 'mandate_overdue') AND document_id IN (SELECT unnest($documents))"""

_OVERDUE, _UNWATCHED = "overdue", "unwatched"
# That a day has passed is said once: a source that dies later, or comes back, makes no second message of it.
_PASSED = frozenset({_OVERDUE, _UNWATCHED})
# What makes a finding one thing: document, words of the mandate, deadline, and what is said of that.
_What = tuple[str, str, "date | None", str]


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """One time that a task asks for something, as the ledger has it today."""

    task_key: str
    document_id: str
    mandate_id: str
    is_seen: bool
    state: str
    rule: str
    is_expected: bool
    due: Deadline

    def days_left(self, today: date) -> int:
        return (self.due.last - today).days if self.due.last else 0


def remind(
    home: Path,
    alerts_for: Callable[[Sequence[Finding]], Sequence[AlertRow]],
    now: datetime,
    *,
    wait_seconds: float | None = None,
) -> tuple[Finding, ...]:
    """Record what falls due and what is overdue, with the alerts it causes, in one transaction.

    A mandate that is first seen 20 days before its deadline is news then, and at 14 days, and on the day. One that
    somebody takes care of is news from 14 days on, a muted one never.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`.
    """
    with session(home, wait_seconds=wait_seconds) as connection:
        due = with_so_far(connection, tuple(_findings(connection, now)))
        if not due:
            return ()
        with transaction(connection):
            new = finding_store.write(connection, due)
            enqueue(connection, alerts_for(new), now)
    return new


def _findings(connection: duckdb.DuckDBPyConnection, now: datetime) -> Iterator[Finding]:
    today = now.date()
    occurrences = _open(connection, today)
    documents = {each.document_id for each in occurrences}
    facts = document_facts(connection, documents)
    asked: dict[str, ClauseFacts] = {}
    for row in clauses_of(connection, sorted(documents)):
        asked[row.clause_id] = replace(clause_facts(row), task_key=row.clause_key)
        asked |= {mandate.mandate_id: clause_facts(row, mandate) for mandate in row.mandates}
    decided = tasks_today(connection, [each.task_key for each in occurrences])
    since = dict(connection.execute(_KNOWN_SINCE, {"tasks": [each.task_key for each in occurrences]}).fetchall())
    made = _made(connection, documents)
    for each in occurrences:
        about = asked[each.mandate_id]
        for kind, said in _news(each, today, since.get(each.task_key, today)):
            words = words_sha256(about.quote or "")
            same = _PASSED if said in _PASSED else {said}
            if any((each.document_id, words, each.due.last, one) in made for one in same):
                continue
            # The words, not the mandate's id, which changes with every version of the text.
            key = f"{about.quote}\n{each.due.last}\n{said}"
            clause = replace(about, **decided.get(each.task_key) or {})
            finding = found(
                kind, facts[each.document_id], key, Moment(now, baseline=False), clause=clause, due=each.due
            )
            yield replace(finding, days_left=each.days_left(today), is_watched=said != _UNWATCHED)


def _open(connection: duckdb.DuckDBPyConnection, today: date) -> list[_Occurrence]:
    window = {
        "first": today - timedelta(days=max(DAYS_AFTER, OVERDUE_WITHIN)),
        "last": today + timedelta(days=max(DAYS_BEFORE)),
    }
    near = [row[0] for row in connection.execute(_NEAR, window).fetchall()]
    if not near:
        return []
    rows = connection.execute(_OPEN, window | {"today": today, "tasks": near}).fetchall()
    return [
        _Occurrence(task_key, document_id, mandate_id, is_seen, state, rule, is_expected, Deadline(*due))
        for task_key, document_id, mandate_id, is_seen, state, rule, is_expected, *due in rows
    ]


def _news(each: _Occurrence, today: date, known_since: date) -> Iterator[tuple[FindingKind, str]]:
    """What there is to say of it today: the kind of finding, and which threshold or fact it says."""
    left, last = each.days_left(today), each.due.last or today
    threshold = _threshold(left)
    if left >= -DAYS_AFTER and each.state != "overdue":
        # Expected ones remind from their day on: those that a newer program works out are no news today.
        is_news = not each.is_expected or known_since <= last - timedelta(days=threshold)
        # Where somebody takes care of it, the early reminder has nothing to say; people forget, hence the last ones.
        if is_news and not (each.is_seen and threshold == max(DAYS_BEFORE)):
            yield "mandate_due", str(threshold)
    if left < 0 and known_since <= last:
        if each.state == "overdue":
            yield "mandate_overdue", _OVERDUE
        elif each.rule == "not_watched":
            yield "mandate_overdue", _UNWATCHED


def _made(connection: duckdb.DuckDBPyConnection, documents: set[str]) -> set[_What]:
    """What was said before, by words without their layout: a newer reader must not bring it again."""
    rows = connection.execute(_MADE, {"documents": sorted(documents)}).fetchall() if documents else []
    return {
        (each.document.document_id, words_sha256(each.clause.quote or ""), each.due.last, _said(each))
        for each in (finding_store.finding_of(row[0]) for row in rows)
        if each.due is not None
    }


def _said(finding: Finding) -> str:
    if finding.kind == "mandate_overdue":
        return _OVERDUE if finding.is_watched else _UNWATCHED
    return str(_threshold(finding.days_left or 0))


def _threshold(left: int) -> int:
    return min(days for days in DAYS_BEFORE if days >= left)
