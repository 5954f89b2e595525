"""One round: poll the sources that are due, record what they show, deliver the alerts.

It does not depend on Prefect. The monitor flow runs it with a Prefect task for each source; `mandates run` without a
server calls it directly. Locks, records and output are the same.
"""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from alerts.model import DispatchReport
from config.sessions import load_sessions
from config.sources import load_sources
from config.subscriptions import load_subscriptions
from flows.analysing import Analysing, reading_pool
from flows.answers import away_line, sorted_out
from flows.choice import choose
from flows.exporting import refresh_export
from flows.heartbeat import beat
from flows.last_runs import noted
from flows.progress import Polling, unwatched
from flows.recorder import Recorder
from flows.report import headline, items_line, source_line
from flows.rereading import reread_line
from flows.sharing import sharing_if_set
from flows.sources_log import about
from scrapers.crawl.crawl import crawl, is_due
from scrapers.http.client import Fetcher
from warehouse.exchange.memories import Known
from warehouse.load.source_memory import last_crawls, memories_of
from warehouse.model import LockedError
from warehouse.outbox.admin import unreported_in

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from config.settings import Settings
    from config.sources import Source
    from config.subscriptions import Subscriptions
    from flows.progress import Progress
    from flows.recording import Crawled
    from flows.sharing import Sharing
    from scrapers.publication import Harvest, Memory
    from scrapers.reading import Reading
    from warehouse.model import Recorded

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one run did: how each source answered, which were not due, what was recorded, and what was delivered.

    With a shared landing place, `elsewhere` are sources that were left to other runs, with why, and `away` those that
    were not polled because the place was away, with its error.
    `faults` are errors of this program with one source; what the others showed is recorded.
    """

    crawled: tuple[Crawled, ...]
    not_due: tuple[str, ...]
    recorded: Recorded
    delivered: DispatchReport = field(default_factory=DispatchReport)
    faults: tuple[BaseException, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    away: Mapping[str, str] = field(default_factory=dict)

    @property
    def headline(self) -> str:
        """What the run found, in one line."""
        harvests = [source.harvest for source in self.crawled]
        line = headline(self.recorded.findings, harvests, were_due=bool(self.elsewhere or self.away))
        line += f"; left to other runs: {len(self.elsewhere)}" if self.elsewhere else ""
        return line + (f"; {away_line(self.away)}" if self.away else "")

    @property
    def failed(self) -> tuple[Crawled, ...]:
        """The sources that did not answer as they should."""
        return tuple(source for source in self.crawled if source.harvest.outcome == "failed")

    @property
    def unanswered(self) -> bool:
        """Whether sources were asked, and none gave a usable answer."""
        return bool(self.crawled) and len(self.failed) == len(self.crawled)

    @property
    def unread(self) -> bool:
        """Whether this run tried an item in vain."""
        return any(row.kind == "failed" for source in self.crawled for row in source.harvest.dropped)


class Landing(Protocol):
    """Receives what crawls have found."""

    async def land(self, harvest: Harvest) -> Crawled:
        """Put a harvest down for recording."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all crawls of a run share: one client (pacing per host holds across sources), one pool, one recorder.

    On a machine that only fetches, `recorder` sends what lands to the machine that records.
    """

    fetcher: Fetcher
    reading: Reading
    analyse: Analysing
    recorder: Landing
    memories: Mapping[str, Memory]
    polling: Polling


# Prefect would walk through a task's parameters; its tasks run in the round's own event loop, and see this.
_shared: ContextVar[Shared] = ContextVar("shared")


def share(shared: Shared) -> None:
    """Let the crawls that begin in this context use these."""
    _shared.set(shared)


async def ask(source: Source) -> Crawled:
    """Ask one source; what it shows is read, analysed and landed. What a publisher does wrong is its failure."""
    with about(source.id):
        return await _ask(source, _shared.get())


async def _ask(source: Source, shared: Shared) -> Crawled:
    parts: list[Crawled] = []

    async def land(part: Harvest) -> None:
        parts.append(await shared.recorder.land(part))
        shared.polling.landed(source, len(part.publications), is_last=False)

    memory = shared.memories[source.id]
    harvest = await crawl(source, memory, shared.fetcher, reading=shared.reading, analyse=shared.analyse, land=land)
    crawled = (await shared.recorder.land(harvest)).after(parts)
    shared.polling.landed(source, len(harvest.publications), is_last=True)
    if harvest.outcome == "failed":
        log.warning("failed: %s", harvest.error)
    elif harvest.outcome == "not_modified":
        log.info("not modified%s", f"; {items}" if (items := items_line([harvest])) else "")
    else:
        log.info(source_line(harvest))
    return crawled


async def run_round(
    settings: Settings,
    wanted: Sequence[str] | None = None,
    *,
    due_or_not: bool = False,
    asking: Callable[[Source], Awaitable[Crawled]] = ask,
    progress: Progress = unwatched,
) -> Round:
    """Ask the wanted sources, or all that are due (each through `asking`), record, and deliver what that causes.

    The heartbeat hears how it ended. A run failed if no source answered, if this program made an error, if the shared
    landing place was away, or if a message did not arrive and no operator could be notified of that.

    Raises:
        ConfigError: the configuration cannot be used, or no source has such an id. Nothing was asked then.
        WarehouseError: the warehouse cannot be written. What was landed waits for the next run.
    """
    subscriptions = load_subscriptions(settings.config)
    try:
        with noted(settings.home, "monitor"):
            done = await _round(
                settings, subscriptions, wanted, due_or_not=due_or_not, asking=asking, progress=progress
            )
            await asyncio.to_thread(refresh_export, settings.home)
    except Exception:
        await beat(settings, subscriptions.heartbeat, good=False)
        raise
    try:
        nobody_knows = bool(await asyncio.to_thread(unreported_in, settings.home))
    except LockedError as error:
        # The round has done its work; but nobody may call good what nobody could look at.
        log.warning("%s; whether every message reached somebody is not known", error)
        nobody_knows = True
    await beat(
        settings, subscriptions.heartbeat, good=not (done.unanswered or done.faults or done.away or nobody_knows)
    )
    return done


async def _round(
    settings: Settings,
    subscriptions: Subscriptions,
    wanted: Sequence[str] | None,
    *,
    due_or_not: bool,
    asking: Callable[[Source], Awaitable[Crawled]],
    progress: Progress,
) -> Round:
    chosen = choose(load_sources(settings.config / "sources.yaml"), wanted)
    if subscriptions.nobody is not None:
        log.warning("%s", subscriptions.nobody)
    calendar = settings.config / "sessions.yaml"
    load_sessions(calendar)
    ids = [source.id for source in chosen]
    memories = await asyncio.to_thread(memories_of, settings.home, ids)
    now = datetime.now(UTC)
    due = [source for source in chosen if wanted or due_or_not or is_due(source, memories[source.id], now)]
    asked = {source.id for source in due}
    analyse = Analysing(calendar)
    recorder = Recorder(settings, subscriptions, analyse)
    async with (
        sharing_if_set(settings) as shared,
        Fetcher(contact=settings.contact, leases=shared.hosts if shared else None) as fetcher,
        reading_pool(settings) as reading,
        recorder,
    ):
        share(Shared(fetcher, reading, analyse, recorder, memories, Polling(len(due), progress)))
        asked_by: Callable[[Source], Awaitable[Crawled | None]] = asking
        if shared is not None:
            through = await asyncio.to_thread(last_crawls, settings.home)
            asked_by = _claimed(shared, asking, memories, through)
        answers = sorted_out(due, await asyncio.gather(*map(asked_by, due), return_exceptions=True))
    done = Round(
        crawled=answers.crawled,
        not_due=tuple(name for name in ids if name not in asked),
        recorded=recorder.recorded,
        delivered=recorder.delivered,
        faults=answers.faults,
        elsewhere=shared.elsewhere if shared is not None else {},
        away=answers.away,
    )
    log.info(done.headline)
    if done.recorded.rereadings:
        log.warning("%s", reread_line(done.recorded.rereadings))
    return done


def _claimed(
    shared: Sharing,
    asking: Callable[[Source], Awaitable[Crawled]],
    memories: Mapping[str, Memory],
    through: Mapping[str, datetime],
) -> Callable[[Source], Awaitable[Crawled | None]]:
    """Poll a source only if no other run is polling it."""

    async def ask_if_ours(source: Source) -> Crawled | None:
        return await shared.claimed(source, Known(memories[source.id], through.get(source.id)), asking)

    return ask_if_ours
