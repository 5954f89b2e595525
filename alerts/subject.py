"""The subject line: what happened, where, and by when, in the words a reader decides by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alerts.escape import one_line
from alerts.frame import is_past
from alerts.match import is_unread_list
from alerts.naming import document_name, other_document, sort_of, weight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.frame import Frame
    from warehouse.findings.finding import Finding


def subject(words: Frame, findings: Sequence[Finding]) -> str:
    """Such as "AALCO: 1 new mandate in RES/52/S 5, due 53rd Annual Session"."""
    sort = next(sort for sort in weight if any(sort_of(finding) == sort for finding in findings))
    same = [finding for finding in findings if sort_of(finding) == sort]
    first = same[0]
    if sort == "source_state" and first.note is not None and len(same) == 1:
        return one_line(f"{words.kinds[sort]}{words.colon}{first.note}", 180)
    # Several clauses of one corrigendum are one corrigendum.
    count = len({finding.document.document_id for finding in same}) if sort == "corrigendum" else len(same)
    kind = words.documents.get(first.document.kind, first.document.kind)
    phrase = words.subjects[sort].of(count, document=_named(words, same), kind=kind)
    if sort == "new_document" and first.document.symbol:
        phrase = f"{phrase}{words.colon}{one_line(first.document.title, 60)}"
    elif sort == "mandate_due":
        when = words.when(min(same, key=lambda finding: finding.days_left or 0))
        phrase = words.subject_when.format(subject=phrase, when=when)
    elif sort == "mandate_answered" and first.other_document:
        answers = dict.fromkeys(document_name(words, finding) for finding in same)
        phrase = words.subject_answer.format(subject=phrase, document=", ".join(answers))
    elif sort in {"new_mandate", "proposed_mandate"}:
        phrase = _with_deadline(words, phrase, same)
    return one_line(
        f"{first.document.body}{words.colon}{phrase}" if first.document.body else phrase[:1].upper() + phrase[1:], 180
    )


def digest_subject(words: Frame, name: str, findings: Sequence[Finding]) -> str:
    """Such as "Daily digest: 3 new mandates, 1 mandate due soon"."""
    if is_unread_list(name):
        named = document_name(words, findings[0])
        return one_line(words.subjects["reading_incomplete"].of(len(findings), document=named), 180)
    counts = Counter(map(sort_of, findings))
    told = ", ".join(words.counts[sort].of(counts[sort]) for sort in weight if counts[sort])
    form = {"daily": words.digest_daily, "weekly": words.digest_weekly}.get(name.partition(":")[0], words.digest_run)
    return one_line(form.format(counts=told), 180)


def _named(words: Frame, findings: Sequence[Finding]) -> str:
    """The documents that are corrected or answered; of other findings the one they are about."""
    others = dict.fromkeys(
        name
        for finding in findings
        if finding.kind in {"corrigendum", "mandate_answered"} and (name := other_document(words, finding))
    )
    return ", ".join(others) or document_name(words, findings[0])


def _with_deadline(words: Frame, phrase: str, findings: Sequence[Finding]) -> str:
    # A deadline that is past does not lead, and one without a date comes last.
    dues = [(due, finding) for finding in findings for due in finding.deadlines]
    dues.sort(key=lambda pair: (is_past(pair[0], pair[1].found_at), str(pair[0].last or "z")))
    told = [short for due, finding in dues if (short := words.short_deadline(due, finding.document.language))]
    if not told:
        return phrase
    return (words.subject_first_due if len(set(told)) > 1 else words.subject_due).format(subject=phrase, due=told[0])
