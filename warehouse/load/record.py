"""Recording: what has landed becomes rows, findings and alerts, each batch exactly once, in one transaction.

A batch counts as recorded when its row stands in `batches`; that row, the documents, the cache validators of the
crawl and the alerts that its findings cause are committed together. Whatever dies before the commit leaves the batch
waiting; whatever dies after it leaves a file whose id is known, which is then only removed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse import ledger, raw
from warehouse.database import default_wait_seconds, session, transaction
from warehouse.facts import Moment
from warehouse.findings import findings
from warehouse.load import health
from warehouse.load.landing import landed, set_aside
from warehouse.load.loading import load
from warehouse.model import LandingError, Recorded
from warehouse.outbox.enqueue import enqueue
from warehouse.relations import relate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import duckdb

    from warehouse.load.landing import LandedBatch
    from warehouse.model import AlertRow, Finding

    AlertsFor = Callable[[Sequence[Finding]], Sequence[AlertRow]]

log = logging.getLogger(__name__)

nothing = Recorded(
    batch_ids=(), new_documents=0, new_versions=0, new_mandates=0, sightings=0, findings=(), alerts=0, deliveries=0
)


def record(
    home: Path,
    alerts_for: AlertsFor,
    *,
    wait_seconds: float = default_wait_seconds,
    raw_budget_bytes: int = raw.default_budget_bytes,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Recorded:
    """Record every batch that waits in the landing place, each in a transaction of its own, oldest first.

    `alerts_for` turns findings into the alerts to be sent; it must not touch the warehouse.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`; the batches go on waiting.
        WarehouseError: the warehouse cannot be written; what was committed before stays, the rest goes on waiting.
    """
    waiting = landed(home)
    if not waiting:
        return nothing
    total = nothing
    with session(home, wait_seconds=wait_seconds) as connection:
        for batch in waiting:
            if not batch.path.exists():
                continue  # another recorder has had its turn before us
            if not _is_recorded(connection, batch):
                recorder = Recorder(home, connection, alerts_for, raw_budget_bytes, now())
                try:
                    total = _sum(total, recorder.record(batch))
                except LandingError as error:
                    log.exception("set aside as %s", set_aside(batch.path), exc_info=error)
                    continue
            batch.path.unlink(missing_ok=True)
    return total


@dataclass(frozen=True, slots=True)
class Recorder:
    """One recording of one batch."""

    home: Path
    connection: duckdb.DuckDBPyConnection
    alerts_for: AlertsFor
    raw_budget_bytes: int
    now: datetime

    def record(self, batch: LandedBatch) -> Recorded:
        """Write the batch with all it causes; the bytes of its documents go to the store first."""
        raw.keep(self.home, batch.path, budget_bytes=self.raw_budget_bytes)
        connection = self.connection
        with transaction(connection):
            moment = Moment(self.now, baseline=health.is_first_crawl(connection, batch.source_id))
            loaded = load(connection, [batch])
            made = findings(connection, loaded, relate(connection, loaded), moment)
            health.keep(connection, batch, new=bool(loaded.documents), now=self.now)
            made += tuple(health.state_findings(batch, self.now))
            made = ledger.write(connection, made)
            alerts, deliveries = enqueue(connection, self.alerts_for(made), self.now)
        log.info("%s: recorded, new documents: %d, findings: %d", batch.source_id, len(loaded.documents), len(made))
        return Recorded(
            batch_ids=(batch.batch_id,),
            new_documents=len(loaded.documents),
            new_versions=len(loaded.versions),
            new_mandates=len(loaded.mandates),
            sightings=loaded.sightings,
            findings=made,
            alerts=alerts,
            deliveries=deliveries,
        )


def _is_recorded(connection: duckdb.DuckDBPyConnection, batch: LandedBatch) -> bool:
    return bool(connection.execute("SELECT 1 FROM batches WHERE batch_id = ?", [batch.batch_id]).fetchall())


def _sum(one: Recorded, other: Recorded) -> Recorded:
    return Recorded(
        batch_ids=one.batch_ids + other.batch_ids,
        new_documents=one.new_documents + other.new_documents,
        new_versions=one.new_versions + other.new_versions,
        new_mandates=one.new_mandates + other.new_mandates,
        sightings=one.sightings + other.sightings,
        findings=one.findings + other.findings,
        alerts=one.alerts + other.alerts,
        deliveries=one.deliveries + other.deliveries,
    )
