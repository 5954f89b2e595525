"""The blocks that the layout of a PDF shows."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from mandates.text.blocks import Block, check
from scrapers.text.documents import document_text
from scrapers.text.pdf import pdf_text
from tests.scrapers.pdf_pages import beside, body, pages, write

if TYPE_CHECKING:
    from pathlib import Path

    from reportlab.pdfgen.canvas import Canvas

BOLD = (13, "Times-Bold")


def blocks(raw: bytes) -> list[tuple[str, int, str | None, str]]:
    """Kind, level, label and the first words of each block; the contract is checked on the way."""
    read = pdf_text(raw)
    check(read.blocks, read.text)
    return [(b.kind, b.level, b.label, " ".join(read.text[b.start : b.end].split()[:4])) for b in read.blocks]


def resolution(canvas: Canvas) -> None:
    """A page with a letterhead, a heading, paragraphs, items on three levels, a quotation, a table and a footnote."""
    beside(canvas, 70, 800, [(0, "Union of Ports"), (20, "U/RES/7")])
    write(canvas, 70, 740, "Counting of boats", BOLD)
    body(canvas, top=715, lines=4)
    y = 650.0
    for x, words in (
        (100, "1. Requests the harbour masters to count:"),
        (100, "(a) The boats of the port;"),
        (130, "(i) With sails;"),
        (130, "(ii) Without sails;"),
        (100, "(b) The lamps of the port;"),
        (100, "2. Decides to meet again."),
    ):
        write(canvas, x, y, words)
        y -= 19
    for words in (
        "The ice may come early, said the master of",
        "the port, and all who walk there in winter",
        "know it.",
    ):
        write(canvas, 110, y - 10, words)
        y -= 13
    for row in range(3):
        beside(canvas, 70, y - 40 - 13 * row, [(0, f"port {row}"), (9, f"{row} 400 boats")])
    body(canvas, top=y - 100, lines=4)
    write(canvas, 70, 130, "____________")
    write(canvas, 70, 118, "1 See the list of ports.", 8)


def test_blocks_have_the_kinds_that_the_layout_shows() -> None:
    """Each piece of the page is a block of its kind, items with label and depth, in the order of the text."""
    assert blocks(pages(resolution)) == [
        ("letterhead", 0, None, "Union of Ports U/RES/7"),
        ("heading", 1, None, "Counting of boats"),
        ("paragraph", 0, None, "The Committee notes with"),
        ("item", 1, "1.", "1. Requests the harbour"),
        ("item", 2, "(a)", "(a) The boats of"),
        ("item", 3, "(i)", "(i) With sails;"),
        ("item", 3, "(ii)", "(ii) Without sails;"),
        ("item", 2, "(b)", "(b) The lamps of"),
        ("item", 1, "2.", "2. Decides to meet"),
        ("quotation", 0, None, "The ice may come"),
        ("table", 0, None, "port 0 0 400"),
        ("paragraph", 0, None, "The Committee notes with"),
        ("footnote", 0, None, "[footnote ¹, page 1]"),
    ]


def test_blocks_have_page_size_and_weight() -> None:
    """A block says on which page it begins, in what size and whether it is bold."""
    read = document_text(pages(body, resolution), name="a.pdf")
    heading = next(block for block in read.blocks if block.kind == "heading")
    assert (heading.page, heading.size, heading.bold) == (2, 13.0, True)
    assert read.text[heading.start : heading.end] == "Counting of boats"
    assert {block.bold for block in read.blocks if block.kind == "paragraph"} == {False}


def test_a_letter_i_after_h_is_a_letter() -> None:
    """The label "(i)" goes on after "(h)" on the same level; after "(a)" it would begin a deeper one."""

    def draw(canvas: Canvas) -> None:
        for place, letter in enumerate("abcdefghij"):
            write(canvas, 100, 700 - 19 * place, f"({letter}) Count the boats of port {place};")

    assert {level for _, level, _, _ in blocks(pages(draw))} == {1}


def test_a_bold_line_close_to_the_text_is_a_heading() -> None:
    """A heading needs no space after it."""

    def draw(canvas: Canvas) -> None:
        write(canvas, 70, 713, "Counting of boats", (11, "Times-Bold"))
        body(canvas, top=700, lines=8)

    assert [kind for kind, _, _, _ in blocks(pages(draw))] == ["heading", "paragraph"]


def test_labels_inside_of_one_paragraph_begin_blocks() -> None:
    """Items that follow each other without more space between them are blocks of their own; the text stays as it is."""

    def draw(canvas: Canvas) -> None:
        for place, words in enumerate(("1. Requests all to count;", "2. Decides", "to meet again;", "3. Thanks all.")):
            write(canvas, 70, 700 - 13 * place, words)

    raw = pages(draw)
    assert [label for _, _, label, _ in blocks(raw)] == ["1.", "2.", "3."]
    assert "\n\n" not in pdf_text(raw).text


def test_blocks_cover_all_words_of_real_pdfs(shared: Path) -> None:
    """In real resolutions the blocks keep the contract, and no character but blanks lies between them."""
    for path in sorted((shared / "corpus" / "pdf").glob("*.pdf")):
        read = pdf_text(path.read_bytes())
        check(read.blocks, read.text)
        end = 0
        for block in (*read.blocks, Block("paragraph", len(read.text), len(read.text))):
            assert not read.text[end : block.start].strip(), path
            end = block.end
        assert any(block.kind == "item" and block.label == "1." for block in read.blocks) or len(read.text) < 4000, path


def test_what_was_read_can_be_handed_to_another_process() -> None:
    """The result is plain data: it comes out of pickle as it went in."""
    read = pdf_text(pages(resolution))
    assert pickle.loads(pickle.dumps(read)) == read  # noqa: S301 - our own bytes
