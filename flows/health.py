"""How the configured sources are now: their settings, and their history in the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapers.crawl.crawl import due_at
from scrapers.crawl.delays import in_days, in_minutes
from warehouse.query.source_states import source_states

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.sources import Source
    from scrapers.crawl.health import Health
    from warehouse.query.source_states import SourceState


@dataclass(frozen=True, slots=True)
class SourceNow:
    """How a source is doing, when it last answered, and from when on it is due (UTC); None where that is not known."""

    health: Health
    last_success: datetime | None
    next_poll: datetime | None


def sources_now(home: Path, sources: Sequence[Source]) -> list[SourceNow]:
    """How each source is doing; one that was never polled is late. Sources no longer configured come last."""
    states = source_states(home, sources, datetime.now(UTC))
    return [SourceNow(each.health, each.history.last_success, _next_poll(each)) for each in states]


def healths(home: Path, sources: Sequence[Source]) -> list[Health]:
    """The health of each source, in that order."""
    return [each.health for each in sources_now(home, sources)]


def _next_poll(each: SourceState) -> datetime | None:
    source, history = each.source, each.history
    if source is None or not source.enabled:
        return None
    return due_at(source, history.failures, history.last_crawl, history.last_success)


def delay_words(health: Health) -> tuple[str, str, str]:
    """The delays of the last 90 days for tables: published to listed, to recorded, to notified; or "unknown"."""
    lately = health.delays.lately
    return in_days(lately.listed_days), in_minutes(lately.recorded_minutes), in_minutes(lately.notified_minutes)


def print_delays(found: Sequence[Health]) -> None:
    """Print the delays of the sources that had something new, and name the others, whose delays are unknown."""
    import click

    from flows.grid import print_grid

    known = [health for health in found if health.delays.lately.documents]
    if known:
        click.echo()
        print_grid(
            ("source", "new in 90 days", "listed after", "recorded after", "notified after"),
            [(health.source_id, f"{health.delays.lately.documents:,}", *delay_words(health)) for health in known],
        )
    if rest := [health.source_id for health in found if not health.delays.lately.documents]:
        click.echo(f"delays unknown, because nothing new was listed in the last 90 days: {', '.join(rest)}")
