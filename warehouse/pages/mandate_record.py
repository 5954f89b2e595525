"""One mandate with all that is known of it: each time it is asked for, what shows what became of it, its states.

As the view `ledger` has it, but found by keys: the view works out all tasks first, which at 100,000 documents needs
more memory than the register may take.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from warehouse.pages.decided import columns_decided, decided, is_mandate, types_as_decided
from warehouse.pages.document import recorded
from warehouse.pages.document_record import clause_records
from warehouse.pages.task_history import NO_HISTORY, TaskEvidence, histories
from warehouse.query.opening import one_look
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from warehouse.pages.decided import Said
    from warehouse.pages.document_record import ClauseRecord, TaskRecord
    from warehouse.pages.task_history import Span

_ACCOUNT = """
SELECT task_key, document_id, known_at FROM ledger_tasks
WHERE task_key = coalesce((SELECT new FROM key_aliases WHERE old = $key), $key)"""
_CORRIGENDA = """
SELECT list(DISTINCT coalesce(documents.symbol, documents.title)) FROM relations
JOIN documents ON documents.document_id = relations.from_document
WHERE relation = 'corrects' AND to_document = $document"""
_ANSWERS = frozenset({"answered", "partly_answered"})


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
        accounts = query(home, _ACCOUNT, {"key": task_key}).rows
        if not accounts:
            return None
        ((key, document_id, known_at),) = accounts
        known = recorded(home, document_id)
        version = known.current if known else None
        if known is None or version is None:
            return None
        clause, task = _read(clause_records(home, document_id, version.version_id), key)
        if clause is None:
            return None
        read = task or clause
        said_of = decided(home, document_id, [key])
        said = said_of.get(key, {})
        if not is_mandate(said, is_read=task is not None):
            return None
        past = histories(home, types_as_decided({key: read.type}, said_of), known.document.body).get(key, NO_HISTORY)
        corrigenda = query(home, _CORRIGENDA, {"document": document_id}).rows[0][0]
    document = known.document
    shown = LedgerTask(
        task_key=key,
        mandate_id=task.mandate_id if task else clause.clause_id,
        document_id=document_id,
        symbol=document.symbol,
        title=document.title,
        body=document.body,
        kind=document.kind,
        stage=document.stage,
        session=document.session,
        published_on=document.published_on,
        url=document.url,
        number=clause.number,
        page=clause.page,
        quote=task.quote if task and len(clause.tasks) > 1 else clause.display,
        verb=read.verb,
        type=read.type,
        addressee=read.addressee,
        addressee_id=read.addressee_id,
        addressee_resolved=task.addressee_resolved if task else None,
        agenda_item=read.agenda_item,
        agenda_title=task.agenda_title if task else None,
        action=task.action if task else None,
        deliverable=task.deliverable if task else None,
        corrected_by=sorted(corrigenda) if corrigenda else None,
        confidence=clause.confidence,
        review=clause.review,
        decided=sorted(said) or None,
        responsible=_value(said, "responsible"),
        status=_value(said, "status"),
        remark=_value(said, "note"),
        known_at=known_at,
    )
    return MandateRecord(
        replace(shown, **columns_decided(said)),
        tuple(map(_occurrence, past.today)),
        past.evidence,
        tuple(map(_span, past.spans)),
    )


def _read(clauses: Iterable[ClauseRecord], key: str) -> tuple[ClauseRecord | None, TaskRecord | None]:
    """The task of that key with its clause; else the clause alone that a person may have called a mandate."""
    called = None
    for clause in clauses:
        for task in clause.tasks:
            if task.task_key == key:
                return clause, task
        if clause.clause_key == key and not clause.is_mandate:
            called = called or clause
    return called, None


def _value(said: Mapping[str, Said], field: str) -> str | None:
    return said[field].value if field in said else None


def _occurrence(time: Span) -> Occurrence:
    by = time.by
    answer = by if time.state in _ANSWERS else None
    return Occurrence(
        occurrence=time.occurrence,
        due=time.words,
        due_start=time.first,
        due_end=time.last,
        due_basis=time.basis,
        due_sense=time.sense,
        is_expected=time.is_expected,
        state=time.state,
        since=time.since,
        rule=time.rule,
        note=time.note,
        days_left=(time.last - datetime.now(UTC).date()).days if time.last else None,
        evidence_id=by.evidence_id if by else None,
        evidence_document=by.document_id if by else None,
        evidence_symbol=by.symbol if by else None,
        evidence_title=by.title if by else None,
        evidence_url=by.url if by else None,
        evidence_on=by.happened_on if by else None,
        evidence_words=by.words if by else None,
        answered_by=answer.document_id if answer else None,
        answered_by_symbol=answer.symbol if answer else None,
        answered_by_title=answer.title if answer else None,
        answered_by_url=answer.url if answer else None,
        answered_on=(answer.happened_on or time.since) if answer else None,
    )


def _span(span: Span) -> HistorySpan:
    by = span.by
    return HistorySpan(
        span.occurrence,
        span.last,
        span.state,
        span.since,
        span.until,
        span.rule,
        span.note,
        by.symbol if by else None,
        by.title if by else None,
        by.url if by else None,
        by.words if by else None,
    )
