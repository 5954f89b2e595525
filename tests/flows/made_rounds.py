"""Findings and answers of sources, as a run has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapers.publication import Harvest, ItemState
from tests.alerts.made_findings import changed, mandate

if TYPE_CHECKING:
    from warehouse.findings.finding import Finding

now = datetime(2026, 11, 21, 12, tzinfo=UTC)


def finding(**fields: Any) -> Finding:
    """A new mandate; what is not given is plausible."""
    usual = {
        "finding_id": "f1",
        "document_id": "d1",
        "symbol": "AALCO/RES/64/S 5",
        "title": "Examples",
        "published_on": None,
        "clause_number": "3",
        "quote": "3. Requests the Secretariat to report.",
        "due": None,
        "due_start": None,
        "due_end": None,
    }
    return changed(mandate, **usual | {"found_at": now} | fields)


def harvest(source_id: str, outcome: str) -> Harvest:
    """An answer of a source."""
    return Harvest(source_id, now, now, outcome)  # type: ignore[arg-type]


def item(title: str, state: str, reason: str | None = None) -> ItemState:
    """An item that came into its state with the crawl."""
    return ItemState(title, None, title, state, reason, now, now)  # type: ignore[arg-type]
