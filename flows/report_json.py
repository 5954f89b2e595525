"""What a run or an ingestion did, for programs: the objects that `--json` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from flows.report import items_filtered, items_new

if TYPE_CHECKING:
    from alerts.model import DispatchReport
    from flows.aftermath import Aftermath
    from flows.recording import Crawled
    from flows.round import Round
    from warehouse.model import Recorded


def as_record(done: Round, report: DispatchReport, left: Aftermath) -> dict[str, Any]:
    """What a run did."""
    return {
        "baseline_mandates_not_notified": left.silent,
        "waiting": [asdict(each) for each in left.waiting],
        "sources": [_source(crawled) for crawled in done.crawled],
        "not_due": list(done.not_due),
        "left_to_others": dict(done.elsewhere),
        "place_away": dict(done.away),
        **_recorded(done.recorded),
        "deliveries": [
            {"delivery_id": row.delivery_id, "target": row.target, "subject": row.subject, "state": row.state}
            for row in report.rows
        ],
    }


def as_ingested(crawled: Crawled, recorded: Recorded) -> dict[str, Any]:
    """What an ingestion did."""
    return {"source": _source(crawled), **_recorded(recorded), "deliveries_waiting": recorded.deliveries}


def _source(crawled: Crawled) -> dict[str, Any]:
    harvest = crawled.harvest
    return {
        "source_id": harvest.source_id,
        "outcome": harvest.outcome,
        "items_seen": harvest.items_seen,
        "publications": len(harvest.publications),
        "items_new": items_new(harvest),
        "items_filtered": items_filtered(harvest),
        "items_waiting": harvest.items_waiting,
        "items_failed": harvest.items_failed,
        "dropped": [asdict(row) for row in harvest.dropped],
        "error": harvest.error,
    }


def _recorded(recorded: Recorded) -> dict[str, Any]:
    return {
        "new_documents": recorded.new_documents,
        "new_versions": recorded.new_versions,
        "new_mandates": recorded.new_mandates,
        "findings": [
            {
                "kind": finding.kind,
                "document_id": finding.document.document_id,
                "symbol": finding.document.symbol,
                "title": finding.document.title,
                "quote": finding.clause.quote,
                "addressee": finding.clause.addressee,
                "dues": [{"due": due.words, "due_start": due.first, "due_end": due.last} for due in finding.deadlines],
            }
            for finding in recorded.findings
        ],
    }
