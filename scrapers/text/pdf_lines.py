"""The printed lines of a PDF page, rebuilt from its characters' baselines.

PDFium breaks a line wherever a footnote mark is raised; a person sees one line. Raised digits become superscript
characters ("Rights,¹"), so that a mark can be told from a number.
"""

from __future__ import annotations

import ctypes
import re
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

superscripts = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
# What PDFium gives for a hyphen at the end of a line (pypdfium2 passes U+0002 and U+FFFE through), and soft hyphens.
_line_end_hyphens = frozenset((0x02, 0xFFFE, 0xAD))
# Surrogates, and what lies beyond Unicode: PDFium passes on what a damaged font maps to.
_no_characters = (range(0xD800, 0xE000), range(0x110000, 0x1_0000_0000))


@dataclass(slots=True)
class Line:
    """One printed line: its baseline and edges in points from the lower left, and its type size."""

    text: str
    y: float
    x: float
    right: float
    size: float


@dataclass(slots=True)
class _Run:
    """Characters that stand side by side in one size on one baseline."""

    y: float
    x: float
    size: float
    right: float = 0.0
    chars: list[str] = field(default_factory=list)
    after_break: bool = False

    @property
    def text(self) -> str:
        return "".join(self.chars)


def page_lines(textpage: Any) -> list[Line]:
    """Lines of one page, in the order in which the file holds them (columns stay apart)."""
    lines: list[list[_Run]] = []
    runs = list(_runs(textpage))
    for index, run in enumerate(runs):
        following = runs[index + 1] if index + 1 < len(runs) else None
        if lines and _continues(lines[-1], run, following):
            lines[-1].append(run)
        else:
            lines.append([run])
    return [line for line in map(_line, lines) if line is not None]


def _runs(textpage: Any) -> Iterator[_Run]:
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - loading PDFium takes 40 ms that other texts need not pay

    x, y = ctypes.c_double(), ctypes.c_double()
    box = pdfium.FS_RECTF()
    run: _Run | None = None
    after_break = False
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        if code in (0x0D, 0x0A):
            after_break = True
            continue
        if code == 0 or any(code in no_character for no_character in _no_characters):
            continue
        char = "-" if code in _line_end_hyphens else chr(code)
        if char.isspace():
            # PDFium puts spaces in by itself and gives them no place; they belong to the run they follow.
            if run is not None:
                run.chars.append(" ")
            continue
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        pdfium.FPDFText_GetLooseCharBox(textpage, index, box)
        size = abs(box.top - box.bottom) or 1.0
        if (
            run is None or after_break or abs(y.value - run.y) > 0.1 * run.size or not 0.85 < size / run.size < 1.18  # noqa: PLR2004 - another type size
        ):
            if run is not None:
                yield run
            run = _Run(y.value, x.value, size, after_break=after_break)
        run.chars.append(char)
        run.right = box.right
        after_break = False
    if run is not None:
        yield run


def _is_mark(run: _Run, beside: _Run) -> bool:
    """Whether a run is a footnote mark raised beside another."""
    text = run.text.strip()
    raised = 0.08 * beside.size < run.y - beside.y < 0.8 * beside.size
    return raised and run.size < 0.85 * beside.size and re.fullmatch(r"[\d*†‡a-z,]{1,5}", text) is not None


def _base(line: list[_Run]) -> _Run:
    """The run that sets a line's baseline: the longest of the largest."""
    return max(line, key=lambda run: (round(run.size), len(run.chars)))


def _continues(line: list[_Run], run: _Run, following: _Run | None) -> bool:
    base = _base(line)
    if _is_mark(run, base) and not (following and _is_mark(run, following) and following.y < base.y - 0.5 * base.size):
        return run.x >= line[-1].right - base.size
    if len(line) == 1 and _is_mark(line[0], run):
        return True
    if abs(run.y - base.y) < 0.15 * base.size:
        # PDFium breaks a line after a raised mark: the same baseline further right is still the same line.
        return not run.after_break or run.x >= line[-1].right - 1
    return False


def _line(runs: list[_Run]) -> Line | None:
    base = _base(runs)
    text = ""
    for run in runs:
        words = run.text
        if run is not base and _is_mark(run, base):
            words = words.translate(superscripts)
        elif run.after_break and text and not text.endswith(" ") and not words.startswith((",", ".", ";", ":", ")")):
            words = " " + words
        text += words
    text = re.sub(r"[ \t\xa0]+", " ", text).strip()
    if not text:
        return None
    sizes = [run.size for run in runs for _ in run.chars]
    return Line(text, base.y, runs[0].x, runs[-1].right, statistics.median(sizes))
