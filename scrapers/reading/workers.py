"""The run's end of the nursery: asks for workers, and hears how they end."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import pickle
import signal
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapers.publication import ScraperError
from scrapers.reading.nursery import REPORT, REQUEST, STARTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapers.reading.limits import Limits

# Answers are read in pieces of this size.
_CHUNK = 1 << 20
UNKNOWN = -1


@dataclass(slots=True)
class Worker:
    """A process that reads, and the connection to it."""

    process: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    documents: int = 0


class Workers:
    """Makes workers through a nursery, which is started with the first and again where it was killed."""

    def __init__(self, limits: Limits, modules: Sequence[str], prepare: bytes | None = None) -> None:
        self._limits = limits
        self._prepare = prepare
        self._modules = modules
        self._starting: dict[int, asyncio.Future[int]] = {}
        self._endings: dict[int, asyncio.Future[int]] = {}
        self._numbers = itertools.count()
        self._one_nursery = asyncio.Lock()
        self._nursery: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._listener: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """End the nursery, which ends what still runs."""
        if self._listener is not None:
            self._listener.cancel()
        if self._control is not None:
            self._control.close()
        if self._nursery is not None:
            await self._nursery.wait()

    async def fresh(self) -> Worker:
        """A new worker.

        Raises:
            ScraperError: the system would not give one.
        """
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                try:
                    process = await self._made(theirs)
                except OSError:
                    # The nursery was killed: the next one does it.
                    process = await self._made(theirs)
        except BaseException as error:
            ours.close()
            if isinstance(error, OSError):
                raise ScraperError(f"no reading process could be started: {error}") from error
            raise
        self._endings[process] = asyncio.get_running_loop().create_future()
        reader, writer = await asyncio.open_connection(sock=ours, limit=_CHUNK)
        return Worker(process, reader, writer)

    def let_go(self, worker: Worker, *, kill: bool) -> None:
        """Use a worker no more: it ends by itself, unless it is in the middle of something."""
        worker.writer.close()
        self._endings.pop(worker.process, None)
        if kill:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.process, signal.SIGKILL)

    async def ending(self, worker: Worker) -> int:
        """The signal that ended a worker; 0 where none did, `UNKNOWN` where nobody knows."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._endings[worker.process], 5)
        return UNKNOWN

    async def _made(self, connection: socket.socket) -> int:
        """The process id of a new worker at the other end of a connection."""
        control, number = await self._running(), next(self._numbers)
        started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._starting[number] = started
        try:
            socket.send_fds(control, [REQUEST.pack(number)], [connection.fileno()])
            return await started
        except OSError:
            if self._control is control:
                self._control = None
            control.close()
            raise
        finally:
            del self._starting[number]

    async def _running(self) -> socket.socket:
        """The control socket of a nursery that lives."""
        async with self._one_nursery:
            if self._control is None or self._nursery is None or self._nursery.returncode is not None:
                self._control = await self._new_nursery()
            return self._control

    async def _new_nursery(self) -> socket.socket:
        if self._control is not None:
            self._control.close()
        if self._listener is not None:
            self._listener.cancel()
        ours, theirs = socket.socketpair()
        with theirs:
            settings = pickle.dumps((self._limits, self._prepare)).hex()
            self._nursery = await _started(theirs.fileno(), settings, self._modules)
        ours.setblocking(False)
        self._listener = asyncio.create_task(self._listen(ours))
        return ours

    async def _listen(self, control: socket.socket) -> None:
        """Hear of workers that were made and of workers that ended."""
        loop = asyncio.get_running_loop()
        held = b""
        # A nursery that dies with a request unread resets the connection instead of closing it.
        with contextlib.suppress(ConnectionError):
            while part := await loop.sock_recv(control, 4096):
                held += part
                while len(held) >= REPORT.size:
                    sort, name, value = REPORT.unpack(held[: REPORT.size])
                    held = held[REPORT.size :]
                    heard = (self._starting if sort == STARTED else self._endings).get(name)
                    if heard is not None and not heard.done():
                        heard.set_result(value)
        for starting in self._starting.values():
            if not starting.done():
                starting.set_exception(ConnectionResetError("the process that makes workers ended"))
        for ended in self._endings.values():
            if not ended.done():
                ended.set_result(UNKNOWN)


async def _started(descriptor: int, settings: str, modules: Sequence[str]) -> asyncio.subprocess.Process:
    """A nursery at the other end of the control socket."""
    # -P: what is imported is what this process imports, whatever lies in the working directory.
    arguments = ["-P", "-m", "scrapers.reading.nursery", str(descriptor), settings, *modules]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        pass_fds=[descriptor],
        stdin=asyncio.subprocess.DEVNULL,
        # Out of reach of Ctrl-C from its first moment: the run decides when its workers end.
        process_group=0,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
