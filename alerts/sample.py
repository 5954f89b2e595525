"""Invented findings, for test messages and previews: they look like news and say that they are none."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from alerts.compose import test_digest
from warehouse.findings.finding import Answer, ClauseFacts, Deadline, DocumentFacts, Finding, SoFar
from warehouse.model import Delivery

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.findings.finding import FindingKind

_document = hashlib.sha256(b"an invented resolution").hexdigest()


def sample_findings(now: datetime) -> tuple[Finding, ...]:
    """One of each kind that subscribers get, all of one invented resolution."""
    document = DocumentFacts(
        document_id=_document,
        symbol="AALCO/RES/99/S 1",
        title="Safe pathways for people who move with the seasons",
        body="AALCO",
        kind="resolution",
        stage="adopted",
        language="en",
        url="https://example.org/resolutions/99-s-1",
        published_on=date(2026, 10, 16),
        published_precision="day",
        topics=("migration",),
        sources=("example",),
    )
    due = Deadline(
        "its Hundredth Annual Session", date(2027, 10, 11), date(2027, 10, 15), basis="session calendar", sense="by"
    )
    quote = "Requests the Secretariat to study seasonal pathways and to report thereon to its Hundredth Annual Session;"
    clause = ClauseFacts(
        clause_id="sample-clause",
        number="4",
        page=2,
        quote=quote,
        verb="Requests",
        type="reporting_request",
        addressee="the Secretariat",
        addressee_id="aalco:secretariat",
        action="report",
        deliverable="a report on seasonal pathways",
        mandate_id="sample-mandate",
        task_key=f"{_document[:24]}:request:1",
        deadlines=(due,),
    )
    last_year = replace(clause, task_key=f"{_document[:24]}:request:2", mandate_id="sample-dropped", number="6")
    last_year = replace(
        last_year, quote="Requests the Secretariat to organize a meeting of experts on the subject;", deadlines=()
    )
    last_year = replace(last_year, type="convening", action="meeting", deliverable="a meeting of experts")
    past = Deadline(None, None, now.date() - timedelta(days=1), basis="stated date", sense="by")
    late = replace(clause, deadlines=(past,), number="5", mandate_id="sample-late")
    renewed = replace(clause, mandate_id="sample-renewed")
    unwatched = replace(late, mandate_id="sample-unwatched")
    asked = SoFar(date(2023, 9, 15), "AALCO/RES/96/S 1", 4)
    reminded = tuple(now.date() - timedelta(days=days) for days in (15, 1))
    answers = (Answer("AALCO/97/SD/S 1", date(2024, 7, 1)), Answer("AALCO/98/SD/S 1", date(2025, 7, 3), in_part=True))
    report = replace(document, symbol="AALCO/100/SD/S 1")
    corrigendum = replace(document, symbol="AALCO/RES/99/S 1/Corr.1")
    passage = "Paragraph 4: for “the matter” read “seasonal pathways”"
    before = quote.replace("seasonal pathways", "the matter")

    def made(kind: FindingKind, about: DocumentFacts = document, **more: Any) -> Finding:
        key = hashlib.sha256(f"sample {kind} {now.isoformat()}".encode()).hexdigest()
        return Finding(key, kind, now, baseline=False, document=about, **more)

    return (
        made("new_mandate", clause=clause),
        made("changed_clause", clause=clause, before=before),
        made("mandate_due", clause=clause, due=due, days_left=14, so_far=replace(asked, answers=answers)),
        made("mandate_overdue", clause=late, due=past, days_left=-1, so_far=replace(asked, reminded=reminded)),
        replace(
            made("mandate_overdue", clause=unwatched, due=past, days_left=-1, is_watched=False),
            finding_id=hashlib.sha256(f"sample unwatched {now.isoformat()}".encode()).hexdigest(),
        ),
        made(
            "mandate_answered",
            report,
            clause=clause,
            other_document=document.symbol,
            so_far=replace(asked, answered_after=257, late=-4),
        ),
        made("mandate_renewed", clause=renewed, before=before, other_document="AALCO/RES/98/S 1", so_far=asked),
        made("mandate_dropped", clause=last_year, other_document="AALCO/RES/98/S 1"),
        made("draft_adopted", other_document="AALCO/99/DR 1"),
        made(
            "corrigendum",
            corrigendum,
            clause=clause,
            before=before,
            other_document=document.symbol,
            correction=passage,
        ),
        made("item_unreadable", note="status 404", tries=3, since=now.date() - timedelta(days=1)),
        made("reading_incomplete", note="no clause could be read in this resolution: please look at the document"),
        made(
            "reading_corrected",
            clause=clause,
            corrected=(("due", "2027-10-11", "2027-10-11/2027-10-15"), ("addressee", None, "the Secretariat")),
        ),
        made("new_document"),
    )


def sample_delivery(target: str, subscriptions: Sequence[str], now: datetime | None = None) -> Delivery:
    """A delivery marked as a test; it is in no outbox."""
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
