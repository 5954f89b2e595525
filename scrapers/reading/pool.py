"""A pool of reading processes, as many as there are cores.

    run ── request ──► worker (forked by the nursery)      one document at a time, within limits
        ◄── answer ──                                      a dead worker is the document's failure, and is replaced

A worker is replaced after some 200 documents, so that what a library leaks does not add up. Owners (sources) take turns
by what they have used: one that sends slow documents waits behind those that do not.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import logging
import os
import pickle
import signal
import socket
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self, TypeVar, cast

from scrapers.http import urls
from scrapers.publication import LimitError, ReadError, ScraperError
from scrapers.reading import wire
from scrapers.reading.limits import Limits
from scrapers.reading.nursery import REPORT, REQUEST, STARTED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

log = logging.getLogger(__name__)

Result = TypeVar("Result")

# Imported by the nursery before the first fork, so that no worker pays for it.
READERS = (
    "scrapers.crawl.description",
    "scrapers.crawl.detail",
    "scrapers.kinds.paging",
    "bs4",
    "feedparser",
    "lxml.html",
    "pypdfium2.raw",
)
DOCUMENTS_A_WORKER = 200
# A frame is read in pieces of this size.
_CHUNK = 1 << 20
_UNKNOWN = -1


class _KilledError(LimitError):
    """A worker was killed, by the system or by somebody, rather than by a limit of ours."""


@dataclass(slots=True)
class _Worker:
    process: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    documents: int = 0


@dataclass(slots=True)
class _Waiting:
    """Who waits for a worker, by owner."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    queue: list[tuple[float, int, asyncio.Future[None]]] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def join(self, owner: str) -> asyncio.Future[None]:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self.queue, (self.seconds[owner], next(self.numbers), turn))
        return turn

    def call_next(self) -> bool:
        """Give the turn on; False where nobody waits."""
        while self.queue:
            turn = heapq.heappop(self.queue)[2]
            if not turn.done():
                turn.set_result(None)
                return True
        return False


class ReadingPool:
    """Workers for a run; use it as an async context manager. Call it with a function and its arguments.

    `modules` are imported before the first worker is made, besides the readers of this package.
    """

    def __init__(
        self, *, workers: int | None = None, limits: Limits | None = None, modules: Sequence[str] = ()
    ) -> None:
        self._free_slots = workers or _cores()
        self._limits = limits or Limits()
        self._modules = (*READERS, *modules)
        self._idle: list[_Worker] = []
        self._waiting = _Waiting()
        self._endings: dict[int, asyncio.Future[int]] = {}
        self._starting: dict[int, asyncio.Future[int]] = {}
        self._numbers = itertools.count()
        self._one_nursery = asyncio.Lock()
        self._nursery: asyncio.subprocess.Process | None = None
        self._control: socket.socket | None = None
        self._listener: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._listener is not None:
            self._listener.cancel()
        for worker in self._idle:
            worker.writer.close()
            with contextlib.suppress(OSError):
                await worker.writer.wait_closed()
        if self._control is not None:
            # The nursery sees it close, kills what still runs, and ends.
            self._control.close()
        if self._nursery is not None:
            await self._nursery.wait()

    async def __call__(self, function: Callable[..., Result], *arguments: object, owner: str = "") -> Result:
        """What the function gives when a worker runs it.

        Raises:
            ScraperError: as the function raises it.
            LimitError: the document went past a limit, or its worker died.
        """
        payload = wire.request(function, arguments)
        await self._turn(owner)
        began = time.monotonic()
        try:
            value = await self._patiently(payload)
        finally:
            self._waiting.seconds[owner] += time.monotonic() - began
            if not self._waiting.call_next():
                self._free_slots += 1
        if isinstance(value, wire.Fault):
            raise _explained(value, self._limits)
        if isinstance(value, ScraperError):
            raise value
        return cast("Result", value)

    async def _turn(self, owner: str) -> None:
        if self._free_slots:
            self._free_slots -= 1
            return
        turn = self._waiting.join(owner)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and not self._waiting.call_next():
                self._free_slots += 1
            raise

    async def _patiently(self, payload: bytes) -> object:
        """The answer; asked for twice where a worker was killed from outside, which is not the document's doing."""
        try:
            return await self._exchange(payload)
        except _KilledError as error:
            log.warning("a reading process ended (%s); the document is read again", error)
        return await self._exchange(payload)

    async def _exchange(self, payload: bytes) -> object:
        """One document through one worker. A worker that ends, or is left in the middle, is not used again."""
        worker = self._idle.pop() if self._idle else await self._fresh()
        sound = False
        try:
            worker.writer.write(wire.HEAD.pack(len(payload)))
            worker.writer.write(payload)
            await worker.writer.drain()
            (size,) = wire.HEAD.unpack(await worker.reader.readexactly(wire.HEAD.size))
            if size > self._limits.answer_bytes:
                raise LimitError(f"its reader answered with {size:,} bytes")
            value = wire.answered(await worker.reader.readexactly(size))
            sound = True
        except (asyncio.IncompleteReadError, ConnectionError):
            ending = await self._ending(worker.process)
            kind = _KilledError if ending in {signal.SIGKILL, _UNKNOWN} else LimitError
            raise kind(self._limits.words(ending, len(payload))) from None
        except (pickle.UnpicklingError, AttributeError, ImportError, TypeError, ValueError, EOFError) as error:
            raise LimitError(f"its reader answered with what it must not: {error}") from None
        finally:
            worker.documents += 1
            if sound and worker.documents < DOCUMENTS_A_WORKER and not _is_spent(value):
                self._idle.append(worker)
            else:
                self._let_go(worker, kill=not sound)
        return value

    def _let_go(self, worker: _Worker, *, kill: bool) -> None:
        worker.writer.close()
        self._endings.pop(worker.process, None)
        if kill:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker.process, signal.SIGKILL)

    async def _fresh(self) -> _Worker:
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
        return _Worker(process, reader, writer)

    async def _made(self, connection: socket.socket) -> int:
        """The process id of a new worker at the other end of a connection."""
        control, number = await self._running(), next(self._numbers)
        started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._starting[number] = started
        try:
            socket.send_fds(control, [REQUEST.pack(number)], [connection.fileno()])
            return await started
        except OSError:
            self._control = None
            control.close()
            raise
        finally:
            del self._starting[number]

    async def _running(self) -> socket.socket:
        """The control socket of a nursery that lives."""
        async with self._one_nursery:
            if self._control is not None and self._nursery is not None and self._nursery.returncode is None:
                return self._control
            return await self._new_nursery()

    async def _new_nursery(self) -> socket.socket:
        if self._control is not None:
            self._control.close()
        if self._listener is not None:
            self._listener.cancel()
        ours, theirs = socket.socketpair()
        with theirs:
            bounds = pickle.dumps(self._limits).hex()
            # -P: what is imported is what this process imports, whatever lies in the working directory.
            arguments = ["-P", "-m", "scrapers.reading.nursery", str(theirs.fileno()), bounds, *self._modules]
            self._nursery = await asyncio.create_subprocess_exec(
                sys.executable,
                *arguments,
                pass_fds=[theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        ours.setblocking(False)
        self._control = ours
        self._listener = asyncio.create_task(self._listen(ours))
        return ours

    async def _listen(self, control: socket.socket) -> None:
        """Hear of workers that were made and of workers that ended."""
        loop = asyncio.get_running_loop()
        held = b""
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
                ended.set_result(_UNKNOWN)

    async def _ending(self, process: int) -> int:
        """The signal that ended a worker; 0 where none did."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._endings[process], 5)
        return _UNKNOWN


def _cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _is_spent(value: object) -> bool:
    """Whether a worker has used up its memory: what it holds now will not come back."""
    return isinstance(value, wire.Fault) and value.words == "MemoryError"


def _explained(fault: wire.Fault, limits: Limits) -> ScraperError:
    if fault.words == "MemoryError":
        return LimitError(f"reading it needed more than {limits.memory_bytes / 1e9:.1f} GB of memory and was stopped")
    words = urls.public(fault.words)
    log.error("a fault of this program while reading: %s\n%s", words, fault.place)
    return ReadError(f"internal error, please report it: {words}")
