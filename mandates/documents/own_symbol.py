"""The symbol that a document has itself, as its head or the edge of its pages shows it."""

from __future__ import annotations

import re

from mandates.deadlines.dates import date_words
from mandates.deadlines.numerals import ordinal_words
from mandates.documents import symbols
from mandates.documents.acts import act_symbol, is_numbered
from mandates.documents.bodies import body, organ_in
from mandates.documents.citations import union_symbol
from mandates.documents.head import (
    Head,
    leading_act,
)
from mandates.languages.words import expression

_FIRST_LINES = 14
_LETTERHEAD_LINES = 20
_BEFORE = r"^(?:(?:<<letterhead>>|<<decision>>|<<resolution>>|<<recommendation>>|general assembly|none)\s+)+|\s*\bnone$"
DATE_LINE = rf"^(?:<<dated>>\s+)?(?P<date>{date_words})\.?$"
SESSION = (
    rf"\b(?P<ordinal>{ordinal_words})\s+(?:(?:annual|regular|special|ordinary|emergency|resumed|IPU|AALCO|World\s+Health"
    r"|International\s+Labour|General)\s+)*<<sitting>>\b"
)
SERIAL = (
    r"^(?:<<decision>>|<<resolution>>)?\s*(?P<number>(?:S-|ES-)?\d{1,4}/\d{1,4}(?:\s(?-i:[A-Z])\b)?)"
    r"\.?\s*(?P<title>.*)$"
)
ROMAN_SERIAL = r"^(?P<number>\d{1,4}\s?(?-i:[A-H])?\s?\((?-i:[IVXLC]+)\))\.\s+(?P<title>.*)$"
_OF_YEAR = r"^<<resolution>>\s+(?P<number>\d{1,4}\s\((?:19|20)\d\d\))(?:\s+<<dated>>\s.{5,30})?$"
# "Resolution 2.1", "Resolution XII.3", "Decision 14/COP.9": acts of conferences that no list of bodies has.
_NUMBER_SIGN = r"(?:No\.?\s*|n\.?\s?[o°º]\.?\s*)"
_ACT_NUMBER = r"[\w./-]*\d[\w./()-]*"
# "of the Governing Body": a few words to the noun of an organ.
_OF_ORGAN = r"\s+<<of_the>>\s*(?:[^\s.,;:]+\s+){0,5}?<<speaker>>\b(?:\s+[^\s.,;:]+){0,4}"
NAMED_ACT = (
    rf"^(?:(?:<<joint>>\s+)?(?:<<resolution>>|<<recommendation>>|<<decision>>)\s+(?:<<joint>>\s+)?{_NUMBER_SIGN}?"
    rf"(?P<number>{_ACT_NUMBER}|(?-i:[IVXLC]+)[.-]\d+)"
    rf"(?:\s\(\d{{4}}\)|\s+<<of_the>>\s*(?:\d{{1,3}}\w{{0,3}}|{ordinal_words})\s.{{3,60}}|{_OF_ORGAN})?"
    rf"|(?:<<resolution>>|<<decision>>){_OF_ORGAN}?\s+{_NUMBER_SIGN}{_ACT_NUMBER})$"
)
_DOTTED = re.compile(r"(?:\d{1,3}|[IVXLC]+)\.\d{1,3}")


def own_symbol(head: Head, text: str) -> str | None:
    """The symbol on a line of its own, in the letterhead, before the title or at the edge of the pages.

    Else the serial number of a body that is known; else "Resolution 2.1" as written. None where there is none of these.
    """
    found = _on_a_line(head) or _in_the_letterhead(head) or _before_a_title(head) or _serial(head)
    if found is None or symbols.parse(found) is None or _is_of_an_act(found) is False:
        # The printer's number of another series may stand in the head of an adopted text.
        found = _at_the_edge(head, text) or found
    return found or _as_named(head)


def is_decision_number(number: str, organ: str) -> bool:
    """Decisions of the Human Rights Council count from 101, those of the General Assembly from 401."""
    session, _, serial = number.partition("/")
    known = body(organ)
    first = known.decisions_from if known else None
    return first is not None and session.isdigit() and serial.isdigit() and int(serial) >= first


def _on_a_line(head: Head) -> str | None:
    for line in [line for line in head.lines if line][:_FIRST_LINES]:
        bare = expression(_BEFORE).sub("", line)
        first = symbols.pattern().match(bare)
        symbol = symbols.parse(bare) or (
            symbols.parse(first[0]) if first and re.match(r"\s*(?:$|[-–—:]\s|Distr|\*)", bare[first.end() :]) else None
        )
        if symbol:
            return symbol.text
        if celex := union_symbol(re.sub(r"^(?:[A-ZÀ-Ý]+\s){0,3}?(?=[RD])", "", line)):
            return celex
    return None


def _in_the_letterhead(head: Head) -> str | None:
    """On one line with the session or the body: "SEVENTY-NINTH WORLD HEALTH ASSEMBLY   WHA79.21"."""
    for line in head.lines[:_LETTERHEAD_LINES]:
        ending = max(symbols.find(line), key=lambda each: each.start(), default=None)
        if ending and ending.end() == len(line) and (symbol := symbols.parse(ending[0])):
            rest = line[: ending.start()]
            if expression(SESSION).search(rest) or organ_in(rest.strip(), whole=True):
                return symbol.text
    return None


def _before_a_title(head: Head) -> str | None:
    acts = (leading_act(line) for line in [line for line in head.lines if line][:_FIRST_LINES])
    return next((symbol.text for symbol, _ in filter(None, acts)), None)


def _serial(head: Head) -> str | None:
    organ = head.speaker
    for line in head.lines:
        found = expression(_OF_YEAR).match(line)
        if found and is_numbered(organ, "dated"):
            return act_symbol(found["number"], organ)
        found = expression(ROMAN_SERIAL).match(line)
        if found and is_numbered(organ, "roman"):
            return act_symbol(found["number"], organ)
        found = expression(SERIAL).match(line)
        by_number = is_numbered(organ, "session") or is_numbered(organ, "year")
        if found and organ and by_number and not expression(DATE_LINE).match(line):
            is_decision = expression(r"^<<decision>>\b").match(line) is not None or (
                is_decision_number(found["number"], organ) and not expression(r"<<resolutions>>\b").search(head.joined)
            )
            return act_symbol(found["number"], organ, is_decision=is_decision)
    return None


def _is_of_an_act(symbol: str) -> bool | None:
    found = symbols.parse(symbol)
    return found.kind in {"resolution", "decision"} if found else None


def _at_the_edge(head: Head, text: str) -> str | None:
    """The one symbol of an adopted act of the speaker that stands alone on lines of the text: at a page's edge."""
    if not expression(r"^(?:<<resolution>>|<<decision>>)\s+<<adopted>>\b").search(head.joined):
        return None
    alone = {
        symbol.text
        for found in re.finditer(r"^[ \t]*([A-Z][^\s]{3,40})[ \t]*$", text, re.MULTILINE)
        if "/" in found[1] and (symbol := symbols.parse(found[1])) and symbol.body == head.speaker
        if symbol.stage == "adopted"
    }
    return alone.pop() if len(alone) == 1 else None


def _as_named(head: Head) -> str | None:
    """The words "Resolution 2.1" where no list knows the body whose number it is."""
    acts = [found for line in head.lines if (found := expression(NAMED_ACT).match(line))]
    return acts[0][0].strip() if len(acts) == 1 and _DOTTED.fullmatch(acts[0]["number"] or "") else None
