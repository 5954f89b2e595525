"""What a search found as a file: CSV, Parquet, iCalendar or Atom, made in a folder that is gone afterwards."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from warehouse.matrix.rows import MOST_ROWS
from warehouse.pages.search import count
from warehouse.pages.search_files import (
    MOST_PARQUET_ROWS,
    matrix_rows,
    write_deadlines,
    write_entries,
    write_parquet,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warehouse.matrix.rows import MatrixRow
    from warehouse.pages.search import Question
    from warehouse.query.filters import Filters

Form = Literal["csv", "parquet", "ics", "atom"]
MEDIA: Mapping[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "ics": "text/calendar; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}
# A feed has the newest ones only.
MOST: Mapping[Form, int] = {"csv": MOST_ROWS, "parquet": MOST_PARQUET_ROWS, "ics": MOST_ROWS}


class Sheet(Protocol):
    """Writes rows of the ledger as CSV, the way `mandates matrix` does."""

    def __call__(self, rows: Sequence[MatrixRow], filters: Filters, now: datetime, language: str, path: Path) -> None:
        """Write the sheet to `path` in the words of a language."""


class TooManyError(Exception):
    """More mandates fit than such a file can have; `most` is how many it can."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most:,} mandates")
        self.most = most


def file_of(
    home: Path, question: Question, form: Form, *, title: str, address: str, language: str, sheet: Sheet | None
) -> bytes:
    """The bytes of the file; `title` is what a calendar or feed is called, `address` where a feed is found.

    Raises:
        TooManyError: there are more mandates than the file can have.
        QueryError: there is no snapshot, or it cannot be read.
    """
    if form in MOST and count(home, question, "mandate") > MOST[form]:
        raise TooManyError(MOST[form])
    with tempfile.TemporaryDirectory(prefix="register-") as folder:
        path = Path(folder, f"mandates.{form}")
        if form == "csv" and sheet is not None:
            sheet(matrix_rows(home, question), question.filters, datetime.now(UTC), language, path)
        elif form == "parquet":
            write_parquet(home, question, path)
        elif form == "ics":
            write_deadlines(home, question, path, title)
        else:
            write_entries(home, question, path, title, address)
        return path.read_bytes()
