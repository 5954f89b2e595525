"""The watch flow: updates the health page that operators see in the Prefect UI.

Alarms about failing and late sources come with their own crawls; only this flow can see a source that is not polled at
all.
"""

from __future__ import annotations

import asyncio
import logging
from typing import cast

from prefect import flow
from prefect.states import Completed

from config.settings import Settings
from flows.artifacts import show_health
from flows.condition import condition
from flows.engine import run_name, speak_up
from flows.health_page import headline
from flows.last_runs import noted

log = logging.getLogger(__name__)


@flow(name="watch", flow_run_name=run_name("State of the sources"))
async def watch() -> int:
    """Update the health page; the result is how many of the sources that are on are not healthy."""
    speak_up()
    with noted(Settings().home, "watch"):
        now = await asyncio.to_thread(condition, Settings())
    on = [each.health for each in now.sources if each.health.state not in {"off", "unlisted"}]
    for health in on:
        if health.state != "healthy" or health.items.failed:
            log.warning("%s is %s: %s", health.source_id, health.words, health.why)
    await show_health(now)
    # Prefect takes a returned state as the run's own, and shows its sentence.
    ill = sum(health.state != "healthy" for health in on)
    return cast("int", Completed(data=ill, message=headline(now)))
