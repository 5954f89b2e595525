"""Reading a PDF takes time in proportion to what is in it, whatever is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrapers.text.completeness import compare, pdf_words
from scrapers.text.pdf import pdf_text
from tests.growth import grows_no_faster
from tests.scrapers.pdf_pages import pages, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from reportlab.pdfgen.canvas import Canvas


def rules(canvas: Canvas, count: int) -> None:
    """Many rows of underscores, with small type between them."""
    for number in range(count):
        write(canvas, 70, 800 - 700 * number / count, "________" if number % 2 else "1 See the list.", 7)


def raised(canvas: Canvas, count: int) -> None:
    """One line on which every second number is raised."""
    for number in range(count):
        write(canvas, 70 + 30000 * number / count, 700 + 3 * (number % 2), str(number % 10), 6 + 5 * (1 - number % 2))


def watermarks(canvas: Canvas, count: int) -> None:
    """Large slanted words all over the page."""
    for number in range(count):
        canvas.saveState()
        canvas.translate(70, 700 * number / count)
        canvas.rotate(30)
        write(canvas, 0, 0, "DRAFT", 40 if number % 3 else 10)
        canvas.restoreState()


def margins(canvas: Canvas, count: int) -> None:
    """Numbers and words at the edges, repeated."""
    for number in range(count):
        write(canvas, 50, 800 - 40 * number / count, str(number % 100))
        write(canvas, 90, 20 + 40 * number / count, "A/81/9 boats and lamps")


def cells(canvas: Canvas, count: int) -> None:
    """Rows of many cells."""
    for number in range(count):
        write(canvas, 70 + 60 * (number % 8), 800 - 10 * (number // 8), f"c {number}", 8)


def items(canvas: Canvas, count: int) -> None:
    """Items with ever other labels."""
    for number in range(count):
        write(canvas, 70 + number % 9, 800 - 2 * number, f"({'ivxlabc'[number % 7]}) count;")


@pytest.mark.parametrize("draw", [rules, raised, watermarks, margins, cells, items])
def test_twice_as_much_takes_about_twice_as_long(draw: Callable[[Canvas, int], None]) -> None:
    """Reading and comparing, whatever is drawn."""

    def make(count: int) -> Callable[[], object]:
        raw = pages(lambda canvas: draw(canvas, count))

        def both() -> None:
            read = pdf_text(raw)
            compare(pdf_words(raw), read.text, read.left_out)

        return both

    grows_no_faster(make, 1_000)
