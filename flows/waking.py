"""The event that wakes the dispatcher.

It may be lost when the server is down or killed: the outbox is the truth, and a sweep follows.
"""

from __future__ import annotations

from prefect.events import emit_event


def wake_dispatcher(findings: int) -> None:
    """Emit one event where something was found; prefect.yaml lets it start the dispatch deployment."""
    if findings:
        emit_event(
            "publications.recorded",
            resource={"prefect.resource.id": "mandates.warehouse"},
            payload={"findings": findings},
        )
