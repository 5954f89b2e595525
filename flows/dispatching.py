"""The dispatch flow: deliver what waits in the outbox.

An event wakes it and a schedule sweeps; the outbox is the truth.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, cast

from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed, Failed

from alerts.escape import markdown
from alerts.trouble import in_words, untold_lines
from config.settings import Settings
from flows.delivering import deliver_now
from flows.engine import run_name, speak_up
from flows.report import delivery_line

if TYPE_CHECKING:
    from alerts.model import DispatchReport, DispatchRow
    from warehouse.model import DeliveryRow

log = logging.getLogger(__name__)


@flow(name="dispatch", flow_run_name=run_name("Pending alerts"))
async def dispatch() -> DispatchReport:
    """Deliver every alert that is due: each at least once, or a person is told that it was not.

    The run fails while a delivery has died, or is held in doubt, of which no operator could be told by a message, and
    while deliveries wait for a target that has no usable address.
    """
    speak_up()
    report = await asyncio.to_thread(deliver_now, Settings())
    line = delivery_line(report)
    log.info(line)
    if table := [*map(_untold_row, report.untold), *map(_row, report.rows)]:
        await acreate_table_artifact(key="deliveries", table=table, description=markdown(line))
    # Prefect takes a returned state as the run's own.
    if report.untold or report.unusable:
        message = "\n".join([*map(str, report.unusable), *untold_lines(report.untold)])
        return cast("DispatchReport", Failed(data=report, message=message))
    return cast("DispatchReport", Completed(data=report, message=line))


def _row(row: DispatchRow) -> dict[str, str]:
    return {
        "target": row.target,
        "subject": markdown(row.subject),
        "state": row.state,
        "reason": markdown(row.reason or ""),
    }


def _untold_row(row: DeliveryRow) -> dict[str, str]:
    return {
        "target": row.target,
        "subject": markdown(row.symbol or row.title),
        "state": f"{row.state}, and no operator notified",
        "reason": markdown(in_words(row)),
    }
