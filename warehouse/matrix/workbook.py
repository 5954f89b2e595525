"""The rows of an Excel workbook (.xlsx) that came back from people: what its cells show (ECMA-376, part 1, 18)."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from warehouse.matrix.cells import Cell, day_of
from warehouse.matrix.package import MOST_CHARS, opened
from warehouse.matrix.rows import MOST_ROWS, MatrixError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from warehouse.matrix.package import Package

    # The number of a row as the program shows it, and its cells by their columns from 0.
    Row = tuple[int, Mapping[int, Cell]]

MOST_SHEETS = 20
# What lies further to the right is not read.
MOST_COLUMNS = 100
# Headings and what people write around the table.
_MORE_ROWS = 200
# 18.8.30: the built-in formats of dates.
_DATE_FORMATS = frozenset((*range(14, 18), 22, *range(27, 37), *range(50, 59)))
# Words, colours and escaped signs in a format of one's own.
_NO_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_WHOLE = 10**15


@contextmanager
def sheets(path: Path) -> Iterator[Iterator[Iterator[Row]]]:
    """The rows of each sheet, without empty ones, for as long as the file is open.

    Raises:
        MatrixError: it is no .xlsx, is damaged, holds what is refused, or is larger than the limits.
        OSError: it cannot be read.
    """
    with opened(path) as package:
        book = next(iter(package.links("", "officeDocument").values()), "xl/workbook.xml")
        reader = _Reader(package, book)
        links = package.links(book, "worksheet")
        yield (reader.rows(links[name]) for name in reader.sheets[:MOST_SHEETS] if name in links)


class _Reader:
    """What the sheets of a workbook share: its texts, its styles, and from when its days are counted."""

    def __init__(self, package: Package, book: str) -> None:
        self._package = package
        self._from_1904 = False
        self.sheets: list[str] = []
        for name, given, _ in package.events(book):
            if given is not None and name == "sheet":
                self.sheets.append(given.get("id", ""))
            elif given is not None and name == "workbookPr":
                self._from_1904 = given.get("date1904") in {"1", "true"}
        texts = package.links(book, "sharedStrings")
        styles = package.links(book, "styles")
        self._texts = [text for part in texts.values() for text in _texts(package, part)]
        self._dates = [is_date for part in styles.values() for is_date in _date_styles(package, part)]

    def rows(self, part: str) -> Iterator[Row]:
        """The rows of a sheet that have cells."""
        number, column, filled = 0, -1, 0
        row: dict[int, Cell] = {}
        raw = _Raw()
        for name, given, text in self._package.events(part):
            if given is not None:
                if name == "row":
                    number, column, row = int(given.get("r") or number + 1), -1, {}
                elif name == "c":
                    column = _column(given["r"]) if "r" in given else column + 1
                    raw = _Raw(given.get("t", "n"), int(given.get("s", "0")))
                raw.begins(name)
            elif name == "row" and row:
                filled += 1
                if filled > MOST_ROWS + _MORE_ROWS:
                    raise MatrixError(f"has more than {MOST_ROWS:,} rows")
                yield number, row
            elif name != "c":
                raw.ends(name, text or "")
            elif column < MOST_COLUMNS and (cell := self._cell(raw)) != Cell():
                row[column] = cell

    def _cell(self, raw: _Raw) -> Cell:
        return Cell(is_formula=True) if raw.is_formula else Cell(self._said(raw))

    def _said(self, raw: _Raw) -> str:
        """What a cell shows."""
        value = raw.value
        if raw.kind == "inlineStr":
            return _plain("".join(raw.pieces))
        if raw.kind == "s":
            return self._texts[int(value)] if value else ""
        if raw.kind == "b":
            return "yes" if value == "1" else "no"
        if raw.kind != "n" or not value:
            return _plain(value)
        number = float(value)
        is_date = raw.style < len(self._dates) and self._dates[raw.style]
        if is_date and (day := day_of(number, from_1904=self._from_1904)):
            return day.isoformat()
        return str(int(number)) if number.is_integer() and abs(number) < _WHOLE else repr(number)


@dataclass(slots=True)
class _Raw:
    """A cell as it is being read."""

    kind: str = "n"
    style: int = 0
    value: str = ""
    pieces: list[str] = field(default_factory=list)
    is_formula: bool = False
    is_spoken: bool = False

    def begins(self, name: str) -> None:
        """An element begins within it, or is the cell itself."""
        # How the words are pronounced is no part of them.
        self.is_spoken = name == "rPh" or (self.is_spoken and name == "t")

    def ends(self, name: str, text: str) -> None:
        """An element within it ends."""
        if name == "f":
            self.is_formula = True
        elif name == "v":
            self.value = text
        elif name == "t" and not self.is_spoken and len(self.pieces) < MOST_CHARS:
            self.pieces.append(text)


def _texts(package: Package, part: str) -> Iterator[str]:
    """The texts that the cells share, without how they are to be pronounced."""
    pieces: list[str] = []
    is_spoken = False
    for name, given, text in package.events(part):
        if name == "rPh":
            is_spoken = given is not None
        elif given is None and name == "t" and not is_spoken:
            pieces.append(text or "")
        elif given is None and name == "si":
            yield _plain("".join(pieces))
            pieces.clear()


def _date_styles(package: Package, part: str) -> Iterator[bool]:
    """Whether each style shows a date."""
    formats: dict[str, str] = {}
    is_of_cells = False
    for name, given, _ in package.events(part):
        if name == "cellXfs":
            is_of_cells = given is not None
        elif given is not None and name == "numFmt":
            formats[given.get("numFmtId", "")] = _NO_LETTERS.sub("", given.get("formatCode", "")[:255]).lower()
        elif given is not None and name == "xf" and is_of_cells:
            number = given.get("numFmtId", "0")
            code = formats.get(number, "")
            yield int(number) in _DATE_FORMATS or ("y" in code and "d" in code)


def _column(reference: str) -> int:
    """The column of "AB12", from 0."""
    column = 0
    for letter in reference[:8].upper():
        if not "A" <= letter <= "Z":
            break
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


def _plain(text: str) -> str:
    """Text without what XML writes in place of signs that it cannot hold: "_x000D_" is a carriage return.

    Half of a sign beyond the first 65,536 is no text, and nothing could be written with it.
    """
    plain = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda sign: chr(int(sign[1], 16)), text[:MOST_CHARS])
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
