"""Log lines name their source."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from flows.engine import speak_up
from flows.sources_log import about

if TYPE_CHECKING:
    import pytest


def test_lines_of_crawls_side_by_side_name_their_sources(caplog: pytest.LogCaptureFixture) -> None:
    """In tasks and in the threads that these start; a line that says it already, or belongs to none, stays as it is."""
    speak_up()
    speak_up()
    log = logging.getLogger("scrapers.somewhere.deep")

    def in_a_thread() -> None:
        log.warning("%d %s", 3, "of 4 %s")

    async def crawl(name: str) -> None:
        with about(name):
            await asyncio.sleep(0)
            log.warning("%s: already said", name)
            await asyncio.to_thread(in_a_thread)

    async def both() -> None:
        await asyncio.gather(crawl("ipu"), crawl("aalco"))
        log.warning("all done")

    asyncio.run(both())
    said = sorted(record.getMessage() for record in caplog.records)
    assert said == sorted(
        [*(f"{name}: {words}" for name in ("ipu", "aalco") for words in ("already said", "3 of 4 %s")), "all done"]
    )


def test_lines_of_others_stay_as_they_are(caplog: pytest.LogCaptureFixture) -> None:
    """What a library logs while a source is polled is not changed, and a mistake in a line ends nothing."""
    speak_up()
    with about("ipu"):
        logging.getLogger("elsewhere").warning("as %s", "is")
        record = logging.getLogger("flows.x").makeRecord("flows.x", logging.INFO, "", 0, "%d", ("x",), None)
    assert [each.getMessage() for each in caplog.records] == ["as is"]
    assert (record.msg, record.args) == ("%d", ("x",))
