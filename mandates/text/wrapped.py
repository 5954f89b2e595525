"""Lines that only the width of the page has broken, put together again before any form is chosen.

A line was broken where a small letter follows its last word, as no paragraph begins with one. Such lines show how wide
the text was set: another line was broken where the next word would not have fit. Where no line shows it, one that has
begun a sentence and not closed it goes on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.languages.words import exactly
from mandates.text.lines import BULLETS, read_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A shorter line may be a heading, whatever follows it.
SHORTEST = 40
# Text is not set wider than this, nor lines longer than the width of their text by so much.
WIDEST = 140
WIDER = 1.4
# A closed line that is shorter ends a paragraph.
NARROWER = 0.8
_OPEN_END = re.compile(r"(?:[\w)\]”»\"'’%°]|[-–—])$")
_STOPPED = re.compile(r"[.;:?!][”»\"’')\]]*$")
# The last is the day and the month of a date.
_ABBREVIATED = exactly(r"(?:\b<<abbreviated>>[.,]?|\b\d{1,2} [^\W\d_]{3,5}\.)$")
_SMALL = re.compile(r"[“«(\[\"]?[a-zà-ÿ]")
_DATE = re.compile(r"\d{1,2}\S{0,3} (?:[^\W\d_]{2} )?[^\W\d_]{3,10},? (?:[^\W\d_]{2} )?\d{4}\b")
_BULLET = re.compile(rf"[{BULLETS}]\s")
# What begins a sentence or a paragraph, and is not written with a capital elsewhere.
_BEGINS = exactly(r"[“«\"]?(?:(?:<<the_line>>)\s?(?=[A-ZÀ-Ý])|<<we_line>>\b|<<begins_sentence>>\b)")
_OPENING = exactly(r"(?i:<<opening>>)\b")
_SPEAKS = exactly(r"[“«\"]|(?:<<the_line>>)\s?[A-ZÀ-Ý]|\d{1,2}[.)] ")
# Side by side on a line, as in a letterhead: "General Assembly          Distr.: Limited".
_COLUMNS = re.compile(r"\S {4,}\S")
_UNFINISHED = re.compile(r"[a-zà-ÿ\d,.]$")


def unwrapped(text: str, *, is_head: bool = False) -> str:
    """`text` with a blank in place of each line break that stands within a paragraph; as long as before.

    `is_head` where a line may as well be a heading, so that none is joined to the next without a width that shows it.
    """
    lines = text.split("\n")
    whole = [bool(line) and _COLUMNS.search(line) is None for line in lines]
    pairs = [place for place in range(len(lines) - 1) if whole[place] and whole[place + 1]]
    small = frozenset(place for place in pairs if _begins_small(lines[place + 1]))
    sure = [place for place in small if SHORTEST <= len(lines[place]) <= WIDEST and _OPEN_END.search(lines[place])]
    width = _width(lines, sure)
    if is_head and not width:
        return text
    # In a text that has more lines too long to be broken each paragraph is a line of its own.
    if sum(len(line) > (width * WIDER or WIDEST) for line in lines) >= max(1, len(sure)):
        return text
    broken = frozenset(_broken(lines, pairs, small, width))
    return "".join(_joined(lines, broken)) if broken else text


def _width(lines: Sequence[str], sure: Sequence[int]) -> int:
    """The width of the text as most of the lines show it that surely go on; 0 where there is none."""
    if not sure:
        return 0
    lengths = sorted(len(lines[place]) for place in sure)
    rooms = sorted(_room(lines, place) for place in sure)
    return min(rooms[len(rooms) // 4], lengths[len(lengths) * 3 // 4] + 1)


def _joined(lines: Sequence[str], broken: frozenset[int]) -> Iterator[str]:
    for place, line in enumerate(lines):
        yield line
        if place + 1 < len(lines):
            yield " " if place in broken else "\n"


def _broken(lines: Sequence[str], pairs: Sequence[int], small: frozenset[int], width: int) -> Iterator[int]:
    """The lines that go on in the next one."""
    last = -2
    first = next((place for place, line in enumerate(lines) if line), 0)
    top = next((place for place in range(first, len(lines)) if not lines[place]), 0)
    has_gaps = not any(_is_closed(lines[place]) and _room(lines, place) < width * NARROWER for place in pairs)
    for place in pairs:
        line, after = lines[place], lines[place + 1]
        is_full = 0 < width <= _room(lines, place) and len(line) <= width * WIDER
        if _is_closed(line):
            goes_on = is_full and has_gaps and line[-1] not in ":;" and _may_go_on(line, after, may_begin=True)
        elif line.count("(") > line.count(")") and ")" in after.partition("(")[0]:
            goes_on = True
        elif place in small:
            goes_on = is_full or (line[-1] != "," and (len(line) >= SHORTEST or last == place - 1))
        elif width:
            goes_on = is_full and _may_go_on(line, after)
        else:
            # What is not a sentence at the top is a title.
            begun = last == place - 1 or _SPEAKS.match(line) or (place > top > 0 and _UNFINISHED.search(line))
            goes_on = SHORTEST <= len(line) <= WIDEST and bool(begun) and _may_go_on(line, after)
        if goes_on:
            last = place
            yield place


def _is_closed(line: str) -> bool:
    return _STOPPED.search(line) is not None and not _ABBREVIATED.search(line)


def _begins_small(line: str) -> bool:
    return _SMALL.match(line) is not None and read_label(line, 0) is None and not _BULLET.match(line)


def _may_go_on(line: str, after: str, *, may_begin: bool = False) -> bool:
    """Whether a paragraph may go on with a capital or a number: a numbered one does not begin so after a small word.

    `may_begin` where a sentence may begin there.
    """
    if _BULLET.match(after) or (not may_begin and (_BEGINS.match(after) or _OPENING.match(after))):
        return False
    label = read_label(after, 0)
    if label is None or _DATE.match(after):
        return True
    if label.kind != "digits":
        return False
    return after[label.end : label.end + 1].islower() or (not label.closed and line[-1].islower())


def _room(lines: Sequence[str], place: int) -> int:
    """How wide the line would be with the first word of the next."""
    return len(lines[place]) + 1 + len(lines[place + 1].partition(" ")[0])
