"""Numbers in the margin, and columns that the file holds line by line.

Both show in the same way: wide gaps that split the lines of a page at the same place.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from scrapers.publication import LeftOut

if TYPE_CHECKING:
    from scrapers.text.pdf_furniture import Page
    from scrapers.text.pdf_lines import Line

# The fewest numbers, and the share of them that must keep the step, before they count lines.
_FEWEST = 4
_MOST = 0.8
# The least share of lines in the middle of a sentence in running text: items, cells and titles begin in another way.
_RUNNING = 0.2
_DIGITS = 4
# Columns of running text: at least so many lines side by side, of so many characters.
_FEWEST_ROWS = 4
_COLUMN_CHARS = 18


def leave_out_line_numbers(page: Page) -> list[LeftOut]:
    """Take the numbers in the margin off the lines that they count (each, or every fifth).

    A list of numbered items looks alike; but its items do not begin in the middle of a sentence.
    """
    for side in (0, -1):
        numbered = {id(line): line for line in page.lines if _number(line, side) is not None}
        found = _counting([*numbered.values()], page.lines, side)
        if found:
            counted = {id(line) for line in found}
            rests = [_without(line, side) if id(line) in counted else line for line in page.lines]
            page.lines = [line for line in rests if line is not None]
            return [LeftOut(str(_number(line, side)), "line number", page.number) for line in found]
    return []


def _number(line: Line, side: int) -> int | None:
    words = line.parts[side][0] if line.parts else line.text
    return int(words) if len(words) <= _DIGITS and words.isascii() and words.isdigit() else None


def _counting(numbered: list[Line], lines: list[Line], side: int) -> list[Line]:
    """The lines whose numbers count the lines of the page, or nothing."""
    if len(numbered) < _FEWEST:
        return []
    numbered = sorted(numbered, key=lambda line: -line.y)
    steps = Counter((_number(after, side) or 0) - (_number(line, side) or 0) for line, after in pairwise(numbered))
    step, times = steps.most_common(1)[0]
    if step < 1 or times < _MOST * (len(numbered) - 1):
        return []
    texts = [rest for line in lines if (rest := _without(line, side) if _number(line, side) is not None else line)]
    rows = sorted({round(line.y) for line in texts})
    edges = [line.parts[side] if line.parts else (line.text, line.x, line.right) for line in numbered]
    if side == 0:
        beside = max(edge[2] for edge in edges) < min((line.x for line in texts), default=0)
    else:
        beside = min(edge[1] for edge in edges) > max((line.right for line in texts), default=0)
    between = [bisect_left(rows, line.y - 2) - bisect_right(rows, after.y + 2) for line, after in pairwise(numbered)]
    regular = sum(1 for count in between if abs(count - (step - 1)) <= (step > 1))
    running = sum(1 for line in texts if line.text[0].islower())
    if beside and regular >= _MOST * len(between) and running >= _RUNNING * len(texts):
        return numbered
    return []


def _without(line: Line, side: int) -> Line | None:
    """The line without its number; None where the number was all of it."""
    if not line.parts:
        return None
    parts = line.parts[1:] if side == 0 else line.parts[:-1]
    words = " ".join(part[0] for part in parts)
    return replace(line, text=words, x=parts[0][1], right=parts[-1][2], parts=parts if len(parts) > 1 else ())


def in_columns(lines: list[Line]) -> list[Line]:
    """The lines of a page, where the file holds two columns of running text line by line: one column after the other.

    The cells of a table stay side by side: they are short, or do not run on from line to line.
    """
    split = [line for line in lines if len(line.parts) == 2]  # noqa: PLR2004 - two columns
    if len(split) < _FEWEST_ROWS:
        return lines
    gutter = Counter(round(line.parts[1][1]) for line in split).most_common(1)[0][0]
    split = [line for line in split if line.parts[0][2] < gutter <= line.parts[1][1] + 1]
    if len(split) < _FEWEST_ROWS or not all(_runs_on([line.parts[side][0] for line in split]) for side in (0, 1)):
        return lines
    chosen = {id(line) for line in split}
    found: list[Line] = []
    right: list[Line] = []
    for line in lines:
        if id(line) in chosen:
            one, other = (replace(line, text=words, x=x, right=end, parts=()) for words, x, end in line.parts)
            found.append(one)
            right.append(other)
        elif line.x >= gutter - 1:
            right.append(line)
        else:
            if line.right > gutter:
                # A line across both columns ends them.
                found += right
                right = []
            found.append(line)
    return found + right


def _runs_on(texts: list[str]) -> bool:
    """Whether these lines are a column of running text."""
    running = sum(1 for text in texts if text[0].islower())
    return running >= _RUNNING * len(texts) and sum(map(len, texts)) >= _COLUMN_CHARS * len(texts)
