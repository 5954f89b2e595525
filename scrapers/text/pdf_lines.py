"""The printed lines of a PDF page, rebuilt from the baselines of their characters.

PDFium breaks a line wherever a footnote mark is raised; a person sees one line. Raised digits become superscript
characters ("Rights,¹"), so that a mark can be distinguished from a number.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import Any

from scrapers.text.pdf_glyphs import NO_CHARACTER, Glyphs, turned
from scrapers.text.pdf_runs import Run, page_runs

superscripts = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# What PDFium gives for a hyphen at the end of a line (pypdfium2 passes U+0002 and U+FFFE through), and soft hyphens.
_HYPHENS = "\x02\ufffe\xad"
_MARK = re.compile(r"[\d*†‡a-z,]{1,5}")
# Points between two baselines that can be one line apart, and the usual.
_LINE_GAPS = (4, 40)
_LEADING = 14.0
# Where a watermark could begin: the type of no running text.
_LARGE = 18.0


@dataclass(slots=True)
class Line:
    """One printed line: its baseline and edges in points from the lower left of the page, and its type size.

    `parts` are what wide gaps keep apart, each with its left and right edge; empty where there is no such gap.
    `turned` says that the line runs in another direction than the page's, `slanted` in none of the four; `pale` is only
    looked at in large or slanted type.
    """

    text: str
    y: float
    x: float
    right: float
    size: float
    bold: bool = False
    parts: tuple[tuple[str, float, float], ...] = ()
    turned: bool = False
    slanted: bool = False
    pale: bool = False


@dataclass(slots=True)
class _Building:
    """A line that is being put together; the base sets its baseline: the longest of the largest."""

    runs: list[Run]
    base: Run

    def add(self, run: Run) -> None:
        self.runs.append(run)
        if (round(run.size), len(run.text)) > (round(self.base.size), len(self.base.text)):
            self.base = run


@dataclass(slots=True)
class PageLines:
    """The lines of a page in the order in which the file holds them (columns stay apart), and its size in points.

    `unreadable` counts characters to which the file gives no meaning.
    """

    lines: list[Line]
    width: float
    height: float
    unreadable: int = 0


def page_lines(textpage: Any, bounds: tuple[float, float, float, float]) -> PageLines:
    """Lines of one page, turned so that most of its text reads from left to right.

    `bounds` are the page's left, bottom, right and top edge in points, as the file gives them.
    """
    glyphs, runs = page_runs(textpage)
    built: list[_Building] = []
    for run, following in zip_longest(runs, runs[1:]):
        if built and _continues(built[-1], run, following):
            built[-1].add(run)
        else:
            built.append(_Building([run], run))
    weights: Counter[int] = Counter()
    for each in built:
        weights[each.base.turn] += len(each.base.text)
    turn = max(weights, key=lambda each: weights[each], default=0)
    corners = turned(bounds[0], bounds[1], turn), turned(bounds[2], bounds[3], turn)
    left, right = sorted((corners[0][0], corners[1][0]))
    bottom, top = sorted((corners[0][1], corners[1][1]))
    found = [_line(each, glyphs, turn, (left, bottom)) for each in built]
    lines = [line for line in found if line is not None]
    if turn and sum(1 if after.y > line.y else -1 for line, after in pairwise(lines)) > 0:
        # PDFium gives the lines of some turned pages from the last to the first.
        lines.reverse()
    return PageLines(lines, right - left, top - bottom, glyphs.text.count(NO_CHARACTER))


def leading(lines: list[Line]) -> float:
    """The usual distance between two lines of a page, in points."""
    gaps = [round(above.y - line.y, 1) for above, line in pairwise(lines)]
    gaps = [gap for gap in gaps if _LINE_GAPS[0] < gap < _LINE_GAPS[1]]
    return statistics.median_low(gaps) if gaps else _LEADING


def _is_mark(run: Run, beside: Run) -> bool:
    """Whether a run is a footnote mark raised beside another."""
    raised = 0.08 * beside.size < run.y - beside.y < 0.8 * beside.size
    return raised and run.size < 0.85 * beside.size and _MARK.fullmatch(run.text.strip()) is not None


def _is_lowered(run: Run, beside: Run) -> bool:
    """Whether a run is set small below another's baseline: the 2 of CO2."""
    lowered = 0.08 * beside.size < beside.y - run.y < 0.4 * beside.size
    return lowered and run.size < 0.85 * beside.size and _MARK.fullmatch(run.text.strip()) is not None


def _continues(line: _Building, run: Run, following: Run | None) -> bool:
    base, last = line.base, line.runs[-1]
    away = abs(run.y - base.y)
    if away > max(base.size, run.size) or run.turn != base.turn or run.slanted != base.slanted:
        return False
    if _is_mark(run, base) and not (following and _is_mark(run, following) and following.y < base.y - 0.5 * base.size):
        return run.x >= last.right - base.size
    if len(line.runs) == 1 and _is_mark(last, run):
        return True
    if _is_lowered(run, base):
        return -0.3 * base.size <= run.x - last.right <= 0.5 * base.size
    if away < 0.15 * base.size:
        # PDFium breaks a line after a raised mark: the same baseline further right is still the same line.
        return not run.after_break or run.x >= last.right - 1
    return False


def _line(line: _Building, glyphs: Glyphs, turn: int, corner: tuple[float, float]) -> Line | None:
    base = line.base
    words: list[str] = []
    for run in line.runs:
        text = run.text
        if run is not base and _is_mark(run, base):
            text = text.translate(superscripts)
        elif (
            run.after_break and words and not words[-1].endswith(" ") and not text.startswith((",", ".", ";", ":", ")"))
        ):
            text = " " + text
        words.append(text)
    whole = "".join(words)
    for hyphen in _HYPHENS:
        whole = whole.replace(hyphen, "-")
    whole = " ".join(whole.split())
    text = " ".join(whole.replace(NO_CHARACTER, " ").split()) if NO_CHARACTER in whole else whole
    if not text:
        return None
    first, last = line.runs[0], line.runs[-1]
    if base.turn == turn:
        x, y, right = first.x - corner[0], base.y - corner[1], last.right - corner[0]
    else:
        x, y = turned(*glyphs.origin(first.first), turn)
        x, y = x - corner[0], y - corner[1]
        right = x + base.size
    odd = base.slanted or base.size >= _LARGE
    return Line(
        text, y, x, right, base.size, base.bold, _parts(whole, line.runs, corner[0], x, right),
        base.turn != turn, base.slanted, odd and glyphs.pale(base.first),
    )  # fmt: skip


def _parts(whole: str, runs: list[Run], left: float, x: float, right: float) -> tuple[tuple[str, float, float], ...]:
    gaps = [gap for run in runs for gap in run.gaps]
    if not gaps:
        return ()
    words = whole.split(f" {NO_CHARACTER} ")
    starts = [x, *(after - left for _, after in gaps)]
    ends = [*(before - left for before, _ in gaps), right]
    return tuple(zip(words, starts, ends, strict=True)) if len(words) == len(starts) else ()
