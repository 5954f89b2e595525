"""One mandate with all that is known of it: each time it is asked for, what shows what became of it, its states.

As the view `ledger` has it, but found by keys: the view works out all tasks first, which at 100,000 documents needs
more memory than the register may take.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from warehouse.pages.document import recorded
from warehouse.pages.standing import as_decided, standing
from warehouse.pages.task_history import histories
from warehouse.pages.text import Task
from warehouse.query.opening import one_look
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warehouse.pages.standing import Said, Time
    from warehouse.pages.task_history import Evidence, Span, TaskHistory

_ACCOUNT = """
SELECT task_key, document_id, known_at FROM ledger_tasks
WHERE task_key = coalesce((SELECT new FROM key_aliases WHERE old = $key), $key)"""
# All rows of a version have ids that begin with its own, which their index finds.
_MANDATE = """
SELECT
    mandate_id, clause_id, quote, verb, type, addressee, addressee_id, addressee_resolved, agenda_item, agenda_title,
    action, deliverable
FROM mandates WHERE mandate_id BETWEEN $version || ':' AND $version || ':~' AND task_key = $key"""
# What a person called a mandate has the names of its clause.
_CALLED = """
SELECT
    clause_id, clause_id, display, verb, type, addressee, addressee_id, NULL, agenda_item, NULL, NULL, NULL
FROM clauses
WHERE clause_id BETWEEN $version || ':' AND $version || ':~' AND NOT is_mandate AND clause_key = $key"""
_CLAUSE = "SELECT number, page, display, confidence, review FROM clauses WHERE clause_id = $clause"
_SHARED = "SELECT count(*) > 1 FROM mandates WHERE mandate_id BETWEEN $clause || ':' AND $clause || ':~'"
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
        accounts = query(home, _ACCOUNT, {"key": task_key}).rows
        if not accounts:
            return None
        ((key, document_id, known_at),) = accounts
        known = recorded(home, document_id)
        version = known.current if known else None
        if known is None or version is None:
            return None
        of = {"version": version.version_id, "key": key}
        read = query(home, _MANDATE, of).rows or query(home, _CALLED, of).rows
        if not read:
            return None
        mandate_id, clause_id, words, verb, *facts, action, deliverable = read[0]
        type_, addressee, addressee_id, resolved, agenda_item, agenda_title = facts
        ((number, page, display, confidence, review),) = query(home, _CLAUSE, {"clause": clause_id}).rows
        ((is_shared,),) = query(home, _SHARED, {"clause": clause_id}).rows
        known_of = standing(home, known.document, {key: type_}, [])
        said = known_of.said.get(key, {})
        if not _is_mandate(said, is_read=mandate_id != clause_id):
            return None
        past = histories(home, {key: type_}, known.document.body).get(key)
        corrigenda = query(home, _CORRIGENDA, {"document": document_id}).rows[0][0]
    task = as_decided(
        Task(0, 0, key, verb, type_, addressee, addressee_id, resolved, deliverable, agenda_item, agenda_title, "", ()),
        said,
    )
    document = known.document
    shown = LedgerTask(
        task_key=key,
        mandate_id=mandate_id,
        document_id=document_id,
        symbol=document.symbol,
        title=document.title,
        body=document.body,
        kind=document.kind,
        stage=document.stage,
        session=document.session,
        published_on=document.published_on,
        url=document.url,
        number=number,
        page=page,
        quote=words if is_shared else display,
        verb=verb,
        type=task.type,
        addressee=task.addressee,
        addressee_id=task.addressee_id,
        addressee_resolved=task.addressee_resolved,
        agenda_item=agenda_item,
        agenda_title=agenda_title,
        action=action,
        deliverable=task.deliverable,
        corrected_by=sorted(corrigenda) if corrigenda else None,
        confidence=confidence,
        review=review,
        decided=sorted(said) or None,
        responsible=_value(said, "responsible"),
        status=_value(said, "status"),
        remark=_value(said, "note"),
        known_at=known_at,
    )
    evidence = past.evidence if past else ()
    return MandateRecord(
        shown,
        tuple(_occurrence(time, past) for time in known_of.times.get(key, ())),
        tuple(TaskEvidence(**{name: getattr(each, name) for name in _EVIDENCE_FIELDS}) for each in evidence),
        tuple(map(_span, past.spans if past else ())),
    )


_EVIDENCE_FIELDS = tuple(field.name for field in fields(TaskEvidence))


def _is_mandate(said: Mapping[str, Said], *, is_read: bool) -> bool:
    called = _value(said, "is_mandate")
    return called != "no" if is_read else called == "yes"


def _value(said: Mapping[str, Said], field: str) -> str | None:
    return said[field].value if field in said else None


def _occurrence(time: Time, past: TaskHistory | None) -> Occurrence:
    asked = past.asked.get(time.number) if past else None
    spans = [span for span in past.spans if span.occurrence == time.number] if past else []
    # The spans are in the order of their days, and the last one holds today.
    by = spans[-1].by if spans else None
    answer = by if time.state in _ANSWERS else None
    return Occurrence(
        occurrence=time.number,
        due=asked.words if asked else None,
        due_start=time.first,
        due_end=time.last,
        due_basis=time.basis,
        due_sense=asked.sense if asked else None,
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
    by: Evidence | None = span.by
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
