"""What a PDF page shows beside its text is left out and listed; what is text stays, also at the edge of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrapers.text.pdf import pdf_text
from tests.scrapers.pdf_pages import BODY, body, pages, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from reportlab.pdfgen.canvas import Canvas

    Drawing = Callable[[Canvas], None]


def left_out(raw: bytes) -> list[tuple[str, str, int | None]]:
    """What was left out: words, reason, page."""
    return [(each.words, each.reason, each.page) for each in pdf_text(raw).left_out]


def full(canvas: Canvas, top: float = 756, bottom: float = 80) -> None:
    """A page full of running text, from margin to margin."""
    body(canvas, top=top, lines=int((top - bottom) / 13))


def test_heads_and_numbers_are_left_out_and_listed() -> None:
    """Running heads, page numbers and job numbers are listed with their page and reason."""

    def page(number: int) -> Drawing:
        def draw(canvas: Canvas) -> None:
            write(canvas, 70, 800, "Counting of boats", 8)
            full(canvas, top=740)
            write(canvas, 70, 40, f"26-99999 {number}/3", 8)

        return draw

    raw = pages(*(page(number) for number in (1, 2, 3)))
    assert left_out(raw) == [
        ("26-99999 1/3", "job number", 1),
        ("Counting of boats", "running head", 2),
        ("26-99999 2/3", "job number", 2),
        ("Counting of boats", "running head", 3),
        ("26-99999 3/3", "job number", 3),
    ]
    assert pdf_text(raw).text.count("Counting of boats") == 1


@pytest.mark.parametrize(
    "line",
    [
        "of the United Nations,",
        "The Committee,",
        "4. Decides to remain seized of the matter.",
        "the harbour masters",
        "Requests them to count all boats of the port",
    ],
)
def test_a_line_of_text_that_repeats_at_the_edge_stays(line: str) -> None:
    """The first line of two pages has the same words at the same place, in the text's type and flow: it is text."""

    def draw(canvas: Canvas) -> None:
        write(canvas, 70, 769, line)
        full(canvas)

    raw = pages(full, draw, draw, full)
    assert pdf_text(raw).text.count(line) == 2 + pdf_text(pages(full, full)).text.count(line) * 2
    assert not left_out(raw)


def test_a_clause_that_repeats_at_the_foot_stays() -> None:
    """The same last paragraph at the foot of two pages, a paragraph's gap below the text, is no running foot."""

    def draw(canvas: Canvas) -> None:
        full(canvas, bottom=100)
        write(canvas, 70, 72, "9. Decides to remain seized of the matter.")

    raw = pages(draw, draw)
    assert pdf_text(raw).text.count("9. Decides to remain seized of the matter.") == 2
    assert not left_out(raw)


def test_a_paragraph_of_its_own_at_the_head_stays() -> None:
    """A short paragraph at the top of a page whose words also open the document is no running head."""

    def first(canvas: Canvas) -> None:
        write(canvas, 70, 720, "The Committee on Boats")
        full(canvas, top=690)

    def second(canvas: Canvas) -> None:
        write(canvas, 70, 770, "The Committee on Boats")
        full(canvas, top=740)

    assert pdf_text(pages(first, second)).text.count("The Committee on Boats") == 2


def test_a_number_at_the_foot_of_a_table_stays() -> None:
    """A number that does not follow the pages is no page number."""

    def draw(number: int) -> Drawing:
        def page(canvas: Canvas) -> None:
            full(canvas, bottom=120)
            write(canvas, 300, 60, str(number))

        return page

    text = pdf_text(pages(draw(4), draw(812), draw(77))).text
    assert "812" in text
    assert "77" in text


def test_bare_page_numbers_follow_the_pages() -> None:
    """Numbers that go up with the pages are page numbers, also where the first of them is not 1."""

    def draw(number: int) -> Drawing:
        def page(canvas: Canvas) -> None:
            full(canvas, bottom=120)
            write(canvas, 300, 50, str(number))

        return page

    raw = pages(*(draw(number) for number in (311, 312, 313)))
    assert [each[0] for each in left_out(raw)] == ["311", "312", "313"]


@pytest.mark.parametrize("slanted", [True, False], ids=["slanted", "behind the lines"])
def test_watermarks_are_left_out(slanted: bool) -> None:
    """A large pale word across the page is no part of the text."""

    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFillGray(0.8)
        canvas.translate(120, 400)
        canvas.rotate(45 if slanted else 0)
        write(canvas, 0, 0, "DRAFT", (90, "Helvetica-Bold"))
        canvas.restoreState()
        full(canvas)

    raw = pages(draw, draw)
    assert left_out(raw) == [("DRAFT", "watermark", 1), ("DRAFT", "watermark", 2)]
    assert pdf_text(raw).text == pdf_text(pages(full, full)).text


def test_a_large_pale_title_is_no_watermark() -> None:
    """A title in a light colour that no line runs through stays."""

    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(0.7)
        write(canvas, 70, 740, "Boats", 40)
        canvas.setFillGray(0)
        body(canvas, top=680)

    assert "Boats" in pdf_text(pages(draw)).text


@pytest.mark.parametrize("step", [1, 5])
@pytest.mark.parametrize("at", [55, 545], ids=["left", "right"])
def test_numbers_that_count_lines_are_left_out(step: int, at: float) -> None:
    """Drafts number each line, or every fifth, in the margin."""

    def draw(canvas: Canvas) -> None:
        body(canvas, lines=40, size=10)
        for number in range(step, 41, step):
            write(canvas, at, 700 - 13 * (number - 1), str(number), 10)

    raw = pages(draw, draw)
    assert pdf_text(raw).text == pdf_text(pages(*[lambda canvas: body(canvas, lines=40, size=10)] * 2)).text
    assert len(left_out(raw)) == 2 * 40 // step
    assert {reason for _, reason, _ in left_out(raw)} == {"line number"}


def test_numbered_items_are_not_taken_for_counted_lines() -> None:
    """The numbers of a list with an item a line are part of it."""

    def draw(canvas: Canvas) -> None:
        for number in range(1, 21):
            write(canvas, 60, 700 - 13 * number, str(number))
            write(canvas, 90, 700 - 13 * number, f"Port of Sampleton {chr(64 + number)}")

    assert not left_out(pages(draw))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("rotated", [True, False], ids=["by the page", "by the text"])
def test_turned_pages_read_the_same(turn: int, rotated: bool) -> None:
    """A page that is turned, by its own entry or by its text, gives the same text and loses the same furniture."""

    def upright(canvas: Canvas) -> None:
        write(canvas, 70, 800, "Counting of boats", 8)
        full(canvas, top=740)
        write(canvas, 70, 40, "26-99999", 8)

    def draw(canvas: Canvas) -> None:
        if rotated:
            canvas.setPageRotation(turn)
        wide, high = 595, 842
        canvas.rotate(turn)
        canvas.translate(*{0: (0, 0), 90: (0, -high), 180: (-wide, -high), 270: (-wide, 0)}[turn])
        upright(canvas)

    # reportlab gives the sides of a page as they are shown where the page is turned by its entry.
    size = (842, 595) if turn % 180 and not rotated else (595, 842)
    raw, straight = pages(draw, draw, size=size), pages(upright, upright)
    assert pdf_text(raw).text == pdf_text(straight).text
    assert left_out(raw) == left_out(straight)
    assert len(left_out(raw)) == 3


def test_a_table_of_numbered_rows_at_the_foot_is_no_footnotes() -> None:
    """Rows in small type that begin with numbers and have cells stay where they are."""

    def draw(canvas: Canvas) -> None:
        full(canvas, bottom=220)
        for number in range(1, 9):
            write(canvas, 70, 210 - 12 * number, str(number), 8.5)
            write(canvas, 100, 210 - 12 * number, f"Boats of port {number}", 8.5)
            write(canvas, 450, 210 - 12 * number, f"{number} 400", 8.5)

    text = pdf_text(pages(draw)).text
    assert "[footnote" not in text
    assert "3 Boats of port 3 3 400" in text


def test_no_line_is_lost_beside_a_rule() -> None:
    """Words at the height of a written rule stay in the text."""

    def draw(canvas: Canvas) -> None:
        full(canvas, bottom=200)
        write(canvas, 70, 150, "____________")
        write(canvas, 300, 150.5, "Signed by the harbour master")
        write(canvas, 70, 130, "1 See the list of ports.", 8)

    text = pdf_text(pages(draw)).text
    assert "Signed by the harbour master" in text
    assert "[footnote ¹, page 1] See the list of ports." in text


def test_columns_that_the_file_holds_line_by_line_come_one_after_the_other() -> None:
    """Two columns of running text that were written across the page are read downwards."""

    def draw(canvas: Canvas) -> None:
        for number in range(12):
            write(canvas, 60, 700 - 12 * number, BODY[number % 4][:38].strip(), 9)
            write(canvas, 310, 700 - 12 * number, BODY[(number + 2) % 4][:38].strip(), 9)

    text = pdf_text(pages(draw)).text
    assert text.splitlines()[:2] == [BODY[0][:38].strip(), BODY[1][:38].strip()]
    assert len(text.splitlines()) == 24


def test_the_cells_of_a_table_stay_side_by_side() -> None:
    """Short cells are read line by line."""

    def draw(canvas: Canvas) -> None:
        for number in range(12):
            write(canvas, 60, 700 - 12 * number, f"port {number}", 9)
            write(canvas, 310, 700 - 12 * number, f"{number} boats", 9)

    assert pdf_text(pages(draw)).text.splitlines()[3] == "port 3 3 boats"


def test_pages_without_text_are_pages_all_the_same() -> None:
    """An empty page among others has its place in the page starts; a file of empty pages has no text layer."""

    def empty(canvas: Canvas) -> None:
        canvas.rect(100, 100, 200, 200)

    read = pdf_text(pages(empty, full, empty, full))
    assert read.page_starts[0] == read.page_starts[1] == 0
    assert read.page_starts[2] <= read.page_starts[3]
    assert read.text[read.page_starts[3] :].startswith(BODY[0])
    alone = pdf_text(pages(empty, empty))
    assert (alone.text, alone.has_text_layer, alone.page_starts) == ("", False, (0, 0))
