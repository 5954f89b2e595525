"""The monitor flow: poll the sources that are due, record what is new, deliver the alerts, publish."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed

from alerts.model import DispatchReport
from config.settings import Settings
from config.sources import load_sources
from config.subscriptions import load_subscriptions
from flows.artifacts import polling_name, refresh_health, rename_run, show_run, shown_progress
from flows.delivering import deliver_recorded, grace
from flows.dispatching import show_deliveries
from flows.engine import run_name, speak_up
from flows.events import announce, wake_dispatcher
from flows.recording import record_landed
from flows.report import delivery_line, recorded_line, source_line
from flows.round import ask, run_round
from flows.states import completed, not_recorded, round_ended
from warehouse.model import WarehouseError
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from config.sources import Source
    from flows.recording import Crawled
    from flows.round import Round
    from warehouse.model import Recorded

# Most runs have ended by then, and need no progress.
SHORT_SECONDS = 10.0


@task(name="crawl", task_run_name="{source.id}", cache_policy=NO_CACHE, tags={"crawl"})
async def crawl_source(source: Source) -> Crawled:
    """Poll one source. Its failure shows as a failed task; the run continues."""
    crawled = await ask(source)
    if crawled.harvest.outcome == "failed":
        # Prefect takes a returned state as the run's own.
        return cast("Crawled", Failed(data=crawled, message=crawled.harvest.error))
    return cast("Crawled", Completed(data=crawled, message=source_line(crawled.harvest)))


async def ask_as_task(source: Source) -> Crawled:
    """Ask one source as a task of the run that this is called in."""
    running: Any = crawl_source(source, return_state=True)
    state: State[Crawled] = await running
    answer: Crawled | Exception = await state.aresult(raise_on_failure=False)
    if isinstance(answer, Exception):
        raise answer
    return answer


@flow(name="monitor", flow_run_name=polling_name)
async def monitor(sources: list[str] | None = None, due_or_not: bool = False) -> Round:
    """Poll the named sources, or all that are due, record what is new, and deliver the alerts.

    A run in which no source gave a usable answer fails, and so does one that could not write the warehouse.

    Args:
        sources: The ids of the sources in sources.yaml; by default, all that are due.
        due_or_not: Poll all sources that are on, whether they are due or not.

    Raises:
        ConfigError: the configuration cannot be used, or no source has such an id. Nothing was requested then.
    """
    speak_up()
    settings = Settings()
    try:
        async with shown_progress("Polling the sources", after=SHORT_SECONDS) as progress:
            done = await run_round(settings, sources, due_or_not=due_or_not, asking=ask_as_task, progress=progress)
    except WarehouseError as error:
        await refresh_health(settings)
        return cast("Round", not_recorded(error))
    wake_dispatcher(done.delivered)
    announce(done.recorded.findings, done.delivered)
    line = done.headline
    if done.crawled:
        await show_run(done, load_sources(settings.config / "sources.yaml"))
    if not sources:
        await rename_run(done)
    await refresh_health(settings)
    if done.delivered.rows or done.delivered.left:
        line = f"{line}; {delivery_line(done.delivered)}"
    for fault in done.faults:
        # What the other sources showed is recorded by now; but the run must not look successful.
        raise fault
    # Prefect takes a returned state as the run's own.
    return cast("Round", round_ended(done, line))


@flow(name="record", flow_run_name=run_name("Landed batches"))
async def record() -> Recorded:
    """Record batches that workers on other machines have landed, and deliver the alerts."""
    speak_up()
    settings = Settings()
    try:
        recorded = await asyncio.to_thread(record_landed, settings, load_subscriptions(settings.config))
    except WarehouseError as error:
        await refresh_health(settings)
        return cast("Recorded", not_recorded(error))
    line = recorded_line(recorded)
    delivered = DispatchReport()
    if recorded.batch_ids:
        delivered = await asyncio.to_thread(deliver_recorded, settings, closing_time=grace())
        wake_dispatcher(delivered)
        if delivered.rows:
            # Analysts see what became of an alert as soon as anybody does.
            await asyncio.to_thread(publish, settings.home)
        await show_deliveries(delivered)
        line = f"{line}; {delivery_line(delivered)}"
    announce(recorded.findings, delivered)
    await refresh_health(settings)
    return cast("Recorded", completed(recorded, line, is_idle=not recorded.batch_ids, delivered=delivered))
