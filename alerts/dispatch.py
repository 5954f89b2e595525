"""Deliver what waits: first what time alone brings is recorded, then all that is due goes out."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from alerts.match import alerts_for
from alerts.model import DispatchReport, TargetError
from alerts.secrecy import address_of, no_prefect
from alerts.sending import Patience, Sending
from alerts.silence import overdue_digests
from alerts.trouble import alarms, closed_targets, held_notice, unreported_lines
from alerts.weekly import weekly_report
from warehouse.outbox.dispatcher import Outbox
from warehouse.outbox.enqueue import tell
from warehouse.outbox.reminders import remind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from alerts.deliver import Channel
    from alerts.model import DispatchRow
    from config.subscriptions import Subscriptions

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def never() -> None:
    """No reason to stop before all that is due has been tried."""


def dispatch(
    home: Path,
    subscriptions: Subscriptions,
    *,
    now: Callable[[], datetime] = utc_now,
    secrets: Callable[[str], str | None] = no_prefect,
    patience: Patience | None = None,
    during_run: bool = False,
    closing_time: Callable[[], str | None] = never,
) -> DispatchReport:
    """Send everything that is due, having first recorded what time alone brings.

    That is deadlines that come near, digests of silence, and the weekly report.

    Several dispatchers may run at once; none sends what another holds. `secrets` gives the value of a Prefect Secret
    block by name. `during_run` leaves it to the dispatch after the run to say what is held, so that it is one message.
    `closing_time` is asked before each delivery: from the moment when it gives a reason, nothing more is sent, what is
    left is anybody's again, and the report has the reason.

    A target whose address is missing or unusable stops its own deliveries only: they wait, the report names the target
    as `unusable`, and operators are notified once a day.

    Raises:
        LockedError: another process holds the warehouse for too long.
    """
    held = frozenset(name for name, target in subscriptions.targets.items() if target.after_doubt == "hold")
    patience = patience or Patience()
    due = remind(home, alerts_for(subscriptions, now()), now())
    tell(home, overdue_digests(home, subscriptions, now()), now())
    tell(home, weekly_report(home, subscriptions, now()), now())
    rows: list[DispatchRow] = []
    unusable: tuple[TargetError, ...] = ()
    left: str | None = None
    outbox = Outbox(
        home,
        hold=held,
        alarm=partial(alarms, subscriptions),
        notice=None if during_run else partial(held_notice, subscriptions),
    )
    with outbox:
        if claimed := outbox.claim(now(), patience.batch):
            # Most sweeps find nothing, and then templates and Apprise, which take longest to load, are not needed.
            from alerts.render import Renderer  # noqa: PLC0415 - see above

            channels, closed = open_channels(subscriptions, home, secrets)
            sending = Sending(subscriptions, channels, closed, Renderer(subscriptions), outbox, now, patience, rows)
            while claimed:
                try:
                    for delivery in claimed:
                        if (left := closing_time()) is not None:
                            break
                        sending.take(delivery, home)
                finally:
                    for channel in channels.values():
                        channel.session.close()
                tell(home, closed_targets(subscriptions, closed, now()), now())
                claimed = outbox.claim(now(), patience.batch) if left is None else ()
            unusable = tuple(closed.values())
    for line in (*unreported_lines(outbox.unreported), *map(str, unusable)):
        log.error("%s", line)
    return DispatchReport(tuple(rows), outbox.unreported, unusable, left, due)


def open_channels(
    subscriptions: Subscriptions, home: Path, secrets: Callable[[str], str | None] = no_prefect
) -> tuple[Mapping[str, Channel], Mapping[str, TargetError]]:
    """A checked way to every target that is used, and what is wrong with those that have none, with file and line."""
    from alerts.deliver import open_channel  # noqa: PLC0415 - Apprise takes 0.4 s to load, and checks of YAML need none of it

    used = {name for subscription in subscriptions.subscriptions for name in subscription.targets}
    channels, closed = {}, {}
    for name, target in subscriptions.targets.items():
        if name not in used and name not in subscriptions.operators:
            continue
        try:
            channels[name] = open_channel(target, address_of(target, secrets), home)
        except TargetError as error:
            closed[name] = error
    return channels, closed
