"""The worked queries on the ledger, each with the answer that the chronicle has for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.chronicle import MISSED, TITLE, TODAY
from warehouse.query.queries import query

if TYPE_CHECKING:
    from typing import Any

folder = Path(__file__).parents[2] / "docs" / "queries"
SECRETARY = "un:secretary-general"
MARITIME = "un:international-maritime-organization"
# Of each query the columns that matter, and their rows.
ANSWERS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "15-standing-requests": (
        "first_symbol, latest, times, changes",
        [
            ("A/RES/78/901", "A/RES/80/901", 3, 0),
            ("A/RES/78/901", "A/RES/80/901", 3, 1),
            ("A/RES/78/901", "A/RES/80/901", 3, 0),
        ],
    ),
    "16-life-of-a-clause": (
        "step, symbol, change, number",
        [(1, "A/RES/78/901", "first", "2"), (2, "A/RES/79/901", "same", "2"), (3, "A/RES/80/901", "same", "2")],
    ),
    "17-dropped": ("dropped_by, last_symbol, number, times", [("A/RES/79/901", "A/RES/78/901", "4", 1)]),
    "18-corrected": (
        "symbol, number, corrected_by, is_plain",
        [("A/RES/80/901", "4", ["A/RES/80/901/Corr.1"], True)],
    ),
    "19-reaction-times": (
        "type, due_or_answered, answered, median_days, late",
        [
            ("agenda_placement", 1, 1, 295.0, 0),
            ("reporting_request", 2, 1, 295.0, 0),
            ("reporting_request", 1, 0, None, 0),
        ],
    ),
    "20-overdue-by-addressee": (
        "addressee, overdue, not_watched, undecided, days_over, requests",
        [
            (SECRETARY, 1, 0, 0, (TODAY - MISSED).days, "A/RES/80/901, 4"),
            (MARITIME, 0, 1, 0, 690, "A/RES/78/901, 4"),
        ],
    ),
    "21-next-session": (
        "body, session, what, item, document",
        [
            ("UNGA", 81, "on the agenda", TITLE, "A/RES/80/901"),
            ("UNGA", 81, "due", "a report", "A/RES/80/901"),
            ("UNGA", 81, "due", "a report", "A/RES/80/901"),
        ],
    ),
    "22-two-cycles-unanswered": (
        "unanswered, last_answered, addressee, documents",
        [(2, None, "the Secretary-General", "A/RES/78/901; A/RES/79/901")],
    ),
    "23-one-session": (
        "document, number, state, evidence",
        [
            ("A/RES/78/901", "2", "renewed", "A/RES/79/901"),
            ("A/RES/78/901", "3", "answered", "A/79/801"),
            ("A/RES/78/901", "4", "unknown", None),
            ("A/RES/78/901", "5", "answered", "A/79/801"),
        ],
    ),
    "24-dropped-unanswered": (
        "dropped_by, last_symbol, number, state, times",
        [("A/RES/79/901", "A/RES/78/901", "4", "unknown", 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_each_query_on_the_ledger_gives_its_answer(chronicle: Path, name: str) -> None:
    """Three sessions of resolutions and one report give exactly the rows that people would write down from them."""
    columns, rows = ANSWERS[name]
    asked = (folder / f"{name}.sql").read_text(encoding="utf-8").strip().removesuffix(";")
    assert query(chronicle, f"SELECT {columns} FROM (\n{asked}\n)").rows == rows
