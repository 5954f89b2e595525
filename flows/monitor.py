"""The monitor flow: ask the sources that are due, record what is new, deliver what that causes, publish."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from prefect import flow, runtime, task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from alerts.escape import markdown
from config.settings import Settings
from config.sources import load_sources
from config.subscriptions import load_subscriptions
from flows.delivering import deliver_recorded, grace
from flows.dispatching import show_deliveries
from flows.engine import run_name, speak_up
from flows.recording import record_landed
from flows.report import delivery_line, publication_table, recorded_line, source_line
from flows.round import ask, run_round
from flows.waking import wake_dispatcher
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from config.sources import Source
    from flows.recording import Crawled
    from flows.round import Round
    from warehouse.model import Recorded


@task(name="crawl", task_run_name="{source.id}", cache_policy=NO_CACHE, tags={"crawl"})
async def crawl_source(source: Source) -> Crawled:
    """Ask one source. Its failure shows as a failed task; the run goes on."""
    crawled = await ask(source)
    if crawled.harvest.outcome == "failed":
        # Prefect takes a returned state as the run's own.
        return cast("Crawled", Failed(data=crawled, message=crawled.harvest.error))
    return cast("Crawled", Completed(data=crawled, message=source_line(crawled.harvest)))


async def _ask_as_task(source: Source) -> Crawled:
    running: Any = crawl_source(source, return_state=True)
    state: State[Crawled] = await running
    answer: Crawled | Exception = await state.aresult(raise_on_failure=False)
    if isinstance(answer, Exception):
        raise answer
    return answer


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
    done = await run_round(Settings(), sources, due_or_not=due_or_not, asking=_ask_as_task)
    wake_dispatcher(done.delivered)
    line = done.headline
    await acreate_table_artifact(
        key="publications", table=publication_table(done.recorded.findings), description=markdown(line)
    )
    await show_deliveries(done.delivered)
    if done.delivered.rows or done.delivered.left:
        line = f"{line}; {delivery_line(done.delivered)}"
    for fault in done.faults:
        # What the others showed is recorded by now; the run must not look well.
        raise fault
    if done.unanswered:
        return cast("Round", Failed(data=done, message=line))
    return cast("Round", Completed(data=done, message=line))


@flow(name="record", flow_run_name=run_name("Landed batches"))
async def record() -> Recorded:
    """Load batches that workers on other machines have landed, and deliver what that causes."""
    speak_up()
    settings = Settings()
    recorded = await asyncio.to_thread(record_landed, settings, load_subscriptions(settings.config))
    line = recorded_line(recorded)
    if recorded.batch_ids:
        delivered = await asyncio.to_thread(deliver_recorded, settings, closing_time=grace())
        wake_dispatcher(delivered)
        if delivered.rows:
            # Analysts see what became of an alert as soon as anybody does.
            await asyncio.to_thread(publish, settings.home, wait_seconds=settings.lock_wait_seconds)
        await show_deliveries(delivered)
        line = f"{line}; {delivery_line(delivered)}"
    return cast("Recorded", Completed(data=recorded, message=line))
