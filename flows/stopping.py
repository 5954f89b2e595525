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
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

GRACE_SECONDS = 4.0
# Ctrl-C reaches children too, and an error that one of them causes by ending can be here before our own signal.
_MOMENT = 0.1
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """Somebody wants the command to end; `number` is the signal. Not an Exception: nobody handles it as a failure."""

    def __init__(self, number: int) -> None:
        name = signal.Signals(number).name
        super().__init__(f"stopped by {name}; nothing that was recorded is lost")
        self.number = number

    @property
    def exit_code(self) -> int:
        """What shells show for a program that a signal ended: 130 or 143."""
        return 128 + self.number


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """Let a command be stopped; to be used once, in the main thread.

    Raises:
        Stopped: a signal came, whatever the command made of it: DuckDB answers one with a RuntimeError, and Prefect
            puts its own handler, with an error of its own, in place of ours.
    """
    heard = _Heard()
    former = {number: signal.signal(number, _stop) for number in _SIGNALS}
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    # Written to by Python's handler in C, even while the main thread is busy in a library or has other handlers.
    before = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(receiver, heard), daemon=True, name="stopping").start()
    try:
        yield
    except (SystemExit, Stopped):
        raise
    except BaseException as error:
        # Asked directly: on a busy machine the thread may not have got round to what is there already.
        if number := _came(receiver) or (heard.any.wait(_MOMENT) and heard.number):
            raise Stopped(number) from error
        raise
    finally:
        signal.set_wakeup_fd(before)
        for number, handler in former.items():
            signal.signal(number, handler)
        sender.close()


@dataclass(slots=True)
class _Heard:
    """The first signal that came."""

    any: threading.Event = field(default_factory=threading.Event)
    number: int = 0


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Stopped(number)


def _watch(receiver: socket.socket, heard: _Heard) -> None:
    with receiver:
        # It stays there to be asked for, unless it is none of ours.
        while came := receiver.recv(64, socket.MSG_PEEK):
            numbers = [number for number in came if number in _SIGNALS]
            if numbers:
                heard.number = numbers[0]
                heard.any.set()
                time.sleep(GRACE_SECONDS)
                end_children()
                stopped = Stopped(numbers[0])
                with contextlib.suppress(OSError):
                    os.write(2, f"mandates: {stopped}\n".encode())
                os._exit(stopped.exit_code)
            receiver.recv(len(came))


def _came(receiver: socket.socket) -> int:
    """The signal that was sent, if it is one of ours; otherwise 0."""
    with contextlib.suppress(OSError):
        came = receiver.recv(64, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        return next((number for number in came if number in _SIGNALS), 0)
    return 0


def end_children() -> None:
    """An embedded Prefect server is a process of its own, and would live on."""
    with contextlib.suppress(OSError):
        for children in Path("/proc/self/task").glob("*/children"):
            for process in children.read_text().split():
                with contextlib.suppress(OSError):
                    os.kill(int(process), signal.SIGKILL)
