"""The printed lines of a PDF page, rebuilt from the baselines of their characters.

PDFium breaks a line wherever a footnote mark is raised; a person sees one line. Raised digits become superscript
characters ("Rights,¹"), so that a mark can be told from a number.

PDFium also puts in a blank wherever two letters of different pieces are further apart than it expects, also inside of
words: "202 5", "Secretary -General". The gap tells the two apart (docs/decisions/pdf-text.md).
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass
from typing import Any

from scrapers.text.pdf_glyphs import NO_CHARACTER, Glyphs, turned

superscripts = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# What PDFium gives for a hyphen at the end of a line (pypdfium2 passes U+0002 and U+FFFE through), and soft hyphens.
_HYPHENS = str.maketrans({0x02: "-", 0xFFFE: "-", 0xAD: "-"})
# A line may end after such a hyphen without a line break.
_SEGMENT = re.compile(r"[^\r\n\x02\ufffe]*[\x02\ufffe]|[^\r\n\x02\ufffe]+")
# What may be raised in the middle of a segment, and what lies between.
_TOKEN = re.compile(r"\d+|[*†‡]+|[^\d*†‡]+")
_RAISED = re.compile(r"[\d*†‡]")
_MARK = re.compile(r"[\d*†‡a-z,]{1,5}")

# In type sizes: a wide gap is a column's, a tab's or a margin's. @@
_WIDE = 1.0
_NARROW = 0.18
_NARROW_OF_USUAL = 0.7
_SAMPLE = 24
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
class _Run:
    """Characters that stand side by side in one size on one baseline; a NUL stands for a wide gap."""

    text: str
    x: float
    y: float
    right: float
    size: float
    first: int
    after_break: bool
    turn: int = 0
    slanted: bool = False
    bold: bool = False
    gaps: tuple[tuple[float, float], ...] = ()


@dataclass(slots=True)
class _Building:
    """A line that is being put together; the base sets its baseline: the longest of the largest."""

    runs: list[_Run]
    base: _Run

    def add(self, run: _Run) -> None:
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
    glyphs = Glyphs(textpage)
    built: list[_Building] = []
    runs = _runs(glyphs)
    for run, following in zip(runs, [*runs[1:], None], strict=True):
        if built and _continues(built[-1], run, following):
            built[-1].add(run)
        else:
            built.append(_Building([run], run))
    weights: Counter[int] = Counter()
    for line in built:
        weights[line.base.turn] += len(line.base.text)
    turn = max(weights, key=lambda each: weights[each], default=0)
    corners = turned(bounds[0], bounds[1], turn), turned(bounds[2], bounds[3], turn)
    left, right = sorted((corners[0][0], corners[1][0]))
    bottom, top = sorted((corners[0][1], corners[1][1]))
    lines = [_line(each, glyphs, turn, (left, bottom)) for each in built]
    return PageLines(
        [line for line in lines if line is not None], right - left, top - bottom, glyphs.text.count(NO_CHARACTER)
    )


def _runs(glyphs: Glyphs) -> list[_Run]:
    runs: list[_Run] = []
    usual: list[float] = []
    for segment in _SEGMENT.finditer(glyphs.text):
        words = segment.group()
        start = segment.start() + len(words) - len(words.lstrip())
        end = segment.end() - len(words) + len(words.rstrip())
        if start < end:
            runs += _segment_runs(glyphs, start, end, usual)
        elif runs and not runs[-1].text.endswith(" "):
            runs[-1].text += " "
    return runs


def _segment_runs(glyphs: Glyphs, start: int, end: int, usual: list[float]) -> list[_Run]:
    """The runs of what PDFium holds for one line: more than one where something in it is raised or lowered."""
    broken = start > 0 and glyphs.text[start - 1] in "\r\n "
    size, turn, slanted = glyphs.direction(start)
    x, y = glyphs.origin(start, turn)
    words = glyphs.text[start:end]
    starts = [start]
    if slanted:
        tokens: list[int] = []
    elif abs(glyphs.origin(end - 1, turn)[1] - y) > 0.1 * size and not _RAISED.search(words):
        tokens = list(range(start + 1, end))
    else:
        tokens = _tokens(glyphs, words, start, size, turn) if _RAISED.search(words) else []
    level = y
    for token in tokens:
        if glyphs.text[token].isspace():
            after = token + 1
            while after < end and glyphs.text[after].isspace():
                after += 1
            token = after  # noqa: PLW2901 - the blanks belong to what they follow
        if token < end and token > starts[-1]:
            height = glyphs.origin(token, turn)[1]
            if abs(height - level) > 0.1 * size:
                starts.append(token)
                level = height
    runs = []
    for first, following in zip(starts, [*starts[1:], end], strict=True):
        if first != start:
            size, _, slanted = glyphs.direction(first)
            x, y = glyphs.origin(first, turn)
        last = following - 1
        while last > first and glyphs.text[last].isspace():
            last -= 1
        text, gaps = _spaced(glyphs, first, following, size, turn, usual)
        right = glyphs.span(last, turn)[1]
        bold = glyphs.bold(first) and glyphs.bold(last)
        runs.append(_Run(text, x, y, right, size, first, first == start and broken, turn, slanted, bold, gaps))
    return runs


def _tokens(glyphs: Glyphs, words: str, start: int, size: float, turn: int) -> list[int]:
    """Where something raised could begin or end: at numbers, and inside of "2013¹⁷"."""
    found: list[int] = []
    for token in _TOKEN.finditer(words):
        first, last = start + token.start(), start + token.end() - 1
        found.append(first)
        if last - first > 1 and token.group().isdigit():
            rise = glyphs.origin(last, turn)[1] - glyphs.origin(first, turn)[1]
            if abs(rise) > 0.1 * size:
                found += range(first + 1, last + 1)
    return found[1:] if found[0] == start else found


def _spaced(
    glyphs: Glyphs, start: int, end: int, size: float, turn: int, usual: list[float]
) -> tuple[str, tuple[tuple[float, float], ...]]:
    """The characters without the blanks that no gap justifies, a NUL at each wide gap; and the edges of these gaps."""
    text = glyphs.text
    false: list[int] = []
    wide: dict[int, tuple[float, float]] = {}
    jumps = _jumps(glyphs, start, end, size, turn)
    blank = text.find(" ", start, end)
    while blank != -1:
        generated = glyphs.put_in(blank)
        if (generated or jumps) and start < blank < end - 1 and not text[blank - 1].isspace():
            before, after = glyphs.span(blank - 1, turn)[1], glyphs.origin(blank + 1, turn)[0]
            if after - before > _WIDE * size:
                wide[blank] = (before, after)
            elif generated and after - before < 2 * _NARROW * size and _is_false(glyphs, blank, size, turn, usual):
                false.append(blank)
        blank = text.find(" ", blank + 1, end)
    if not false and not wide:
        return text[start:end].replace(NO_CHARACTER, ""), ()
    parts = []
    for cut in sorted([*false, *wide]):
        parts += [text[start:cut].replace(NO_CHARACTER, ""), f" {NO_CHARACTER} " if cut in wide else ""]
        start = cut + 1
    return "".join([*parts, text[start:end].replace(NO_CHARACTER, "")]), tuple(wide[cut] for cut in sorted(wide))


def _is_false(glyphs: Glyphs, blank: int, size: float, turn: int, usual: list[float]) -> bool:
    """Whether the letters on both sides of a blank that PDFium put in stand as close as those of a word."""
    after, level = glyphs.origin(blank + 1, turn)
    if abs(level - glyphs.origin(blank - 1, turn)[1]) > 0.1 * size:
        return False
    gap = (after - glyphs.end(blank - 1, size, turn)) / size
    return gap < _NARROW and gap < _NARROW_OF_USUAL * _usual(glyphs, size, turn, usual)


def _jumps(glyphs: Glyphs, start: int, end: int, size: float, turn: int) -> bool:
    """Whether two pieces of the file's text are far apart, as the cells of a table are."""
    pieces = glyphs.pieces(start, end, turn)
    return any(after[0] - before[1] > _WIDE * size for before, after in zip(pieces, pieces[1:], strict=False))


def _usual(glyphs: Glyphs, size: float, turn: int, usual: list[float]) -> float:
    """The usual width of a page's blanks in type sizes, measured once, when a narrow one comes up."""
    if not usual:
        text = glyphs.text
        step = max(1, len(text) // (6 * _SAMPLE))
        gaps = []
        for match in re.finditer(r"(?<=[a-zà-ÿ]) (?=[a-zà-ÿ])", text):
            if match.start() % step == 0 or step == 1:
                gaps.append(
                    (glyphs.span(match.end(), turn)[0] - glyphs.span(match.start() - 1, turn)[1]) / size
                )
            if len(gaps) >= _SAMPLE:
                break
        usual.append(statistics.median(gaps) if gaps else 0.25)
    return usual[0]


def _is_mark(run: _Run, beside: _Run) -> bool:
    """Whether a run is a footnote mark raised beside another."""
    raised = 0.08 * beside.size < run.y - beside.y < 0.8 * beside.size
    return raised and run.size < 0.85 * beside.size and _MARK.fullmatch(run.text.strip()) is not None


def _is_lowered(run: _Run, beside: _Run) -> bool:
    """Whether a run is set small below another's baseline: the 2 of CO2."""
    lowered = 0.08 * beside.size < beside.y - run.y < 0.4 * beside.size
    return lowered and run.size < 0.85 * beside.size and _MARK.fullmatch(run.text.strip()) is not None


def _continues(line: _Building, run: _Run, following: _Run | None) -> bool:
    base, last = line.base, line.runs[-1]
    if run.turn != base.turn or run.slanted != base.slanted:
        return False
    if _is_mark(run, base) and not (following and _is_mark(run, following) and following.y < base.y - 0.5 * base.size):
        return run.x >= last.right - base.size
    if len(line.runs) == 1 and _is_mark(last, run):
        return True
    if _is_lowered(run, base):
        return -0.3 * base.size <= run.x - last.right <= 0.5 * base.size
    if abs(run.y - base.y) < 0.15 * base.size:
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
        elif run.after_break and words and not words[-1].endswith(" ") and not text.startswith((",", ".", ";", ":", ")")):
            text = " " + text
        words.append(text)
    whole = " ".join("".join(words).translate(_HYPHENS).split())
    text = whole.replace(f"{NO_CHARACTER} ", "")
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


def _parts(
    whole: str, runs: list[_Run], left: float, x: float, right: float
) -> tuple[tuple[str, float, float], ...]:
    gaps = [gap for run in runs for gap in run.gaps]
    if not gaps:
        return ()
    words = whole.split(f" {NO_CHARACTER} ")
    starts = [x, *(after - left for _, after in gaps)]
    ends = [*(before - left for before, _ in gaps), right]
    return tuple(zip(words, starts, ends, strict=True)) if len(words) == len(starts) else ()
