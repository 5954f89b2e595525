"""The dispatch flow: deliver what waits in the outbox. Woken by an event, swept on a schedule; the outbox is the truth."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from prefect import flow
from prefect.artifacts import acreate_table_artifact

from alerts.dispatch import DispatchReport
from alerts.dispatch import dispatch as deliver_waiting
from config.settings import Settings
from config.subscriptions import load_subscriptions
from flows.engine import speak_up

if TYPE_CHECKING:
    pass

log = logging.getLogger(__name__)


@flow(name="dispatch")
async def dispatch() -> DispatchReport:
    """Deliver every alert that is due, each at least once or with a person told that it was not."""
    speak_up()
    settings = Settings()
    report = await asyncio.to_thread(deliver_waiting, settings.home, load_subscriptions(settings.config))
    return report
