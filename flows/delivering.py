"""Delivery and what surrounds it: secrets from Prefect where a target asks for one, and the snapshot afterwards."""

from __future__ import annotations

import logging
import time
import traceback
from typing import TYPE_CHECKING, Any

from alerts.dispatch import dispatch, never
from alerts.model import AlertsError, DispatchReport
from alerts.secrecy import redactor
from config.settings import Settings
from config.strict_yaml import ConfigError
from config.subscriptions import load_subscriptions
from flows.engine import prepare
from flows.last_runs import noted
from warehouse.model import WarehouseError
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

# How long a run goes on sending after its last recording. Schedules skip a run while the last one is at work, so a mail
# server that takes its time must not keep the next crawl waiting; a dispatch run has all the time it needs.
GRACE_SECONDS = 30.0


def deliver_now(settings: Settings) -> DispatchReport:
    """Deliver everything that is due. Claims are exclusive, so nothing goes out twice however many do this at once."""
    with noted(settings.home, "dispatch"):
        report = deliver_due(settings)
        if report.rows:
            # Analysts see what became of an alert as soon as anybody does.
            publish(settings.home)
    return report


def deliver_due(
    settings: Settings, *, during_run: bool = False, closing_time: Callable[[], str | None] = never
) -> DispatchReport:
    """The same without publishing the snapshot."""
    subscriptions = load_subscriptions(settings.config)
    return dispatch(
        settings.home, subscriptions, secrets=prefect_secret, during_run=during_run, closing_time=closing_time
    )


def deliver_recorded(
    settings: Settings, *, during_run: bool = False, closing_time: Callable[[], str | None] = never
) -> DispatchReport:
    """Deliver on behalf of a run that has recorded something. Whatever goes wrong is logged, and is not the run's.

    What was not delivered waits in the outbox, and the report says in `left` why.
    """
    try:
        report = deliver_due(settings, during_run=during_run, closing_time=closing_time)
    except (AlertsError, ConfigError, WarehouseError, OSError) as error:
        report = DispatchReport(left=redactor.clean(str(error)))
    except Exception as error:  # noqa: BLE001 - what is wrong with a delivery is not wrong with what was recorded
        log.error("%s", redactor.clean("".join(traceback.format_exception(error))))  # noqa: TRY400 - a message may hold an address
        report = DispatchReport(left=f"internal error while delivering ({type(error).__name__})")
    if report.left is not None:
        log.warning("%s; the remaining messages wait for the next dispatch", report.left)
    return report


def grace() -> Callable[[], str | None]:
    """A closing time `GRACE_SECONDS` from now."""
    end = time.monotonic() + GRACE_SECONDS

    def closing_time() -> str | None:
        if time.monotonic() < end:
            return None
        return f"delivery was not finished {GRACE_SECONDS:.0f} s after the last recording"

    return closing_time


def prefect_secret(name: str) -> str | None:
    """The value of a Prefect Secret block; None where there is none. Prefect is loaded only where a target asks."""
    # Without a server the blocks lie where runs of this home keep Prefect's state.
    prepare(Settings().home)
    from prefect.blocks.system import Secret

    try:
        block: Any = Secret.load(name, _sync=True)  # type: ignore[call-arg]  # the decorator adds it
    except ValueError:
        return None
    value = block.get()
    return None if value is None else str(value)
