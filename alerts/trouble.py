"""What operators are told when a delivery dies or is held in doubt: an alert like any other, by another channel."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from alerts.match import operator_rows
from warehouse.model import Finding
from warehouse.outbox_rows import sha256

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from config.subscriptions import Subscriptions
    from warehouse.model import AlertRow, DeliveryRow

log = logging.getLogger(__name__)


def alarm_rows(subscriptions: Subscriptions, troubles: Sequence[DeliveryRow], now: datetime) -> Sequence[AlertRow]:
    """Alerts for the operators, one message a target that failed; the failing channel itself is left out.

    An alarm that cannot be delivered raises no further alarm, or two dead channels would accuse each other for ever; it
    stays in `mandates outbox list` and in the log.
    """
    findings = []
    for trouble in troubles:
        said = "is held, since it may have arrived" if trouble.state == "uncertain" else "was given up"
        log.error(
            "delivery %s to %s %s: %s",
            trouble.delivery_id[:12],
            trouble.target,
            said,
            trouble.reason or "no reason given",
        )
        if trouble.kinds != ("delivery_state",):
            findings.append(_finding(trouble, said, now))
    return operator_rows(subscriptions, findings, now)


def _finding(trouble: DeliveryRow, said: str, now: datetime) -> Finding:
    begun = trouble.delivery_id[:12]
    note = (
        f"“{trouble.symbol or trouble.title}” for {', '.join(trouble.subscriptions)} {said} after "
        f"{trouble.attempts} attempts: {trouble.reason or 'no reason given'}\n"
        f"Try again: mandates outbox retry {begun}\nDrop it: mandates outbox drop {begun}"
    )
    name = sha256("delivery_state", trouble.delivery_id, trouble.state, now.isoformat())
    target = trouble.target
    return Finding.for_operators("delivery_state", finding_id=name, about=target, title=target, note=note, now=now)
