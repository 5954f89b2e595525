"""The watch flow: how the sources are, as a table that operators see in the Prefect UI.

Alarms of failing and late sources come with their own crawls; what only this flow can see is a source that is not
asked at all.
"""

from __future__ import annotations

import asyncio
import logging
from typing import cast

from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.states import Completed

from alerts.escape import markdown
from alerts.figures import counted
from config.settings import Settings
from config.sources import load_sources
from flows.engine import run_name, speak_up
from flows.health import delay_words, healths

log = logging.getLogger(__name__)


@flow(name="watch", flow_run_name=run_name("State of the sources"))
async def watch() -> int:
    """Show the state of every source that is on or was; how many of those that are on are not healthy."""
    speak_up()
    settings = Settings()
    sources = load_sources(settings.config / "sources.yaml")
    found = [each for each in await asyncio.to_thread(healths, settings.home, sources) if each.state != "off"]
    on = [health for health in found if health.state != "unlisted"]
    ill = [health for health in on if health.state != "healthy"]
    for health in on:
        if health.state != "healthy" or health.items.failed:
            log.warning("%s is %s: %s", health.source_id, health.words, health.why)
    table = [
        {
            "source": markdown(health.source_id),
            "state": health.words,
            "why": markdown(health.why),
            "waiting": health.items.waiting,
            "filtered out": health.items.filtered,
            "failed": health.items.failed,
            "since": f"{health.since:%Y-%m-%d %H:%M}" if health.since else "",
            **dict(zip(("listed after", "recorded after", "notified after"), delay_words(health), strict=True)),
        }
        for health in sorted(found, key=lambda health: (health.state == "healthy", not health.items.failed))
    ]
    failed = sum(health.items.failed for health in on)
    line = f"{len(on) - len(ill)} of {len(on)} sources are healthy"
    line += f"; {counted(failed, 'item')} could not be read" if failed else ""
    await acreate_table_artifact(key="source-health", table=table, description=line)
    # Prefect takes a returned state as the run's own, and shows its sentence.
    return cast("int", Completed(data=len(ill), message=line))
