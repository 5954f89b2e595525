"""Silence that means "nothing new", as opposed to silence because nobody could look."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from alerts.clock import last_digest
from warehouse.findings.finding import Finding
from warehouse.model import AlertRow, SourceCheck
from warehouse.outbox.history import source_checks, written_digests
from warehouse.outbox.rows import sha256

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from config.subscriptions import Subscriptions

# A source may miss a round; it is unread when it was not read for twice its interval, and never before a day is over.
patience = timedelta(days=1)
# A digest that was due earlier than this is not made up for.
recent = timedelta(days=1)


def unread_sources(home: Path, sources_yaml: Path | None, now: datetime) -> tuple[SourceCheck, ...]:
    """The sources that should have been read and were not; without `sources.yaml` none is expected.

    Raises:
        ConfigError: `sources.yaml` cannot be used.
    """
    if sources_yaml is None or not sources_yaml.exists():
        return ()
    from config.sources import load_sources  # noqa: PLC0415 - most sweeps ask no source's cadence, and it takes 45 ms to load

    last = {check.source_id: check.last_success for check in source_checks(home)}
    expected = [source for source in load_sources(sources_yaml) if source.enabled]
    late = (
        SourceCheck(source.id, last.get(source.id))
        for source in expected
        if (read := last.get(source.id)) is None or now - read > max(patience, 2 * source.every)
    )
    return tuple(late)


def overdue_digests(home: Path, subscriptions: Subscriptions, now: datetime) -> Sequence[AlertRow]:
    """Digests that were due and had nothing to tell, while sources stay unread: these are sent to say so.

    A source that was never read yet is no news; a new installation does not begin with an alarm.
    """
    if subscriptions.folder is None:
        return ()
    due = {
        (target, name): subscription
        for subscription in subscriptions.subscriptions
        if subscription.mode != "at_once"
        for name, moment in [last_digest(subscription, now)]
        if now - moment < recent
        for target in subscription.targets
    }
    missing = due.keys() - written_digests(home, [name for _, name in due]) if due else set()
    if not missing:
        return ()
    unread = [check for check in unread_sources(home, subscriptions.folder / "sources.yaml", now) if check.last_success]
    if not unread:
        return ()
    return [
        AlertRow(_finding(name, unread, now), due[target, name].name, target, now, digest=name)
        for target, name in sorted(missing)
    ]


def _finding(name: str, unread: Sequence[SourceCheck], now: datetime) -> Finding:
    names = tuple(check.source_id for check in unread)
    return Finding.for_operators(
        "source_state",
        finding_id=sha256("source_state", "unread", name),
        about="sources:unread",
        title=", ".join(names),
        note=None,
        now=now,
        sources=names,
    )
