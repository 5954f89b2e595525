"""Recording: what has landed becomes rows, findings and alerts, each batch exactly once, a group in one transaction.

A batch counts as recorded when its row is in `batches`; that row, the documents, the cache validators of the
crawl and the alerts that its findings cause are committed together. Whatever dies before the commit leaves the batch
waiting; whatever dies after it leaves a file whose id is known, which is then only removed.
"""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import duckdb

from warehouse.findings import finding_store
from warehouse.findings.detection import findings
from warehouse.findings.finding import REREAD
from warehouse.findings.finding_fields import Moment
from warehouse.ledger.recording import keep_up
from warehouse.links.relations import relate
from warehouse.load import checks, health, items
from warehouse.load.arrivals import among
from warehouse.load.decisions import carry_mutes, record_decisions
from warehouse.load.history import load_history
from warehouse.load.kept import read_again
from warehouse.load.landing import landed, set_aside
from warehouse.load.loading import load, sources_of
from warehouse.load.sessions import CALENDAR, keep_published, keep_sessions
from warehouse.model import LandingError, Recorded
from warehouse.outbox.enqueue import enqueue
from warehouse.outbox.reading_corrections import also_notified, write_corrections
from warehouse.store import raw
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from warehouse.findings.finding import Finding
    from warehouse.load.kept import Again, Reader
    from warehouse.load.landing import LandedBatch
    from warehouse.load.loading import Loaded
    from warehouse.load.sessions import KnownSession
    from warehouse.model import AlertRow

    AlertsFor = Callable[[Sequence[Finding]], Sequence[AlertRow]]

log = logging.getLogger(__name__)

# Recorded within half a second. Each group writes the blocks that it touches: smaller ones write much more in all.
GROUP_DOCUMENTS = 500

nothing = Recorded(
    batch_ids=(), new_documents=0, new_versions=0, new_mandates=0, sightings=0, findings=(), alerts=0, deliveries=0
)


def record(
    home: Path,
    alerts_for: AlertsFor,
    *,
    reader: Reader | None = None,
    wait_seconds: float | None = None,
    raw_budget_bytes: int = raw.default_budget_bytes,
    sessions: Callable[[], Sequence[KnownSession]] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Recorded:
    """Record every batch that waits in the landing place, oldest first, in groups; each group is one short session.

    Between two groups the live file is closed, so that deliveries and other recorders get their turn. `alerts_for`
    turns findings into the alerts to be sent; it must not touch the warehouse. `reader` reads kept texts again that a
    former reader took, so that only what a publisher changed is news. `sessions` reads the calendar as it is now, once
    there is something to record; where it has none, what is kept stays.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`; the batches go on waiting.
        WarehouseError: the warehouse cannot be written; what was committed before stays, the rest goes on waiting.
    """
    recording = _Recording(alerts_for, partial(read_again, home, reader=reader) if reader is not None else None, now)
    total = nothing
    record_decisions(home, wait_seconds=wait_seconds)
    for group in _groups(landed(home)) or ([[]] if checks.are_due(home) else []):
        for batch in group:
            # Before the session, which is to be short; storing the same bytes again changes nothing.
            _keep_bytes(home, batch, raw_budget_bytes)
        with session(home, wait_seconds=wait_seconds) as connection, checks.taken(home) as noted:
            # Another recorder may have had its turn before us.
            waiting = [batch for batch in group if batch.path.exists()]
            if sessions is not None and (listed := sessions()):
                keep_sessions(connection, CALENDAR, listed, now())
            sessions = None
            total += recording.together(connection, waiting, noted)
        for batch in waiting:
            batch.path.unlink(missing_ok=True)
    return total


def _groups(waiting: Sequence[LandedBatch]) -> list[list[LandedBatch]]:
    """Batches of at most `GROUP_DOCUMENTS` documents together; a larger one is a group by itself."""
    groups: list[list[LandedBatch]] = []
    documents = 0
    for batch in waiting:
        if not groups or documents + batch.entries > GROUP_DOCUMENTS:
            groups.append([])
            documents = 0
        groups[-1].append(batch)
        documents += batch.entries
    return groups


def _keep_bytes(home: Path, batch: LandedBatch, budget_bytes: int) -> None:
    with contextlib.suppress(FileNotFoundError, LandingError):
        # A damaged file is set aside where its rows are read.
        raw.keep(home, batch.path, budget_bytes=budget_bytes)


@dataclass(frozen=True, slots=True)
class _Recording:
    """How groups are recorded: what alerts findings cause, and how kept texts are read again."""

    alerts_for: AlertsFor
    again: Again | None
    now: Callable[[], datetime]

    def together(
        self, connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch], noted: Sequence[LandedBatch] = ()
    ) -> Recorded:
        """Record a group in one transaction; where a file is damaged, each by itself, and that one is set aside.

        `noted` are crawls that found nothing changed.
        """
        known = _recorded_among(connection, [*batches, *noted])
        fresh = [batch for batch in batches if batch.batch_id not in known]
        known |= {batch.batch_id for batch in fresh}
        # A worker that was killed while it sent its notes sends them again.
        unchanged = list({batch.batch_id: batch for batch in noted if batch.batch_id not in known}.values())
        try:
            return self._record(connection, fresh, unchanged)
        except (LandingError, duckdb.IntegrityError, duckdb.DataError) as error:
            # The database refuses what is nested in a row where that does not fit.
            if len(fresh) == 1:
                log.exception("set aside as %s", set_aside(fresh[0].path), exc_info=error)
                return self._record(connection, [], unchanged)
        total = self._record(connection, [], unchanged)
        for batch in fresh:
            total += self.together(connection, [batch])
        return total

    def _record(
        self, connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch], unchanged: Sequence[LandedBatch]
    ) -> Recorded:
        if not batches and not unchanged:
            return nothing
        total, now = replace(nothing, batch_ids=tuple(batch.batch_id for batch in unchanged)), self.now()
        with transaction(connection):
            health.keep(connection, unchanged, showing=(), now=now)
            news = [batch for batch in batches if batch.past is None]
            first = health.first_crawls(connection, news)
            for baseline in (True, False):
                of_a_kind = [batch for batch in news if (batch.source_id in first) == baseline]
                if of_a_kind:
                    total += self._load(connection, of_a_kind, Moment(now, baseline=baseline))
            # Last, so that a document that is news elsewhere stays news.
            if history := [batch for batch in batches if batch.past is not None]:
                total += _recorded(history, load_history(connection, history, now, self.again))
        if batches:
            names = ", ".join(dict.fromkeys(batch.source_id for batch in batches))
            log.info("recorded %s: new documents: %d, findings: %d", names, total.new_documents, len(total.findings))
        return total

    def _load(self, connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch], moment: Moment) -> Recorded:
        loaded = load(connection, batches, self.again)
        relations = relate(connection, loaded)
        kept = keep_up(connection, loaded, relations, moment.found_at)
        made = _as_listed(loaded, findings(connection, loaded, relations, moment, kept.answers))
        showing = sources_of(loaded)
        health.keep(connection, batches, showing=showing, now=moment.found_at)
        keep_published(connection, batches, moment.found_at)
        for batch in batches:
            made += (
                *health.state_findings(batch, moment.found_at),
                *items.findings(connection, batch, moment.found_at),
            )
        replaced = loaded.replaced
        corrections = write_corrections(connection, replaced.led, replaced.documents, REREAD, moment.found_at)
        made = finding_store.write(connection, made)
        carry_mutes(connection, made, moment.found_at)
        rows = list(self.alerts_for(made))
        rows += also_notified(connection, made, rows, moment.found_at)
        alerts, deliveries = enqueue(connection, rows, moment.found_at)
        found = _recorded(batches, loaded)
        return replace(found, findings=made, alerts=alerts, deliveries=deliveries + corrections.deliveries)


def _recorded(batches: Sequence[LandedBatch], loaded: Loaded) -> Recorded:
    """What a load brought, before anybody is notified of it."""
    return Recorded(
        batch_ids=tuple(batch.batch_id for batch in batches),
        new_documents=len(loaded.documents),
        new_versions=len(loaded.versions),
        new_mandates=len(loaded.mandates),
        sightings=loaded.sightings,
        findings=(),
        alerts=0,
        deliveries=0,
        rereadings=loaded.replaced.rereadings,
    )


def _as_listed(loaded: Loaded, made: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What was there at the first look at its source is part of that, though it could be read only now."""
    old = set(loaded.entries.filter(loaded.entries["baseline"])["document_id"].to_pylist())
    return tuple(replace(each, baseline=True) if each.document.document_id in old else each for each in made)


def _recorded_among(connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch]) -> set[str]:
    """The ids of those batches that are recorded."""
    condition, parameters = among("batch_id", [batch.batch_id for batch in batches])
    found = connection.execute(f"SELECT batch_id FROM batches WHERE {condition}", parameters)  # noqa: S608 - of marks
    return {batch_id for (batch_id,) in found.fetchall()}
