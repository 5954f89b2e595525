"""What a PDF page shows beside its text: running heads and feet, page and job numbers, watermarks.

A line at the edge of a page may just as well be the first or last of the text, so its place alone proves nothing. It
must say who it is (a page's number, the document's symbol, the same words at the same place of another page) and keep
apart from the text (by a gap or by smaller type); and it must not read like a sentence. Whatever is left out is listed
with its reason.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Literal

from mandates.text.blocks import label_of
from scrapers.publication import LeftOut
from scrapers.text.pdf_lines import Line, leading

# Head and foot of a page, as a share of its height. Measured on UN, AU and IPU pages: heads are above 91 %,
# feet below 8 %, and the first line of the text at 89 % or lower.
_MARGIN = 0.105
# Running heads are set at some 85 % of the text's size (7.7 of 9.1 in the United Nations' resolutions).
_SMALL = 0.9
# A gap that sets a head apart, in lines; and how exactly a running head keeps its place, in points.
_APART = 1.3
_SAME_PLACE = 3.0
_WORDS_OF_A_CLAUSE = 4
_LARGE = 1.5
_PAGE_NUMBER = re.compile(r"(page\s+)?[-–—]?\s*(\d{1,4})\s*[-–—]?(\s*(/|of)\s*\d{1,4})?|[ivxlc]{1,6}", re.IGNORECASE)
_JOB_NUMBER = re.compile(r"(?:[A-Z]{1,4}\.)?\d{2}-\d{4,6}\b.{0,60}|.{0,40}\b\d{2}-\d{4,6}|.{0,60}\*\d{5,}\*.{0,20}")

Edge = Literal["head", "foot"]


@dataclass(slots=True)
class Page:
    """A page on its way to the text: its number (from 1), its lines in reading order, its size in points."""

    number: int
    lines: list[Line]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Edged:
    """A line at the edge of a page; `apart` when a gap keeps it from the text, `small` by its type."""

    line: Line
    edge: Edge
    page: int
    apart: bool
    small: bool


@dataclass(slots=True)
class _Seen:
    """What the edges of all pages have in common, and what the document says of itself on its first page."""

    pages: int
    places: dict[tuple[Edge, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    offsets: Counter[int] = field(default_factory=Counter)
    symbols: frozenset[str] = frozenset()
    opening: str = ""

    def times(self, edged: _Edged) -> int:
        """On how many pages these words come at this height."""
        heights, y = self.places[edged.edge, _shape(edged.line.text)], edged.line.y
        return bisect_left(heights, y + _SAME_PLACE) - bisect_left(heights, y - _SAME_PLACE)


def leave_out_furniture(pages: list[Page], size: float) -> list[LeftOut]:
    """Take the furniture off the pages; `size` is the type size of the text.

    The head of the first page is the document's own and stays.
    """
    out = _watermarks(pages, size)
    edges = [_edges(page, size) for page in pages]
    seen = _seen(pages, edges)
    for page, found in zip(pages, edges, strict=True):
        dropped: set[int] = set()
        for edged in found:
            reason = _reason(edged, seen)
            if reason:
                dropped.add(id(edged.line))
                out.append(LeftOut(edged.line.text, reason, page.number))
        if dropped:
            page.lines = [line for line in page.lines if id(line) not in dropped]
    return out


def _edges(page: Page, size: float) -> list[_Edged]:
    """The lines at the head and the foot of a page."""
    # A row of underscores at the foot is the rule above footnotes.
    upright = (line for line in page.lines if not line.turned and any(map(str.isalnum, line.text)))
    lines = sorted(upright, key=lambda line: -line.y)
    top, bottom = page.height * (1 - _MARGIN), page.height * _MARGIN
    heads = [line for line in lines if line.y > top]
    feet = [line for line in lines if line.y < bottom]
    inner = lines[len(heads) : len(lines) - len(feet)]
    gap = _APART * leading(page.lines)
    found: list[_Edged] = []
    edges: tuple[tuple[Edge, list[Line], Line | None], ...] = (
        ("head", heads[::-1], inner[0] if inner else None),
        ("foot", feet, inner[-1] if inner else None),
    )
    for edge, outwards, inward in edges:
        apart = inward is None
        for line in outwards:
            apart = apart or (inward is not None and abs(line.y - inward.y) > gap)
            found.append(_Edged(line, edge, page.number, apart, line.size < _SMALL * size))
            inward = line  # noqa: PLW2901 - from the text to the edge
    return found


def _seen(pages: list[Page], edges: list[list[_Edged]]) -> _Seen:
    head = [word for edged in edges[0] if edged.edge == "head" for word in edged.line.text.split()]
    seen = _Seen(
        len(pages),
        symbols=frozenset(word.casefold() for word in head if "/" in word),
        opening=_squeezed("".join(line.text for line in pages[0].lines)),
    )
    for edged in (each for found in edges for each in found):
        seen.places[edged.edge, _shape(edged.line.text)].append(edged.line.y)
        number = _PAGE_NUMBER.fullmatch(edged.line.text)
        if number and number.group(2):
            seen.offsets[int(number.group(2)) - edged.page] += 1
    for heights in seen.places.values():
        heights.sort()
    return seen


def _reason(edged: _Edged, seen: _Seen) -> str | None:
    """Why a line at the edge of a page is no part of the text, or None."""
    text, first = edged.line.text, edged.edge == "head" and edged.page == 1
    if not first and _JOB_NUMBER.fullmatch(text):
        return "job number"
    if not (edged.apart or edged.small):
        return None
    number = _PAGE_NUMBER.fullmatch(text)
    if number:
        return "page number" if _follows_pages(number, edged.page, seen) else None
    return f"running {edged.edge}" if not first and _is_running(edged, seen) else None


def _follows_pages(number: re.Match[str], page: int, seen: _Seen) -> bool:
    """Whether a number is the page's: it says so ("2/3"), is the page's own, or goes up with the pages."""
    if number.group(2) != number.group():
        return True
    offset = int(number.group()) - page
    return offset == 0 or seen.pages == 1 or seen.offsets[offset] > 1


def _is_running(edged: _Edged, seen: _Seen) -> bool:
    """Whether a line says who it is: it comes back, names the document, or is a small head of its own."""
    if edged.edge == "head":
        rest = [word for word in edged.line.text.split() if word.casefold() not in seen.symbols]
        if not rest or (edged.small and _squeezed("".join(rest)) in seen.opening):
            return True
    times = seen.times(edged)
    often = times > 2  # noqa: PLR2004 - more than a coincidence
    alone = edged.edge == "head" and edged.small and edged.apart
    return (times > 1 or alone) and not _is_sentence(edged.line.text, often=often)


def _is_sentence(text: str, *, often: bool) -> bool:
    """Whether words read like a part of a sentence or a clause, as no running head does."""
    if text.endswith((",", ";", ":")):
        return True
    long = len(text.split()) >= _WORDS_OF_A_CLAUSE
    return (long and (text.endswith(".") or label_of(text) is not None)) or (not often and text[0].islower())


def _watermarks(pages: list[Page], size: float) -> list[LeftOut]:
    """Large words that lie slanted over the page, or behind its lines: pale, or at the same place of other pages."""
    large = [
        (page, line)
        for page in pages
        for line in page.lines
        if line.slanted or line.pale or line.size > 2 * _LARGE * size
    ]
    times = Counter((_shape(line.text), round(line.x / 9), round(line.y / 9)) for _, line in large)
    heights = {id(page): sorted(line.y for line in page.lines) for page, _ in large}
    out = []
    dropped: set[int] = set()
    for page, line in large:
        if line.size < _LARGE * size:
            continue
        again = times[_shape(line.text), round(line.x / 9), round(line.y / 9)] > 1
        if line.slanted or ((line.pale or again) and _lies_behind(line, heights[id(page)], size)):
            dropped.add(id(line))
            out.append(LeftOut(line.text, "watermark", page.number))
    for page in pages if dropped else ():
        page.lines = [line for line in page.lines if id(line) not in dropped]
    return out


def _lies_behind(line: Line, heights: list[float], size: float) -> bool:
    """Whether other lines run through the letters of this one."""
    low, high = line.y - 0.2 * line.size, line.y + 0.75 * line.size
    others = bisect_left(heights, high) - bisect_left(heights, low) - 1
    return others > 0 and line.size > _LARGE * size


def _shape(text: str) -> str:
    """What two furniture lines have in common: their words without the numbers."""
    return re.sub(r"\d+", "#", _squeezed(text))


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()
