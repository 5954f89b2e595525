"""The fetch flow: a worker on any machine polls the sources that are due, and lands what they show for the recorder."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from prefect import flow

from config.settings import Settings
from config.sources import load_sources
from flows.artifacts import polling_name, rename_run, show_fetch, shown_progress
from flows.engine import speak_up
from flows.events import wake_recorder
from flows.fetching import run_fetch
from flows.monitor import SHORT_SECONDS, ask_as_task
from flows.states import fetched, not_fetched
from warehouse.model import PlaceError

if TYPE_CHECKING:
    from flows.fetching import Fetching


@flow(name="fetch", flow_run_name=polling_name)
async def fetch(sources: list[str] | None = None, due_or_not: bool = False) -> Fetching:
    """Poll the named sources, or all that are due, unless another run is polling them, and land what they show.

    Any number of these runs may be active at the same time, on any number of machines. Nothing is recorded here: the
    deployment `record` does that on the machine that has the warehouse.

    Args:
        sources: The ids of the sources in sources.yaml; by default, all that are due.
        due_or_not: Poll all sources that are on, whether they are due or not.

    Raises:
        ConfigError, SettingsError: the configuration cannot be used, or names no landing place. Nothing was requested.
    """
    speak_up()
    settings = Settings()
    try:
        async with shown_progress("Polling the sources", after=SHORT_SECONDS) as progress:
            done = await run_fetch(settings, sources, due_or_not=due_or_not, asking=ask_as_task, progress=progress)
    except PlaceError as error:
        return cast("Fetching", not_fetched(error))
    wake_recorder(done.sent)
    if done.crawled:
        await show_fetch(done, load_sources(settings.config / "sources.yaml"))
    if not sources:
        await rename_run(done)
    for fault in done.faults:
        raise fault
    return cast("Fetching", fetched(done))
