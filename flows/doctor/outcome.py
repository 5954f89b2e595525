"""What comes of it all: how the sources answer, and whether messages arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from alerts.figures import counted
from config.sources import load_sources
from flows.doctor.diagnosis import good, problem, warning
from flows.health import healths
from warehouse.query import condition
from warehouse.store.database import live_path
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.settings import Settings
    from flows.doctor.diagnosis import Diagnosis

# A dispatch every five minutes leaves nothing waiting but quiet hours and digests, which have a time of their own.
OVERDUE = timedelta(hours=1)
NAMED = 5


def sources(settings: Settings) -> Iterator[Diagnosis]:
    """Which sources do not answer as they should, once anything has run."""
    if not snapshot_path(settings.home).exists():
        return
    configured = load_sources(settings.config / "sources.yaml")
    found = [health for health in healths(settings.home, configured) if health.state in {"failing", "late", "blocked"}]
    crawled = {crawl.source_id for crawl in condition.last_crawls(settings.home)}
    never = [health.source_id for health in found if health.source_id not in crawled]
    if never:
        names = ", ".join(never[:NAMED]) + (" …" if len(never) > NAMED else "")
        yield problem(
            "sources",
            f"{counted(len(never), 'source was', 'sources were')} never polled: {names}",
            f"new publications of {'this source' if len(never) == 1 else 'these sources'} are missed",
            "mandates run",
        )
    answered = [health for health in found if health.source_id in crawled]
    for health in answered[:NAMED]:
        yield problem(
            "sources",
            f"{health.source_id} is {health.words}: {health.why}",
            "new publications of this source are missed",
            f"mandates sources check {health.source_id} --live",
        )
    if len(answered) > NAMED:
        yield problem(
            "sources",
            f"and {len(answered) - NAMED} more do not answer as they should",
            "",
            "see the whole list: mandates sources status",
        )
    if not found:
        yield good("sources", "none is failing, late or blocked")


def runs(settings: Settings) -> Iterator[Diagnosis]:
    """Whether anything has run lately."""
    if not snapshot_path(settings.home).exists():
        # Where there is a warehouse, something has run; `storage.published` says that its snapshot is missing.
        if not live_path(settings.home).exists():
            yield warning("runs", "nothing has run here yet", "nobody is notified of anything", "mandates run")
        return
    on = [source for source in load_sources(settings.config / "sources.yaml") if source.enabled]
    last = max((crawl.polled for crawl in condition.last_crawls(settings.home)), default=None)
    soonest = min((source.every for source in on), default=timedelta(days=1))
    if last is None:
        yield warning("runs", "no source was ever polled", "nobody is notified of anything", "mandates run")
    elif datetime.now(UTC) - last > 3 * max(soonest, timedelta(hours=1)):
        yield problem(
            "runs",
            f"no source has been polled since {last:%Y-%m-%d %H:%M} UTC, although one is due every {soonest}",
            "new publications are missed",
            "check that cron, the timer or the worker still starts runs; to start one by hand: mandates run",
        )
    else:
        yield good("runs", f"a source was last polled at {last:%Y-%m-%d %H:%M} UTC")


def outbox(settings: Settings) -> Iterator[Diagnosis]:
    """Deliveries that were given up, wait for an operator, or are overdue."""
    if not snapshot_path(settings.home).exists():
        return
    found = condition.outbox(settings.home, datetime.now(UTC) - OVERDUE)
    dead, held, failed = (found.states[state] for state in ("dead", "held", "failed"))
    if dead:
        yield problem(
            "outbox",
            f"{counted(dead, 'delivery was', 'deliveries were')} given up",
            "somebody was not notified",
            "mandates outbox list --state dead; then mandates outbox retry ID or drop ID",
        )
    if found.undecided:
        yield problem(
            "outbox",
            f"{counted(found.undecided, 'delivery', 'deliveries')} may or may not have arrived; somebody has to decide",
            "somebody may not have been notified",
            "mandates outbox list --state uncertain; then mandates outbox retry ID or drop ID",
        )
    if failed:
        yield warning(
            "outbox",
            f"{counted(failed, 'delivery', 'deliveries')} did not get through and will be tried again",
            "people are notified late, or not at all if it does not help",
            "mandates outbox list --state failed gives the reason; after a repair: mandates outbox retry ID",
        )
    if held:
        yield warning(
            "outbox",
            f"{counted(held, 'delivery is', 'deliveries are')} held: `brake` allows fewer at once",
            "they go out only when somebody releases them",
            "look at them, then: mandates outbox release SOURCE, or drop ID",
        )
    if found.overdue and (since := found.waiting_since):
        yield problem(
            "outbox",
            f"{counted(found.overdue, 'delivery', 'deliveries')} should have gone out since {since:%Y-%m-%d %H:%M} UTC",
            "people are notified late",
            "mandates deliver; then check that the deployment `dispatch` or a timer runs every five minutes",
        )
    if not any((dead, found.undecided, held, failed, found.overdue)):
        yield good("outbox", "nothing was given up, nothing failed, nothing is overdue")
