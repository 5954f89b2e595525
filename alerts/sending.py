"""One dispatch at work: each claimed delivery is rendered, sent once, and brought to its next state."""

from __future__ import annotations

import logging
import random
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from alerts.clock import after_quiet
from alerts.match import operators_name
from alerts.model import AlertsError, DispatchRow, Outcome
from alerts.silence import unread_sources
from warehouse.outbox.history import covered_series

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from alerts.deliver import Channel
    from alerts.model import Message, TargetError
    from alerts.render import Renderer
    from config.subscriptions import Subscriptions
    from warehouse.model import Delivery, DeliveryRow, DeliveryState, SourceCheck
    from warehouse.outbox.dispatcher import Outbox
    from warehouse.query.coverage import SeriesCoverage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a delivery is tried and how long it waits in between: doubling, up to `longest`, with jitter.

    The defaults try for about a day and a half. A target that fails `rests_after` times in a row is left alone until
    the first wait is over, so that one dead server does not hold up the others. Slack takes one message a second and
    channel; Apprise's own pause is lost with the used object, so it is kept here.
    """

    attempts: int = 10
    first: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(hours=6)
    rests_after: int = 3
    batch: int = 50
    slack_pause: timedelta = timedelta(seconds=1.2)

    def wait(self, attempt: int) -> timedelta:
        """How long after attempt number `attempt` (from 1) the next one comes."""
        seconds = min(self.first.total_seconds() * 2 ** min(attempt - 1, 30), self.longest.total_seconds())
        return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries, guards nothing


@dataclass(slots=True)
class Sending:
    """One dispatch at work: what it works with, and what it has done so far."""

    subscriptions: Subscriptions
    channels: Mapping[str, Channel]
    closed: Mapping[str, TargetError]
    renderer: Renderer
    outbox: Outbox
    now: Callable[[], datetime]
    patience: Patience
    rows: list[DispatchRow]
    failures: dict[str, int] = field(default_factory=dict)
    paused: dict[str, float] = field(default_factory=dict)
    series: tuple[SeriesCoverage, ...] | None = None

    def take(self, delivery: Delivery, home: Path) -> None:
        """Bring one claimed delivery to its next state."""
        moment = self._not_yet(delivery)
        if moment is not None:
            self.outbox.settle(delivery, "pending", now=self.now(), due_at=moment[0], note=moment[1])
            return
        message, outcome = self._send(delivery, home)
        self._settle(delivery, message.subject if message else "", outcome)

    def _not_yet(self, delivery: Delivery) -> tuple[datetime, str] | None:
        now = self.now()
        if (error := self.closed.get(delivery.target)) is not None:
            return now + self.patience.wait(1), str(error)
        channel = self.channels.get(delivery.target)
        # Whoever claims it after us must not find us still sending it.
        if channel is not None and now + timedelta(seconds=channel.longest) > delivery.lease_until:
            return now, "the lease was running out"
        if self.failures.get(delivery.target, 0) >= self.patience.rests_after:
            return now + self.patience.wait(1), "the target is paused after several failures in a row"
        asked = self.subscriptions.named(delivery.subscriptions)
        if asked and operators_name not in delivery.subscriptions:
            moment = min(after_quiet(subscription, now) for subscription in asked)
            if moment > now:
                return moment, "quiet hours"
        return None

    def _send(self, delivery: Delivery, home: Path) -> tuple[Message | None, Outcome]:
        from alerts.deliver import deliver  # noqa: PLC0415 - see open_channels

        channel = self.channels.get(delivery.target)
        if channel is None:
            why = "subscriptions.yaml no longer uses a target with this name; add it again to retry"
            return None, Outcome("refused", 0.0, why, final=True)
        unread = self._unread(home) if delivery.digest else ()
        unreported = self._to_report(delivery.target)
        try:
            series = self._series(home) if delivery.digest else ()
            message = self.renderer.render(delivery, channel.dress, unread, unreported, series)
        except AlertsError as error:
            log.error("delivery %s cannot be rendered: %s", delivery.delivery_id[:12], error)  # noqa: TRY400 - the sentence says it all
            return None, Outcome("refused", 0.0, str(error))
        except Exception as error:
            # A finding that we cannot put into words must not hold up all others.
            log.exception("delivery %s cannot be rendered", delivery.delivery_id[:12])
            return None, Outcome("refused", 0.0, f"cannot be rendered: {type(error).__name__}")
        if channel.dress == "slack":
            time.sleep(max(0.0, self.paused.get(delivery.target, 0.0) - time.monotonic()))
        self.outbox.sending(delivery, now=self.now())
        outcome = deliver(channel, message, more_follow=True)
        self.paused[delivery.target] = time.monotonic() + self.patience.slack_pause.total_seconds()
        if outcome.verdict == "accepted":
            self.outbox.reported(unreported)
        return message, outcome

    def _to_report(self, target: str) -> tuple[DeliveryRow, ...]:
        """What no operator has had word of goes along with the next message to one; a terminal shows subjects only."""
        can_read = target in self.subscriptions.operators and self.subscriptions.targets[target].url != "terminal"
        return self.outbox.unreported if can_read else ()

    def _unread(self, home: Path) -> Sequence[SourceCheck]:
        folder = self.subscriptions.folder
        return unread_sources(home, folder / "sources.yaml" if folder is not None else None, self.now())

    def _series(self, home: Path) -> tuple[SeriesCoverage, ...]:
        """The coverage of counted series, asked for once a dispatch."""
        if self.series is None:
            self.series = covered_series(home)
        return self.series

    def _settle(self, delivery: Delivery, subject: str, outcome: Outcome) -> None:
        now = self.now()
        attempt = delivery.attempts + 1
        state: DeliveryState
        due_at = now + self.patience.wait(attempt)
        if outcome.verdict == "accepted":
            state = "sent"
        elif outcome.final or attempt >= self.patience.attempts:
            state = "dead"
        else:
            state = "failed" if outcome.verdict == "refused" else "uncertain"
        target = self.subscriptions.targets.get(delivery.target)
        held = state == "uncertain" and target is not None and target.after_doubt == "hold"
        gone = state in {"sent", "dead"} or held
        if state == "dead" and outcome.verdict == "uncertain":
            # The last doubt counts as one too.
            self.outbox.settle(delivery, "uncertain", now=now, seconds=outcome.seconds, note=outcome.reason)
        self.outbox.settle(
            delivery, state, now=now, due_at=None if gone else due_at, seconds=outcome.seconds, note=outcome.reason
        )
        answered = outcome.verdict == "accepted" or outcome.final
        self.failures[delivery.target] = 0 if answered else self.failures.get(delivery.target, 0) + 1
        if state != "sent":
            log.warning("delivery %s to %s: %s (%s)", delivery.delivery_id[:12], delivery.target, state, outcome.reason)
        names = ", ".join(delivery.subscriptions)
        findings = tuple(finding.finding_id for finding in delivery.findings)
        row = DispatchRow(delivery.delivery_id, names, delivery.target, subject, state, outcome.reason, findings)
        self.rows.append(row)
