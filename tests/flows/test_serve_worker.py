"""Which runs the worker of a tree takes for lost."""

from __future__ import annotations

import asyncio
import logging
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from prefect._internal.observers import FlowRunCancellingObserver

from flows.serve.tree import is_alive
from flows.serve.worker import Worker, went_wrong

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


def test_a_clock_that_was_set_back_makes_no_worker_silent() -> None:
    """What it says counts although it started later by the former clock; what was said by that clock does not."""
    started, set_back = 10_000.0, 2_800.0
    assert is_alive([started + 5], started, started + 30)
    assert not is_alive([started - 5], started, started + 30)
    assert is_alive([set_back], started, set_back + 30)
    assert not is_alive([started + 5], started, set_back + 30)
    assert not is_alive([started + 5, set_back], started, set_back + 90)


class Server:
    """Answers with some runs, and notes which of them are marked."""

    def __init__(self, *runs: UUID) -> None:
        self.runs = list(runs)
        self.marked: list[UUID] = []
        self.meanwhile: Callable[[], object] = lambda: None

    async def read_flow_runs(self, **_filters: object) -> list[Any]:
        """All of them are pending, and without a process."""
        self.meanwhile()
        return [SimpleNamespace(id=run, name=str(run), infrastructure_pid=None) for run in self.runs]

    async def set_flow_run_state(self, run: UUID, _state: object, *, force: bool) -> None:
        """A run is marked."""
        assert not force
        self.marked.append(run)


def asking(server: Server, monkeypatch: pytest.MonkeyPatch) -> Worker:
    worker = Worker("pool", 2, None)
    monkeypatch.setattr(type(worker), "client", server)
    return worker


async def test_a_run_that_is_being_taken_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the start, when a single look is enough, only what no part of this worker has is marked as crashed."""
    lost, coming, going, here = (uuid4() for _ in range(4))
    server = Server(lost, coming, going, here)
    worker = asking(server, monkeypatch)
    worker._submitting_flow_run_ids.add(coming)
    worker.in_hand |= {going: os.getpid(), here: None}
    server.meanwhile = lambda: worker.in_hand.pop(going)
    await worker.sweep()
    assert server.marked == [lost]


async def test_later_a_run_is_lost_only_if_it_was_so_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first look, a run that another worker may just have taken gets the time until the next one."""
    server = Server()
    worker = asking(server, monkeypatch)
    await worker.sweep()
    server.runs = [uuid4()]
    await worker.sweep()
    assert server.marked == []
    await worker.sweep()
    assert server.marked == server.runs


async def test_the_end_of_prefects_own_watch_is_one_sentence(caplog: pytest.LogCaptureFixture) -> None:
    """Once the server was away, Prefect fails over that it is cancelled itself; other faults keep their traceback."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(went_wrong)
    caplog.set_level(logging.INFO)
    observer = FlowRunCancellingObserver(on_cancelling=print)
    asking = asyncio.create_task(asyncio.sleep(3600))
    # As it does when it has lost the server's events.
    asking.add_done_callback(observer._handle_polling_task_done)
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])
    await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records] == [
        "Prefect has stopped asking for cancelled runs, as this worker stops"
    ]

    def broken() -> None:
        raise ValueError("it broke")

    loop.call_soon(broken)
    await asyncio.sleep(0)
    assert "it broke" in caplog.text
    assert "Traceback" in caplog.text
