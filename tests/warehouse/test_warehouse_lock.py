"""Turns: in the order in which they were asked for, whatever becomes of those who wait."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.patience import PATIENCE
from warehouse.model import LockedError
from warehouse.store.lock import Deadline, turn

if TYPE_CHECKING:
    from pathlib import Path


def _queued(path: Path, number: int) -> None:
    """Until so many wait."""
    queue = path.with_name(path.name + ".queue")
    while not queue.exists() or len([ticket for ticket in queue.iterdir() if ticket.name[0] != "."]) < number:
        time.sleep(0.001)


def test_turns_come_in_the_order_of_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has had a turn and wants another goes behind those who wait already."""
    monkeypatch.setattr("warehouse.store.lock.patience_seconds", PATIENCE)
    path, order = tmp_path / "live.lock", list[str]()

    def wait(name: str) -> None:
        with turn(path, Deadline(PATIENCE)):
            order.append(name)

    waiting = [threading.Thread(target=wait, args=[name]) for name in ("first", "second", "third")]
    with turn(path, Deadline(PATIENCE)):
        for number, thread in enumerate(waiting, 1):
            thread.start()
            _queued(path, number)
    wait("again")
    for thread in waiting:
        thread.join()
    assert order == ["first", "second", "third", "again"]
    assert list((tmp_path / "live.lock.queue").iterdir()) == []


def test_the_dead_do_not_hold_up_the_queue(tmp_path: Path) -> None:
    """A process that is killed while it waits loses its place, and its ticket is cleared away."""
    path = tmp_path / "live.lock"
    with turn(path, Deadline(PATIENCE)):
        child = os.fork()
        if not child:
            with turn(path, Deadline(PATIENCE)):
                os._exit(0)
        _queued(path, 1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    with turn(path, Deadline(0)):
        assert list((tmp_path / "live.lock.queue").iterdir()) == []


def test_a_stopped_process_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that waits and was stopped is passed over, and has its turn when it goes on."""
    monkeypatch.setattr("warehouse.store.lock.patience_seconds", 0.05)
    path = tmp_path / "live.lock"
    script = (
        "import pathlib, sys; from warehouse.store.lock import *; "
        "turn(pathlib.Path(sys.argv[1]), Deadline(float(sys.argv[2]))).__enter__()"
    )
    # Not a fork: a child would share our lock.
    with turn(path, Deadline(PATIENCE)):
        waiting = subprocess.Popen([sys.executable, "-c", script, str(path), str(PATIENCE)])
        _queued(path, 1)
        waiting.send_signal(signal.SIGSTOP)
    try:
        with turn(path, Deadline(PATIENCE)):
            pass
    finally:
        waiting.send_signal(signal.SIGCONT)
    assert waiting.wait() == 0


def test_who_gives_up_leaves_the_queue(tmp_path: Path) -> None:
    """A wait that is over is an error that names the holder, and nobody waits behind it."""
    path = tmp_path / "live.lock"
    with turn(path, Deadline(PATIENCE)):
        with pytest.raises(LockedError, match=rf"live\.lock is held by process {os.getpid()} ") as caught:
            turn(path, Deadline(0.01)).__enter__()
        assert caught.value.pid == os.getpid()
        assert list((tmp_path / "live.lock.queue").iterdir()) == []
