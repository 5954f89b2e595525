"""A mandate matrix of the largest size: written, and read back, in processor time, bytes and memory.

The rows are those of a session, as long as the clauses of resolutions are. Memory is what Python allocates.
"""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.papers.csv_file import write_csv
from alerts.papers.matrix import matrix
from alerts.papers.words import headings, months
from alerts.papers.workbook import write_workbook
from benchmarks._figures import Figure, Options
from warehouse.findings.finding import Deadline
from warehouse.matrix.returned import read_sheet
from warehouse.matrix.rows import MOST_ROWS, MatrixRow
from warehouse.query.filters import Filters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def rows(count: int) -> list[MatrixRow]:
    """So many rows, each with a clause of some 400 letters of its own."""
    empty = dict.fromkeys(MatrixRow.__dataclass_fields__)
    made = []
    for number in range(count):
        day = date(2027, 1, 1) + timedelta(days=number % 1000)
        said = {
            "due": Deadline(
                f"at its session number {number % 90}", day, day + timedelta(days=5), "session calendar", "by"
            ),
            "task_key": f"{number:024x}:request:1",
            "document_id": f"{number // 12}",
            "symbol": f"A/RES/81/{number // 12}",
            "title": f"Rights of travellers at sea, part {number // 12}",
            "kind": "resolution",
            "language": "en",
            "url": f"https://example.org/documents/{number // 12}",
            "number": str(number % 12 + 1),
            "page": number % 7 + 1,
            "quote": f"{number}. Requests the Secretary-General to report on matter {number} "
            + "with all due care " * 20,
            "type": "reporting_request",
            "addressee": f"the Registrar of office {number % 50}",
            "addressee_id": f"made:{number % 50}",
            "deliverable": f"a report on matter {number}",
            "state": "open",
        }
        made.append(MatrixRow(**empty | said))  # type: ignore[arg-type] # None where nothing is said
    return made


def measured(name: str, work: Callable[[], object]) -> Iterator[Figure]:
    """What one step takes: time first, then memory, which slows it down."""
    begun = time.process_time()
    work()
    yield Figure(f"{name}, processor", time.process_time() - begun, "s")
    tracemalloc.start()
    work()
    yield Figure(f"{name}, memory", tracemalloc.get_traced_memory()[1] / 1e6, "MB")
    tracemalloc.stop()


def main(options: Options) -> list[Figure]:
    """Write and read the largest sheet, as .xlsx and CSV."""
    count = 500 if options.quick else MOST_ROWS
    made = matrix(rows(count), Filters(), datetime.now(UTC), language="en")
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for suffix, write in ((".xlsx", write_workbook), (".csv", write_csv)):
            path = Path(folder) / f"matrix{suffix}"
            figures += measured(f"write {count:,} rows as {suffix}", partial(write, made, path))
            figures.append(Figure(f"{count:,} rows as {suffix}", path.stat().st_size / 1e6, "MB"))
            figures += measured(f"read {count:,} rows of {suffix}", partial(read_sheet, path, headings(), months()))
    return figures
