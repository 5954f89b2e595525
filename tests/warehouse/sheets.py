"""A home with mandates of a session, and sheets of them as people and office programs change them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl
from click.testing import CliRunner

from alerts.papers.words import words_of
from flows.cli import cli
from tests.warehouse.made import batch, entry, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from openpyxl.worksheet.worksheet import Worksheet

HEADINGS_ROW = 4
PORTS = """Safe ports

The Organization at its Sixty-Fourth Session,
1. Requests the Secretary-General to report on it at the next session;
2. Requests the Secretary-General to send round a list of ports;
3. Decides to place this item on the provisional agenda;
4. Welcomes the offer of a host;
"""
LAMPS = """Harbour lamps

The Organization at its Sixty-Fourth Session,
1. Requests the Secretary-General to count the lamps at a session long ago;
2. Requests the Secretary-General to describe the lamps.
"""


def made_session(home: Path) -> Path:
    """Two resolutions of AALCO's 64th session with five mandates, and one of another body, published."""
    entries = (
        entry("AALCO/RES/64/S 1", title="Safe ports", words=PORTS, body="AALCO", session=64),
        entry("AALCO/RES/64/S 2", title="Harbour lamps", words=LAMPS, body="AALCO", session=64),
        entry("A/RES/80/7", title="Sailors", body="UNGA"),
    )
    land(home, batch(0, *entries))
    record(home, nobody)
    publish(home)
    return home


@dataclass
class Desk:
    """Somebody who exports sheets, fills them in and imports them."""

    home: Path
    folder: Path

    def run(self, *words: str, code: int | None = 0) -> str:
        """What a command prints."""
        done = CliRunner().invoke(cli, ["--home", str(self.home), *words])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert code is None or done.exit_code == code, done.output
        return done.output

    def export(self, name: str = "sheet.xlsx", *words: str) -> Path:
        """A sheet of AALCO's 64th session."""
        path = self.folder / name
        self.run("matrix", "--body", "AALCO", "--session", "64", "--out", str(path), "--force", *words)
        return path

    def plan(self, path: Path, *words: str, who: str = "desk", code: int | None = 0) -> dict[str, Any]:
        """What importing a sheet would do."""
        found: dict[str, Any] = json.loads(
            self.run("matrix", "--import", str(path), "--by", who, "--json", *words, code=code)
        )
        return found

    def record(self, path: Path, who: str = "desk", code: int | None = 0) -> dict[str, Any]:
        """Import a sheet."""
        return self.plan(path, "--yes", who=who, code=code)

    def decided(self) -> dict[tuple[str, str | None], str | None]:
        """What is decided, by the words of the mandate and the field."""
        sql = """SELECT field, quote, value FROM current_decisions ORDER BY ALL"""
        with session(self.home) as connection:
            return {(field, quote[:60]): value for field, quote, value in connection.execute(sql).fetchall()}


def edited(path: Path, change: Callable[[Worksheet], None]) -> Path:
    """Change a workbook as openpyxl does, which writes it its own way."""
    book = openpyxl.load_workbook(path)
    change(book.active)
    book.save(path)
    return path


def columns(sheet: Worksheet) -> dict[str, int]:
    """The column of each heading, from 1, by the name that the program gives it."""
    named = {heading: name for name, heading in words_of("en").headings.items()}
    return {
        named[cell.value]: cell.column for cell in sheet[HEADINGS_ROW] if cell.value is not None and cell.value in named
    }


def filled(values: Mapping[str, Mapping[str, Any]]) -> Callable[[Worksheet], None]:
    """Write into the rows whose request has these words: {"list of ports": {"responsible": "Legal"}}."""

    def change(sheet: Worksheet) -> None:
        at = columns(sheet)
        for row in range(HEADINGS_ROW + 1, sheet.max_row + 1):
            request = str(sheet.cell(row, at["request"]).value)
            for words, cells in values.items():
                if words in request:
                    for name, value in cells.items():
                        sheet.cell(row, at[name]).value = value

    return change


def table(path: Path) -> list[list[Any]]:
    """The headings and rows of a workbook."""
    sheet = openpyxl.load_workbook(path).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADINGS_ROW)]


def rewritten(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """A workbook that has only these rows, as a program that keeps nothing else would write it."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path
