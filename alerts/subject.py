"""The subject line: what happened, where, and by when, in the words a reader decides by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alerts.escape import one_line
from alerts.letter import document_name, other_document, weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.frame import Frame
    from warehouse.model import Finding


def subject(words: Frame, findings: Sequence[Finding]) -> str:
    """Such as "AALCO: 1 new mandate in RES/52/S 5, due 53rd Annual Session"."""
    kind = next(kind for kind in weight if any(finding.kind == kind for finding in findings))
    same = [finding for finding in findings if finding.kind == kind]
    first = same[0]
    if kind == "source_state" and first.note is not None and len(same) == 1:
        return one_line(f"{words.kinds[kind]}: {first.note}", 180)
    # Several clauses of one corrigendum are one corrigendum.
    count = len({finding.document_id for finding in same}) if kind == "corrigendum" else len(same)
    phrase = words.subjects[kind].of(
        count, document=_named(same), kind=words.documents.get(first.document_kind, first.document_kind)
    )
    if kind == "new_document" and first.symbol:
        phrase = f"{phrase}: {one_line(first.title, 60)}"
    if kind == "mandate_due":
        phrase = _with_days(words, phrase, min(same, key=lambda finding: finding.days_left or 0))
    elif kind == "mandate_answered" and other_document(first):
        answers = dict.fromkeys(document_name(finding) for finding in same)
        phrase = words.subject_answer.format(subject=phrase, document=", ".join(answers))
    elif kind == "new_mandate":
        phrase = _with_deadline(words, phrase, same)
    return one_line(f"{first.body}: {phrase}" if first.body else phrase[:1].upper() + phrase[1:], 180)


def digest_subject(words: Frame, name: str, findings: Sequence[Finding]) -> str:
    """Such as "Daily digest: 3 new mandates, 1 mandate due soon"."""
    counts = Counter(finding.kind for finding in findings)
    told = ", ".join(words.counts[kind].of(counts[kind]) for kind in weight if counts[kind])
    form = {"daily": words.digest_daily, "weekly": words.digest_weekly}.get(name.partition(":")[0], words.digest_run)
    return one_line(form.format(counts=told), 180)


def _named(findings: Sequence[Finding]) -> str:
    """The documents that are corrected or answered; of other findings the one they are about."""
    others = dict.fromkeys(name for finding in findings if (name := other_document(finding)))
    return ", ".join(others) or document_name(findings[0])


def _with_days(words: Frame, phrase: str, finding: Finding) -> str:
    days = finding.days_left or 0
    if days > 0:
        return words.subject_days.format(subject=phrase, days=days)
    if days < 0 and finding.due_end is not None:
        return words.subject_past.format(subject=phrase, date=words.date(finding.due_end))
    return words.subject_today.format(subject=phrase)


def _with_deadline(words: Frame, phrase: str, findings: Sequence[Finding]) -> str:
    dated = sorted((finding for finding in findings if finding.due_end), key=lambda finding: str(finding.due_end))
    due = next(
        (words.short_deadline(finding) for finding in [*dated, *findings] if words.short_deadline(finding)), None
    )
    if due is None:
        return phrase
    several = len({words.short_deadline(finding) for finding in findings if words.short_deadline(finding)}) > 1
    return (words.subject_first_due if several else words.subject_due).format(subject=phrase, due=one_line(due, 80))
