"""Delivery and what surrounds it: secrets from Prefect where a target asks for one, and the snapshot afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alerts.dispatch import dispatch
from config.settings import Settings
from config.subscriptions import load_subscriptions
from flows.engine import prepare
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from alerts.model import DispatchReport


def deliver_now(settings: Settings) -> DispatchReport:
    """Deliver everything that is due. Claims are exclusive, so nothing goes out twice however many do this at once."""
    report = deliver_due(settings)
    if report.rows:
        # Analysts see what became of an alert as soon as anybody does.
        publish(settings.home, wait_seconds=settings.lock_wait_seconds)
    return report


def deliver_due(settings: Settings, *, during_run: bool = False) -> DispatchReport:
    """The same without publishing the snapshot."""
    subscriptions = load_subscriptions(settings.config)
    return dispatch(settings.home, subscriptions, secrets=prefect_secret, during_run=during_run)


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
