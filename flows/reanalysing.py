"""Applying today's rules to everything that was kept, for the command and the flow, and the result in sentences."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from alerts.figures import counted
from alerts.match import alerts_for
from config.subscriptions import load_subscriptions
from flows.last_runs import noted
from flows.progress import unwatched
from flows.rereading import todays_reader
from warehouse.findings.reanalysis import reanalyse
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Settings
    from flows.progress import Progress
    from warehouse.findings.reanalysis import Reanalysed


def apply_todays_rules(
    settings: Settings, *, texts: bool, apply: bool, notify: bool, progress: Progress = unwatched
) -> Reanalysed:
    """Apply the rules to what was kept, or also read its bytes again (`texts`); see `reanalyse` for the rest.

    For a thread without a running event loop. `progress` hears how many texts were read.

    Raises:
        ConfigError: the subscriptions or the sources cannot be used.
        WarehouseError: the warehouse cannot be read or written; what was applied before stays.
    """
    matcher = alerts_for(load_subscriptions(settings.config), datetime.now(UTC)) if apply else None
    with noted(settings.home, "reanalyse"), todays_reader(settings, texts=texts) as reader:
        done = reanalyse(
            settings.home,
            reader,
            apply=apply,
            notify=notify,
            alerts_for=matcher,
            tell=lambda done, total: progress(done, total, f"{done:,} of {counted(total, 'text')} read"),
        )
    if apply:
        publish(settings.home)
    return done


def reanalysed_lines(done: Reanalysed, *, apply: bool, notify: bool) -> Iterator[str]:
    """What changes or has changed, and who was notified of it."""
    numbers = Counter((change.unit, change.change) for change in done.changes)
    for unit in ("clause", "mandate"):
        gained, lost, changed = (numbers[unit, change] for change in ("gained", "lost", "changed"))
        yield f"{unit}s: {gained} gained, {lost} lost, {changed} changed"
    yield f"{done.texts} texts read again, {done.read_otherwise} of them read differently"
    if notify:
        yield f"applied; {len(done.findings)} mandates that nobody was notified of, {done.alerts} alerts"
    elif apply:
        yield "applied; nobody was notified of what is new"
    if done.corrected or done.held:
        held = f", {done.held} held (mandates outbox release)" if done.held else ""
        yield f"{done.corrected} corrections of what people were notified of{held}"
