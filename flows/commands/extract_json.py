"""An analysis as the plain record that `extract --format json` prints; its names are a contract with other programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from mandates.model import Analysis, Clause, Due, Evidence, Mandate, Part


def as_record(analysis: Analysis, *, explain: bool = False) -> dict[str, Any]:
    """The record of one document; with `explain` each clause says why."""
    own = analysis.heading
    return {
        "text_sha256": analysis.text_sha256,
        "chars": analysis.chars,
        "language": analysis.language,
        "symbol": own.symbol,
        "title": own.title,
        "body": own.body,
        "kind": own.kind,
        "stage": own.stage,
        "session": own.session,
        "adopted_on": _day(own.adopted_on),
        "amends": own.amends,
        "clauses": [_clause(clause, explain=explain) for clause in analysis.clauses],
        "citations": [
            {"start": cited.start, "end": cited.end, "quote": cited.quote, "symbol": cited.symbol}
            for cited in analysis.citations
        ],
        "preamble": [list(span) for span in analysis.preamble],
        "notes": list(analysis.notes),
        "reading": analysis.reading,
        "reading_reasons": list(analysis.reading_reasons),
        "form": analysis.form,
        "parts": [_part(part) for part in analysis.parts],
        "segments": [asdict(segment) for segment in analysis.segments],
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "symbol": part.symbol,
        "title": part.title,
        "kind": part.kind,
        "start": part.start,
        "end": part.end,
        "clauses": list(part.clauses),
    }


def _clause(clause: Clause, *, explain: bool) -> dict[str, Any]:
    due = clause.dues[0] if clause.dues else None
    first = clause.mandates[0] if clause.mandates else None
    record: dict[str, Any] = {
        "number": clause.number,
        "start": clause.start,
        "end": clause.end,
        "quote": clause.quote,
        "display": clause.display,
        "verb": clause.verb,
        "is_mandate": clause.is_mandate,
        "type": clause.type,
        "addressee": clause.addressee,
        "addressee_resolved": clause.addressee_resolved,
        "addressee_id": clause.addressee_id,
        **_due(due),
        # Those of the clause itself first; the others belong to its other verbs.
        "dues": [
            _whole_due(each)
            for each in dict.fromkeys((*clause.dues, *(due for one in clause.mandates for due in one.dues)))
        ],
        "agenda_item": clause.agenda_item,
        "symbol": clause.symbol,
        "action": first.action if first else None,
        "rule": clause.rule,
        "confidence": clause.confidence,
        "review": list(clause.review),
        "mandates": [_mandate(mandate) for mandate in clause.mandates],
    }
    if explain:
        record["evidence"] = [_evidence(each) for each in clause.evidence]
    return record


def _mandate(mandate: Mandate) -> dict[str, Any]:
    return {
        "start": mandate.start,
        "end": mandate.end,
        "quote": mandate.quote,
        "verb": mandate.verb,
        "type": mandate.type,
        "addressee": mandate.addressee,
        "addressee_resolved": mandate.addressee_resolved,
        "addressee_id": mandate.addressee_id,
        **_due(mandate.dues[0] if mandate.dues else None),
        "dues": [_whole_due(each) for each in mandate.dues],
        "agenda_item": mandate.agenda_item,
        "agenda_title": mandate.agenda_title,
        "action": mandate.action,
        "deliverable": mandate.deliverable,
        "rule": mandate.rule,
    }


def _due(due: Due | None) -> dict[str, Any]:
    return {
        "due": due.quote if due else None,
        "due_start": _day(due.due_start) if due else None,
        "due_end": _day(due.due_end) if due else None,
        "due_basis": due.basis if due else None,
    }


def _whole_due(due: Due) -> dict[str, Any]:
    return {
        "start": due.start,
        "end": due.end,
        "quote": due.quote,
        **_due(due),
        "basis": due.basis,
        "sense": due.sense,
        "rule": due.rule,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "label": evidence.label,
        "rule": evidence.rule,
        "start": evidence.start,
        "end": evidence.end,
        "quote": evidence.quote,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
