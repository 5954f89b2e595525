"""The matrix as CSV, so that Excel and other programs open it with its letters and columns right."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from warehouse.matrix.marks import KEYS, guarded
from warehouse.store.paths import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from alerts.papers.matrix import Matrix

# Where a comma is the decimal sign, Excel separates the cells of CSV by semicolons.
_SEPARATORS = {"en": ",", "fr": ";", "es": ";"}


def write_csv(matrix: Matrix, path: Path) -> None:
    """Write the matrix to `path`, whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    columns = (*matrix.columns, *KEYS)
    # The mark at the beginning tells Excel that it is UTF-8.
    with replacing(path) as aside, aside.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=_SEPARATORS[matrix.language])
        writer.writerow(matrix.words.headings[column] for column in columns)
        writer.writerows([guarded(line.cells[column]) for column in columns] for line in matrix.lines)
