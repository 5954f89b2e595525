"""The matrix and the brief as Word files; python-docx comes with the extra `office`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from alerts.model import AlertsError
from alerts.papers.page import heading, paper_columns
from warehouse.matrix.marks import PEOPLES
from warehouse.store.paths import replacing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from alerts.papers.brief import Brief
    from alerts.papers.matrix import Line, Matrix

# In millimetres; what is left of the page is shared by the others.
_WIDTHS = {"request": 76, "deadline": 40, "document": 32, "clause": 18, "responsible": 24, "status": 24}
_OTHERS = 32
_INK, _PALE, _LINK = "1F3A5F", "6B7280", "1A56DB"
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


class OfficeError(AlertsError):
    """The extra `office` is not installed."""


def write_matrix(matrix: Matrix, path: Path) -> None:
    """Write the matrix to `path`, a table for each group, whole or not at all.

    Raises:
        OfficeError: python-docx is not installed.
        OSError: the file cannot be written.
    """
    with _document(path, matrix.title, matrix.contents, landscape=True) as (document, foot):
        foot(matrix.words.page)
        for group in matrix.groups:
            document.add_heading(group.heading, 2)
            _table(document, matrix, group.lines)


def write_brief(brief: Brief, path: Path) -> None:
    """Write the brief to `path`, whole or not at all.

    Raises:
        OfficeError: python-docx is not installed.
        OSError: the file cannot be written.
    """
    with _document(path, brief.title, brief.contents, landscape=False) as (document, _):
        for section in brief.sections:
            document.add_heading(section.heading, 2)
            for entry in section.entries:
                line = document.add_paragraph(style="List Bullet")
                if entry.lead:
                    line.add_run(f"{entry.lead}: ").bold = True
                line.add_run(f"{entry.text} ")
                _link(line, entry.source or str(entry.url or ""), entry.url)
            if section.more:
                document.add_paragraph(section.more)
        document.add_paragraph(brief.foot)


@contextmanager
def _document(path: Path, title: str, contents: str, *, landscape: bool) -> Iterator[tuple[Any, Any]]:
    """A new document with its title, and what writes its foot; it is saved when the block ends."""
    try:
        import docx  # noqa: PLC0415 - it is an extra
        from docx.enum.section import WD_ORIENT  # noqa: PLC0415
        from docx.shared import Mm, Pt, RGBColor  # noqa: PLC0415
    except ImportError as error:
        raise OfficeError(
            "Word files need the extra `office`: pip install 'mandate-monitor[office]'; .xlsx, .csv and .html need none"
        ) from error
    document = docx.Document()
    page = document.sections[0]
    sides = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    page.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = sides
    page.left_margin = page.right_margin = Mm(12 if landscape else 16)
    page.top_margin = page.bottom_margin = Mm(13)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(9)
    normal.paragraph_format.space_after = Pt(1)
    for name, size in (("Title", 18), ("Heading 2", 12)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), RGBColor.from_string(_INK)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(6), Pt(2)
    document.core_properties.title, document.core_properties.author = title[:255], ""
    document.core_properties.comments = contents[:255]
    document.add_heading(title, 0)
    document.add_paragraph(contents)

    def foot(phrase: str) -> None:
        paragraph = page.footer.paragraphs[0]
        before, _, rest = phrase.partition("{page}")
        between, _, after = rest.partition("{pages}")
        paragraph.add_run(before)
        _field(paragraph, "PAGE")
        paragraph.add_run(between)
        _field(paragraph, "NUMPAGES")
        paragraph.add_run(after)

    yield document, foot
    with replacing(path) as aside:
        document.save(str(aside))


def _table(document: Any, matrix: Matrix, lines: tuple[Line, ...]) -> None:
    from docx.shared import Mm  # noqa: PLC0415

    columns = paper_columns(matrix)
    table = document.add_table(rows=1, cols=len(columns))
    table.style, table.autofit = "Table Grid", False
    # The headings are repeated on each page, and no row is broken.
    _mark(table.rows[0], "w:tblHeader")
    for cell, column in zip(table.rows[0].cells, columns, strict=True):
        cell.paragraphs[0].add_run(heading(matrix, column)).bold = True
        _shade(cell, "FFF3C4" if column[0] in PEOPLES else "E8EDF4")
        cell.width = Mm(_WIDTHS.get(column[0], _OTHERS))
    for line in lines:
        row = table.add_row()
        _mark(row, "w:cantSplit")
        for cell, column in zip(row.cells, columns, strict=True):
            cell.width = Mm(_WIDTHS.get(column[0], _OTHERS))
            for place, each in enumerate(name for name in column if line.cells[name]):
                paragraph = cell.add_paragraph() if place else cell.paragraphs[0]
                _link(paragraph, line.cells[each], {"document": line.url, "answer": line.answer_url}.get(each))


def _link(paragraph: Any, text: str, url: str | None) -> None:
    """Text, as a link where it has an address: python-docx has none of its own."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import RGBColor  # noqa: PLC0415

    run = paragraph.add_run(text)
    if url is None:
        return
    run.font.color.rgb, run.font.underline = RGBColor.from_string(_LINK), True
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(str(url), _HYPERLINK, is_external=True))
    paragraph._p.replace(run._r, link)  # noqa: SLF001 - the way that its documentation shows
    link.append(run._r)  # noqa: SLF001


def _field(paragraph: Any, name: str) -> None:
    """A number that Word works out, such as that of the page."""
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    paragraph._p.append(field)  # noqa: SLF001


def _mark(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415

    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001


def _shade(cell: Any, colour: str) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415
    from docx.oxml.ns import qn  # noqa: PLC0415

    shade = OxmlElement("w:shd")
    for key, value in (("w:val", "clear"), ("w:fill", colour)):
        shade.set(qn(key), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001
