"""The subject line: what happened, where, and by when, in the words a reader decides by."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alerts.escape import one_line
from alerts.frame import is_past
from alerts.match import is_unread_list
from alerts.naming import (
    OF_A_DEADLINE,
    document_name,
    has_topic,
    other_document,
    sort_of,
    symbol_beside,
    topic_name,
    weight,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.frame import Frame
    from warehouse.findings.finding import Finding


_NOT_DUE = frozenset({"from", "not before", "each", "until"})
_IN_THEIR_OWN_WORDS = frozenset({"source_state", "delivery_state"})


def subject(words: Frame, findings: Sequence[Finding]) -> str:
    """Such as "AALCO: report on “Migrant workers”, due 1 February 2027 (RES/64/S 21)"."""
    sort = next(sort for sort in weight if any(sort_of(finding) == sort for finding in findings))
    same = [finding for finding in findings if sort_of(finding) == sort]
    first = same[0]
    if sort in _IN_THEIR_OWN_WORDS and len({finding.document.document_id for finding in same}) == 1:
        # Their first line is a subject. Of a source that failed and recovered the last word counts.
        last = max(same, key=lambda finding: finding.found_at)
        if last.note is not None and (sort == "source_state" or len(same) == 1):
            return one_line(last.note.split("\n", 1)[0], 180)
    named, symbol = _named(words, same)
    phrase = _phrase(words, sort, same, named)
    line = words.subject_symbol.format(subject=phrase, symbol=symbol) if symbol else phrase
    body = first.document.body
    return one_line(f"{body}{words.colon}{line}" if body else line[:1].upper() + line[1:], 180)


def digest_subject(words: Frame, name: str, findings: Sequence[Finding]) -> str:
    """Such as "Daily digest: 3 new mandates, 1 mandate due soon"."""
    if is_unread_list(name):
        named = document_name(words, findings[0])
        return one_line(words.subjects["reading_incomplete"].of(len(findings), document=named), 180)
    counts = Counter(map(sort_of, findings))
    parts = ", ".join(words.counts[sort].of(counts[sort]) for sort in weight if counts[sort])
    form = {"daily": words.digest_daily, "weekly": words.digest_weekly}.get(name.partition(":")[0], words.digest_run)
    return one_line(form.format(counts=parts), 180)


def _phrase(words: Frame, sort: str, same: Sequence[Finding], named: str) -> str:
    """What happened, without the symbol."""
    first = same[0]
    # Several clauses of one corrigendum are one corrigendum.
    count = len({finding.document.document_id for finding in same}) if sort == "corrigendum" else len(same)
    kind = words.documents.get(first.document.kind, first.document.kind)
    phrase = words.subjects[sort].of(count, document=named, kind=kind)
    if count == 1 and (sort == "new_mandate" or first.kind in OF_A_DEADLINE) and has_topic(first):
        phrase = words.asked.get(first.clause.type or "", phrase).format(document=named)
    if first.kind in OF_A_DEADLINE:
        when = words.when(min(same, key=lambda finding: finding.days_left or 0))
        return words.subject_when.format(subject=phrase, when=when)
    if sort == "mandate_answered" and first.other_document:
        answers = dict.fromkeys(topic_name(words, finding) for finding in same)
        return words.subject_answer.format(subject=phrase, document=", ".join(answers))
    if sort in {"new_mandate", "proposed_mandate"}:
        return _with_deadline(words, phrase, same)
    return phrase


def _named(words: Frame, findings: Sequence[Finding]) -> tuple[str, str | None]:
    """What the news is about, and the symbol to go with it; of answers and corrigenda the documents they are to."""
    first = findings[0]
    others = dict.fromkeys(
        name
        for finding in findings
        if finding.kind in {"corrigendum", "mandate_answered"} and (name := other_document(words, finding))
    )
    if not others:
        return topic_name(words, first), symbol_beside(first)
    if first.kind == "corrigendum" and len(others) == 1 and first.document.topic and symbol_beside(first):
        # It has the title of the document that it corrects.
        return topic_name(words, first), next(iter(others))
    return ", ".join(others), symbol_beside(first)


def _with_deadline(words: Frame, phrase: str, findings: Sequence[Finding]) -> str:
    # A deadline that is past does not lead, and one without a date comes last.
    dues = [(due, finding) for finding in findings for due in finding.deadlines]
    dues.sort(key=lambda pair: (is_past(pair[0], pair[1].found_at), str(pair[0].last or "z")))
    # An agenda item is taken up at a session, and a meeting is held on a day; a report is due at either.
    is_held = (
        len(findings) == 1 and findings[0].clause.type in {"agenda_placement", "convening"} and has_topic(findings[0])
    )
    shown = [
        (short, due.sense not in _NOT_DUE and not is_held)
        for due, finding in dues
        if (short := words.short_deadline(due, finding.document.language))
    ]
    if not shown:
        return phrase
    said, is_last_day = shown[0]
    if len({short for short, _ in shown}) > 1:
        form = words.subject_first_due
    else:
        form = words.subject_due if is_last_day else words.subject_at
    return form.format(subject=phrase, due=said)
