"""Amendments in the warehouse: each is linked to the draft that it names, whichever came first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.made import batch, entry, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.store.database import session

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.model import Entry


def _amendment() -> Entry:
    made = entry("A/C.3/80/L.70", stage="draft", kind="amendment", words="Replace paragraph 2.")
    assert made.analysis is not None
    heading = replace(made.analysis.heading, kind="amendment", amends="A/C.3/80/L.52")
    return replace(made, analysis=replace(made.analysis, heading=heading))


@pytest.mark.parametrize("draft_first", [True, False], ids=["draft first", "amendment first"])
def test_an_amendment_is_linked_to_its_draft(home: Path, draft_first: bool) -> None:
    """The relation `amends` leads from the amendment to the draft; neither it nor its title makes it a draft."""
    entries = [entry("A/C.3/80/L.52", stage="draft"), _amendment()]
    for number, each in enumerate(entries if draft_first else entries[::-1], 1):
        land(home, batch(number, each))
        record(home, nobody)
    land(home, batch(3, entry("A/RES/80/152")))
    record(home, nobody)
    with session(home) as connection:
        found = connection.execute(
            "SELECT one.symbol, relation, other.symbol FROM relations "
            "JOIN documents AS one ON one.document_id = from_document "
            "JOIN documents AS other ON other.document_id = to_document ORDER BY relation"
        ).fetchall()
    assert found == [
        ("A/C.3/80/L.70", "amends", "A/C.3/80/L.52"),
        ("A/C.3/80/L.52", "draft_of", "A/RES/80/152"),
    ]
