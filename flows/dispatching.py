"""The dispatch flow: deliver what waits in the outbox.

An event wakes it and a schedule sweeps; the outbox is the truth.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from prefect import flow, runtime
from prefect.states import Failed

from alerts.escape import markdown
from alerts.trouble import in_words, unreported_lines
from config.settings import Settings
from flows.artifacts import DELIVERIES, show_table
from flows.delivering import deliver_now
from flows.engine import run_name, speak_up
from flows.events import announce
from flows.report import delivery_line
from flows.states import completed

if TYPE_CHECKING:
    from alerts.model import DispatchReport, DispatchRow
    from warehouse.model import DeliveryRow

log = logging.getLogger(__name__)


@flow(name="dispatch", flow_run_name=run_name("Pending alerts"))
async def dispatch() -> DispatchReport:
    """Deliver every alert that is due: each at least once, or a person is notified that it was not.

    The run fails while a delivery has died, or is held in doubt, and no operator could be notified by a message, and
    while deliveries wait for a target that has no usable address.
    """
    speak_up()
    await until_scheduled()
    report = await asyncio.to_thread(deliver_now, Settings())
    line = delivery_line(report)
    log.info(line)
    await show_deliveries(report)
    announce((), report)
    # Prefect takes a returned state as the run's own.
    if report.unreported or report.unusable:
        message = "\n".join([*map(str, report.unusable), *unreported_lines(report.unreported)])
        return cast("DispatchReport", Failed(data=report, message=message))
    return cast("DispatchReport", completed(report, line, is_idle=True, delivered=report))


async def until_scheduled() -> None:
    """Wait for the scheduled time: Prefect may start a run up to half a second early, when no digest is due yet."""
    scheduled: datetime | None = runtime.flow_run.scheduled_start_time
    if scheduled is not None:
        early = (scheduled - datetime.now(UTC)).total_seconds()
        await asyncio.sleep(min(max(early, 0), 1))


async def show_deliveries(report: DispatchReport) -> None:
    """Leave one table in the Prefect UI of what became of each delivery, if there is any."""
    if table := [*map(_unreported_row, report.unreported), *map(_row, report.rows)]:
        await show_table(DELIVERIES, table, markdown(delivery_line(report)))


def _row(row: DispatchRow) -> dict[str, str]:
    return {
        "target": row.target,
        "subject": markdown(row.subject),
        "state": row.state,
        "reason": markdown(row.reason or ""),
    }


def _unreported_row(row: DeliveryRow) -> dict[str, str]:
    return {
        "target": row.target,
        "subject": markdown(row.symbol or row.title),
        "state": f"{row.state}, and no operator notified",
        "reason": markdown(in_words(row)),
    }
