"""What a document says of itself at its head: symbol, title, body, kind, stage, session, date.

Only the head is read: the lines before the organ speaks ("The General Assembly,"). A symbol further down is one that
the document cites, so a document without a symbol at its head has none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from mandates.deadlines.dates import date_words, read_date
from mandates.deadlines.numerals import number_of, ordinal_words
from mandates.documents import symbols
from mandates.documents.head import AT_THE_MEETING, HEAD_CHARS, head_of, opens
from mandates.documents.own_symbol import DATE_LINE, NAMED_ACT, SESSION, own_symbol
from mandates.documents.report_opening import claimed
from mandates.documents.titles import (
    ACT_OF_DAY,
    ADOPTED_LINE,
    AMENDMENT,
    DRAFT,
    ITEM,
    PLACE_AND_DATE,
    REPORT,
    first_line,
    title_of,
)
from mandates.languages.words import exactly, expression
from mandates.model import Heading

if TYPE_CHECKING:
    from datetime import date

    from mandates.documents.head import Head
    from mandates.model import Kind, Precision, Stage

_TAIL_CHARS = 600
# "amendment to the draft resolution contained in document A/C.3/82/L.50"
_NEAR_CHARS = 80
# From the first "adopted by" of a line: a date after a later one is after the first too.
_ADOPTED = (
    r"^(?>[^\n]*?\b<<adopted>>\s+<<adopted_by>>\b)"
    rf"[^\n]*?(?:\n{{1,2}}[^\n]*?)?(?P<date>{date_words})"
)
_OF_ANOTHER = (
    r"\b(?:<<of_the>>|<<on_matter>>)\s+(?:\w+\s+){0,2}?(?:<<resolutions>>|<<decisions>>)\s+(?:\w+\s+)?<<adopted>>\b"
)
_BEGINNING = 40
_AT_MEETING = (
    r"^[ \t]*<<at_its>>\s+[^,\n]{1,60}<<meeting>>[^,\n]{0,20}"
    rf",?\s+<<held_on>>\s+(?P<date>{date_words})"
)
_SAID_AT_MEETING = rf"{AT_THE_MEETING},?\s+<<held_on>>\s+(?P<date>{date_words})"
_DISTRIBUTED = rf"\bDistr\.?\s*:?[^\n]*?\n?[^\n]*?(?P<date>{date_words})"
MEETING = rf"(?:\d{{1,4}}<<suffix>>?|{ordinal_words})\s+(?:<<plenary>>\s+)?<<meeting>>"
# Under each act of a collection: the meeting on one line, the day on the next.
_MEETING_LINES = rf"^[ \t]*\(?{MEETING}[ \t]*(?:,[ \t]*|\n\s{{0,20}})(?P<date>{date_words})\)?[ \t]*$"
_MEETING_BELOW = rf"\b{MEETING}[^\n]{{0,30}}?[,\n]\s*(?P<date>{date_words})"
_DONE_BELOW = rf"^[ \t]*<<done_at>>\s[^\n]{{2,80}}?(?P<date>{date_words})"
_CAPITAL = r"(?-i:[A-ZÀ-Ý])[\w'’.-]*"
_PLACE_BELOW = rf"^[ \t]*{_CAPITAL}(?:[ ]{_CAPITAL}){{0,3}},\s+(?:<<dated>>\s+)?(?P<date>{date_words})\.?[ \t]*$"
_BELOW = (_MEETING_BELOW, _DONE_BELOW, _PLACE_BELOW)
_NUMBERED_SESSION = r"^(?:(?P<year>(?:19|20)\d\d)\s+session|<<session_year>>\s+(?P<year2>(?:19|20)\d\d))\b"
_ITEM_NUMBER = exactly(r"\d+(?:\s*\([a-z]\))?(?:\s*(?:<<and_only>>|,)\s*(?:\d+)?\s*\([a-z]\))*")
_NAMES_ITSELF = r"^(?:the )?(?:<<resolution>>|<<decision>>|<<recommendation>>)\s+<<on_matter>>\s"
_ADOPTED_THIS = r"\b<<adopted_this>>\s+(?:(?P<decision><<decision>>)|<<resolution>>|<<recommendation>>)\b"
_NUMBERED_PREAMBLE = re.compile(r"^\s*\(1\)\s+[A-Z]", re.MULTILINE)


def read_heading(text: str) -> Heading:
    """Read the head of `text`; nothing is guessed, what is not said is None."""
    head = head_of(text)
    said = own_symbol(head, text)
    own = symbols.parse(said) if said else None
    body = own.body if own and own.body else head.speaker
    kind, stage = _kind_and_stage(head, own, body)
    if kind == "other" and said is None:
        # Prose without a head: the bodies it mentions are not its own, and its first line is all that may be a title.
        return Heading(None, first_line(head), None, kind, stage, None, None, None, None, ())
    title = title_of(head)
    is_act = kind in {"resolution", "decision"} and stage not in {"draft", "preliminary_draft"}
    below = text[-_TAIL_CHARS:] if is_act else ""
    stated = _adopted(head, title) or expression(ADOPTED_LINE).search(below)
    adopted = _day(stated or _dated(head, text, below, kind))
    stage = "adopted" if stated and is_act else stage
    return Heading(
        symbol=own.text if own else said,
        title=title,
        body=body,
        kind=kind,
        stage=stage,
        session=_session_of(head, own),
        adopted_on=adopted[0],
        adopted_precision=adopted[1],
        agenda_item=_agenda_item(head),
        answers=claimed(text, body) if kind in {"report", "other"} else (),
        amends=_amends(head) if kind == "amendment" else None,
    )


def completed(
    heading: Heading,
    *,
    body: str | None = None,
    symbol: str | None = None,
    kind: Kind | None = None,
    stage: Stage | None = None,
) -> Heading:
    """The heading with what its source knows in the places that the text leaves open.

    A `symbol` of the source is the document's own: it comes before one that the head was understood to say. The day on
    which a source shows a document is not its day of adoption, so that stays as the text says.
    """
    given = symbols.parse(symbol) if symbol else None
    stated_kind = given.kind if given and given.kind != "other" else kind
    return replace(
        heading,
        symbol=given.text if given else heading.symbol or symbol,
        body=(given.body if given else None) or heading.body or body,
        kind=heading.kind if heading.kind != "other" else stated_kind or "other",
        stage=heading.stage or (given.stage if given else None) or stage,
        session=heading.session or (given.session if given else None),
    )


def _agenda_item(head: Head) -> str | None:
    for line in head.lines:
        if (named := expression(ITEM).search(line)) and (found := _ITEM_NUMBER.search(named[0])):
            return found[0]
    return None


def _kind_and_stage(  # noqa: C901, PLR0911, PLR0912 - the signs in order of trust
    head: Head, own: symbols.Symbol | None, body: str | None
) -> tuple[Kind, Stage | None]:
    joined = head.joined
    stage = own.stage if own else None
    if expression(AMENDMENT).search(joined) and not (own and stage == "adopted"):
        return "amendment", "draft"
    if (draft := expression(DRAFT).search(joined)) and not (own and stage == "adopted"):
        stage = "preliminary_draft" if expression(r"\b<<preliminary>>\b").search(joined) else "draft"
        return ("decision" if expression(r"<<decisions>>").search(draft[0]) else "resolution"), stage
    if own and own.kind != "other":
        is_decision = expression(r"^(?:draft )?<<decision>>\b").search(joined) is not None
        return ("decision" if is_decision else own.kind), stage
    if own and re.match(r"[AS]/(?:HRC/)?PRST/", own.text):
        return "statement", "adopted"
    if _has(head, r"^<<communique>>"):
        return "statement", stage
    if expression(r"\b<<action_taken>>\b").search(joined) and head.organ is None:
        return "decision", "adopted"
    if _has(head, r"^<<list_of_decisions>>"):
        return "decision", stage or "adopted"
    if any(expression(REPORT).match(line) and not line.endswith(".") for line in head.lines):
        return "report", stage
    # An IPU draft numbers its preamble in brackets; the adopted text does not.
    is_draft = body == "IPU" and _NUMBERED_PREAMBLE.search(head.rest) is not None
    if _has(head, NAMED_ACT) or _has(head, _NAMES_ITSELF) or _has(head, r"^<<decision>>\s+\("):
        is_decision = any(map(expression(r"^(?:<<joint>>\s+)?<<decision>>\b").match, head.lines))
        return ("decision" if is_decision else "resolution"), "draft" if is_draft else stage or "adopted"
    if this := expression(_ADOPTED_THIS).search(joined):
        return ("decision" if this["decision"] else "resolution"), stage or "adopted"
    is_adopted = expression(_ADOPTED).search(joined) is not None
    if expression(r"\b<<resolutions>>\b").search(joined) and (is_adopted or head.organ):
        return "resolution", stage or "adopted" if is_adopted else stage
    if expression(_AT_MEETING).search(joined) or (head.organ and expression(_AT_MEETING).match(head.organ)):
        return "decision", "adopted"
    if head.organ or (head.rest and opens(head.rest.lstrip())):
        return "resolution", "draft" if is_draft else stage
    return "other", stage


def _amends(head: Head) -> str | None:
    """The draft that an amendment names: "Amber Islands: amendment to draft resolution A/C.3/82/L.50"."""
    named = expression(AMENDMENT).search(head.joined)
    after = head.joined[named.end() : named.end() + _NEAR_CHARS] if named else ""
    found = next(symbols.find(after), None)
    return symbols.normalise(found[0]) if found else None


def _has(head: Head, template: str) -> bool:
    return any(map(expression(template).match, head.lines))


def _session_of(head: Head, own: symbols.Symbol | None) -> int | None:
    speaking = "" if expression(_AT_MEETING).match(head.organ or "") else (head.organ or "")[:160]
    for line in (*head.lines, speaking):
        if len(line) < 200 and (found := expression(SESSION).search(line)):  # noqa: PLR2004 - a line, not prose
            return number_of(found["ordinal"])
        if found := expression(_NUMBERED_SESSION).match(line):
            return int(found["year"] or found["year2"])
    return own.session if own else None


def _adopted(head: Head, title: str | None) -> re.Match[str] | None:
    """Where the head says when it was adopted; a title may say so of another act, as of "the decision adopted on …"."""
    for found in expression(_ADOPTED).finditer(head.joined):
        line = found[0].partition("\n")[0]
        if not (expression(_OF_ANOTHER).search(line) and title and line[:_BEGINNING].strip() in title):
            return found
    return expression(ADOPTED_LINE).search(head.joined)


def _dated(head: Head, text: str, below: str, kind: Kind) -> re.Match[str] | None:
    """The date of adoption, else of issue, stated at the head, or `below` an act with the meeting that adopted it."""
    joined = head.joined
    return (
        expression(_AT_MEETING).search(f"{joined}\n{head.organ or ''}")
        or (expression(_MEETING_LINES).search(text) if below else None)
        or next((said for form in _BELOW if (said := expression(form).search(below))), None)
        or _on_a_line(head, PLACE_AND_DATE)
        or (_on_a_line(head, ACT_OF_DAY) if below else None)
        or expression(_DISTRIBUTED).search(joined)
        or _on_a_line(head, DATE_LINE)
        or (expression(_AT_MEETING).search(text[:HEAD_CHARS]) if below else None)
        or (expression(_SAID_AT_MEETING).search(text[:HEAD_CHARS]) if kind == "statement" else None)
    )


def _day(found: re.Match[str] | None) -> tuple[date | None, Precision | None]:
    span = read_date(found["date"]) if found else None
    return (span.first, span.precision) if span else (None, None)


def _on_a_line(head: Head, template: str) -> re.Match[str] | None:
    return next(filter(None, map(expression(template).match, head.lines)), None)
