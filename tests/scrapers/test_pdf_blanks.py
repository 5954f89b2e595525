"""Blanks in the text of a PDF: those that are on the page, and only those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest

from scrapers.text.pdf import pdf_text
from tests.scrapers.pdf_pages import beside, body, pages, write

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

WORDS = ("Requests", "all", "boats", "of", "the", "port", "to", "be", "counted", "by", "the", "end", "of", "2027")


def bare(raw: bytes) -> str:
    """The text as PDFium gives it."""
    text: str = pypdfium2.PdfDocument(raw)[0].get_textpage().get_text_range()
    return text


@pytest.mark.parametrize(
    ("one", "other", "whole"),
    [
        ("Decides to meet by 30 June 202", "5 at the port", "by 30 June 2025 at"),
        ("Requests the Secretary", "-General to count", "the Secretary-General to"),
        ("the Occupied Palestin", "ian Territory", "Palestinian Territory"),
        ("from 4", "–15 September", "from 4–15 September"),
        ("the end of human organs", "”, recalled", "human organs”, recalled"),
    ],
)
def test_a_gap_as_between_letters_is_no_blank(one: str, other: str, whole: str) -> None:
    """Where pieces of a word are set a little apart, PDFium sees a blank and a reader does not."""

    def draw(canvas: Canvas) -> None:
        body(canvas, top=600)
        beside(canvas, 70, 700, [(0, one), (0.14, other)])

    raw = pages(draw)
    assert f"{one} {other}" in bare(raw), "PDFium no longer puts in this blank: the rule may go"
    assert whole in pdf_text(raw).text


@pytest.mark.parametrize("gap", [0.2, 0.24, 0.3, 0.6])
def test_a_gap_as_between_words_is_a_blank(gap: float) -> None:
    """Words that are set piece by piece, without blanks in the file, stay apart."""

    def draw(canvas: Canvas) -> None:
        beside(canvas, 70, 700, [(gap, word) for word in WORDS])

    assert pdf_text(pages(draw)).text == " ".join(WORDS) + "\n"


def test_letters_that_lean_over_do_not_close_the_gap() -> None:
    """The italic "f" reaches into the blank beside it, and it is a blank all the same."""

    def draw(canvas: Canvas) -> None:
        italic = (11, "Times-Italic")
        x = write(canvas, 70, 700, "Recalling", italic)
        x = write(canvas, x + 2.9, 700, "further of", italic)
        write(canvas, x + 2.9, 700, "further")

    assert pdf_text(pages(draw)).text == "Recalling further of further\n"


def test_a_blank_that_is_in_the_file_stays_however_narrow() -> None:
    """In a line that was squeezed to fit, blanks are narrow but written."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 11)
        text = canvas.beginText(70, 700)
        text.setWordSpace(-1.6)
        text.textOut("all the boats of this port and the next")
        canvas.drawText(text)

    assert pdf_text(pages(draw)).text == "all the boats of this port and the next\n"


def test_raised_digits_after_a_year_are_a_mark() -> None:
    """A mark that follows a year without a blank becomes superscript and leaves the year alone."""

    def draw(canvas: Canvas) -> None:
        x = write(canvas, 70, 700, "recalling the Dialogue of 2013")
        x = write(canvas, x, 704, "17", 7)
        write(canvas, x + 2.75, 700, "and the boats")

    assert "of 2013¹⁷ and" in pdf_text(pages(draw)).text


def test_a_mark_follows_its_word_without_a_blank() -> None:
    """PDFium puts in a blank before a raised mark that is set a little apart; the word's own blank follows the mark."""

    def draw(canvas: Canvas) -> None:
        body(canvas, top=600)
        x = write(canvas, 70, 700, "on Human Rights,")
        x = write(canvas, x + 1.3, 703, "12", 7)
        write(canvas, x + 2.75, 700, "and the boats")

    assert "Rights,¹² and the boats" in pdf_text(pages(draw)).text


def test_a_lowered_digit_breaks_no_line() -> None:
    """The 2 of CO2 is below the line and belongs to it."""

    def draw(canvas: Canvas) -> None:
        x = write(canvas, 70, 700, "less CO")
        x = write(canvas, x, 697.5, "2", 7)
        write(canvas, x + 2.75, 700, "from boats")

    assert pdf_text(pages(draw)).text == "less CO2 from boats\n"
