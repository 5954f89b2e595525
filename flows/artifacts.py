"""What our flows put into the Prefect UI. The contents come from modules that do not know Prefect.

If the server refuses an artifact, the run does not fail: its work is done by then.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING
from uuid import UUID

from prefect import get_client, runtime
from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)
from prefect.client.schemas.actions import ArtifactUpdate
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort
from prefect.exceptions import ObjectNotFound

from alerts.escape import markdown
from flows.condition import condition
from flows.engine import run_name
from flows.health_page import health_page
from flows.run_table import MOST_ROWS, run_description, source_rows
from flows.signals import heeded_everywhere
from flows.states import NOTHING_DUE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence

    from config.settings import Settings
    from config.sources import Source
    from flows.condition import Condition
    from flows.fetching import Fetching
    from flows.progress import Progress
    from flows.round import Round

log = logging.getLogger(__name__)

RUN, DELIVERIES, HEALTH, PROGRESS = "mandates-run", "mandates-deliveries", "mandates-health", "mandates-progress"
# Each write is a request to the server and an event there.
UPDATE_SECONDS = 3.0
_MOST_NAMED = 3


async def show_run(done: Round, sources: Iterable[Source]) -> None:
    """Leave the one table of a monitor run."""
    with _harmless("the table of the run"):
        rows = source_rows(done.crawled, _addresses(sources), done.recorded.findings, done.delivered.rows)
        await acreate_table_artifact(key=RUN, table=rows, description=run_description(done))


async def show_fetch(done: Fetching, sources: Iterable[Source]) -> None:
    """Leave the one table of a worker's run; mandates and alerts are in the runs of `record`."""
    with _harmless("the table of the run"):
        rows = source_rows(done.crawled, _addresses(sources))
        await acreate_table_artifact(key=RUN, table=rows, description=markdown(done.headline))


async def show_table(key: str, rows: Sequence[Mapping[str, str]], description: str) -> None:
    """Leave a table; what is beyond its length is counted in its description."""
    more = f"; {len(rows) - MOST_ROWS:,} more are not shown" if len(rows) > MOST_ROWS else ""
    with _harmless(f"the table {key}"):
        table = [dict(row) for row in rows[:MOST_ROWS]]
        await acreate_table_artifact(key=key, table=table, description=description + more)


async def show_page(key: str, page: str) -> None:
    """Leave a page of Markdown."""
    with _harmless(f"the page {key}"):
        await acreate_markdown_artifact(key=key, markdown=page)


def _addresses(sources: Iterable[Source]) -> dict[str, str | None]:
    return {source.id: source.url for source in sources}


async def show_health(now: Condition) -> None:
    """Update the health page in place.

    Prefect keeps every artifact that was ever written under a key, each with its own address. An artifact that is
    updated in place keeps its address, so people can bookmark it; but Prefect shows the time and the run of its first
    version, so the page itself says when it was updated.
    """
    with _harmless("the health page"):
        async with get_client() as client:
            known = await client.read_artifacts(
                artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[HEALTH])), sort=ArtifactSort.CREATED_DESC
            )
            if not known:
                await acreate_markdown_artifact(key=HEALTH, markdown=health_page(now))
                return
            await client.update_artifact(known[0].id, ArtifactUpdate(data=health_page(now)))
            # Two first runs at the same time may each have created one.
            for artifact in known[1:]:
                with suppress(ObjectNotFound):
                    await client.delete_artifact(artifact.id)


async def refresh_health(settings: Settings) -> None:
    """Update the health page after a run."""
    with _harmless("the health page"):
        await show_health(await asyncio.to_thread(condition, settings))


@asynccontextmanager
async def shown_progress(what: str, *, after: float = 0.0) -> AsyncIterator[Progress]:
    """Show the progress of the block; a block that takes less than `after` seconds shows nothing.

    The last update says that it is done, or that it was stopped and how far it had come.
    """
    shown = _Shown(what)
    with heeded_everywhere():
        showing = asyncio.create_task(shown.keep_up(after))
        try:
            yield shown.hear
        except BaseException:
            await shown.end(showing, "stopped")
            raise
    await shown.end(showing, "done")


class _Shown:
    """A progress artifact, updated at most every `UPDATE_SECONDS`; `hear` may be called in any thread."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._percent, self._note = 0.0, ""
        self._written: tuple[float, str] | None = None
        self._artifact: UUID | None = None
        self._creating = ""
        self._over = asyncio.Event()

    def hear(self, done: float, total: float, note: str = "") -> None:
        self._percent, self._note = (min(100.0 * done / total, 100.0) if total else 0.0), note

    async def keep_up(self, after: float) -> None:
        wait = after
        # Ended by a word and not cancelled: an artifact that is being created would be lost track of.
        while not await _comes(self._over, wait):
            with _harmless("the progress"):
                await self._write(self._note)
            wait = UPDATE_SECONDS

    async def end(self, showing: asyncio.Task[None], how: str) -> None:
        self._over.set()
        await asyncio.gather(showing, return_exceptions=True)
        if how == "done":
            self._percent = 100.0
        with _harmless("the progress"):
            if self._creating:
                # A run that is stopped breaks off all requests, and an answer that would have named the artifact.
                self._artifact = await _progress_of_this_run(self._creating)
            if self._artifact is None:
                return
            await self._write(f"{how}: {self._note}" if self._note else how)

    async def _write(self, note: str) -> None:
        now = (self._percent, f"{self._what}: {markdown(note)}" if note else self._what)
        if now == self._written:
            return
        if self._artifact is None:
            self._creating = now[1]
            self._artifact = await acreate_progress_artifact(now[0], key=PROGRESS, description=now[1])
            self._creating = ""
        else:
            await aupdate_progress_artifact(self._artifact, *now)
        self._written = now


async def _progress_of_this_run(description: str) -> UUID | None:
    wanted = ArtifactFilter(
        key=ArtifactFilterKey(any_=[PROGRESS]), flow_run_id=ArtifactFilterFlowRunId(any_=[UUID(runtime.flow_run.id)])
    )
    async with get_client() as client:
        known = await client.read_artifacts(artifact_filter=wanted, sort=ArtifactSort.CREATED_DESC, limit=1)
    return next((artifact.id for artifact in known if artifact.description == description), None)


async def _comes(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()


def polling_name() -> str:
    """The first name of a run that polls; it is renamed when it has ended and the due sources are known."""
    wanted: list[str] | None = runtime.flow_run.parameters.get("sources")
    return run_name(_named(wanted) if wanted else "Sources that are due")()


async def rename_run(done: Round | Fetching) -> None:
    """Name the current run after the sources that it polled, failing ones first."""
    polled = dict.fromkeys(crawled.harvest.source_id for crawled in (*done.failed, *done.crawled))
    with _harmless("the name of the run"):
        async with get_client() as client:
            name = run_name(_named(list(polled)) or NOTHING_DUE)()
            await client.update_flow_run(runtime.flow_run.id, name=name)


def _named(sources: Sequence[str]) -> str:
    """Some sources, as many as fit in the UI's list of runs."""
    more = f" and {len(sources) - _MOST_NAMED} more" if len(sources) > _MOST_NAMED else ""
    return ", ".join(sources[:_MOST_NAMED]) + more


@contextmanager
def _harmless(what: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever the server answers, the run has done its work
        log.warning("%s could not be written: %s", what, error)
