"""The event that wakes the dispatcher.

A run delivers what it recorded; the event is for what it had to leave. It may be lost when the server is down or
killed: the outbox is the truth, and a sweep follows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.events import emit_event

if TYPE_CHECKING:
    from alerts.model import DispatchReport


def wake_dispatcher(delivered: DispatchReport) -> None:
    """Emit one event where a run left something to do; prefect.yaml lets it start the dispatch deployment.

    That is messages that were not tried, and deliveries of which no operator could be notified: these make each
    dispatch run fail until somebody takes care of them.
    """
    if delivered.left is None and not delivered.unreported:
        return
    emit_event(
        "deliveries.left",
        resource={"prefect.resource.id": "mandates.warehouse"},
        payload={"reason": delivered.left or "no operator could be notified of a failed delivery"},
    )
