"""PDFs that tests draw: pages of placed lines, written for the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FONT = "Times-Roman"
BODY = (
    "The Committee notes with thanks that the harbour masters have counted",
    "all boats of the port and invites them to go on with the count in the",
    "coming winter, bearing in mind that the ice may come early and that",
    "lamps will be needed by those who walk along the quays after dark;",
)


def write(canvas: Canvas, x: float, y: float, words: str, style: tuple[float, str] | float = 11) -> float:
    """Draw words in a size, or a size and a font; where they end."""
    size, font = style if isinstance(style, tuple) else (style, FONT)
    canvas.setFont(font, size)
    canvas.drawString(x, y, words)
    return x + stringWidth(words, font, size)


def body(canvas: Canvas, top: float = 700, lines: int = 24, x: float = 70, size: float = 11) -> None:
    """Running text from `top` down, 13 points a line."""
    for number in range(lines):
        write(canvas, x, top - 13 * number, BODY[number % len(BODY)], size)


def pages(*drawings: Callable[[Canvas], object], size: tuple[float, float] = A4) -> bytes:
    """A PDF with a page for each drawing."""
    canvas = Canvas("x.pdf", pagesize=size, invariant=1)
    for draw in drawings:
        draw(canvas)
        canvas.showPage()
    raw: bytes = canvas.getpdfdata()
    return raw


def placed(*lines: tuple[float, float, str, float]) -> Callable[[Canvas], None]:
    """A drawing of lines given as (x, y, words, size)."""

    def draw(canvas: Canvas) -> None:
        for x, y, words, size in lines:
            write(canvas, x, y, words, size)

    return draw


def beside(canvas: Canvas, x: float, y: float, pieces: Sequence[tuple[float, str]], size: float = 11) -> None:
    """Draw pieces of a line, each after a gap in type sizes, as programs do that set each piece by itself."""
    for gap, words in pieces:
        x = write(canvas, x + gap * size, y, words, size)
