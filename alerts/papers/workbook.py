"""The matrix as an Excel workbook: headings that stay, filters, and pages that can be printed.

Texts are written as texts, whatever they begin with, and addresses only where they are plain http or https.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import xlsxwriter

from warehouse.matrix.marks import KEYS, PEOPLES, is_risky
from warehouse.store.paths import replacing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from alerts.papers.matrix import Line, Matrix

# In characters; together a page in landscape at a size that can be read.
_WIDTHS = {
    "document": 17, "clause": 9, "request": 52, "addressee": 21, "due": 12, "deadline": 26, "deliverable": 22,
    "state": 16, "answer": 18, "responsible": 16, "status": 14, "note": 24, "link": 14,
}  # fmt: skip
_A4 = 9
_TITLE, _CONTENTS, _HOW_TO, _HEADINGS = range(4)
_FIRST = _HEADINGS + 1
# A header or footer has room for so many characters.
_FOOT = 200

_INK, _PALE, _RULE, _YELLOW, _YELLOW_HEAD = "#1F3A5F", "#6B7280", "#C9D1DC", "#FFFBE6", "#8A6D00"
_CELL = {
    "font_name": "Calibri",
    "font_size": 10,
    "valign": "top",
    "text_wrap": True,
    "border": 1,
    "border_color": _RULE,
}


def write_workbook(matrix: Matrix, path: Path) -> None:
    """Write the matrix to `path`, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    with replacing(path) as aside:
        book = xlsxwriter.Workbook(str(aside), {"strings_to_urls": False, "strings_to_formulas": False})
        try:
            _Sheet(book, matrix).write()
        finally:
            book.close()


class _Sheet:
    def __init__(self, book: Any, matrix: Matrix) -> None:
        self._book = book
        self._matrix = matrix
        self._words = matrix.words
        self._columns = (*matrix.columns, *KEYS)
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        book.set_properties({"title": matrix.title, "comments": matrix.contents, "created": matrix.made_at})
        self._sheet = book.add_worksheet("Matrix")

    def write(self) -> None:
        """Write all of it."""
        matrix, sheet, last = self._matrix, self._sheet, len(self._columns) - len(KEYS) - 1
        plain: dict[str, Any] = {"font_name": "Calibri"}
        sheet.write_string(
            _TITLE, 0, matrix.title, self._format(plain | {"font_size": 16, "bold": True, "font_color": _INK})
        )
        sheet.write_string(_CONTENTS, 0, matrix.contents, self._format(plain | {"font_size": 10, "font_color": _PALE}))
        sheet.write_string(
            _HOW_TO, 0, self._words.how_to, self._format(plain | {"font_size": 10, "italic": True, "font_color": _PALE})
        )
        sheet.set_row(_TITLE, 24)
        for place, column in enumerate(self._columns):
            head = _CELL | {"bold": True, "font_color": "white", "valign": "vcenter"}
            head["bg_color"] = _YELLOW_HEAD if column in PEOPLES else _INK
            sheet.write_string(_HEADINGS, place, self._words.headings[column], self._format(head))
            if column in KEYS:
                sheet.set_column(place, place, 20, None, {"hidden": True})
            else:
                sheet.set_column(place, place, _WIDTHS[column])
        sheet.set_row(_HEADINGS, 32)
        for number, line in enumerate(matrix.lines, _FIRST):
            for place, column in enumerate(self._columns):
                self._write(number, place, column, line)
        self._lay_out(last, max(_FIRST, _FIRST + len(matrix.lines) - 1))

    def _write(self, number: int, place: int, column: str, line: Line) -> None:
        text, look = line.cells[column], dict(_CELL)
        if column in PEOPLES:
            # What people write there stays text, whatever it looks like.
            look |= {"bg_color": _YELLOW, "num_format": "@"}
        elif column in KEYS:
            look = {"num_format": "@", "font_color": _PALE}
        if is_risky(text):
            look["quote_prefix"] = True
        url = {"document": line.url, "link": line.url, "answer": line.answer_url}.get(column)
        if column == "due" and line.due is not None:
            self._sheet.write_datetime(number, place, line.due, self._format({**look, **self._day}))
        elif url is not None and text:
            look |= {"font_color": "#1A56DB", "underline": 1}
            if self._sheet.write_url(number, place, str(url), self._format(look), text) < 0:
                self._sheet.write_string(number, place, text, self._format(look))
        elif text:
            self._sheet.write_string(number, place, text, self._format(look))
        else:
            self._sheet.write_blank(number, place, None, self._format(look))

    @property
    def _day(self) -> Mapping[str, Any]:
        return {"num_format": self._words.date_format, "align": "left"}

    def _lay_out(self, last: int, bottom: int) -> None:
        """Freeze, filter, mark where a group begins, and set the page."""
        sheet = self._sheet
        sheet.freeze_panes(_FIRST, 1)
        sheet.autofilter(_HEADINGS, 0, bottom, len(self._columns) - 1)
        # By rules, not by the cells, so that they are right however the sheet is sorted.
        above, here = (f"$A{row + 1}" for row in (_FIRST - 1, _FIRST))
        sheet.conditional_format(_FIRST, 0, bottom, last, {
            "type": "formula", "criteria": f"={here}<>{above}", "format": self._format({"top": 2, "top_color": _INK}),
        })  # fmt: skip
        sheet.conditional_format(_FIRST, 0, bottom, 0, {
            "type": "formula", "criteria": f"={here}={above}", "format": self._format({"font_color": "#9AA3AF"}),
        })  # fmt: skip
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADINGS)
        # The link stands behind the document's name; on paper it is long and helps nobody.
        sheet.print_area(0, 0, bottom, last - 1)
        title = self._matrix.title.replace("&", "&&")[:_FOOT]
        sheet.set_footer(f"&L&8{title}&R&8{self._words.page.format(page='&P', pages='&N')}")

    def _format(self, look: Mapping[str, Any]) -> Any:
        """One format for each look: a workbook holds 64,000 of them."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(look))
        return self._formats[key]
