"""The PDFs, set as the bodies set theirs; those of the United Nations in `united_nations`.

Bytes are the same for the same document on every run, so an ETag made from them is too.
"""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING

from demo import united_nations
from demo.document import invented, runs, written
from demo.typesetting import Face, Line, Look, break_lines, fill, paragraphs

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

    from demo.document import Document

width, height = 612.0, 792.0
small = 7.5
# Raised when the layout changes, so that no PDF of an older layout is served from a cache.
edition = 5

_others = {
    "aalco": Look(Face(emphasis="Times-Bold", size=11, leading=13.5), 72, width - 72, 0, 7),
    "ipu": Look(Face("Helvetica", "Helvetica-Oblique", 9.5, 12), 72, width - 72, 0, 7),
}


def pdf(document: Document) -> bytes:
    """The document as a PDF."""
    from reportlab.pdfgen.canvas import Canvas

    out = BytesIO()
    # invariant: no clock and no random id in the file.
    canvas = Canvas(out, pagesize=(width, height), invariant=1)
    canvas.setTitle(document.title)
    canvas.setSubject(invented)
    if document.shape == "un":
        united_nations.draw(canvas, document)
    else:
        _other_body(canvas, document)
    canvas.save()
    return out.getvalue()


def _other_body(canvas: Canvas, document: Document) -> None:
    look = _others[document.shape]
    bold = replace(look.face, plain="Helvetica-Bold" if document.shape == "ipu" else "Times-Bold")
    lines: list[Line] = []

    def add(text: str | None, *, face: Face = look.face, above: float = 0) -> None:
        if text:
            lines.extend(break_lines(runs(text), face, left=look.left, right=look.right, above=above, justify=False))

    if document.shape == "ipu":
        add("INTER-PARLIAMENTARY UNION", face=bold)
        add(f"152nd Assembly and related meetings, {document.place}", above=2)
        add(document.group, above=8)
    add(document.symbol, face=bold)
    add(written(document.dated) if document.dated and document.symbol else None)
    add(document.title.upper() if document.shape == "aalco" else document.title, face=bold, above=18)
    add(document.note, above=4)
    if document.shape == "ipu" and document.stage == "adopted" and document.dated:
        add(f"*({document.place}, {written(document.dated)})*", above=2)
    lines += paragraphs(document.blocks, look)
    pages = fill(lines, {}, first_top=730, top=730, bottom=70)
    for number, page in enumerate(pages, 1):
        for y, line in page.lines:
            line.draw(canvas, y)
        canvas.setFont(look.face.plain, small)
        canvas.drawCentredString(width / 2, 44, f"- {number} -")
        if number == 1:
            canvas.drawCentredString(width / 2, 32, invented)
        canvas.showPage()
