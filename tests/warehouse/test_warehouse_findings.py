"""Findings as they are kept: in today's shape, and as former versions wrote them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from alerts.sample import sample_findings
from warehouse.findings import finding_store
from warehouse.findings.finding import Deadline
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from pathlib import Path

noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
# A finding as homes of former versions hold it, all fields side by side.
FORMER = {
    "finding_id": "f1",
    "kind": "mandate_due",
    "found_at": "2026-10-01T12:00:00+00:00",
    "baseline": False,
    "document_id": "d1",
    "symbol": "AALCO/RES/52/S 5",
    "title": "Care of people at sea",
    "body": "AALCO",
    "document_kind": "resolution",
    "stage": "adopted",
    "language": "en",
    "url": "https://example.org/52-s-5",
    "published_on": "2026-09-12",
    "published_precision": "day",
    "topics": ["migration"],
    "sources": ["aalco"],
    "mandate_id": "m1",
    "clause_number": "4",
    "quote": "Requests a report by 1 May 2027.",
    "due": "by 1 May 2027",
    "due_start": None,
    "due_end": "2027-05-01",
    "due_basis": "stated date",
    "due_sense": "by",
    "days_left": 14,
    "corrected": [["due", None, "2027-05-01"]],
}


def test_a_finding_is_read_as_it_was_written(home: Path) -> None:
    """Document, clause, deadlines and corrections come back from the warehouse as they went in."""
    made = sample_findings(noon)
    with session(home) as connection, transaction(connection):
        assert finding_store.write(connection, made) == made
    kept = {finding.finding_id: finding for finding in finding_store.findings_since(home, noon)}
    assert kept == {finding.finding_id: finding for finding in made}


def test_a_finding_of_a_former_version_is_read() -> None:
    """Its fields find their places, its deadline is the one it reminds of, and it said no other."""
    found = finding_store.finding_of(json.dumps(FORMER))
    due = Deadline("by 1 May 2027", None, date(2027, 5, 1), basis="stated date", sense="by")
    assert (found.due, found.deadlines, found.days_left) == (due, (due,), 14)
    assert (found.document.symbol, found.document.kind, found.document.topics) == (
        "AALCO/RES/52/S 5",
        "resolution",
        ("migration",),
    )
    assert (found.clause.number, found.clause.mandate_id, found.clause.task_key) == ("4", "m1", None)
    assert found.corrected == (("due", None, "2027-05-01"),)
    assert not finding_store.tells_all_deadlines(json.dumps(FORMER))
