"""The sentences of a text, across the lines they are set in, each with the number of the paragraph that it begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mandates.clauses.endings import UNFINISHED
from mandates.clauses.forms.speakers import begins_named, read_spoken
from mandates.languages.lexicon import pattern
from mandates.languages.words import exactly

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Line

_NUMBER = re.compile(r"\(?(?P<number>\d{1,3}(?:\.\d{1,2})?)[.)]?(?:\s+|(?=[A-ZÀ-Ý]))")
_ITEM = re.compile(r"\d{1,2}\.\d{1,2}(?:\.\d{1,2})?\.?\s+(?=[a-zà-ÿ])|\(?[a-z]{1,4}[.)]\s*|[-–—•·∙*◦]\s+")
# "Decision 7.2: The Board agreed", "Conclusion – The Board agreed": a label before what was decided.
_LABEL = exactly(
    r"(?:[A-ZÀ-Ý]\w{2,14}(?:\s[a-zà-ÿ]{4,10})?\s(?=[A-Z/.-]{0,6}\d)[A-Z\d][A-Z\d/.-]{0,11}|<<list_heading>>)"
    r"\s?[:–—-]\s+(?=[A-ZÀ-Ý])"
)
_STOP = re.compile(r"[.?!;][”\"»’)\]]*\s+(?=[\"“«„(]?\s?[A-ZÀ-Ý])")
_CLOSED = re.compile(r"[.?!;:][”\"»’)\]]*$")
_BEFORE_STOP = 8
# A line that is shorter than the next by so much was not broken to fit a page: it is a heading.
HEADING_SHORTER_BY = 24
LONGEST_HEADING = 90


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence at `start`:`end` of a view; its words begin at `begin`, after the number of its paragraph."""

    start: int
    begin: int
    end: int
    number: str | None
    begins_paragraph: bool
    in_list: bool
    """Whether items of a list, which belong to a sentence before it, stand in its paragraph."""
    below_heading: bool
    """Whether the line before it is the heading of a decision ("Decision 12")."""

    def is_closed(self, text: str) -> bool:
        """Whether it ends with a stop, as no heading does."""
        return _CLOSED.search(text, max(self.start, self.end - _BEFORE_STOP), self.end) is not None


def sentences_of(text: str, lines: Sequence[Line], lexicon: Lexicon) -> Iterator[Sentence]:
    """The sentences on `lines`, headings among them."""
    heading = pattern(lexicon.language, "decision_heading")
    below = False
    place = 0
    while place < len(lines):
        first = place
        in_list: int | None = None
        is_heading = heading.fullmatch(text, lines[first].start, lines[first].end) is not None
        place += 1
        while (
            place < len(lines) and not is_heading and not heading.fullmatch(text, lines[place].start, lines[place].end)
        ):
            if item := _ITEM.match(text, lines[place].start):
                if read_spoken(text, item.end(), lines[place].end, lexicon):
                    break
                in_list = lines[place].start if in_list is None else in_list
            elif _begins(text, lines[place - 1], lines[place], lexicon, in_list=in_list is not None):
                break
            place += 1
        yield from _within(text, lines[first].start, lines[place - 1].end, in_list, lexicon, below=below)
        below = is_heading


def _begins(text: str, before: Line, line: Line, lexicon: Lexicon, *, in_list: bool) -> bool:
    """Whether a paragraph begins on `line`, of which `before` is the one above."""
    if line.after_gap or _NUMBER.match(text, line.start) or _LABEL.match(text, line.start, line.end):
        return True
    if in_list or _CLOSED.search(text, max(before.start, before.end - _BEFORE_STOP), before.end):
        return False
    if begins_named(text, line.start, line.end, lexicon):
        return True
    shorter = (line.end - line.start) - (before.end - before.start)
    return shorter > HEADING_SHORTER_BY and before.end - before.start < LONGEST_HEADING and text[line.start].isupper()


def _within(
    text: str, start: int, end: int, in_list: int | None, lexicon: Lexicon, *, below: bool
) -> Iterator[Sentence]:
    """The sentences of the paragraph `start`:`end`; the items of a list stand from `in_list` on."""
    label = _NUMBER.match(text, start, end) or _ITEM.match(text, start, end) or _LABEL.match(text, start, end)
    begin = label.end() if label else start
    stops = [stop for stop in _STOP.finditer(text, begin, end) if _ends(text, stop, end, lexicon)]
    ends = [*(stop.start() + len(stop[0].rstrip()) for stop in stops), end]
    for place, after in zip([start, *(stop.end() for stop in stops)], ends, strict=True):
        is_first = place == start
        yield Sentence(
            place,
            begin if is_first else place,
            after,
            label.groupdict().get("number") if label and is_first else None,
            begins_paragraph=is_first,
            in_list=in_list is not None and place > in_list,
            below_heading=below and is_first,
        )


def _ends(text: str, stop: re.Match[str], end: int, lexicon: Lexicon) -> bool:
    """Whether a stop ends a sentence: a semicolon where somebody speaks after it, a point where it is no abbreviation."""  # noqa: E501 - a sentence
    if text[stop.start()] == ";":
        after = read_spoken(text, stop.end(), end, lexicon)
        return after is not None and bool(after.name)
    return not UNFINISHED.search(text, max(0, stop.start() - _BEFORE_STOP), stop.start() + 1)
