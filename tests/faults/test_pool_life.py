"""The processes that read: they end with the run, are replaced in time, and may be killed while they read."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from scrapers.publication import ScraperError
from scrapers.reading.pool import DOCUMENTS_A_WORKER, ReadingPool
from tests.patience import until
from tests.security import hostile
from tests.sites.publisher import Answer
from tests.watched import (
    Process,
    Watched,
    called,
    configured,
    desk,
    listing,
    published,
    resolution,
    rows,
    running,
)
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.watched import Desk

pytestmark = pytest.mark.slow

slow_pdf = Answer(hostile.glyphs_pdf(4_000_000), type="application/pdf")
honest = 5


@pytest.fixture
def at() -> Iterator[Desk]:
    with desk() as made:
        yield made


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    """A source of slow documents beside one with honest pages."""
    with published() as site:
        slow = listing(site, "slow", {f"/slow/{number}.pdf": f"Slow {number}" for number in range(3)})
        links = {f"/honest/{number}.html": f"Honest resolution {number}" for number in range(honest)}
        for number in range(3):
            site.says(f"/slow/{number}.pdf", slow_pdf)
        for target, title in links.items():
            site.says(target, resolution(title))
        yield configured(tmp_path / "config", [slow, listing(site, "honest", links)])


def in_the_middle(command: Watched) -> Process:
    """A worker that reads a slow document now."""
    found = command.busy()
    assert found is not None, command.err.read_text()
    return found


@pytest.mark.slow
def test_workers_end_with_the_run_that_is_killed(tmp_path: Path, config: Path, at: Desk) -> None:
    """After kill -9 of the run no worker goes on, though each was in the middle of a document."""
    with running(tmp_path / "home", config, "run", env=at.env) as command:
        in_the_middle(command)
        assert command.workers()
        command.main.kill()
        command.main.wait()
        assert command.left() == []


@pytest.mark.slow
@pytest.mark.parametrize("whom", ["worker", "maker"])
def test_a_killed_worker_costs_one_document_at_most(tmp_path: Path, config: Path, at: Desk, whom: str) -> None:
    """Killed with -9, or whoever made it is: its document is read again or has failed, and all others are recorded."""
    with running(tmp_path / "home", config, "run", env=at.env) as command:
        worker = in_the_middle(command)
        os.kill(worker.pid if whom == "worker" else worker.parent, signal.SIGKILL)
        ended = command.wait()
        assert command.left() == []
    assert "Traceback" not in ended.err, ended.said
    states = rows(tmp_path / "home", "SELECT source_id, state, reason FROM items ORDER BY source_id, item")
    assert [state for source, state, _ in states if source == "honest"] == ["taken"] * honest
    slow = [(state, reason) for source, state, reason in states if source == "slow"]
    assert len(slow) == 3
    assert all(state == "taken" or (state in {"failed", "waiting"} and reason) for state, reason in slow), slow
    assert sum(at.got(f"Honest resolution {number}") for number in range(honest)) == honest


@pytest.mark.slow
def test_a_maker_of_workers_that_is_killed_while_it_starts_is_replaced(tmp_path: Path, config: Path, at: Desk) -> None:
    """It dies with the first request unread; another one is started, and all honest documents are recorded."""
    with running(tmp_path / "home", config, "run", "honest", env=at.env) as command:
        (maker,) = until(lambda: command.main.poll() is not None or [*command.workers().values()])
        os.kill(maker.pid, signal.SIGKILL)
        ended = command.wait()
    assert "Traceback" not in ended.err, ended.said
    assert rows(tmp_path / "home", "SELECT state, count(*) FROM items GROUP BY 1") == [("taken", honest)], ended.said


@pytest.mark.slow
def test_an_ingestion_that_is_killed_goes_on_where_it_was(tmp_path: Path, config: Path) -> None:
    """What was recorded before kill -9 stays and is not read again; the next call says so and reads the rest, once."""
    home, files, count = tmp_path / "home", tmp_path / "files", 400
    files.mkdir()
    for number in range(count):
        (files / f"{number}.html").write_text(resolution(f"Local resolution {number}") * 40)
    with running(home, config, "ingest", str(files)) as command:
        until(lambda: command.main.poll() is not None or "recorded local" in command.err.read_text())
        command.main.kill()
        command.main.wait()
    with session(home) as connection:
        ((kept,),) = connection.execute("SELECT count(*) FROM documents").fetchall()
    assert 0 < kept < count, command.err.read_text()
    ended = called(home, config, "ingest", str(files))
    assert ended.code == 0, ended.err
    assert f"of {count} files are recorded already; reading the other" in ended.err
    assert rows(home, "SELECT count(*), count(DISTINCT title) FROM documents") == [(count, count)]
    assert rows(home, "SELECT max(n) FROM (SELECT count(*) AS n FROM versions GROUP BY document_id)") == [(1,)]


async def test_a_worker_is_replaced_after_some_documents() -> None:
    """What a library leaks does not add up: no worker reads more than its share, and the next one goes on."""
    total = 2 * DOCUMENTS_A_WORKER + 50
    async with ReadingPool(workers=1) as pool:
        read = Counter([await pool(os.getpid) for _ in range(total)])
    assert len(read) == 3
    assert max(read.values()) <= DOCUMENTS_A_WORKER
    assert os.getpid() not in read


async def test_a_worker_that_dies_is_its_documents_failure() -> None:
    """The document has an error that says how its reader ended; the next one is read by another worker."""
    async with ReadingPool(workers=1) as pool:
        first = await pool(os.getpid)
        with pytest.raises(ScraperError, match="SIGABRT"):
            await pool(os.abort)
        assert await pool(os.getpid) != first


async def test_nothing_is_left_of_a_pool() -> None:
    """When the pool is closed its workers are gone, those in the middle of something too."""
    import asyncio

    async with ReadingPool(workers=2) as pool:
        pid = await pool(os.getpid)
        stuck = asyncio.create_task(pool(time.sleep, 600))
        await asyncio.sleep(0.5)
        stuck.cancel()
        with pytest.raises(asyncio.CancelledError):
            await stuck
    until(lambda: not alive(pid))


def alive(pid: int) -> bool:
    """Whether that process runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
