"""Recording: what has landed becomes rows, findings and alerts, each batch exactly once, a group in one transaction.

A batch counts as recorded when its row stands in `batches`; that row, the documents, the cache validators of the
crawl and the alerts that its findings cause are committed together. Whatever dies before the commit leaves the batch
waiting; whatever dies after it leaves a file whose id is known, which is then only removed.
"""

from __future__ import annotations

import contextlib
import logging
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from warehouse import ledger, raw
from warehouse.database import default_wait_seconds, session, transaction
from warehouse.facts import Moment
from warehouse.findings import findings
from warehouse.load import health, items
from warehouse.load.kept import read_again
from warehouse.load.landing import landed, set_aside
from warehouse.load.loading import load
from warehouse.model import LandingError, Recorded
from warehouse.outbox.enqueue import enqueue
from warehouse.relations import relate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from warehouse.load.kept import Again, Reader
    from warehouse.load.landing import LandedBatch
    from warehouse.model import AlertRow, Finding

    AlertsFor = Callable[[Sequence[Finding]], Sequence[AlertRow]]

log = logging.getLogger(__name__)

# A group of so many documents is recorded within some .2 s.
GROUP_DOCUMENTS = 100

nothing = Recorded(
    batch_ids=(), new_documents=0, new_versions=0, new_mandates=0, sightings=0, findings=(), alerts=0, deliveries=0
)


def record(
    home: Path,
    alerts_for: AlertsFor,
    *,
    reader: Reader | None = None,
    wait_seconds: float = default_wait_seconds,
    raw_budget_bytes: int = raw.default_budget_bytes,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Recorded:
    """Record every batch that waits in the landing place, oldest first, in groups; each group is one short session.

    Between two groups the live file is closed, so that deliveries and other recorders get their turn. `alerts_for`
    turns findings into the alerts to be sent; it must not touch the warehouse. `reader` reads kept texts again that a
    former reader took, so that only what a publisher changed is news.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`; the batches go on waiting.
        WarehouseError: the warehouse cannot be written; what was committed before stays, the rest goes on waiting.
    """
    total = nothing
    again = partial(read_again, home, reader=reader) if reader is not None else None
    for group in _groups(landed(home)):
        for batch in group:
            # Before the session, which is to be short; storing the same bytes again changes nothing.
            _keep_bytes(home, batch, raw_budget_bytes)
        with session(home, wait_seconds=wait_seconds) as connection:
            # Another recorder may have had its turn before us.
            waiting = [batch for batch in group if batch.path.exists()]
            total += _record_together(connection, alerts_for, again, waiting, now())
        for batch in waiting:
            batch.path.unlink(missing_ok=True)
    return total


def _groups(waiting: Sequence[LandedBatch]) -> Iterator[list[LandedBatch]]:
    """Batches of at most `GROUP_DOCUMENTS` documents together; a larger one is a group by itself."""
    group: list[LandedBatch] = []
    for batch in waiting:
        if group and sum(each.entries for each in group) + batch.entries > GROUP_DOCUMENTS:
            yield group
            group = []
        group.append(batch)
    if group:
        yield group


def _keep_bytes(home: Path, batch: LandedBatch, budget_bytes: int) -> None:
    with contextlib.suppress(FileNotFoundError, LandingError):
        # A damaged file is set aside where its rows are read.
        raw.keep(home, batch.path, budget_bytes=budget_bytes)


def _record_together(
    connection: duckdb.DuckDBPyConnection,
    alerts_for: AlertsFor,
    again: Again | None,
    batches: Sequence[LandedBatch],
    now: datetime,
) -> Recorded:
    """Record a group in one transaction; where a file is damaged, each by itself, and the damaged one is set aside."""
    fresh = [batch for batch in batches if not _is_recorded(connection, batch)]
    if not fresh:
        return nothing
    try:
        return _record(connection, alerts_for, again, fresh, now)
    except LandingError as error:
        if len(fresh) == 1:
            log.exception("set aside as %s", set_aside(fresh[0].path), exc_info=error)
            return nothing
    total = nothing
    for batch in fresh:
        total += _record_together(connection, alerts_for, again, [batch], now)
    return total


def _record(
    connection: duckdb.DuckDBPyConnection,
    alerts_for: AlertsFor,
    again: Again | None,
    batches: Sequence[LandedBatch],
    now: datetime,
) -> Recorded:
    """Write batches with all they cause, in one transaction."""
    total = nothing
    with transaction(connection):
        first = {
            source for source in {batch.source_id for batch in batches} if health.is_first_crawl(connection, source)
        }
        for baseline in (True, False):
            of_a_kind = [batch for batch in batches if (batch.source_id in first) == baseline]
            if of_a_kind:
                total += _load(connection, alerts_for, again, of_a_kind, Moment(now, baseline=baseline))
    log.info(
        "recorded %s: new documents: %d, findings: %d",
        ", ".join(dict.fromkeys(batch.source_id for batch in batches)),
        total.new_documents,
        len(total.findings),
    )
    return total


def _load(
    connection: duckdb.DuckDBPyConnection,
    alerts_for: AlertsFor,
    again: Again | None,
    batches: Sequence[LandedBatch],
    moment: Moment,
) -> Recorded:
    loaded = load(connection, batches, again)
    made = findings(connection, loaded, relate(connection, loaded), moment)
    showing = _sources_of(loaded.entries, set(loaded.documents))
    for batch in batches:
        health.keep(connection, batch, new=batch.source_id in showing, now=moment.found_at)
        made += (*health.state_findings(batch, moment.found_at), *items.findings(connection, batch, moment.found_at))
    made = ledger.write(connection, made)
    alerts, deliveries = enqueue(connection, alerts_for(made), moment.found_at)
    return Recorded(
        batch_ids=tuple(batch.batch_id for batch in batches),
        new_documents=len(loaded.documents),
        new_versions=len(loaded.versions),
        new_mandates=len(loaded.mandates),
        sightings=loaded.sightings,
        findings=made,
        alerts=alerts,
        deliveries=deliveries,
        rereadings=loaded.rereadings,
    )


def _sources_of(entries: pa.Table, documents: set[str]) -> set[str]:
    """The sources that showed one of these documents."""
    shown = zip(entries["source_id"].to_pylist(), entries["document_id"].to_pylist(), strict=True)
    return {source for source, document in shown if document in documents}


def _is_recorded(connection: duckdb.DuckDBPyConnection, batch: LandedBatch) -> bool:
    return bool(connection.execute("SELECT 1 FROM batches WHERE batch_id = ?", [batch.batch_id]).fetchall())
