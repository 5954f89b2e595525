"""One event is one story: what several findings say of one mandate, or of the texts of one resolution, is said once.

A mandate that is new and falls due, or is answered already, is one item; one that an earlier resolution asked for in
other words is renewed and not new besides. Of a resolution's drafts and its adopted text only the furthest speaks; the
others are links beside it. A document with new mandates is represented by them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from warehouse.findings.finding import DocumentFacts, Finding

_Mandate = tuple[str | None, str | None]
# What an earlier text of a resolution has in common with the furthest one; all else about it is said.
_OF_A_TEXT = frozenset({"new_document", "new_mandate", "draft_adopted"})
# A mandate as this year's text has it.
_NEWS = frozenset({"new_mandate", "mandate_renewed"})
# How far a text has come on its way to adoption.
_STAGES = ("preliminary_draft", "draft")


@dataclass(frozen=True, slots=True)
class Story:
    """The findings to show, and by document the earlier texts of the same resolution."""

    findings: tuple[Finding, ...]
    earlier: Mapping[str, tuple[DocumentFacts, ...]] = field(default_factory=dict)


def story_of(findings: Sequence[Finding], *, in_digest: bool) -> Story:
    """What is left to say when each event is said once; in a digest an adopted text is not listed twice either."""
    earlier = _earlier_texts(findings)
    superseded = {document.document_id for documents in earlier.values() for document in documents}
    left = _one_item_each(
        [each for each in findings if each.kind not in _OF_A_TEXT or each.document.document_id not in superseded]
    )
    with_mandates = {each.document.document_id for each in left if each.kind in _NEWS}
    said_by_mandates = {"new_document", "draft_adopted"} if in_digest else {"new_document"}
    shown = [
        each for each in left if not (each.kind in said_by_mandates and each.document.document_id in with_mandates)
    ]
    return Story(tuple(shown), earlier)


def _earlier_texts(findings: Iterable[Finding]) -> dict[str, tuple[DocumentFacts, ...]]:
    """By the id of the furthest text of a story, the drafts that led to it, the latest first."""
    stories: dict[str, dict[str, DocumentFacts]] = {}
    for each in findings:
        if each.story is not None and each.kind in _OF_A_TEXT:
            stories.setdefault(each.story, {}).setdefault(each.document.document_id, each.document)
    earlier = {}
    for texts in stories.values():
        ordered = sorted(texts.values(), key=_progress, reverse=True)
        furthest = ordered[0]
        if drafts := tuple(text for text in ordered[1:] if _progress(text) < _progress(furthest)):
            earlier[furthest.document_id] = drafts
    return earlier


def _progress(document: DocumentFacts) -> int:
    return _STAGES.index(document.stage) if document.stage in _STAGES else len(_STAGES)


def _one_item_each(findings: Sequence[Finding]) -> list[Finding]:
    """New and renewed mandates with the deadline that comes near, new ones also with the answer that they have."""
    renewed = {_mandate(each) for each in findings if each.kind == "mandate_renewed" and each.clause.mandate_id}
    findings = [each for each in findings if each.kind != "new_mandate" or _mandate(each) not in renewed]
    new = {_mandate(each) for each in findings if each.kind == "new_mandate" and each.clause.mandate_id}
    news = new | renewed
    last = {_deadline(each): id(each) for each in sorted(findings, key=lambda each: each.found_at) if each.due}
    findings = [each for each in findings if each.due is None or last[_deadline(each)] == id(each)]
    dues = {_mandate(each): each for each in findings if each.kind == "mandate_due" and _mandate(each) in news}
    answers = {_mandate(each): each for each in findings if each.kind == "mandate_answered" and _mandate(each) in new}
    joined = {id(each) for each in (*dues.values(), *answers.values())}
    return [_with(each, dues, answers) for each in findings if id(each) not in joined]


def _with(finding: Finding, dues: Mapping[_Mandate, Finding], answers: Mapping[_Mandate, Finding]) -> Finding:
    if finding.kind not in _NEWS:
        return finding
    if due := dues.get(_mandate(finding)):
        finding = replace(finding, due=due.due, days_left=due.days_left)
    if finding.kind == "new_mandate" and (answer := answers.get(_mandate(finding))):
        finding = replace(finding, other_document=answer.document.name, other_url=answer.document.url)
    return finding


def _deadline(finding: Finding) -> tuple[_Mandate, date | None]:
    """A deadline that comes near or has passed; of what is said of it only the last is still true."""
    return _mandate(finding), finding.due.last if finding.due else None


def _mandate(finding: Finding) -> _Mandate:
    """The mandate, or the clause that somebody takes for one, and its document; an answer has that as the other one."""
    document = finding.other_document if finding.kind == "mandate_answered" else finding.document.name
    return finding.clause.mandate_id or finding.clause.clause_id, document
