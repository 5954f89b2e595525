"""Invented findings, for test messages and previews: they look like news and say that they are none."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from alerts.compose import test_digest
from warehouse.model import Delivery, Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

_document = hashlib.sha256(b"an invented resolution").hexdigest()


def sample_findings(now: datetime) -> tuple[Finding, ...]:
    """One of each kind that subscribers are told of, all of one invented resolution."""
    common = {
        "found_at": now,
        "baseline": False,
        "document_id": _document,
        "symbol": "AALCO/RES/99/S 1",
        "title": "Safe pathways for people who move with the seasons",
        "body": "AALCO",
        "document_kind": "resolution",
        "stage": "adopted",
        "language": "en",
        "url": "https://example.org/resolutions/99-s-1",
        "published_on": date(2026, 10, 16),
        "published_precision": "day",
        "topics": ("migration",),
        "sources": ("example",),
    }
    asks = {
        "mandate_id": "sample-mandate",
        "clause_id": "sample-clause",
        "clause_number": "4",
        "page": 2,
        "verb": "Requests",
        "type": "reporting_request",
        "addressee": "the Secretariat",
        "addressee_id": "aalco:secretariat",
        "due": "its Hundredth Annual Session",
        "due_start": date(2027, 10, 11),
        "due_end": date(2027, 10, 15),
        "due_basis": "session calendar",
        "agenda_item": None,
        "action": "report",
        "deliverable": "a report on seasonal pathways",
    }
    report = {"symbol": "AALCO/100/SD/S 1"}
    corrigendum = {
        "symbol": "AALCO/RES/99/S 1/Corr.1",
        "other_document": "AALCO/RES/99/S 1",
        "correction": "Paragraph 4: for “the matter” read “seasonal pathways”",
    }
    quote = "Requests the Secretariat to study seasonal pathways and to report thereon to its Hundredth Annual Session;"
    before = quote.replace("seasonal pathways", "the matter")

    def made(kind: str, **more: object) -> Finding:
        key = hashlib.sha256(f"sample {kind} {now.isoformat()}".encode()).hexdigest()
        return Finding(**{"finding_id": key, "kind": kind, **common, **more})  # type: ignore[arg-type]

    return (
        made("new_mandate", quote=quote, **asks),
        made("changed_clause", quote=quote, before=before, **asks),
        made("mandate_due", quote=quote, days_left=14, **asks),
        made("mandate_answered", quote=quote, other_document="AALCO/RES/99/S 1", **asks | report),
        made("draft_adopted", other_document="AALCO/99/DR 1"),
        made("corrigendum", quote=quote, before=before, **asks | corrigendum),
        made("item_unreadable", note="status 404", tries=3, since=now.date() - timedelta(days=1)),
        made("reading_incomplete", note="no clause could be read in this resolution: please look at the document"),
        made(
            "reading_corrected",
            quote=quote,
            corrected=(("due", "2027-10-11", "2027-10-11/2027-10-15"), ("addressee", None, "the Secretariat")),
            **asks,
        ),
        made("new_document"),
    )


def sample_delivery(target: str, subscriptions: Sequence[str], now: datetime | None = None) -> Delivery:
    """A delivery marked as a test; it stands in no outbox."""
    now = now or datetime.now(UTC)
    return Delivery(
        delivery_id=hashlib.sha256(f"test {target} {now.isoformat()}".encode()).hexdigest(),
        target=target,
        subscriptions=tuple(subscriptions),
        findings=sample_findings(now)[:1],
        digest=test_digest,
        attempts=0,
        lease_until=now + timedelta(minutes=5),
    )
