"""The watch flow: how the sources are, as a table that operators see in the Prefect UI."""

from __future__ import annotations

import asyncio
import logging

from prefect import flow
from prefect.artifacts import acreate_table_artifact

from alerts.escape import markdown
from config.settings import Settings
from flows.engine import speak_up
from warehouse.queries import query

log = logging.getLogger(__name__)


@flow(name="watch")
async def watch() -> int:
    """Show the state of every source; how many of them are not healthy."""
    speak_up()
    health = await asyncio.to_thread(query, Settings().home, "SELECT * FROM source_health")
    table = [
        {column: "" if value is None else markdown(value) for column, value in zip(health.columns, row, strict=True)}
        for row in health.rows
    ]
    ill = [row for row in table if row.get("state") != "healthy"]
    for row in ill:
        log.warning("%s is %s: %s", row.get("source_id"), row.get("state"), row.get("error", ""))
    await acreate_table_artifact(key="source-health", table=table, description="How the sources are")
    return len(ill)
