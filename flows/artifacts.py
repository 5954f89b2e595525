"""What our flows put into the Prefect UI. What it says comes from modules that do not know Prefect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import get_client, runtime
from prefect.artifacts import acreate_table_artifact

from flows.run_table import run_description, source_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.sources import Source
    from flows.round import Round

RUN = "run"


async def show_run(done: Round, sources: Iterable[Source]) -> None:
    """Leave the one table of a monitor run."""
    rows = source_rows(done, {source.id: source.url for source in sources})
    await acreate_table_artifact(key=RUN, table=rows, description=run_description(done))


async def rename_run(name: str) -> None:
    """Give the present flow run a name that says what it did."""
    async with get_client() as client:
        await client.update_flow_run(runtime.flow_run.id, name=name)
