"""The monitor flow: ask the sources that are due, record what is new, publish the snapshot, wake the dispatcher."""

from __future__ import annotations

import asyncio
import logging
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from prefect import flow, runtime, task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from alerts.escape import markdown
from alerts.figures import counted
from config.sessions import load_sessions
from config.settings import Settings
from config.sources import load_sources
from config.subscriptions import load_subscriptions
from flows.choice import choose
from flows.engine import speak_up
from flows.recording import Crawled, record_landed, take_in
from flows.report import headline, publication_table
from flows.waking import wake_dispatcher
from scrapers.crawl.crawl import crawl, is_due
from scrapers.http.client import Fetcher
from warehouse.load.source_memory import memory_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prefect.client.schemas.objects import State

    from config.sources import Source
    from mandates.model import Session
    from warehouse.model import Recorded

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one run did: how each source answered, which were not due, and what was recorded."""

    crawled: tuple[Crawled, ...]
    not_due: tuple[str, ...]
    recorded: Recorded

    @property
    def failed(self) -> tuple[Crawled, ...]:
        """The sources that did not answer as they should."""
        return tuple(source for source in self.crawled if source.harvest.outcome == "failed")


# One client for all sources of a run, so that pacing per host holds across them. Tasks run in the flow's own event
# loop; as a task parameter Prefect would walk through it.
_fetcher: ContextVar[Fetcher] = ContextVar("fetcher")


@task(name="crawl", task_run_name="{source.id}", cache_policy=NO_CACHE)
async def crawl_source(source: Source, sessions: Sequence[Session], only_due: bool) -> Crawled | None:
    """Ask one source, analyse what it showed and land it as a batch; None where it is not due.

    What a publisher does wrong is recorded as the source's failure and shows as a failed task; the run goes on.
    """
    home = Settings().home
    memory = await asyncio.to_thread(memory_of, home, source.id)
    if only_due and not is_due(source, memory, datetime.now(UTC)):
        return None
    harvest = await crawl(source, memory, _fetcher.get())
    crawled = await asyncio.to_thread(take_in, home, harvest, sessions)
    if harvest.outcome == "failed":
        log.warning("%s: failed: %s", source.id, harvest.error)
        # Prefect takes a returned state as the run's own.
        return cast("Crawled", Failed(data=crawled, message=harvest.error))
    if harvest.outcome == "not_modified":
        log.info("%s: not modified", source.id)
    else:
        log.info("%s: %s seen, %d taken", source.id, counted(harvest.items_seen, "item"), len(harvest.publications))
    return crawled


def _run_name() -> str:
    """The sources a run is about, so that the UI's list of runs reads by itself."""
    wanted: list[str] | None = runtime.flow_run.parameters.get("sources")
    names = wanted or [source.id for source in load_sources(Settings().config / "sources.yaml") if source.enabled]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004 - what fits in the UI's list
    return ", ".join(names[:3]) + more + datetime.now(UTC).strftime(" · %Y-%m-%d %H:%M")


@flow(name="monitor", flow_run_name=_run_name)
async def monitor(sources: list[str] | None = None, due_or_not: bool = False) -> Round:
    """Ask the named sources, or all that are due, and record what they show.

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
    sessions = load_sessions(settings.config / "sessions.yaml")
    only_due = not (sources or due_or_not)
    async with Fetcher(contact=settings.contact) as fetcher:
        _fetcher.set(fetcher)
        runs: list[Any] = [crawl_source(source, sessions, only_due, return_state=True) for source in chosen]
        states: list[State[Crawled | None]] = await asyncio.gather(*runs)
    answers = [await state.aresult(raise_on_failure=False) for state in states]
    recorded = await asyncio.to_thread(record_landed, settings, subscriptions)
    done = Round(
        crawled=tuple(answer for answer in answers if isinstance(answer, Crawled)),
        not_due=tuple(source.id for source, answer in zip(chosen, answers, strict=True) if answer is None),
        recorded=recorded,
    )
    line = headline(recorded.findings, [crawled.harvest for crawled in done.crawled])
    log.info(line)
    await acreate_table_artifact(
        key="publications", table=publication_table(recorded.findings), description=markdown(line)
    )
    wake_dispatcher(recorded.deliveries)
    for answer in answers:
        if isinstance(answer, Exception):
            # A fault of ours with one source. What the others showed is recorded by now; the run must not look well.
            raise answer
    return cast("Round", Completed(data=done, message=line))


@flow(name="record")
async def record() -> Recorded:
    """Load batches that workers on other machines have landed."""
    speak_up()
    settings = Settings()
    recorded = await asyncio.to_thread(record_landed, settings, load_subscriptions(settings.config))
    wake_dispatcher(recorded.deliveries)
    return recorded
