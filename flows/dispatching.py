"""The dispatch flow: deliver what waits in the outbox.

An event wakes it and a schedule sweeps; the outbox is the truth.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, cast

from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed

from alerts.escape import markdown
from config.settings import Settings
from flows.delivering import deliver_now
from flows.engine import speak_up
from flows.report import delivery_line

if TYPE_CHECKING:
    from alerts.dispatch import DispatchReport

log = logging.getLogger(__name__)


@flow(name="dispatch")
async def dispatch() -> DispatchReport:
    """Deliver every alert that is due: each at least once, or a person is told that it was not."""
    speak_up()
    report = await asyncio.to_thread(deliver_now, Settings())
    line = delivery_line(report)
    log.info(line)
    if report.rows:
        table = [
            {
                "target": row.target,
                "subject": markdown(row.subject),
                "state": row.state,
                "reason": markdown(row.reason or ""),
            }
            for row in report.rows
        ]
        await acreate_table_artifact(key="deliveries", table=table, description=line)
    # Prefect takes a returned state as the run's own.
    return cast("DispatchReport", Completed(data=report, message=line))
