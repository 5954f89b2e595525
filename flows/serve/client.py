"""The command of a flow run under `mandates serve`: `python -I -S client.py SOCKET WORKER`; it imports nothing of ours.

It hands the run's environment, folder and standard streams to the warm process, and lives as long as the child that
is forked there: it forwards signals, and ends as the child ends. Without a warm process it becomes
`python -m prefect.engine`, which is the command of an ordinary worker.

A message is its size (4 bytes) and `folder NUL name=value NUL …`; the answer is one byte. After that, each byte sent is
a signal for the child, and the 4 bytes received are the status with which it ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

ANSWER_SECONDS = 10.0
FORWARDED = (signal.SIGTERM, signal.SIGINT)


def _main(path: str, worker: int) -> None:
    # A signal that arrives during the handover waits until there is a child to forward it to.
    signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(ANSWER_SECONDS)
    try:
        connection.connect(path)
        _hand_over(connection)
        answer = connection.recv(1)
    except OSError:
        answer = b""
    if not answer:
        connection.close()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
        os.execv(sys.executable, [sys.executable, "-m", "prefect.engine"])  # noqa: S606 - the ordinary command

    def forward(number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(OSError):
            # If nothing listens any more, the child is gone, and its status ends this process.
            connection.sendall(bytes([number]))

    for number in FORWARDED:
        signal.signal(number, forward)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)
    _end_like(_status(connection, worker))


def _hand_over(connection: socket.socket) -> None:
    words = [os.fsencode(os.getcwd()), *(name + b"=" + value for name, value in os.environb.items())]  # noqa: PTH109 - pathlib costs more than all of this
    message = b"\0".join(words)
    socket.send_fds(connection, [len(message).to_bytes(4, "big")], [0, 1, 2])
    connection.sendall(message)


def _status(connection: socket.socket, worker: int) -> int:
    """The status of the child, as `os.waitpid` returns it; SIGKILL if it died with the warm process."""
    held = b""
    connection.settimeout(1.0)
    while len(held) < 4:  # noqa: PLR2004 - the status
        try:
            part = connection.recv(4 - len(held))
        except TimeoutError:
            if os.getppid() != worker:
                # The worker is gone; closing the connection ends the child.
                return signal.SIGKILL
            continue
        except OSError:
            return signal.SIGKILL
        if not part:
            return signal.SIGKILL
        held += part
    return int.from_bytes(held, "big")


def _end_like(status: int) -> None:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number in FORWARDED:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
