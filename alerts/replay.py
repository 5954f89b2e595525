"""What a subscription, as it is today, would have received in some days past; nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from alerts.clock import after_quiet
from alerts.compose import compose
from alerts.match import alerts_for, matches
from warehouse.findings.finding_store import findings_between
from warehouse.model import AlertRow
from warehouse.outbox.dry_run import DryOutbox
from warehouse.outbox.muting import not_muted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from config.subscriptions import Subscription, Subscriptions
    from warehouse.findings.finding import Finding

# Findings so close to each other were made by one run, which records every few seconds.
_ONE_RUN = timedelta(minutes=1)
# What waits for a weekly digest, and then for the end of quiet hours, was found at most so long before.
_WAITED = timedelta(days=8)
# Whoever was notified of a mandate by one of these gets its corrections, whatever the subscription asks for.
_NOTIFIED_BY = frozenset(
    {"new_mandate", "changed_clause", "mandate_due", "mandate_overdue", "mandate_renewed", "reading_corrected"}
)
_CORRECTIONS = frozenset({"reading_corrected", "corrigendum"})


@dataclass(frozen=True, slots=True)
class Replayed:
    """One message: when it would have gone out (UTC), to which target, and what it would have said.

    `held` is why it would have waited for an operator's approval first.
    """

    at: datetime
    target: str
    subject: str
    digest: str | None
    findings: int
    held: str | None


def replay(
    home: Path, subscriptions: Subscriptions, subscription: Subscription, since: datetime, until: datetime
) -> tuple[Replayed, ...]:
    """The messages between these times (UTC, the second exclusive), from the recorded findings, earliest first.

    Mandates that are muted today are left out, and so are digests that would only have named unread sources.
    """
    alone = replace(subscriptions, subscriptions=(subscription,), operators=())
    found = not_muted(home, findings_between(home, since - _WAITED, until))
    known = findings_between(home, None, until) if any(each.kind in _CORRECTIONS for each in found) else ()
    with DryOutbox() as outbox:
        for run in _runs(found):
            match = alerts_for(alone, run[0].found_at)
            for moment, together in groupby(run, key=lambda each: each.found_at):
                group = list(together)
                rows = list(match(group))
                reached = {row.finding.finding_id for row in rows}
                left = [each for each in group if each.kind in _CORRECTIONS and each.finding_id not in reached]
                outbox.put([*rows, *_corrections(subscription, known, left)], moment)
        made = outbox.deliveries()
    return tuple(
        Replayed(
            each.at,
            each.delivery.target,
            compose(each.delivery, alone).subject,
            each.delivery.digest,
            len(each.delivery.findings),
            each.held,
        )
        for each in made
        if since <= each.at < until
    )


def _runs(found: Sequence[Finding]) -> Iterator[list[Finding]]:
    """The findings of each run; they come oldest first."""
    run: list[Finding] = []
    for each in found:
        if run and each.found_at - run[-1].found_at > _ONE_RUN:
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _corrections(
    subscription: Subscription, known: Sequence[Finding], corrections: Sequence[Finding]
) -> Iterator[AlertRow]:
    for each in corrections:
        names = {each.clause.mandate_id, each.clause.task_key} - {None}
        if any(
            {former.clause.mandate_id, former.clause.task_key} & names
            for former in known
            if former.found_at < each.found_at
            and former.kind in _NOTIFIED_BY
            and not (former.baseline and subscription.first_crawl == "silent")
            and matches(subscription, former, former.found_at.date())
        ):
            moment = after_quiet(subscription, each.found_at)
            for target in subscription.targets:
                yield AlertRow(each, subscription.name, target, moment, language=subscription.language)
