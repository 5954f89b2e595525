"""The monitor flow: ask the sources that are due, record what is new, publish the snapshot, wake the dispatcher."""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from prefect import flow, runtime, task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from alerts.escape import markdown
from alerts.model import DispatchReport
from config.sessions import load_sessions
from config.settings import Settings
from config.sources import load_sources
from config.subscriptions import load_subscriptions
from flows.analysing import Analysing, reading_pool
from flows.choice import choose
from flows.engine import speak_up
from flows.recorder import Recorder
from flows.recording import Crawled, record_landed
from flows.report import headline, items_line, publication_table, source_line
from flows.rereading import reread_line
from flows.waking import wake_dispatcher
from scrapers.crawl.crawl import crawl, is_due
from scrapers.http.client import Fetcher
from warehouse.load.source_memory import memories_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prefect.client.schemas.objects import State

    from config.sources import Source
    from scrapers.publication import Harvest, Memory
    from scrapers.reading import Reading
    from warehouse.model import Recorded

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one run did: how each source answered, which were not due, what was recorded, and what was delivered."""

    crawled: tuple[Crawled, ...]
    not_due: tuple[str, ...]
    recorded: Recorded
    delivered: DispatchReport = field(default_factory=DispatchReport)

    @property
    def failed(self) -> tuple[Crawled, ...]:
        """The sources that did not answer as they should."""
        return tuple(source for source in self.crawled if source.harvest.outcome == "failed")

    @property
    def unread(self) -> bool:
        """Whether this run tried an item in vain."""
        return any(row.kind == "failed" for source in self.crawled for row in source.harvest.dropped)


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all crawls of a run share: one client (pacing per host holds across sources), one pool, one recorder."""

    fetcher: Fetcher
    reading: Reading
    analyse: Analysing
    recorder: Recorder
    memories: Mapping[str, Memory]


# Tasks run in the flow's own event loop; as a task parameter Prefect would walk through it.
_shared: ContextVar[_Shared] = ContextVar("shared")


@task(name="crawl", task_run_name="{source.id}", cache_policy=NO_CACHE)
async def crawl_source(source: Source) -> Crawled:
    """Ask one source; what it shows is read, analysed and landed.

    What a publisher does wrong is recorded as the source's failure and shows as a failed task; the run goes on.
    """
    shared = _shared.get()
    memory = shared.memories[source.id]
    parts: list[Crawled] = []

    async def land(part: Harvest) -> None:
        parts.append(await shared.recorder.land(part))

    harvest = await crawl(source, memory, shared.fetcher, reading=shared.reading, analyse=shared.analyse, land=land)
    crawled = (await shared.recorder.land(harvest)).after(parts)
    if harvest.outcome == "failed":
        log.warning("%s: failed: %s", source.id, harvest.error)
        # Prefect takes a returned state as the run's own.
        return cast("Crawled", Failed(data=crawled, message=harvest.error))
    if harvest.outcome == "not_modified":
        log.info("%s: not modified%s", source.id, f"; {items}" if (items := items_line([harvest])) else "")
    else:
        log.info("%s: %s", source.id, source_line(harvest))
    return crawled


def _run_name() -> str:
    """The sources a run is about, so that the UI's list of runs reads by itself."""
    wanted: list[str] | None = runtime.flow_run.parameters.get("sources")
    names = wanted or [source.id for source in load_sources(Settings().config / "sources.yaml") if source.enabled]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004 - what fits in the UI's list
    return ", ".join(names[:3]) + more + datetime.now(UTC).strftime(" · %Y-%m-%d %H:%M")


@flow(name="monitor", flow_run_name=_run_name)
async def monitor(sources: list[str] | None = None, due_or_not: bool = False) -> Round:
    """Ask the named sources, or all that are due, record what they show, and deliver what that causes.

    A run in which no source gave a usable answer fails.

    Raises:
        ConfigError: the configuration cannot be used, or no source has such an id. Nothing was asked then.
        WarehouseError: the warehouse cannot be written. What was landed waits for the next run.
    """
    speak_up()
    settings = Settings()
    chosen = choose(load_sources(settings.config / "sources.yaml"), sources)
    subscriptions = load_subscriptions(settings.config)
    if subscriptions.nobody is not None:
        log.warning("%s", subscriptions.nobody)
    calendar = settings.config / "sessions.yaml"
    load_sessions(calendar)
    ids = [source.id for source in chosen]
    memories = await asyncio.to_thread(memories_of, settings.home, ids, wait_seconds=settings.lock_wait_seconds)
    now = datetime.now(UTC)
    due = [source for source in chosen if sources or due_or_not or is_due(source, memories[source.id], now)]
    analyse = Analysing(calendar)
    recorder = Recorder(settings, subscriptions, analyse)
    async with (
        Fetcher(contact=settings.contact) as fetcher,
        reading_pool(settings) as reading,
        recorder,
    ):
        _shared.set(_Shared(fetcher, reading, analyse, recorder, memories))
        runs: list[Any] = [crawl_source(source, return_state=True) for source in due]
        states: list[State[Crawled]] = await asyncio.gather(*runs)
    answers = [await state.aresult(raise_on_failure=False) for state in states]
    done = Round(
        crawled=tuple(answer for answer in answers if isinstance(answer, Crawled)),
        not_due=tuple(source.id for source in chosen if source not in due),
        recorded=recorder.recorded,
        delivered=recorder.delivered,
    )
    line = headline(done.recorded.findings, [crawled.harvest for crawled in done.crawled])
    log.info(line)
    if done.recorded.rereadings:
        log.warning("%s", reread_line(done.recorded.rereadings))
    await acreate_table_artifact(
        key="publications", table=publication_table(done.recorded.findings), description=markdown(line)
    )
    wake_dispatcher(done.recorded.deliveries)
    for answer in answers:
        if isinstance(answer, Exception):
            # A fault of ours with one source. What the others showed is recorded by now; the run must not look well.
            raise answer
    if done.crawled and len(done.failed) == len(done.crawled):
        return cast("Round", Failed(data=done, message=line))
    return cast("Round", Completed(data=done, message=line))


@flow(name="record")
async def record() -> Recorded:
    """Load batches that workers on other machines have landed."""
    speak_up()
    settings = Settings()
    recorded = await asyncio.to_thread(record_landed, settings, load_subscriptions(settings.config))
    wake_dispatcher(recorded.deliveries)
    return recorded
