"""The text of a PDF, with page furniture left out and footnotes put after the body, by position.

A running head in the middle of a clause would change what the clause says, and so would a footnote. Footnotes follow
the body, each with its mark and its page: "[footnote ¹, page 3] …". What is left out is listed with its reason.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapers.publication import LeftOut, TextError
from scrapers.text.pdf_columns import in_columns, leave_out_line_numbers
from scrapers.text.pdf_footnotes import split_footnotes
from scrapers.text.pdf_furniture import Page, leave_out_furniture
from scrapers.text.pdf_layout import set_text
from scrapers.text.pdf_lines import page_lines

if TYPE_CHECKING:
    from mandates.text.blocks import Block

MAX_PAGES = 3000
# Of a text of any format. A thousand pages have some three million; and a warehouse writes its last 4,096 texts again
# when one more comes, with all of them in memory.
MAX_CHARS = 5_000_000
# PDFium keeps global state; pypdfium2 asks callers not to use it from two threads at once.
_PDFIUM = threading.Lock()


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text, the offset of each page's first character, and whether there was a text layer at all.

    `blocks` are what the layout shows, in order; `left_out` is what the text leaves out.
    """

    text: str
    page_starts: tuple[int, ...]
    has_text_layer: bool
    blocks: tuple[Block, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def pdf_text(raw: bytes) -> PdfText:
    """The text of the PDF in `raw`.

    Raises:
        TextError: the file is damaged, needs a password, or is over the limits.
    """
    pages, left_out = _read(raw)
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size, 1)] += len(line.text)
    if not sizes:
        return PdfText("", (0,) * len(pages), has_text_layer=False, left_out=tuple(left_out))
    size = sizes.most_common(1)[0][0]
    left_out += leave_out_furniture(pages, size)
    notes: list[tuple[int, str]] = []
    for page in pages:
        left_out += leave_out_line_numbers(page)
        page.lines, foot, rules = split_footnotes(page, size)
        page.lines = in_columns(page.lines)
        notes += [(page.number, note) for note in foot]
        left_out += rules
    text, starts, blocks = set_text(pages, notes, size)
    left_out.sort(key=lambda each: each.page or 0)
    return PdfText(text, starts, has_text_layer=True, blocks=tuple(blocks), left_out=tuple(left_out))


def _read(raw: bytes) -> tuple[list[Page], list[LeftOut]]:
    import pypdfium2  # noqa: PLC0415 - loading PDFium takes 40 ms that other texts need not pay

    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(raw)
        except pypdfium2.PdfiumError as error:
            raise TextError(f"the PDF cannot be read: {error}") from error
        try:
            return _pages(document)
        except pypdfium2.PdfiumError as error:
            raise TextError(f"a page of the PDF cannot be read: {error}") from error
        finally:
            document.close()


def _pages(document: Any) -> tuple[list[Page], list[LeftOut]]:
    count = len(document)
    if count > MAX_PAGES:
        raise TextError(f"the PDF has {count:,} pages, over the limit of {MAX_PAGES:,}")
    pages: list[Page] = []
    left_out: list[LeftOut] = []
    chars = 0
    for number in range(1, count + 1):
        page = document[number - 1]
        textpage = page.get_textpage()
        chars += textpage.count_chars()
        if chars > MAX_CHARS:
            raise TextError(f"the text of the PDF is over the limit of {MAX_CHARS:,} characters")
        found = page_lines(textpage, page.get_bbox())
        pages.append(Page(number, found.lines, found.width, found.height))
        if found.unreadable:
            left_out.append(LeftOut("\ufffd" * found.unreadable, "no meaning in the file", number))
        textpage.close()
        page.close()
    return pages, left_out
