"""The events of our flows, which people can use as triggers of their own automations (docs/operating.md lists them).

    deliveries.left        mandates.warehouse          a run could not deliver everything; it starts a dispatch
    batches.landed         mandates.landing            a worker put batches into the landing place; it starts `record`
    publications.recorded  mandates.source.<id>        new documents of a source were recorded
    source.failing         mandates.source.<id>        operators are notified that a source is failing, blocked or quiet
    source.recovered       mandates.source.<id>        and that it has recovered
    mandate.due            mandates.mandate.<id>       a deadline is near
    mandate.overdue        mandates.mandate.<id>       and it has passed without an answer
    delivery.dead          mandates.delivery.<id>      the program gave up on a message

Events are emitted only in a Prefect run, after the transaction that records what they report. They may be lost while
the server is down: the warehouse is the truth. No payload contains the address of a target.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from prefect.events import emit_event

from alerts.escape import one_line
from alerts.secrecy import redactor
from scrapers.crawl.operators_news import begins_or_ends

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alerts.model import DispatchReport, DispatchRow
    from warehouse.findings.finding import Finding

log = logging.getLogger(__name__)

# Automations do what people would do by hand: a flood of events would only start a flood of runs.
MOST_EVENTS = 100
MOST_NAMED = 20
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to which resource, and what else is known of it, as plain values."""

    name: str
    resource: str
    payload: Mapping[str, object]


def announce(findings: Sequence[Finding], delivered: DispatchReport) -> None:
    """Emit what a run found and delivered, one event for each source, mandate and delivery. Never an error."""
    found = events(findings, delivered)
    for event in islice(found, MOST_EVENTS):
        _emit(event)
    if left := sum(1 for _ in found):
        log.warning("%d events were not emitted: a run emits at most %d", left, MOST_EVENTS)


def wake_dispatcher(delivered: DispatchReport) -> None:
    """Emit one event if a run left something to do; a trigger in prefect.yaml starts the dispatch deployment.

    That is messages that were not tried, and deliveries of which no operator could be notified: these make each
    dispatch run fail until somebody takes care of them.
    """
    if delivered.left is None and not delivered.unreported:
        return
    reason = delivered.left or "no operator could be notified of a failed delivery"
    _emit(Event("deliveries.left", "mandates.warehouse", {"reason": redactor.clean(reason)}))


def wake_recorder(files: int) -> None:
    """Emit one event if a worker sent files; a trigger in prefect.yaml starts the record deployment."""
    if files:
        _emit(Event("batches.landed", "mandates.landing", {"files": files}))


def events(findings: Sequence[Finding], delivered: DispatchReport) -> Iterator[Event]:
    """What is worth an event, trouble first."""
    for finding in findings:
        if finding.kind == "source_state":
            yield from _source_state(finding)
    for row in delivered.rows:
        if row.state == "dead":
            yield _dead(row)
    # Nobody should act on a date that has passed while nobody watched.
    yield from (_due(finding) for finding in delivered.due if finding.is_watched)
    yield from _recorded(findings)


def _source_state(finding: Finding) -> Iterator[Event]:
    (source,) = finding.document.sources[:1] or ("",)
    note = finding.note or ""
    state = begins_or_ends(source, note)
    if source and state is not None:
        name = "source.recovered" if state == "recovered" else "source.failing"
        yield Event(name, _of_source(source), {"source": source, "state": state, "words": redactor.clean(note[:2000])})


def _dead(row: DispatchRow) -> Event:
    reason = redactor.clean(one_line(row.reason or "", _LONGEST))
    payload = {"delivery": row.delivery_id, "target": row.target, "subject": one_line(row.subject), "reason": reason}
    return Event("delivery.dead", f"mandates.delivery.{row.delivery_id}", payload)


def _due(finding: Finding) -> Event:
    clause, due = finding.clause, finding.due
    name = clause.mandate_id or finding.finding_id
    payload = {
        **_document(finding),
        "mandate": clause.mandate_id,
        "task": clause.task_key,
        "quote": one_line(clause.quote or "", _LONGEST),
        "addressee": clause.addressee_resolved or clause.addressee,
        "due": due.last.isoformat() if due is not None and due.last is not None else None,
        "days_left": finding.days_left,
    }
    what = "mandate.overdue" if finding.kind == "mandate_overdue" else "mandate.due"
    return Event(what, f"mandates.mandate.{name}", payload)


def _recorded(findings: Sequence[Finding]) -> Iterator[Event]:
    documents: defaultdict[str, list[Finding]] = defaultdict(list)
    mandates: Counter[str] = Counter()
    for finding in findings:
        for source in finding.document.sources:
            if finding.kind == "new_document":
                documents[source].append(finding)
            mandates[source] += finding.kind == "new_mandate"
    for source, brought in documents.items():
        payload = {
            "source": source,
            "documents": len(brought),
            "mandates": mandates[source],
            "first_crawl": all(finding.baseline for finding in brought),
            "named": [_document(finding) for finding in brought[:MOST_NAMED]],
        }
        yield Event("publications.recorded", _of_source(source), payload)


def _document(finding: Finding) -> dict[str, object]:
    document = finding.document
    return {
        "document": document.document_id,
        "symbol": document.symbol,
        "title": one_line(document.title),
        "url": document.url,
    }


def _of_source(source: str) -> str:
    return f"mandates.source.{source}"


def _emit(event: Event) -> None:
    try:
        emit_event(event.name, resource={"prefect.resource.id": event.resource}, payload=dict(event.payload))
    except Exception as error:  # noqa: BLE001 - what was recorded and delivered is not undone by an event
        log.warning("the event %s of %s could not be emitted (%s)", event.name, event.resource, type(error).__name__)
