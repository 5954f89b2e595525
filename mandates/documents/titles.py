"""The title in a document's head: the last run of lines that are neither letterhead nor date nor agenda item."""

from __future__ import annotations

import re

from mandates.deadlines.dates import date_words, read_date
from mandates.deadlines.numerals import ordinal_words
from mandates.documents import symbols
from mandates.documents.bodies import organ_in
from mandates.documents.head import CHROME, SHORT_LINE, Head, leading_act
from mandates.documents.own_symbol import DATE_LINE, NAMED_ACT, ROMAN_SERIAL, SERIAL, SESSION
from mandates.languages.words import expression

LONGEST_TITLE = 400
ITEM = r"^\(?(?:(?-i:Agenda\s+))?<<item>>\s+\d+[^\n]{0,60}|\bAgenda\s+item\s+\d+[^\n]{0,60}"
DRAFT = r"\b(?:<<draft>>\s+(?:<<resolutions>>|<<decisions>>)|<<amendment>>\s*<<draft>>)\b"
AMENDMENT = r"\b<<amendment>>\s*<<draft>>\s+(?:<<resolutions>>|<<decisions>>)\b"
PLACE_AND_DATE = (
    r"^\(\s*[^()\d]{2,60},\s*(?:[^()\n]{1,30}?(?:\s*[-–]\s*|\s+<<range_to>>\s+))?"
    rf"(?P<date>{date_words})\s*\)$"
)
REPORT = r"^(?!.*\b<<takes_note>>)(?:\w+\s+){0,3}<<report>>\b"
# On a line of its own, at the head or at the close: "(Adopted by acclamation at its third meeting, on 4 June 2027)".
ADOPTED_LINE = rf"^[ \t\[(“\"«*_]*<<adopted_line>>\b[^\n]{{0,160}}?(?P<date>{date_words})"
_HOW_ADOPTED = r"^\(?<<how_adopted>>"
_NUMBERED_SESSION = r"^(?:(?:19|20)\d\d\s+session|<<session_year>>\s+(?:19|20)\d\d)\b"
# The years of a title on a line of their own: "United Nations Decade of Ports | (2021–2030)".
_YEARS = re.compile(r"\(?(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)?\d\d)?\)?")
# "European Parliament resolution of 5 May 2026 on the safety of ferries", under the title.
ACT_OF_DAY = (
    rf"^(?:<<resolutions>>\s[^\d\n]{{3,60}}?|[^\d\n]{{3,60}}?\s<<resolutions>>|<<decisions>>\s[^\d\n]{{3,60}}?"
    rf"|[^\d\n]{{3,60}}?\s<<decisions>>),?\s+(?:<<dated>>|<<date_of>>)\s+(?P<date>{date_words})\b"
)
# "(Geneva, 3-8 October 1994)"; years alone belong to a title: "Decade of ports (2021–2030)".
_PLACE_AND_DAYS = re.compile(r"^[^.;()]{2,60}\(\d{1,2}[^()\d][^()]*[a-zé]{3}[^()]*\d{4}\)$")
_ANNEX = r"^<<annexes>>\s+(?:(?-i:[IVXLC]+)|\d+|(?-i:[A-Z])[\w.]*)$"
_ADOPTED_PLURAL = r"^(?:<<resolutions>>|<<decisions>>)\s+<<adopted>>\s+<<adopted_by>>\b"
_ENTITLED = r"\b<<item_entitled>>\s+[“\"«]\s?(?P<title>[^”\"»\n]{3,400}?)\s?[”\"»]"
_AT_MEETING = rf"^<<at_its>>\s+(?:[^,\n]{{1,60}}<<meeting>>|{ordinal_words})"
_SENTENCES = re.compile(r"[a-zà-ÿ]{3}\. [A-ZÀ-Ý].*\.$")
_A_FEW = 30  # characters beside a session's name in a line of the letterhead


def title_of(head: Head) -> str | None:
    """The title, on one line; None where the head has none."""
    if head.named:
        return head.named
    if collected := _of_a_collection(head):
        return collected
    titles = [run for run in _runs(head) if len("".join(run)) > 2 and not CHROME.match(" ".join(run))]  # noqa: PLR2004 - a single letter marks a part, "A"
    if not titles:
        # A resolution of the Security Council has no title but its number.
        return _of_its_item(head) or next(filter(expression(NAMED_ACT).match, head.lines), None)
    # After the title of a statement its first sentences may stand before any line that ends the head.
    title = next((run for run in reversed(titles) if not _SENTENCES.search(" ".join(run))), titles[-1])
    return re.sub(r"\s+", " ", " ".join(title)).strip(" *.")[:LONGEST_TITLE] or None


def first_line(head: Head) -> str | None:
    """The first line of a text without a head, where it may be a title."""
    line = head.lines[0] if head.lines else ""
    return head.named or (line if 0 < len(line) <= LONGEST_TITLE else None)


def _runs(head: Head) -> list[list[str]]:  # noqa: C901 - one branch a kind of line
    runs: list[list[str]] = [[]]
    item_lines: int | None = None  # lines of an agenda item's own title read so far; None outside one
    in_label = False  # a line of the letterhead goes on: "submitted by the Chair following | informal consultations"
    for place, line in enumerate(head.lines):
        if not line:
            after = next((later for later in head.lines[place + 1 :] if later), "")
            item_lines, in_label = None if item_lines else item_lines, False
            if expression(REPORT).match(after) and runs[-1]:
                break
        elif re.fullmatch(r"[A-Z]", line) and runs[-1]:
            break  # the title of the whole stands before that of its part A
        elif in_label and line[0].islower():
            continue
        elif runs[-1] and item_lines is None and _YEARS.fullmatch(line):
            runs[-1].append(line)
        elif begun := _begins_title(line):
            runs.append(begun)
            item_lines, in_label = None, False
        elif expression(DRAFT).search(line):
            runs[-1:] = [[]]  # what stood before it were the sponsors
            item_lines, in_label = None, True
        elif is_label(line, inside=bool(runs[-1])):
            if runs[-1]:
                runs.append([])
            # The item's own title follows on the next lines, unless brackets or a date set the item apart.
            item_lines = 0 if expression(ITEM).match(line) and line[0] != "(" and not read_date(line) else None
            in_label = in_label or line.count("(") > line.count(")")
        elif item_lines is not None:
            item_lines += 1
        else:
            runs[-1].append(line)
    return runs


def _begins_title(line: str) -> list[str] | None:
    """What follows the number at the beginning of a line; None where there is no such number."""
    if expression(DATE_LINE).match(line):
        return None
    for numbered in (ROMAN_SERIAL, SERIAL):
        if found := expression(numbered).match(line):
            return [found["title"]] if found["title"] else []
    if (act := leading_act(line)) and act[1]:
        return [act[1]]
    return None


def is_label(line: str, *, inside: bool) -> bool:
    """Whether a line of the head is letterhead, date, session, item, number or how it was adopted.

    `inside` a title an organ's name is none.
    """
    return bool(
        CHROME.match(line)
        or expression(ITEM).match(line)
        or expression(DATE_LINE).match(line)
        or expression(PLACE_AND_DATE).match(line)
        or symbols.parse(expression(r"^(?:<<decision>>|<<resolution>>|<<recommendation>>)\s+").sub("", line, count=1))
        or expression(NAMED_ACT).match(line)
        or expression(_ANNEX).match(line)
        or (not inside and _is_session(line))
        or expression(_NUMBERED_SESSION).match(line)
        or expression(_HOW_ADOPTED).match(line)
        or expression(ADOPTED_LINE).match(line)
        or _PLACE_AND_DAYS.match(line)
        or (not inside and organ_in(line, whole=True))
        or (inside and expression(ACT_OF_DAY).match(line) and organ_in(line))
        or _is_letterhead_with_symbol(line)
    )


def _is_letterhead_with_symbol(line: str) -> bool:
    found = symbols.pattern().search(line)
    if found is None or symbols.parse(found[0]) is None:
        return False
    if len(line) < SHORT_LINE and re.match(r"united nations|\(.*para", line, re.IGNORECASE):
        return True
    rest = line[: found.start()].strip()
    return found.end() == len(line) and bool(organ_in(rest, whole=True) or _is_session(rest))


def _is_session(line: str) -> bool:
    """Whether a line has little beside the name of a session."""
    session = expression(SESSION).search(line)
    return session is not None and session.end() - session.start() > len(line) - _A_FEW


def _of_a_collection(head: Head) -> str | None:
    """The heading "Resolutions adopted by the Conference", where the acts below have numbers that count within it."""
    lines = [line for line in head.lines if line]
    is_collection = (
        len(lines) > 1 and expression(_ADOPTED_PLURAL).match(lines[0]) and any(map(expression(NAMED_ACT).match, lines))
    )
    return lines[0] if is_collection else None


def _of_its_item(head: Head) -> str | None:
    """A decision told in one sentence has the title of the one item that it places on an agenda."""
    if not expression(_AT_MEETING).match(head.organ or ""):
        return None
    entitled = [found["title"] for found in expression(_ENTITLED).finditer(head.rest[:6000])]
    return re.sub(r"\s+", " ", entitled[-1]) if entitled else None
