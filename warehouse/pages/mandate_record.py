"""One mandate with all that is known of it: each time it is asked for, what shows what became of it, its states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - the API reads the types of the fields
from typing import TYPE_CHECKING

from warehouse.pages.listing import rows_of
from warehouse.query.ledger import AsOf, history, task
from warehouse.query.queries import Table, one_look, query

if TYPE_CHECKING:
    from pathlib import Path

_EVIDENCE = """
SELECT
    evidence_id, task_key, occurrence, says, task_evidence.document_id, clause_key, happened_on, rule, words, note,
    known_at, retracted_at, documents.symbol, documents.title, documents.url
FROM task_evidence LEFT JOIN documents USING (document_id)
WHERE task_key = $key OR task_key IN (SELECT old FROM key_aliases WHERE new = $key)
ORDER BY known_at, evidence_id"""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a mandate is asked for, with its state today, as the view `ledger` has it."""

    occurrence: int
    due: str | None
    due_start: date | None
    due_end: date | None
    due_basis: str
    due_sense: str | None
    is_expected: bool
    state: str
    since: date | None
    rule: str
    note: str | None
    days_left: int | None
    watched_by: str | None
    evidence_id: str | None
    evidence_document: str | None
    evidence_symbol: str | None
    evidence_title: str | None
    evidence_url: str | None
    evidence_on: date | None
    evidence_words: str | None
    answered_by: str | None
    answered_by_symbol: str | None
    answered_by_title: str | None
    answered_by_url: str | None
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class TaskEvidence:
    """What a document shows about the mandate, as the table `task_evidence` has it; with that document."""

    evidence_id: str
    task_key: str
    occurrence: int | None
    says: str
    document_id: str
    symbol: str | None
    title: str | None
    url: str | None
    clause_key: str | None
    happened_on: date | None
    rule: str
    words: str | None
    note: str | None
    known_at: datetime
    retracted_at: datetime | None


@dataclass(frozen=True, slots=True)
class HistorySpan:
    """A span of days in one state, as the view `ledger_history` has it."""

    occurrence: int
    due_end: date | None
    state: str
    since: date | None
    until: date | None
    rule: str
    note: str | None
    evidence_symbol: str | None
    evidence_title: str | None
    evidence_url: str | None
    evidence_words: str | None


@dataclass(frozen=True, slots=True)
class LedgerTask:
    """A mandate as the view `ledger` has it, whichever time it is asked for."""

    task_key: str
    mandate_id: str
    document_id: str
    symbol: str | None
    title: str
    body: str | None
    kind: str
    stage: str | None
    session: int | None
    published_on: date | None
    url: str
    number: str | None
    page: int | None
    quote: str
    verb: str
    type: str
    addressee: str | None
    addressee_id: str | None
    addressee_resolved: str | None
    agenda_item: str | None
    agenda_title: str | None
    action: str | None
    deliverable: str | None
    corrected_by: list[str] | None
    confidence: float | None
    review: list[str] | None
    decided: list[str] | None
    responsible: str | None
    status: str | None
    remark: str | None
    known_at: datetime


@dataclass(frozen=True, slots=True)
class MandateRecord:
    """A mandate with its occurrences, its evidence, retracted evidence included, and its states so far."""

    task: LedgerTask
    occurrences: tuple[Occurrence, ...]
    evidence: tuple[TaskEvidence, ...]
    history: tuple[HistorySpan, ...]


def mandate_record(home: Path, task_key: str) -> MandateRecord | None:
    """The mandate that has this key, or had it before another reading; None where the ledger has none.

    Raises:
        QueryError: there is no snapshot, or it is one of a version without a ledger.
    """
    with one_look(home):
        rows = task(home, task_key, AsOf())
        if not rows.rows:
            return None
        (asked,) = rows_of(LedgerTask, Table(rows.columns, rows.rows[:1]))
        return MandateRecord(
            asked,
            rows_of(Occurrence, rows),
            rows_of(TaskEvidence, query(home, _EVIDENCE, {"key": asked.task_key})),
            rows_of(HistorySpan, history(home, asked.task_key)),
        )
