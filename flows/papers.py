"""What the register is given of the papers: its search writes sheets, and it knows no alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.papers.csv_file import write_csv
from alerts.papers.matrix import matrix

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from warehouse.matrix.rows import MatrixRow
    from warehouse.query.filters import Filters


def write_sheet(rows: Sequence[MatrixRow], filters: Filters, now: datetime, language: str, path: Path) -> None:
    """Write rows of the ledger as the mandate matrix in CSV, by document.

    Raises:
        OSError: it cannot be written.
    """
    write_csv(matrix(rows, filters, now, language=language, by="document"), path)
