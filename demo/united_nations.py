"""The papers of the United Nations: masthead, running headers, footnotes, page and job numbers.

What is drawn first is read first: header and foot before the text, as the words of the real ones come out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from demo.document import Block, Run, invented, runs, written
from demo.typesetting import Face, Line, Look, Page, break_lines, fill, paragraphs

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

    from demo.document import Document

width = 612.0
edge = 60.0  # headers and feet are between edge and width - edge
left, right = 123.0, 488.0  # the text
small = 7.5

_words = {
    "en": {
        "United Nations": "United Nations",
        "General Assembly": "General Assembly",
        "Distr.": "Distr.: ",
        "General": "General",
        "Agenda item": "Agenda item ",
        "adopted": "Resolution adopted by the General Assembly",
        "on": "on ",
    },
    "fr": {
        "United Nations": "Nations Unies",
        "General Assembly": "Assemblée générale",
        "Distr.": "Distr. ",
        "General": "générale",
        "Agenda item": "Point ",
        "adopted": "Résolution adoptée par l’Assemblée générale",
        "on": "le ",
    },
}
_look = Look(Face(), left, right, 24, 6)


def draw(canvas: Canvas, document: Document) -> None:
    """Draw all pages of a document."""
    notes = {mark: _note(mark, text) for mark, text in document.notes}
    lines = [*_un_heading(document), *paragraphs(_before_annex(document), _look), *_closing(document)]
    lines += paragraphs(document.blocks[len(_before_annex(document)) :], _look)
    pages = fill(lines, notes, first_top=576, top=722, bottom=62)
    for number, page in enumerate(pages, 1):
        if number == 1:
            _masthead(canvas, document)
        else:
            _running_header(canvas, document, number, len(pages))
        _lines(canvas, page)
        canvas.showPage()


def _masthead(canvas: Canvas, document: Document) -> None:
    words = _words[document.language]
    series, rest = (document.symbol or "")[:1], (document.symbol or "")[1:]
    canvas.setFont("Times-Roman", 13)
    canvas.drawString(left, 735, words["United Nations"])
    start = width - edge - canvas.stringWidth(rest, "Times-Roman", 9.5) - canvas.stringWidth(series, "Times-Roman", 20)
    text = canvas.beginText(start, 735)
    text.setFont("Times-Roman", 20)
    text.textOut(series)
    text.setFont("Times-Roman", 9.5)
    text.textOut(rest)
    canvas.drawText(text)
    canvas.setLineWidth(0.6)
    canvas.line(edge, 728, width - edge, 728)
    canvas.setFont("Times-Bold", 19)
    canvas.drawString(left, 707, words["General Assembly"])
    canvas.setFont("Times-Roman", 10)
    limited = words["Distr."] + ("Limited" if document.stage == "draft" else words["General"])
    dated = written(document.issued, document.language) if document.issued else ""
    original = "Original: English" if document.stage == "draft" or document.kind == "report" else ""
    for row, line in enumerate((limited, dated, "", original)):
        canvas.drawString(397, 707 - 12 * row, line)
    canvas.setLineWidth(1.4)
    canvas.line(edge, 583, width - edge, 583)
    _job(canvas, document)


def _job(canvas: Canvas, document: Document) -> None:
    from reportlab.graphics.barcode.code39 import Standard39

    job = document.job or ""
    canvas.setFont("Times-Roman", 9.5)
    canvas.drawString(edge + 5, 46, f"{job} ({'F' if document.language == 'fr' else 'E'})")
    bars = Standard39(job.replace("-", ""), barWidth=0.62, barHeight=12, checksum=0, quiet=0)
    bars.drawOn(canvas, edge + 5, 30)
    # The real bars are letters of a barcode font, so a reader of the PDF gets them as text: drawn here unseen.
    canvas.saveState()
    text = canvas.beginText(edge + 5, 32)
    text.setFont("Courier", 8)
    text.setTextRenderMode(3)
    text.textOut(f"*{job.replace('-', '')}*")
    canvas.drawText(text)
    canvas.restoreState()
    canvas.setFont("Times-Bold", small)
    canvas.drawRightString(width - edge, 20, invented)


def _running_header(canvas: Canvas, document: Document, number: int, total: int) -> None:
    symbol, title = document.symbol or "", "" if document.stage == "draft" else document.title
    even = number % 2 == 0
    canvas.setFont("Times-Bold", 8.5)
    # Left before right, as the words of the real ones come out.
    for draw, x, words in (
        (canvas.drawString, edge, symbol if even else title),
        (canvas.drawRightString, width - edge, title if even else symbol),
    ):
        draw(x, 732, words)
    canvas.setLineWidth(1)
    canvas.line(edge, 727, width - edge, 727)
    page, job = f"{number}/{total}", document.job or ""
    canvas.setFont("Times-Roman", small)
    canvas.drawString(edge, 36, page if even else job)
    canvas.drawRightString(width - edge, 36, job if even else page)


def _un_heading(document: Document) -> list[Line]:
    words = _words[document.language]
    face = replace(_look.face, plain="Times-Bold")
    large = replace(face, size=12.5, leading=15)
    found: list[Line] = []

    def add(text: str | None, *, face: Face = face, x: float = left, indent: float = 0, above: float = 0) -> None:
        if text:
            end = 330.0 if x == edge else 400.0
            found.extend(break_lines(runs(text), face, left=x, right=end, indent=indent, above=above, justify=False))

    add(document.session, x=edge)
    add(document.committee, x=edge, face=replace(face, size=11.5, leading=13))
    item = document.agenda_item
    suffix = " de l’ordre du jour" if document.language == "fr" else ""
    add(item if item and item[0].isalpha() else f"{words['Agenda item']}{item}{suffix}", x=edge, face=_look.face)
    add(document.agenda_title, x=edge)
    if document.stage == "adopted" and document.kind == "resolution":
        add(document.note, above=10, face=replace(_look.face, plain="Times-Italic"))
        day = written(document.dated, document.language) if document.dated else ""
        add(words["adopted"], face=large, above=16)
        add(f"{words['on']}{day}", face=large)
        add(f"[*{document.report_line}*]" if document.report_line else None, face=_look.face, above=10)
        number = (document.symbol or "").removeprefix("A/RES/")
        title = break_lines([Run(document.title, "plain")], large, left=left, right=400, above=12, justify=False)
        # The number is in the margin before the first line of the title.
        found += [replace(title[0], label=(75, f"{number}.")), *title[1:]]
    elif document.kind == "corrigendum":
        add(f"Resolution {(document.symbol or '').removeprefix('A/RES/').partition('/Corr')[0]}", face=large, above=16)
        add(document.title, above=4)
        add("Corrigendum", face=large, above=10)
    else:
        add(document.sponsors, above=16)
        add(document.title, face=large, above=12)
        add(document.note, face=face, above=10)
    return found


def _before_annex(document: Document) -> tuple[Block, ...]:
    annex = (at for at, block in enumerate(document.blocks) if block.kind == "heading" and block.text == "Annex")
    return document.blocks[: next(annex, None)]


def _closing(document: Document) -> list[Line]:
    """The meeting and its day, which come after the last clause and before an annex."""
    if not (document.meeting and document.dated):
        return []
    meeting, day = (
        break_lines([Run(words, "emphasis")], _look.face, left=330, right=right)
        for words in (document.meeting, written(document.dated, document.language))
    )
    return [replace(meeting[0], space_above=8), *meeting[1:], *day]


def _note(mark: str, text: str) -> list[Line]:
    face = replace(_look.face, size=8, leading=10)
    number = (Run("* ", "plain"),) if mark == "*" else (Run(mark, "mark"), Run(" ", "plain"))
    return break_lines((*number, *runs(text)), face, left=left - 8, right=right, justify=False)


def _lines(canvas: Canvas, page: Page) -> None:
    for y, line in page.lines:
        line.draw(canvas, y)
    if page.notes:
        foot = 62 + sum(note.face.leading for note in page.notes)
        canvas.setFont("Times-Roman", small)
        canvas.drawString(99, foot + 2, "_" * 18)
        for note in page.notes:
            foot -= note.face.leading
            note.draw(canvas, foot + 2)
