"""The text of a PDF, with page furniture left out and footnotes put after the body, by position.

A running head in the middle of a clause would change what the clause says, and so would a footnote. Footnotes follow
the body, each with its mark and its page: "[footnote ¹, page 3] …".
"""

from __future__ import annotations

import re
import statistics
import threading
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from scrapers.publication import TextError
from scrapers.text.pdf_lines import Line, page_lines, superscripts

max_pages = 3000
max_chars = 20_000_000
# PDFium keeps global state; pypdfium2 asks callers not to use it from two threads at once.
_pdfium = threading.Lock()

# Head and foot of a page, as a share of its height. Measured on UN, AU and IPU pages: heads stand above 91 %,
# feet below 8 %, and the first line of the text at 89 % or lower.
_margin = 0.105
# Running heads are set at some 85 % of the text's size (7.7 of 9.1 in the United Nations' resolutions).
_small = 0.9
_page_number = re.compile(r"(page\s+)?[-–—]?\s*\d{1,4}\s*[-–—]?(\s*(/|of)\s*\d{1,4})?|[ivxlc]{1,6}", re.IGNORECASE)
_job_number = re.compile(r"\d{2}-\d{4,6}\b.*|.*\b\d{2}-\d{4,6}|\*\d{5,}\*|.*\*\d{7}\*.*", re.DOTALL)
_rule = re.compile(r"[_\-—–\s]{6,}")
_mark = re.compile(r"(?:(\d{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|[*†‡]{1,3})\s+|([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|[*†‡]{1,3}))(?=\S)")
# Points between two baselines that can be one line apart; and the least first-line indent.
_line_gaps = (4, 40)
_indent = 3
_ends_paragraph = re.compile(r"[.;:,!?”\"’)\]]$")


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text, the offset of each page's first character, and whether there was a text layer at all."""

    text: str
    page_starts: tuple[int, ...]
    has_text_layer: bool


@dataclass(slots=True)
class _Page:
    lines: list[Line]
    height: float


def pdf_text(raw: bytes) -> PdfText:
    """The text of the PDF in `raw`.

    Raises:
        TextError: the file is damaged, needs a password, or is over the limits.
    """
    pages = _read(raw)
    lines = [line for page in pages for line in page.lines]
    if not lines:
        return PdfText("", (0,) * len(pages), has_text_layer=False)
    size = statistics.mode(round(line.size, 1) for line in lines for _ in line.text)
    _leave_out_furniture(pages, size)
    notes: list[str] = []
    bodies: list[list[Line]] = []
    for number, page in enumerate(pages, start=1):
        body, foot = _split_footnotes(page.lines, size)
        bodies.append(body)
        notes += [_footnote(note, number) for note in _joined(foot)]
    text, starts = _set(bodies)
    if notes:
        text = text.rstrip("\n") + "\n\n" + "\n\n".join(notes) + "\n"
    return PdfText(text, starts, has_text_layer=True)


def _read(raw: bytes) -> list[_Page]:
    import pypdfium2  # noqa: PLC0415 - loading PDFium takes 40 ms that other texts need not pay

    with _pdfium:
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


def _pages(document: Any) -> list[_Page]:
    count = len(document)
    if count > max_pages:
        raise TextError(f"the PDF has {count:,} pages, over the limit of {max_pages:,}")
    pages: list[_Page] = []
    chars = 0
    for number in range(count):
        page = document[number]
        textpage = page.get_textpage()
        chars += textpage.count_chars()
        if chars > max_chars:
            raise TextError(f"the text of the PDF is over the limit of {max_chars:,} characters")
        found = page_lines(textpage, page.get_bbox())
        pages.append(_Page(found.lines, found.height))
        textpage.close()
        page.close()
    return pages


def _leave_out_furniture(pages: list[_Page], size: float) -> None:
    """Drop running heads and feet: what repeats in the margin of pages or is set small above it, and page numbers.

    The head of the first page is the head of the document, not furniture.
    """
    seen = Counter(
        key for page in pages for key in {_shape(line) for line in page.lines if _in_margin(line, page.height)}
    )
    head = [word for line in pages[0].lines if _in_margin(line, pages[0].height) for word in line.text.split()]
    symbols = {word.casefold() for word in head if "/" in word}
    opening = _squeezed("".join(line.text for line in pages[0].lines))
    for number, page in enumerate(pages):
        kept = []
        for line in page.lines:
            margin = _in_margin(line, page.height)
            running = number > 0 or margin == "foot"
            if margin and (
                _page_number.fullmatch(line.text)
                or (running and (seen[_shape(line)] > 1 or _job_number.fullmatch(line.text)))
                or (number > 0 and margin == "head" and _repeats(line.text, symbols, opening))
                or (number > 0 and margin == "head" and line.size < _small * size)
            ):
                continue
            kept.append(line)
        page.lines = kept


def _repeats(head: str, symbols: set[str], opening: str) -> bool:
    """Whether a running head is the document's symbol, words of its first page, or both side by side."""
    rest = [word for word in head.split() if word.casefold() not in symbols]
    return _squeezed("".join(rest)) in opening


def _in_margin(line: Line, height: float) -> str | None:
    if line.y > height * (1 - _margin):
        return "head"
    return "foot" if line.y < height * _margin else None


def _shape(line: Line) -> str:
    """What two furniture lines have in common: their words without the numbers, wherever they stand."""
    return re.sub(r"\d+", "#", _squeezed(line.text))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


def _split_footnotes(lines: list[Line], size: float) -> tuple[list[Line], list[Line]]:
    """The lines of a page, body and foot: below a rule, or a run of smaller type at the bottom led by a mark."""
    rules = [line for line in lines if _rule.fullmatch(line.text)]
    for rule in reversed(rules):
        below = [line for line in lines if line.y < rule.y - 1]
        if below and (_mark.match(below[0].text) or below[0].size < 0.95 * size):
            return [line for line in lines if line.y > rule.y + 1], below
    foot: list[Line] = []
    for line in reversed(lines):
        if line.size >= 0.93 * size:
            break
        foot.insert(0, line)
    while foot and not _mark.match(foot[0].text):
        foot.pop(0)
    if not foot or len(foot) > len(lines) / 2:
        # Without a rule above it, small type that fills the page is a table or an annex.
        return [line for line in lines if line not in rules], []
    return lines[: len(lines) - len(foot)], foot


def _joined(foot: list[Line]) -> list[str]:
    """Footnotes of a page, each on one line."""
    notes: list[str] = []
    for line in foot:
        if _mark.match(line.text) or not notes:
            notes.append(line.text)
        else:
            notes[-1] += " " + line.text
    return notes


def _footnote(note: str, page: int) -> str:
    match = _mark.match(note)
    if match is None:
        return f"[footnote, page {page}] {note}"
    mark = (match.group(1) or match.group(2)).translate(superscripts)
    return f"[footnote {mark}, page {page}] {note[match.end() :]}"


def _set(bodies: list[list[Line]]) -> tuple[str, tuple[int, ...]]:
    """One text of all pages; an empty line where the space between two lines says that a paragraph ends."""
    text = ""
    starts: list[int] = []
    before: Line | None = None
    for body in bodies:
        leading = _leading(body)
        for number, line in enumerate(body):
            if before is not None:
                text += "\n\n" if _starts_paragraph(before, line, leading, new_page=number == 0) else "\n"
            if number == 0:
                starts.append(len(text))
            text += line.text
            before = line
        if not body:
            starts.append(len(text))
    return text + "\n" if text else text, tuple(starts)


def _leading(body: list[Line]) -> float:
    """The usual distance between two lines of a page."""
    gaps = [round(above.y - line.y, 1) for above, line in pairwise(body)]
    gaps = [gap for gap in gaps if _line_gaps[0] < gap < _line_gaps[1]]
    return statistics.median_low(gaps) if gaps else 14.0


def _starts_paragraph(before: Line, line: Line, leading: float, *, new_page: bool) -> bool:
    gap = before.y - line.y
    if new_page or gap < -leading:
        # The next page or column: a sentence may run on.
        return bool(_ends_paragraph.search(before.text)) and abs(line.x - before.x) > _indent
    return gap > 1.25 * leading or abs(line.size - before.size) > 0.2 * before.size
