"""The socket of the warm process: takes what clients hand over, forks, and keeps clients and children together.

When a client goes away, its child is killed; when this process goes away, the system kills the children. If a file of
the program has changed, it takes no more runs and ends after its last child, and the supervisor starts a new one.
Until then it answers greetings: otherwise the supervisor would kill it, and the last children with it.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.serve.bound import end_with

if TYPE_CHECKING:
    from pathlib import Path

MAX_MESSAGE_BYTES = 4_000_000
READ_SECONDS = 5.0
# A client that cannot be let in stays in the queue, and runs that end meanwhile make room for it.
FULL_SECONDS = 0.2
_STREAMS = 3
_FORWARDED = {int(signal.SIGTERM), int(signal.SIGINT)}


@dataclass(frozen=True, slots=True)
class Job:
    """What a client has handed over: its folder, environment and streams. Without a folder it is just a greeting."""

    folder: bytes
    environment: dict[bytes, bytes] = field(repr=False)
    streams: tuple[int, ...]


class Listener:
    """Takes jobs, forks, forwards signals to the children and their endings to the clients."""

    def __init__(self, path: Path) -> None:
        self._files = _files()
        self._runs: dict[int, socket.socket] = {}
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(str(path))
        path.chmod(0o600)
        self._socket.listen(64)
        self._woken, self._wake = socket.socketpair()
        for each in (self._woken, self._wake):
            each.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._ready = selectors.DefaultSelector()
        self._ready.register(self._socket, selectors.EVENT_READ)
        self._ready.register(self._woken, selectors.EVENT_READ)
        self._open, self._full = True, False

    def next_job(self) -> Job | None:
        """The job, in a child; None here, when the program has changed and the last child has ended."""
        while self._open or self._runs:
            for key, _ in self._ready.select():
                if key.fileobj is self._socket:
                    job = self._accepted()
                    if job is not None:
                        return job
                elif key.fileobj is self._woken:
                    with contextlib.suppress(BlockingIOError):
                        self._woken.recv(4096)
                else:
                    self._forward(key.data)
            self._bury()
        return None

    def _let_in(self) -> socket.socket | None:
        """The next client; None with too many open files, or no memory: the runs in hand must not end for that."""
        try:
            connection, _ = self._socket.accept()
        except OSError as error:
            if not self._full:
                print(f"no client can be let in for the moment: {error}", file=sys.stderr)  # noqa: T201
            self._full = True
            time.sleep(FULL_SECONDS)
            return None
        self._full = False
        return connection

    def _accepted(self) -> Job | None:
        """Answer one client; its job in the child that is forked for it."""
        connection = self._let_in()
        if connection is None:
            return None
        if self._open and self._files != _files():
            words = "the program's files have changed: ending after the last run"
            print(words, file=sys.stderr)  # noqa: T201 - read by the supervisor
            self._open = False
        try:
            job = _received(connection)
        except (OSError, ValueError) as error:
            print(f"the message of a client was not understood: {error}", file=sys.stderr)  # noqa: T201
            connection.close()
            return None
        wanted, warm = job.folder and not _gone(connection), os.getpid()
        process = _forked() if wanted and self._open else -1
        if process == 0:
            end_with(warm)
            # The child answers first, before it does anything else: a client without an answer starts the run again.
            with contextlib.suppress(OSError):
                connection.sendall(b"y")
            self._leave(connection)
            return job
        # The worker waits for the end of these streams as well as of its process.
        for stream in job.streams:
            os.close(stream)
        if process > 0:
            self._runs[process] = connection
            self._ready.register(connection, selectors.EVENT_READ, process)
        if not wanted:
            with contextlib.suppress(OSError):
                connection.sendall(b"y")
        if process < 0:
            connection.close()
        return None

    def _forward(self, process: int) -> None:
        """Pass a client's signals on to its child; the child is killed if the client has gone."""
        if process not in self._runs:
            return
        try:
            numbers = self._runs[process].recv(64)
        except OSError:
            numbers = b""
        if not numbers:
            self._ready.unregister(self._runs[process])
            os.kill(process, signal.SIGKILL)
        for number in _FORWARDED.intersection(numbers):
            os.kill(process, number)

    def _bury(self) -> None:
        """Tell the clients of children that have ended."""
        while self._runs:
            process, status = os.waitpid(-1, os.WNOHANG)
            if not process:
                return
            connection = self._runs.pop(process)
            with contextlib.suppress(KeyError):
                self._ready.unregister(connection)
            with contextlib.suppress(OSError):
                connection.sendall(status.to_bytes(4, "big"))
            connection.close()

    def _leave(self, own: socket.socket) -> None:
        """In a child: close everything that belongs to the listener."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._ready.close()
        for each in (self._socket, self._woken, self._wake, own, *self._runs.values()):
            each.close()


def _forked() -> int:
    """The child's number, 0 in the child; -1 where the system makes none."""
    try:
        return os.fork()
    except OSError as error:
        print(f"no child process could be started: {error}", file=sys.stderr)  # noqa: T201
        return -1


def _files() -> dict[str, tuple[int, int]]:
    """When each module's file was last changed, and its size: 4 ms for 1,690 files."""
    found = {}
    for module in list(sys.modules.values()):
        name = getattr(module, "__file__", None)
        if name:
            with contextlib.suppress(OSError):
                state = os.stat(name)  # noqa: PTH116 - a Path for each would take three times as long
                found[name] = (state.st_mtime_ns, state.st_size)
    return found


def _received(connection: socket.socket) -> Job:
    connection.settimeout(READ_SECONDS)
    head, streams, _, _ = socket.recv_fds(connection, 4, _STREAMS)
    try:
        message = _message(connection, int.from_bytes(head, "big"), len(streams))
    except BaseException:
        for stream in streams:
            os.close(stream)
        raise
    folder, *pairs = message.split(b"\0")
    environment = {name: value for name, _, value in (pair.partition(b"=") for pair in pairs)}
    return Job(folder, environment, tuple(streams))


def _message(connection: socket.socket, size: int, streams: int) -> bytes:
    if size > MAX_MESSAGE_BYTES:
        raise ValueError(f"a message of {size:,} bytes")
    message = bytearray()
    while len(message) < size:
        part = connection.recv(min(1 << 16, size - len(message)))
        if not part:
            raise ValueError("the message ended early")
        message += part
    if size and streams != _STREAMS:
        # With too many open files, the system leaves out those that do not fit.
        raise ValueError(f"{streams} streams in place of {_STREAMS}")
    return bytes(message)


def _gone(connection: socket.socket) -> bool:
    """Whether the client has given up waiting; its run must not be started twice."""
    connection.setblocking(False)
    try:
        return not connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        connection.settimeout(READ_SECONDS)
