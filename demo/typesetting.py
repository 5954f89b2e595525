"""Words to lines and lines to pages, with footnotes at the foot of the page that has their mark.

Lengths are PDF points. A library's flowing layout knows no footnotes, and the order in which words are drawn is the
order in which a reader of the PDF gets them back, so both are decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reportlab.pdfbase.pdfmetrics import stringWidth

from demo.document import Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reportlab.pdfgen.canvas import Canvas

    from demo.document import Block

mark_size = 0.62  # of the size of the text
mark_rise = 0.36
note_gap = 22  # the rule above the footnotes and the white space around it

# A line may also end after a hyphen that is in the word.
_pieces = re.compile(r" +|[^ -]*-|[^ -]+")


@dataclass(frozen=True, slots=True)
class Face:
    """The fonts of a text; `emphasis` is italic with the United Nations, bold with others."""

    plain: str = "Times-Roman"
    emphasis: str = "Times-Italic"
    size: float = 10
    leading: float = 12


@dataclass(frozen=True, slots=True)
class Look:
    """How a body sets its text."""

    face: Face
    left: float
    right: float
    indent: float
    above: float


@dataclass(slots=True)
class Chunk:
    """What no line may be broken in: pieces of (text, font, size, rise)."""

    space_before: bool
    pieces: list[tuple[str, str, float, float]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    @property
    def width(self) -> float:
        """Without the space before it."""
        return float(sum(stringWidth(text, font, size) for text, font, size, _ in self.pieces))


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its chunks, where it starts, and how much wider each of its spaces is drawn.

    A label comes before it at an x of its own.
    """

    chunks: tuple[Chunk, ...]
    x: float
    face: Face
    stretch: float
    space_above: float = 0
    label: tuple[float, str] | None = None

    @property
    def marks(self) -> tuple[str, ...]:
        """The footnotes it refers to."""
        return tuple(mark for chunk in self.chunks for mark in chunk.marks)

    def draw(self, canvas: Canvas, y: float) -> None:
        """Draw it with its base line at `y`."""
        if self.label:
            canvas.setFont(self.face.plain, self.face.size)
            canvas.drawString(self.label[0], y, self.label[1])
        text = canvas.beginText(self.x, y)
        text.setWordSpace(self.stretch)
        for position, chunk in enumerate(self.chunks):
            if position and chunk.space_before:
                text.setFont(self.face.plain, self.face.size)
                text.setRise(0)
                text.textOut(" ")
            for piece, font, size, rise in chunk.pieces:
                text.setFont(font, size)
                text.setRise(rise)
                text.textOut(piece)
        canvas.drawText(text)


@dataclass(slots=True)
class Page:
    """The lines of one page with their base lines, and the footnotes at its foot."""

    lines: list[tuple[float, Line]] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)


def break_lines(
    runs: Sequence[Run],
    face: Face,
    *,
    left: float,
    right: float,
    indent: float = 0,
    above: float = 0,
    justify: bool = True,
) -> list[Line]:
    """Break a paragraph into lines between `left` and `right`; the first starts `indent` further in."""
    space = stringWidth(" ", face.plain, face.size)
    lines: list[Line] = []
    chunks: list[Chunk] = []
    x = left + indent
    used = 0.0

    def close(*, last: bool) -> None:
        gaps = sum(chunk.space_before for chunk in chunks[1:])
        stretch = 0.0 if last or not justify or not gaps else (right - x - used) / gaps
        lines.append(Line(tuple(chunks), x, face, stretch, above if not lines else 0))

    for chunk in _chunks(runs, face):
        gap = space if chunks and chunk.space_before else 0
        if chunks and x + used + gap + chunk.width > right + 0.01:
            close(last=False)
            chunks, x, used, gap = [], left, 0.0, 0
        chunks.append(chunk)
        used += gap + chunk.width
    if chunks:
        close(last=True)
    return lines


def _chunks(runs: Sequence[Run], face: Face) -> list[Chunk]:
    chunks: list[Chunk] = []
    opens, space = True, False
    for run in runs:
        if run.style == "mark":
            if not chunks:
                chunks.append(Chunk(space_before=False))
            chunks[-1].pieces.append((run.text, face.plain, face.size * mark_size, face.size * mark_rise))
            chunks[-1].marks.append(run.text)
            continue
        font = face.emphasis if run.style == "emphasis" else face.plain
        for piece in _pieces.findall(run.text):
            if piece.isspace():
                opens, space = True, True
                continue
            if opens:
                chunks.append(Chunk(space))
            chunks[-1].pieces.append((piece, font, face.size, 0))
            opens, space = piece.endswith("-"), False
    return chunks


def fill(
    lines: Sequence[Line], notes: Mapping[str, Sequence[Line]], *, first_top: float, top: float, bottom: float
) -> list[Page]:
    """Put lines on pages from `top` down to `bottom`; a page is full when no room is left beside its footnotes."""
    pages = [Page()]
    y = first_top
    shown: set[str] = set()
    for line in lines:
        fresh = [note for mark in line.marks if mark not in shown for note in notes.get(mark, ())]
        below = [*pages[-1].notes, *fresh]
        foot = bottom + (note_gap + sum(note.face.leading for note in below) if below else 0)
        if y - line.space_above - line.face.leading < foot and pages[-1].lines:
            pages.append(Page())
            y = top
        else:
            y -= line.space_above
        y -= line.face.leading
        pages[-1].lines.append((y, line))
        pages[-1].notes += fresh
        shown.update(line.marks)
    return pages


def paragraphs(blocks: Sequence[Block], look: Look) -> list[Line]:
    """The lines of a text, headings and numbers included."""
    lines: list[Line] = []
    for block in blocks:
        lines += _paragraph(block, look)
    return lines


def _paragraph(block: Block, look: Look) -> list[Line]:
    if block.kind == "heading":
        face = replace(look.face, plain="Times-Bold", size=look.face.size + 1.5, leading=look.face.leading + 2)
        return break_lines(block.runs, face, left=look.left, right=look.right, above=look.above + 8)
    # The number and its text are kept apart by one space: what a reader of the real PDFs gets for their tab.
    number = f"{block.number}." if block.kind == "clause" else block.number
    start = (Run(f"{number} ", "plain"),) if number else ()
    return break_lines(
        (*start, *block.runs), look.face, left=look.left, right=look.right, indent=look.indent, above=look.above
    )
