"""A sheet that came back: its rows by their columns, whatever their order, language, or the program that saved them."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.matrix import delimited, workbook
from warehouse.matrix.cells import Cell, days_in
from warehouse.matrix.marks import KEYS, PEOPLES, READ_ONLY, digest, exported, unguarded
from warehouse.matrix.rows import MOST_ROWS, MatrixError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from warehouse.matrix.workbook import Row

# People write notes above the table.
_HEAD_ROWS = 50
_ZIP = b"PK\x03\x04"
_EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A row of a sheet. `number` is its row in the file; `cells` has only columns that the sheet has."""

    number: int
    cells: Mapping[str, Cell]
    months: Mapping[str, int]

    def text(self, column: str) -> str:
        """What a cell says; "" where it is empty or not there."""
        return self.cells.get(column, _EMPTY).text.strip()

    @property
    def edited(self) -> tuple[str, ...]:
        """The columns of the sheet that are not as they were exported; all of people's where the row cannot say."""
        was = exported(self.text("check"))
        return tuple(
            column
            for column in (*READ_ONLY, *PEOPLES)
            if column in self.cells and (was[column] not in self._hashes(column) if was else column in PEOPLES)
        )

    def was(self, column: str, value: str) -> bool | None:
        """Whether a cell was exported with this value; None where the row no longer says."""
        was = exported(self.text("check"))
        return was[column] == digest(column, value) if was else None

    def _hashes(self, column: str) -> Iterator[str]:
        """The hash of a cell, and of all else that it may mean."""
        cell = self.cells[column]
        if cell.is_formula:
            return
        yield digest(column, cell.text)
        yield digest(column, unguarded(cell.text))
        if column == "due":
            yield from (digest(column, day.isoformat()) for day in days_in(cell.text, self.months))


@dataclass(frozen=True, slots=True)
class Returned:
    """A whole sheet. `missing` are columns that people write in and the sheet no longer has; `unknown` are headings."""

    rows: tuple[ReturnedRow, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


def read_sheet(path: Path, headings: Mapping[str, str], months: Mapping[str, int]) -> Returned:
    """The sheet in a file, .xlsx or CSV.

    `headings` leads from headings, in small letters, to columns; `months` from names of months to their numbers.

    Raises:
        MatrixError: it is no such sheet, is damaged, holds what is refused, or is larger than the limits.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        is_workbook = file.read(len(_ZIP)) == _ZIP or path.suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods"}
    try:
        with workbook.sheets(path) if is_workbook else nullcontext([delimited.rows(path)]) as sheets:
            found = next(filter(None, (_table(rows, headings, months) for rows in sheets)), None)
    except MatrixError as error:
        raise MatrixError(f"{path}: {error}") from error
    if found is None:
        raise MatrixError(
            f"{path}: has no row of headings with {headings_of(headings, 'task_key')}; use a sheet that "
            "`mandates matrix` wrote, with its hidden columns"
        )
    return found


def headings_of(headings: Mapping[str, str], column: str) -> str:
    """The headings that a column may have: "Key", "Clé" or "Clave"."""
    return " or ".join(repr(heading) for heading, name in headings.items() if name == column and heading != column)


def _table(rows: Iterator[Row], headings: Mapping[str, str], months: Mapping[str, int]) -> Returned | None:
    """The table in the rows of one sheet; None where no row has its headings."""
    columns: dict[int, str] = {}
    unknown: list[str] = []
    found: list[ReturnedRow] = []
    for seen, (number, cells) in enumerate(rows):
        if not columns:
            named = {place: headings.get(" ".join(cell.text.split()).casefold()) for place, cell in cells.items()}
            if "task_key" in named.values():
                columns = {place: column for place, column in named.items() if column is not None}
                unknown = [cells[place].text for place, column in named.items() if column is None]
                if twice := sorted({name for name in columns.values() if list(columns.values()).count(name) > 1}):
                    raise MatrixError(f"has the column {', '.join(twice)} twice")
            elif seen >= _HEAD_ROWS:
                return None
            continue
        if len(found) == MOST_ROWS:
            raise MatrixError(f"has more than {MOST_ROWS:,} rows")
        row = {column: cells.get(place, _EMPTY) for place, column in columns.items()}
        if any(cell.text or cell.is_formula for cell in row.values()):
            found.append(ReturnedRow(number, row, months))
    if not columns:
        return None
    missing = tuple(column for column in (*PEOPLES, *KEYS) if column not in columns.values())
    return Returned(tuple(found), missing, tuple(unknown))
