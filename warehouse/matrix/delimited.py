"""The rows of a CSV file that came back from people, as office programs save it: any separator, any encoding."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from warehouse.matrix.cells import Cell
from warehouse.matrix.package import MOST_BYTES, MOST_CHARS
from warehouse.matrix.rows import MatrixError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warehouse.matrix.workbook import Row

_SEPARATORS = ";,\t"
_HEAD = 20_000


def rows(path: Path) -> Iterator[Row]:
    """The rows that have cells, with their numbers from 1.

    Raises:
        MatrixError: it is no CSV, or larger than the limits.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise MatrixError(f"is larger than {MOST_BYTES:,} bytes")
    text = _decoded(content)
    if "\0" in text:
        raise MatrixError("is neither .xlsx nor CSV")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        for number, values in enumerate(reader, 1):
            cells = {place: Cell(value[:MOST_CHARS]) for place, value in enumerate(values) if value.strip()}
            if cells:
                yield number, cells
    except csv.Error as error:
        raise MatrixError(f"line {reader.line_num}: is not CSV ({error})") from error


def _decoded(content: bytes) -> str:
    """Excel writes UTF-8 with a mark, UTF-16 ("Unicode text") or, as plain CSV, the code page of Western Windows."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _separator(text: str) -> str:
    """The sign that occurs most in the first lines."""
    head = text[:_HEAD].split("\n", 5)[:5]
    return max(_SEPARATORS, key=lambda sign: max(line.count(sign) for line in head))
