"""`kill -9` of each process of a `mandates serve` while items come: nothing is left at work, and nothing is lost."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.served import Office, descendants_of

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the processes of the tree in /proc"),
]
ENDED = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
KILLS = 20 if os.environ.get("MANDATES_FAULTS") == "long" else 1


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that is served."""
    made = Office(tmp_path_factory.mktemp("kills") / "office")
    made.start()
    yield made
    assert made.stop() == 0


def everything_arrives(office: Office) -> None:
    """No run is left at work, and with the next one the desk has heard of each paper."""
    office.quiet()
    office.begin()
    office.wait_for(lambda: office.delivered() == set(range(1, office.papers + 1)))


@pytest.mark.parametrize("victim", ["server", "worker", "warm", "client", "forked"])
def test_a_kill_leaves_no_run_at_work_and_loses_no_item(office: Office, victim: str) -> None:
    """Whichever process is killed during a run, all runs end, the tree goes on, and each item reaches the desk."""
    killed = 0
    while killed < KILLS:
        office.show()
        run = office.begin()
        office.wait_for(lambda run=run: office.state(run) != "SCHEDULED")
        time.sleep(random.uniform(0, 3))  # noqa: S311 - any moment
        pids = office.run_pids() if victim in {"client", "forked"} else {victim: office.pid_of(victim)}
        if victim in pids:
            # Otherwise the run was over too soon.
            os.kill(pids[victim], signal.SIGKILL)
            killed += 1
        office.wait_for(lambda run=run: office.state(run) not in {"SCHEDULED", "PENDING", "RUNNING"})
    everything_arrives(office)


def at_work(office: Office) -> str:
    """A run that is at work; where another was in its way, or it was over too soon, one more is asked for."""

    def found(run: str) -> str:
        state = office.state(run)
        return state if state in ENDED or (state == "RUNNING" and office.run_pids()) else ""

    while True:
        run = office.begin()
        if office.wait_for(partial(found, run)) not in ENDED:
            return run


def test_kill_of_the_supervisor_ends_everything_and_the_next_one_goes_on(office: Office) -> None:
    """After `kill -9` of the supervisor no process is left; the next tree ends its run and delivers the item."""
    for _ in range(KILLS):
        office.show()
        run = at_work(office)
        assert office.process is not None
        below = descendants_of(office.process.pid)
        office.process.kill()
        office.process.wait()
        office.process = None
        office.wait_for(lambda below=below: not any(Path(f"/proc/{each}").exists() for each in below))
        office.start()
        office.wait_for(lambda run=run: office.state(run) not in {"PENDING", "RUNNING"})
    everything_arrives(office)
