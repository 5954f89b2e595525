"""The runs of a PDF page: characters side by side on one baseline, with the blanks that are really there.

PDFium puts in a blank wherever two letters of different pieces are further apart than it expects, also inside of words:
"202 5", "Secretary -General", and before a raised mark. The gap tells the two apart (docs/decisions/pdf-text.md).
"""

from __future__ import annotations

import re
import statistics
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from scrapers.text.pdf_glyphs import NO_CHARACTER, Glyphs

if TYPE_CHECKING:
    from collections.abc import Iterator

# What PDFium holds for one line. A line may also end after one of its own hyphens, without a line break.
_SEGMENT = re.compile(r"[^\r\n\x02\ufffe]*+[\x02\ufffe]|[^\r\n\x02\ufffe]+")
# What may be raised in the middle of it.
_NUMBER = re.compile(r"\d+|[*†‡]+")
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_])")
# A baseline that differs by this share of the type size is another one.
_SHIFT = 0.1
# In type sizes: a wide gap is a column's, a tab's or a margin's. Of 54 narrow blanks that PDFium put in on 199 pages,
# the 25 inside of words are .11 to .15 wide, those between words .20 and more, .7 of the page's usual at the least.
_WIDE = 1.0
_NARROW = 0.18
# From letter to letter across a blank that is not wide.
_FURTHEST = 1.2
_NARROW_OF_USUAL = 0.7
_USUAL = 0.25
_SAMPLE = 24


@dataclass(slots=True)
class Run:
    """Characters side by side in one size on one baseline; `first` is the index of the first of them.

    In `text` a NUL is at each wide gap, and `gaps` has its edges. Places are in points in the run's own direction.
    """

    text: str
    x: float
    y: float
    right: float
    size: float
    first: int
    after_break: bool
    turn: int
    slanted: bool
    bold: bool
    gaps: tuple[tuple[float, float], ...]


def page_runs(textpage: Any) -> tuple[Glyphs, list[Run]]:
    """The runs of a page in the order of the file, and the glyphs that they were taken from."""
    reader = _Reader(textpage)
    return reader.glyphs, [run for segment in _SEGMENT.finditer(reader.glyphs.text) for run in reader.runs(segment)]


class _Reader:
    def __init__(self, textpage: Any) -> None:
        self.glyphs = Glyphs(textpage)
        self._put_in = self.glyphs.blanks_put_in()
        self._usual: float | None = None

    def runs(self, segment: re.Match[str]) -> Iterator[Run]:
        """What PDFium holds for one line: more than one run where something in it is raised or lowered."""
        glyphs, words = self.glyphs, segment.group()
        start = segment.start() + len(words) - len(words.lstrip())
        end = segment.end() - len(words) + len(words.rstrip())
        if start >= end:
            return
        broken = segment.start() > 0 and glyphs.text[segment.start() - 1] in "\r\n"
        size, turn, slanted = glyphs.direction(start)
        origin = glyphs.origin(start, turn)
        starts = [start] if slanted else self._starts(start, end, origin[1], _SHIFT * size, turn)
        for first, following in pairwise([*starts, end]):
            if first != start:
                size, _, slanted = glyphs.direction(first)
                origin = glyphs.origin(first, turn)
            last = following - 1
            while glyphs.text[last].isspace():
                last -= 1
            text, gaps = self._spaced(first, following, size, turn)
            yield Run(
                text, *origin, glyphs.span(last, turn)[1], size, first, first == start and broken, turn, slanted,
                glyphs.bold(first) and glyphs.bold(last), gaps,
            )  # fmt: skip

    def _starts(self, start: int, end: int, level: float, shift: float, turn: int) -> list[int]:
        """Where the baseline changes: at raised or lowered numbers, also inside of "2013¹⁷"."""
        text, origin, starts = self.glyphs.text, self.glyphs.origin, [start]
        numbers = [number.span() for number in _NUMBER.finditer(text, start, end)]
        if not numbers and abs(origin(end - 1, turn)[1] - level) > shift:
            numbers = [(place, place + 1) for place in range(start, end) if not text[place].isspace()]
        for first, after in numbers:
            heights = [origin(first, turn)[1]]
            if after - first > 1 and abs(origin(after - 1, turn)[1] - heights[0]) > shift:
                heights += [origin(place, turn)[1] for place in range(first + 1, after)]
            before = level
            for place, height in enumerate(heights, start=first):
                if abs(height - level) > shift:
                    starts.append(place)
                    level = height
            if level != before or first == start:
                while after < end and text[after].isspace():
                    after += 1  # noqa: PLW2901 - the blanks belong to what they follow
                if after < end and abs((height := origin(after, turn)[1]) - level) > shift:
                    starts.append(after)
                    level = height
        # Where each letter was asked about, one of them has been found from both sides.
        return sorted({*starts}) if len(starts) > 1 else starts

    def _spaced(self, start: int, end: int, size: float, turn: int) -> tuple[str, tuple[tuple[float, float], ...]]:
        """The characters without the blanks that no gap justifies, a NUL at each wide gap; the edges of these gaps."""
        glyphs, text = self.glyphs, self.glyphs.text
        first = bisect_left(self._put_in, start + 1)
        put_in = frozenset(self._put_in[first : bisect_left(self._put_in, end, first)])
        torn = glyphs.is_torn(start, end, _WIDE * size, turn)
        if not put_in and not torn:
            return text[start:end].replace(NO_CHARACTER, ""), ()
        false: list[int] = []
        wide: dict[int, tuple[float, float]] = {}
        for blank in [at for at in range(start + 1, end) if text[at] == " "] if torn else put_in:
            if text[blank - 1].isspace():
                continue
            after = glyphs.origin(blank + 1, turn)[0]
            if after - glyphs.origin(blank - 1, turn)[0] > _FURTHEST * size:
                before = glyphs.span(blank - 1, turn)[1]
                if blank < end - 1 and after - before > _WIDE * size:
                    wide[blank] = (before, after)
            elif blank in put_in:
                gap = (after - glyphs.end(blank - 1, size, turn)) / size
                if gap < _NARROW and gap < _NARROW_OF_USUAL * self._usual_blank(size, turn):
                    false.append(blank)
        parts = []
        for cut in sorted([*false, *wide]):
            parts += [text[start:cut].replace(NO_CHARACTER, ""), f" {NO_CHARACTER} " if cut in wide else ""]
            start = cut + 1
        parts.append(text[start:end].replace(NO_CHARACTER, ""))
        return "".join(parts), tuple(wide[cut] for cut in sorted(wide))

    def _usual_blank(self, size: float, turn: int) -> float:
        """How wide the page's blanks between letters usually are, in type sizes, from a sample taken once."""
        if self._usual is not None:
            return self._usual
        blanks = [blank.start() for blank in _BETWEEN_LETTERS.finditer(self.glyphs.text)]
        sample = blanks[:: len(blanks) // _SAMPLE + 1]
        span = self.glyphs.span
        gaps = [(span(blank + 1, turn)[0] - span(blank - 1, turn)[1]) / size for blank in sample]
        self._usual = statistics.median(gaps) if gaps else _USUAL
        return self._usual
