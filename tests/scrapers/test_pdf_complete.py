"""Nothing is lost on the way from a PDF to its text: all words are in it, or listed as left out."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from scrapers.publication import LeftOut, TextError
from scrapers.text.completeness import compare, pdf_words, words_of
from scrapers.text.pdf import pdf_text
from tests.scrapers.pdf_pages import beside, body, pages, write

if TYPE_CHECKING:
    from pathlib import Path

    from reportlab.pdfgen.canvas import Canvas

AIM = 0.999


def crowded(canvas: Canvas) -> None:
    """A page with everything that is left out or moved: head, foot, watermark, line numbers, footnotes, a table."""
    write(canvas, 70, 800, "Counting of boats", 8)
    canvas.saveState()
    canvas.setFillGray(0.8)
    canvas.translate(120, 400)
    canvas.rotate(45)
    write(canvas, 0, 0, "DRAFT", (90, "Helvetica-Bold"))
    canvas.restoreState()
    body(canvas, lines=30)
    for number in range(1, 31):
        write(canvas, 45, 713 - 13 * number, str(number))
    beside(canvas, 70, 280, [(0, "Recalling Secretary"), (0.14, "-General 202"), (0.14, "7,")])
    for row in range(4):
        beside(canvas, 70, 250 - 13 * row, [(0, f"port {row}"), (9, f"{row} 400 boats")])
    write(canvas, 70, 150, "____________")
    write(canvas, 70, 138, "1 See the list of ports.", 8)
    write(canvas, 70, 40, "26-99999 2/3", 8)


def test_all_words_of_drawn_pages_arrive() -> None:
    """On pages with all kinds of furniture the bare reader finds no word that is not in the text or listed."""
    raw = pages(crowded, crowded, crowded)
    read = pdf_text(raw)
    found = compare(pdf_words(raw), read.text, read.left_out)
    assert found.words > 1000
    assert (found.share, found.missing) == (1.0, ())
    assert {each.reason for each in read.left_out} == {
        "running head",
        "job number",
        "watermark",
        "line number",
        "rule",
    }


def test_all_words_of_real_pdfs_arrive(shared: Path) -> None:
    """What pdftotext, another reader, finds in real resolutions is in the text or listed, and so for bare PDFium."""
    if not (pdftotext := shutil.which("pdftotext")):
        pytest.skip("needs pdftotext (poppler-utils)")
    for path in sorted((shared / "corpus" / "pdf").glob("*.pdf")):
        raw = path.read_bytes()
        read = pdf_text(raw)
        done = subprocess.run([pdftotext, "-raw", str(path), "-"], capture_output=True, check=True)
        for words in (words_of(done.stdout.decode()), pdf_words(raw)):
            found = compare(words, read.text, read.left_out)
            assert found.share >= AIM, (path.name, found)


def test_a_lost_word_is_found() -> None:
    """Words that did not arrive lower the share and are named; those listed as left out count as arrived."""
    words = words_of("The boats of the port, 2 of them, page 3")
    found = compare(words, "The boats of them,", [LeftOut("page 3", "page number", 1)])
    assert found.words == 10
    assert sorted(found.missing) == ["2", "of", "port", "the"]
    assert found.share == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("by 30 June 202 5 the", "by 30 June 2025 the"),
        ("the Secretary -\nGeneral of", "the Secretary-General of"),
        ("the Secretary-General of", "the Secretary -General of"),
        ("efﬁcient", "efficient"),
        ("Rights,1 and", "Rights,¹ and"),
        ("1 See the list", "[footnote ¹, page 3] See the list"),
        ("an d of an end", "an end of and"),
    ],
)
def test_readers_may_differ_in_blanks_hyphens_and_ligatures(given: str, text: str) -> None:
    """The same letters, joined or cut in another way, have all arrived."""
    assert compare(words_of(given), text, []).share == 1.0


def test_a_document_without_words_lost_nothing() -> None:
    """No words in, none missing."""
    assert compare([], "", []).share == 1.0


def test_a_damaged_file_is_refused() -> None:
    """The second reader refuses what the first refuses."""
    with pytest.raises(TextError):
        pdf_words(b"%PDF-1.4 nothing")
