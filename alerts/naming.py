"""What readers call a finding and its documents, and which of several findings leads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from alerts.escape import isolated, one_line

if TYPE_CHECKING:
    from alerts.frame import Frame
    from warehouse.findings.finding import Finding

# What leads where several things happened to one document.
weight = (
    "delivery_state",
    "source_state",
    "alerts_held",
    "weekly_report",
    "reading_corrected",
    "new_mandate",
    "changed_clause",
    "corrigendum",
    "mandate_renewed",
    "mandate_overdue",
    "mandate_due",
    "mandate_answered",
    "mandate_dropped",
    "unwatched_mandate",
    "draft_adopted",
    "item_unreadable",
    "reading_incomplete",
    "proposed_mandate",
    "new_document",
)
# Messages to operators about a source, a target, what is held, or a week: they have no document.
ABOUT_NO_DOCUMENT = frozenset({"source_state", "delivery_state", "alerts_held", "weekly_report"})
# A deadline is what they are about.
OF_A_DEADLINE = frozenset({"mandate_due", "mandate_overdue"})
_drafts = frozenset({"preliminary_draft", "draft"})


def sort_of(finding: Finding) -> str:
    """What readers call it: a mandate is proposed until it is adopted, and overdue only where answers were watched."""
    if finding.kind == "new_mandate" and finding.document.stage in _drafts:
        return "proposed_mandate"
    return "unwatched_mandate" if not finding.is_watched else finding.kind


def topic_name(words: Frame, finding: Finding) -> str:
    """The quoted title, which says what a document is about; its symbol where it has no title but that."""
    if finding.document.symbol and not finding.document.topic:
        return document_name(words, finding)
    title = title_of(words, finding, 60)
    return title if finding.kind in ABOUT_NO_DOCUMENT or _is_file_name(finding) else words.quote(isolated(title))


def has_topic(finding: Finding) -> bool:
    """Whether the document has a title that says what it is about."""
    return finding.document.topic != "" and not _is_file_name(finding)


def symbol_beside(finding: Finding) -> str | None:
    """The symbol, without its body, that goes with the topic; None where there is none, or the topic is the symbol."""
    if not finding.document.symbol or not finding.document.topic:
        return None
    return _within(finding.document.body, one_line(finding.document.symbol, 60))


def document_name(words: Frame, finding: Finding) -> str:
    """Say "RES/52/S 5" of AALCO: the symbol without the body, which comes before it anyway, else the quoted title."""
    if finding.document.symbol:
        return _within(finding.document.body, one_line(finding.document.symbol, 60))
    if finding.kind in ABOUT_NO_DOCUMENT or _is_file_name(finding):
        return title_of(words, finding, 60)
    return words.quote(isolated(title_of(words, finding, 60)))


def other_document(words: Frame, finding: Finding) -> str | None:
    """The document that this one corrects, answers, renews or was the draft of, named as `document_name` does."""
    name = finding.other_document
    if name is None:
        return None
    return (
        _within(finding.document.body, one_line(name, 60))
        if _is_symbol(name)
        else words.quote(isolated(one_line(name, 60)))
    )


def title_of(words: Frame, finding: Finding, limit: int) -> str:
    """The title, cut; a file without one is called an untitled document."""
    title = one_line(finding.document.topic or finding.document.title, limit)
    if _is_file_name(finding):
        return words.untitled.format(file=title)
    return title or one_line(finding.document.document_id, limit)


def both_documents(words: Frame, finding: Finding) -> str | None:
    """Which two documents a finding is about, in one sentence."""
    forms = {
        "corrigendum": words.corrects,
        "mandate_answered": words.answers_in_part if finding.so_far and finding.so_far.in_part else words.answers,
        "draft_adopted": words.adopts,
        "mandate_renewed": words.renews,
        "mandate_dropped": words.drops,
    }
    if finding.other_document is None or finding.kind not in forms:
        return None
    one = one_line(finding.document.symbol or "", 80) or one_line(finding.document.topic, 200)
    other = one_line(finding.other_document, 200)
    return forms[finding.kind].format(document=isolated(one), other=isolated(other))


def not_read(words: Frame, finding: Finding) -> str:
    """What a source lists and could not be read: why, how often that was tried, and since when."""
    document = document_name(words, finding)
    body = one_line(finding.document.body or "", 80)
    listed = words.lists.format(body=body, document=document) if body else words.listed.format(document=document)
    tried = words.tries.of(finding.tries or 1, date=words.date(finding.since) if finding.since else "")
    reason = one_line(finding.note or "", 300)
    return words.unreadable.format(listed=listed, reason=reason, tried=tried)


def _is_symbol(name: str) -> bool:
    """A symbol has a stroke and no long words in small letters, as titles have."""
    return "/" in name and not re.search(r"[a-zà-ÿ]{4}", name)


def _is_file_name(finding: Finding) -> bool:
    """Whether the title is but the name of the file: the document itself has none."""
    document = finding.document
    is_file = document.symbol is None and document.url.startswith("file:")
    return is_file and Path(unquote(document.url)).stem == document.title


def _within(body: str | None, name: str) -> str:
    return name.removeprefix(f"{body}/") if body else name
