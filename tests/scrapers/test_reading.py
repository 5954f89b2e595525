"""Reading processes: results and errors come back, limits hold, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import pickle
import re
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from scrapers.publication import DocumentText, LimitError, PublishedOn, ReadError, TextError
from scrapers.reading import wire
from scrapers.reading.limits import Limits
from scrapers.reading.pool import ReadingPool
from scrapers.text.documents import document_text
from tests.patience import PATIENCE, until

pytestmark = pytest.mark.slow

# Much wall time for little processor time, so that a busy machine ends nothing by the wrong clock.
SMALL = Limits(
    cpu_seconds=0.5, a_megabyte=0, wall_factor=2 * PATIENCE, memory_bytes=700_000_000, answer_bytes=1_000_000
)


async def test_a_result_comes_back() -> None:
    """A document read elsewhere is the document read here."""
    async with ReadingPool(workers=1) as pool:
        found = await pool(document_text, b"<html><body><p>Requests a report")
    assert found == document_text(b"<html><body><p>Requests a report")


async def test_our_errors_come_back_as_they_are() -> None:
    """What a document does wrong is raised as if it were read here."""
    async with ReadingPool(workers=1) as pool:
        with pytest.raises(TextError, match="the file is empty"):
            await pool(document_text, b"")


async def test_a_fault_is_a_readable_error_without_values(caplog: pytest.LogCaptureFixture) -> None:
    """A fault of ours asks to be reported; where it happened is logged."""
    async with ReadingPool(workers=1) as pool:
        with pytest.raises(ReadError, match="internal error, please report it: ValueError"):
            await pool(int, "x")
    assert "nursery.py" in caplog.text


@pytest.mark.parametrize(
    ("function", "arguments", "words"),
    [
        (re.match, ("(a+)+$", "a" * 60 + "b"), "more than 0 s of processor time"),
        (bytes, (2_000_000_000,), "more than 0.7 GB of memory"),
        (os.abort, (), "crashed its process (SIGABRT)"),
        (os._exit, (3,), "crashed its process (it ended)"),
        (bytes, (2_000_000,), "over 1,000,000"),
        (os.stat, ("/",), "gave an invalid result"),
    ],
)
async def test_each_limit_is_named_and_the_next_document_is_read(
    function: object, arguments: tuple[object, ...], words: str
) -> None:
    """Processor time, wall time, memory, crashes and output each have their own reason."""
    async with ReadingPool(workers=1, limits=SMALL) as pool:
        with pytest.raises(LimitError, match=re.escape(words)):
            await pool(function, *arguments)  # type: ignore[arg-type]
        assert (await pool(document_text, b"words")).text == "words"


async def test_a_document_that_waits_for_something_is_stopped_by_the_clock() -> None:
    """What takes no processor time has a limit of its own."""
    async with ReadingPool(workers=1, limits=Limits(cpu_seconds=0.5, a_megabyte=0, wall_factor=2)) as pool:
        with pytest.raises(LimitError, match="longer than 1 s"):
            await pool(time.sleep, 2 * PATIENCE)


async def test_a_slow_owner_waits_behind_the_others() -> None:
    """A source whose documents take long does not hold up one whose do not."""

    async def read(pool: ReadingPool, owner: str, seconds: float, order: list[str]) -> None:
        await pool(time.sleep, seconds, owner=owner)
        order.append(owner)

    async def orders() -> list[str]:
        order: list[str] = []
        async with ReadingPool(workers=1) as pool:
            await read(pool, "slow", 0.2, order)
            slow = [read(pool, "slow", 0.1, order) for _ in range(3)]
            await asyncio.gather(*slow, *(read(pool, "quick", 0, order) for _ in range(3)))
        return order

    expected = ["slow", "slow", "quick", "quick", "quick", "slow", "slow"]
    # A busy machine makes a quick one slow now and then.
    for _ in range(20):
        if (order := await orders()) == expected:
            break
    assert order == expected


async def test_workers_are_replaced_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many documents another process reads."""
    monkeypatch.setattr("scrapers.reading.pool.DOCUMENTS_A_WORKER", 2)
    async with ReadingPool(workers=1) as pool:
        processes = [await pool(os.getpid) for _ in range(4)]
    assert processes[0] == processes[1] != processes[2] == processes[3]
    assert os.getpid() not in processes


async def test_a_cancelled_reading_leaves_no_worker_behind() -> None:
    """A reading that nobody waits for is ended, and its place is free again."""
    async with ReadingPool(workers=1, limits=SMALL) as pool:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(pool(time.sleep, 2 * PATIENCE), 0.5)
        assert (await pool(document_text, b"words")).text == "words"


async def test_a_pool_whose_maker_was_killed_goes_on() -> None:
    """The process that makes workers is replaced when it is gone."""
    async with ReadingPool(workers=1) as pool:
        first = await pool(os.getppid)
        os.kill(first, signal.SIGKILL)
        while _lives(first):  # noqa: ASYNC110 - nobody tells of another process
            await asyncio.sleep(0.01)
        assert await pool(os.getppid) != first


def test_workers_end_with_a_run_that_was_killed(tmp_path: Path) -> None:
    """After kill -9 of the run neither the busy worker nor what made it lives on."""
    code = f"""
import asyncio, os, pathlib, time
from scrapers.reading.pool import ReadingPool
async def main():
    async with ReadingPool(workers=1) as pool:
        pathlib.Path({str(tmp_path / "ids")!r}).write_text(f"{{await pool(os.getpid)}} {{await pool(os.getppid)}}")
        await pool(time.sleep, 600)
asyncio.run(main())
"""
    run = subprocess.Popen([sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
    try:
        until(lambda: run.poll() is not None or ((tmp_path / "ids").exists() and (tmp_path / "ids").read_text()))
        assert run.poll() is None
    finally:
        run.kill()
        run.wait()
    for process in map(int, (tmp_path / "ids").read_text().split()):
        until(lambda process=process: not _lives(process))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


@pytest.mark.parametrize("value", [os.system, Path("/"), re.compile("x"), subprocess.Popen])
def test_an_answer_holds_values_and_nothing_that_is_called(value: object) -> None:
    """A worker that was taken over cannot make the run call anything."""
    with pytest.raises(pickle.UnpicklingError):
        wire.answered(pickle.dumps(value))


def test_an_answer_may_hold_our_own_types() -> None:
    """Dates, our dataclasses and our errors pass."""
    value = (PublishedOn(date(2026, 10, 1), "day", "feed"), DocumentText("a", b"", "b", "text/plain"))
    assert wire.answered(wire.answer(value)) == value
    error = wire.answered(wire.answer(TextError("bad", url="https://example.org/a")))
    assert isinstance(error, TextError)
    assert error.url == "https://example.org/a"
