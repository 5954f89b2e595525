"""Nurseries that are forks of one process, which has imported and prepared what reading needs.

    test ── settings, control socket ──► this process ── fork ──► scrapers.reading.nursery

To import and prepare all that takes 1.5 s of a processor, which each test with a crawl would spend again.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

from flows import analysing
from scrapers.reading import nursery
from scrapers.reading.pool import READERS

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST = 1 << 16


class Forked:
    """A nursery, as far as whoever asked for it needs to know; its exit code is 0 once it has ended."""

    def __init__(self, process: int) -> None:
        self._handle = os.pidfd_open(process)
        self._ended = False

    @property
    def returncode(self) -> int | None:
        """None while it runs."""
        return 0 if self._has_ended(0) else None

    async def wait(self) -> int:
        """Until it has ended."""
        await asyncio.to_thread(self._has_ended, None)
        return 0

    def _has_ended(self, seconds: float | None) -> bool:
        if not self._ended and select.select([self._handle], [], [], seconds)[0]:
            self._ended = True
            os.close(self._handle)
        return self._ended


class Nurseries:
    """The process that forks them, which is started with the first; use it as a context manager."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None and self._process is not None:
            self._socket.close()
            self._process.wait()

    async def started(self, descriptor: int, settings: str, modules: Sequence[str]) -> Forked:
        """One with that control socket."""
        asked = pickle.dumps((settings, tuple(modules), str(Path.cwd()), dict(os.environ), sys.path))
        return Forked(await asyncio.to_thread(self._forked, asked, descriptor))

    def _forked(self, asked: bytes, descriptor: int) -> int:
        with self._turn:
            if self._socket is None:
                self._socket = self._begun()
            socket.send_fds(self._socket, [asked], [descriptor])
            return int(self._socket.recv(_MOST))

    def _begun(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "tests.flows.nurseries", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        return ours


def _become(asked: bytes, descriptor: int) -> None:
    """The program's own nursery, in the surroundings of whoever asked."""
    settings, modules, folder, environment, sys.path[:] = pickle.loads(asked)  # noqa: S301 - of the test run
    os.setpgid(0, 0)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    bounds, prepare = pickle.loads(bytes.fromhex(settings))  # noqa: S301 - likewise
    nursery._main(descriptor, list(modules), bounds, prepare)


def main() -> None:
    """Fork until the test run has ended."""
    for module in (*READERS, *analysing._MODULES):
        importlib.import_module(module)
    analysing.prepare(Path("no calendar of one's own"))
    gc.collect()
    gc.freeze()
    # Nobody waits for them; whoever asked sees by a handle when one has ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        while True:
            asked, descriptors, _, _ = socket.recv_fds(control, _MOST, 1)
            if not asked:
                break
            process = os.fork()
            if not process:
                control.close()
                try:
                    _become(asked, descriptors[0])
                finally:
                    os._exit(0)
            os.close(descriptors[0])
            control.send(str(process).encode())


if __name__ == "__main__":
    main()
