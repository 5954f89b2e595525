"""Ctrl-C and SIGTERM end every command within 5 s.

The first one raises `Stopped` where the command is, so that what is in hand is given back: files are written whole or
not at all, a transaction is rolled back, the lock goes with the process. A command that is held up where no exception
can be raised (a library in C, a thread that waits for a server, a library with a handler of its own) is ended after
the grace period; a kill at any moment loses nothing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

GRACE_SECONDS = 4.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """Somebody wants the command to end; `number` is the signal. Not an Exception: nobody handles it as a failure."""

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.number = number

    @property
    def exit_code(self) -> int:
        """What shells show for a program that a signal ended: 130 or 143."""
        return 128 + self.number


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Let a command be stopped; to be used once, in the main thread."""
    former = {number: signal.signal(number, _stop) for number in _SIGNALS}
    told, tell = socket.socketpair()
    tell.setblocking(False)
    # Written to by Python's handler in C, even while the main thread is busy in a library or has other handlers.
    before = signal.set_wakeup_fd(tell.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(told,), daemon=True, name="stopping").start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in former.items():
            signal.signal(number, handler)
        tell.close()


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Stopped(number)


def _watch(told: socket.socket) -> None:
    with told:
        while heard := told.recv(64):
            numbers = [number for number in heard if number in _SIGNALS]
            if numbers:
                time.sleep(GRACE_SECONDS)
                end_children()
                os._exit(128 + numbers[0])


def end_children() -> None:
    """An embedded Prefect server is a process of its own, and would live on."""
    with contextlib.suppress(OSError):
        for children in Path("/proc/self/task").glob("*/children"):
            for process in children.read_text().split():
                with contextlib.suppress(OSError):
                    os.kill(int(process), signal.SIGKILL)
