"""The worker of a tree, `python -m flows.serve.worker POOL RUNS [SOCKET]`, and of `mandates worker`.

Prefect's process worker, with three differences. Runs go to the warm process, if there is one. Where it is the only
worker of its pool, a run that is marked as pending or running although it has no process is ended: this worker knows
its active runs. And SIGTERM ends the worker without leaving a run behind: it takes no more runs, active ones may
finish, and those that take too long get SIGTERM and then SIGKILL.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shlex
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import StateType
from prefect.states import Crashed
from prefect.workers.process import ProcessWorker

from alerts.figures import counted
from flows.serve import client
from flows.serve.tree import FINISH_SECONDS, GIVE_BACK_SECONDS, WORKER_NAME

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from uuid import UUID

    from anyio.abc import TaskStatus
    from prefect.client.schemas.objects import FlowRun, State
    from prefect.workers.process import ProcessJobConfiguration, ProcessWorkerResult

log = logging.getLogger("flows.serve")

# As docs/operating.md advises for any worker.
QUERY_SECONDS = 2.0
SYNC_SECONDS = 10.0
SWEEP_SECONDS = 10.0
ENGINE = [sys.executable, "-m", "prefect.engine"]
# What Prefect learns by that a run is to be cancelled.
PREFECTS_WATCH = "FlowRunCancellingObserver"
AT_WORK = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)


class Worker(ProcessWorker):
    """Prefect's worker, with the processes of its runs in `in_hand`."""

    def __init__(self, pool: str, runs: int, warm: Path | None, name: str = WORKER_NAME) -> None:
        super().__init__(work_pool_name=pool, name=name, limit=runs)
        self.in_hand: dict[UUID, int | None] = {}
        self._warm = warm
        self._suspects: set[UUID] | None = None

    @classmethod
    def __dispatch_key__(cls) -> str:
        """Prefect's own worker stays the one that `--type process` means."""
        return "mandates"

    async def run(
        self,
        flow_run: FlowRun,
        configuration: ProcessJobConfiguration,
        task_status: TaskStatus[int] | None = None,
    ) -> ProcessWorkerResult:
        """Run it, through the warm process unless the deployment has its own command."""
        if self._warm is not None and shlex.split(configuration.command or "") == ENGINE:
            words = [sys.executable, "-I", "-S", client.__file__, str(self._warm), str(os.getpid())]
            configuration.command = shlex.join(words)
        self.in_hand[flow_run.id] = None
        try:
            return await super().run(flow_run, configuration, _Noting(self.in_hand, flow_run.id, task_status))
        finally:
            del self.in_hand[flow_run.id]

    async def sweep(self) -> None:
        """Mark as crashed what is pending or running without a process: at the start, or when it was found so twice."""
        # Before and after the request, so that a run that is taken or ends in the meantime does not count as lost.
        ours = self._ours()
        runs = await self.client.read_flow_runs(
            flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(AT_WORK)))),
            work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[self._work_pool_name])),
        )
        ours |= self._ours()
        lost = {run.id: run for run in runs if run.id not in ours and not _lives(run.infrastructure_pid)}
        for name, run in lost.items():
            if self._suspects is None or name in self._suspects:
                log.warning("the process of run %s is gone; marking the run as crashed", run.name)
                state: State[None] = Crashed(message="The process of this run is gone.")
                await self.client.set_flow_run_state(name, state, force=False)
        self._suspects = set(lost)

    def _ours(self) -> set[UUID]:
        """The active runs, and the pending ones that Prefect is about to start, which takes several requests."""
        return self._submitting_flow_run_ids | self.in_hand.keys()

    async def end_runs(self) -> None:
        """Let active runs finish, then send SIGTERM, then SIGKILL; to be cancelled when none is left."""
        await asyncio.sleep(FINISH_SECONDS)
        asked: dict[int, float] = {}
        while True:
            for process in filter(None, self.in_hand.values()):
                with contextlib.suppress(ProcessLookupError):
                    if process not in asked:
                        asked[process] = time.monotonic()
                        os.kill(process, signal.SIGTERM)
                    elif time.monotonic() - asked[process] > GIVE_BACK_SECONDS:
                        os.kill(process, signal.SIGKILL)
            await asyncio.sleep(0.5)


class _Noting:
    """Notes which process a run has, when Prefect reports it."""

    def __init__(self, in_hand: dict[UUID, int | None], name: UUID, further: TaskStatus[int] | None) -> None:
        self._in_hand, self._name = in_hand, name
        self._further = further

    def started(self, value: int | None = None) -> None:
        """Note the process, and pass it on."""
        self._in_hand[self._name] = value
        if self._further is not None and value is not None:
            self._further.started(value)


def _lives(process: str | None) -> bool:
    """Whether the process with that id is the engine of a run; after a reboot, another process may have the id."""
    if not process or not process.isdecimal():
        return False
    if sys.platform != "linux":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(int(process), 0)
            return True
        return False
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
    return b"prefect" in command or client.__file__.encode() in command


async def _every(seconds: float, what: Callable[[], Awaitable[object]]) -> None:
    """Call `what` at intervals. The server may be away for a while; this process continues."""
    well = True
    while True:
        try:
            await what()
        except Exception as error:  # noqa: BLE001 - whatever the server or the way to it answers
            if well:
                log.warning("the server does not answer (%s); trying again", type(error).__name__)
            well = False
        else:
            if not well:
                log.warning("the server answers again")
            well = True
        await asyncio.sleep(seconds)


def went_wrong(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what went wrong in the loop, except that Prefect takes the end of its own watch for an error.

    Once the server was away, Prefect asks it for cancelled runs at intervals. When the worker stops, it cancels that
    task, and then asks it for its exception, which a cancelled task has not.
    """
    is_cancelled = isinstance(context.get("exception"), asyncio.CancelledError)
    if is_cancelled and PREFECTS_WATCH in context.get("message", ""):
        log.info("Prefect has stopped asking for cancelled runs, as this worker stops")
    else:
        loop.default_exception_handler(context)


async def work(pool: str, runs: int, warm: Path | None, *, name: str = WORKER_NAME, is_alone: bool = True) -> None:
    """Take runs until SIGTERM, then wait for the active ones to end.

    Only a worker that is alone in its pool can know that a run without a process is lost.
    """
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.set_exception_handler(went_wrong)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    worker = Worker(pool, runs, warm, name)
    tasks = [(SYNC_SECONDS, worker.sync_with_backend), (QUERY_SECONDS, worker.get_and_submit_flow_runs)]
    if is_alone:
        # First, so that no run of this worker's own is there yet.
        tasks.insert(0, (SWEEP_SECONDS, worker.sweep))
    async with worker:
        regular = [asyncio.create_task(_every(*each)) for each in tasks]
        await stop.wait()
        for task in regular:
            task.cancel()
        await asyncio.wait(regular)
        if worker.in_hand:
            log.warning("waiting up to %.0f s for %s", FINISH_SECONDS, counted(len(worker.in_hand), "run"))
        ending = asyncio.create_task(worker.end_runs())
    ending.cancel()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] else None))
