"""A document's text from its bytes: furniture left out, footnotes kept and marked, paragraphs as they stand."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from scrapers.http.encodings import decode
from scrapers.publication import TextError
from scrapers.text.documents import document_text
from scrapers.text.html import html_text

if TYPE_CHECKING:
    from pathlib import Path


def resolution(pages: int = 3) -> bytes:
    """A resolution with a running head, page numbers, a job number and a footnote on each page, inside of a clause."""
    canvas = Canvas("x.pdf", pagesize=A4, invariant=1)
    for number in range(1, pages + 1):
        canvas.setFont("Times-Roman", 8)
        if number == 1:
            canvas.drawRightString(540, 810, "A/RES/81/999")
        else:
            canvas.drawString(70, 810, "A/RES/81/999" if number % 2 else "Invented resolution")
        canvas.drawString(70, 40, "26-99999 (E)" if number == 1 else f"{number}/{pages}")
        canvas.setFont("Times-Roman", 11)
        canvas.drawString(70, 700, f"{number}. Requests the Secretary-General to count the")
        canvas.drawString(70, 687, f"boats of port {number},")
        canvas.setFont("Times-Roman", 6)
        canvas.drawString(137, 691, str(number))
        canvas.setFont("Times-Roman", 11)
        canvas.drawString(145, 687, "and to report on what he")
        canvas.setFont("Times-Roman", 8.5)
        canvas.drawString(70, 120, "_______________")
        canvas.drawString(70, 105, f"{number} Resolution 81/{900 + number}.")
        canvas.showPage()
    return canvas.getpdfdata()


def test_a_clause_is_not_broken_by_furniture_and_footnotes() -> None:
    """Running heads, page and job numbers are gone; what they stood between comes together."""
    text = document_text(resolution()).text
    body = text.partition("[footnote")[0]
    assert "26-99999" not in text
    assert "2/3" not in body
    assert "Invented resolution" not in body
    assert body.count("A/RES/81/999") == 1
    assert "boats of port 1,¹ and to report on what he" in " ".join(body.split())


def test_footnotes_are_kept_with_their_mark_and_page() -> None:
    """Each footnote stands after the body, under its mark and the page it was on."""
    text = document_text(resolution()).text
    assert "[footnote ², page 2] Resolution 81/902." in text
    assert text.index("[footnote ¹, page 1]") > text.index("3. Requests")


def test_pages_start_where_they_say() -> None:
    """`page_starts` has an offset for each page, and each leads to the page's first words."""
    found = document_text(resolution())
    assert len(found.page_starts) == 3
    assert [found.text[start:].split(".")[0].strip()[-1] for start in found.page_starts][1:] == ["2", "3"]


def test_the_real_pdfs_lose_their_furniture_and_keep_every_footnote(shared: Path) -> None:
    """In real resolutions no running head is left, and the footnotes are numbered through without a gap."""
    for path in sorted((shared / "corpus" / "pdf").glob("*.pdf")):
        found = document_text(path.read_bytes())
        symbol = path.stem.replace("_", "/")
        lines = [line.strip() for line in found.text.splitlines()]
        assert not [line for line in lines if line == symbol], path
        marks = [line.partition(",")[0].removeprefix("[footnote ") for line in lines if line.startswith("[footnote ")]
        numbers = [int(mark.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))) for mark in marks if mark != "*"]
        assert numbers == list(range(1, len(numbers) + 1)), path


def test_plain_text_is_kept_character_for_character() -> None:
    """A text file is its own text: no newline is changed, no space dropped."""
    text = "One\r\n\r\n  two\t\n\n\nthree – “four” "
    assert document_text(text.encode(), name="a.txt").text == text


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=1))
def test_utf_8_is_always_read_as_itself(text: str) -> None:
    """Whatever is declared, valid UTF-8 stays what it is."""
    expected = text.removeprefix("\ufeff")
    assert decode(text.encode(), charset="iso-8859-1")[0] in {text, expected}


@given(st.binary(max_size=400))
def test_any_bytes_become_characters(raw: bytes) -> None:
    """Decoding never fails, and never gives surrogates."""
    decode(raw)[0].encode()


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        ("café “x”".encode("cp1252"), "iso-8859-1", "café “x”"),
        (b"<meta charset='windows-1251'>" + "Совет".encode("cp1251"), None, "<meta charset='windows-1251'>Совет"),
        ("Совет".encode("koi8-r"), "koi8-r", "Совет"),
        ("Résolution".encode("utf-16"), None, "Résolution"),
        ("naïve".encode(), "windows-1252", "naïve"),
        ("日本".encode("shift_jis"), "shift_jis", "日本"),
    ],
)
def test_encodings_as_they_come(raw: bytes, charset: str | None, text: str) -> None:
    """A declaration is believed where the bytes agree with it."""
    assert decode(raw, charset=charset)[0] == text


def test_the_main_text_comes_without_chrome() -> None:
    """Menus, share buttons, cookie notes and footers are no part of the text; paragraphs, lists and tables are."""
    page = (
        """<html><head><title>T</title><style>p{}</style></head><body>
    <nav><a href=/>Home</a></nav><div class="breadcrumb">You are here</div>
    <main><h1>The  title</h1><p>First <b>bold</b> word,<sup>2</sup> second.</p><ul><li>one</li><li>two</li></ul>
    <ol start="3" type="a"><li>three</li></ol><table><tr><td>a</td><td>b</td></tr></table>
    <div class="social share">Share this</div><p>Line<br>break.</p>"""
        + "<p>More of it.</p>" * 20
    )
    text = html_text(page + "</main><footer>Contact</footer></body></html>")
    assert text.startswith(
        "The title\n\nFirst bold word,² second.\n\n• one\n\n• two\n\n(c) three\n\na\tb\n\nLine\nbreak."
    )
    for chrome in ("Home", "You are here", "Share this", "Contact"):
        assert chrome not in text


def test_the_operator_names_the_part_that_is_the_text() -> None:
    """A selector takes just that part; where it is missing, that is said."""
    page = "<html><body><div id=a><p>no</p></div><div class=text><p>yes</p></div></body></html>"
    assert html_text(page, css="div.text") == "yes\n"
    with pytest.raises(TextError, match=r"div\.none"):
        html_text(page, css="div.none")


@given(st.text(alphabet="<>/abdivpul &;\"'= \n", max_size=200))
def test_any_page_is_read_or_refused(page: str) -> None:
    """No markup, however broken, crashes the reader."""
    with contextlib.suppress(TextError):
        html_text(page)


def test_word_documents_keep_paragraphs_and_tables() -> None:
    """A .docx gives its paragraphs and its table rows in their order."""
    document = Document()
    document.add_heading("Decision 7")
    document.add_paragraph("1. Requests the secretariat to count boats;")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Port", "Boats"
    document.add_paragraph("2. Decides to meet again.")
    raw = io.BytesIO()
    document.save(raw)
    text = document_text(raw.getvalue(), name="decision.docx").text
    assert (
        text
        == "Decision 7\n\n1. Requests the secretariat to count boats;\n\nPort\tBoats\n\n2. Decides to meet again.\n"
    )


@pytest.mark.parametrize(
    ("raw", "name", "says"),
    [
        (b"", "a.pdf", "empty"),
        (b"%PDF-1.4 nothing", "a.pdf", "cannot be read"),
        (b"PK\x03\x04 nothing", "a.docx", "docx"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "a.txt", "is not a text"),
    ],
)
def test_what_has_no_text_says_so(raw: bytes, name: str, says: str) -> None:
    """An empty, damaged or foreign file is a TextError with a reason."""
    with pytest.raises(TextError, match=says):
        document_text(raw, name=name)


def test_a_page_of_nothing_is_flagged() -> None:
    """A document without a letter is flagged for a person."""
    assert document_text(b"<html><body><main></main></body></html>").flags == ("empty",)


def test_two_columns_stay_apart_and_a_sentence_runs_on_from_one_to_the_next() -> None:
    """Lines of two columns are not mixed, and the jump to the next column ends no paragraph."""
    canvas = Canvas("x.pdf", pagesize=A4, invariant=1)
    canvas.setFont("Times-Roman", 10)
    for x, lines in (
        (70, ("1. Requests the", "secretariat to count", "the boats of the")),
        (310, ("port of Sampleton;", "2. Decides", "to meet.")),
    ):
        for place, line in enumerate(lines):
            canvas.drawString(x, 600 - 12 * place, line)
    canvas.showPage()
    text = document_text(canvas.getpdfdata()).text
    assert text == "1. Requests the\nsecretariat to count\nthe boats of the\nport of Sampleton;\n2. Decides\nto meet.\n"


def drawn(*lines: tuple[float, float, str]) -> bytes:
    """A page with lines of (height, type size, words)."""
    canvas = Canvas("x.pdf", pagesize=A4, invariant=1)
    for y, size, words in lines:
        canvas.setFont("Times-Roman", size)
        canvas.drawString(70, y, words)
    canvas.showPage()
    return canvas.getpdfdata()


def test_footnotes_under_a_drawn_line_are_known_by_their_type() -> None:
    """A rule that is drawn and not written leaves the smaller type at the foot, led by a mark."""
    body = [(600.0 - 13 * place, 11.0, f"Line {place} of the body of the text") for place in range(6)]
    text = document_text(drawn(*body, (140, 8, "1 See the annex,"), (130, 8, "second part."))).text
    assert text.endswith("[footnote ¹, page 1] See the annex, second part.\n")


def test_a_table_in_small_type_is_no_footnote() -> None:
    """An annex that is set small stays where it stands."""
    body = [(700.0, 11.0, "A long line that sets the size of the type of this document, twice and thrice")]
    rows = [(600.0 - 11 * place, 8.0, f"{place} Port") for place in range(1, 6)]
    text = document_text(drawn(*body, *rows)).text
    assert "[footnote" not in text
    assert "5 Port" in text


def test_a_line_to_sign_on_is_no_footnote() -> None:
    """A name under a row of underscores in the size of the text belongs to the text."""
    text = document_text(
        drawn((600, 11, "The text."), (300, 11, "_______________"), (285, 11, "Secretary-General"))
    ).text
    assert "[footnote" not in text
    assert "Secretary-General" in text
