"""The watch flow: remind of mandates that fall due, and show how the sources are."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from prefect import flow
from prefect.artifacts import acreate_table_artifact

from alerts.match import alerts_for
from config.settings import Settings
from config.subscriptions import load_subscriptions
from flows.engine import speak_up
from flows.waking import wake_dispatcher
from warehouse.outbox_due import remind
from warehouse.queries import query
from warehouse.snapshot import publish

log = logging.getLogger(__name__)


@flow(name="watch")
async def watch() -> int:
    """Tell of mandates that fall due in 60 or 14 days or today with no answer seen; how many were told."""
    speak_up()
    settings = Settings()
    now = datetime.now(UTC)
    rows = alerts_for(load_subscriptions(settings.config), now)
    due = await asyncio.to_thread(remind, settings.home, rows, now, wait_seconds=settings.lock_wait_seconds)
    await asyncio.to_thread(publish, settings.home)
    log.info("%d mandates fall due", len(due))
    health = await asyncio.to_thread(query, settings.home, "SELECT * FROM source_health")
    table = [
        {column: "" if value is None else str(value) for column, value in zip(health.columns, row, strict=True)}
        for row in health.rows
    ]
    await acreate_table_artifact(key="source-health", table=table, description="How the sources are")
    wake_dispatcher(len(due))
    return len(due)
