"""A pool of reading processes, as many as there are cores.

    run ── request ──► worker (forked by the nursery)      one document at a time, within limits
        ◄── answer ──                                      a dead worker is the document's failure, and is replaced

A worker is replaced after some 500 documents, so that what a library leaks does not add up.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import pickle
import signal
from typing import TYPE_CHECKING, Self, TypeVar, cast

from scrapers.http import urls
from scrapers.publication import LimitError, ReadError, ScraperError
from scrapers.reading import wire
from scrapers.reading.limits import Limits
from scrapers.reading.turns import Turns
from scrapers.reading.workers import UNKNOWN, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from scrapers.reading.workers import Worker

log = logging.getLogger(__name__)

Result = TypeVar("Result")

# Imported by the nursery before the first fork, so that no worker pays for it.
READERS = (
    "scrapers.crawl.description",
    "scrapers.crawl.detail",
    "scrapers.kinds.registry",
    "bs4",
    "feedparser",
    "lxml.html",
    "pypdfium2.raw",
)
DOCUMENTS_A_WORKER = 500
_NO_MEMORY = "MemoryError"


class _KilledError(LimitError):
    """A worker was killed, by the system or by somebody, rather than by a limit of ours."""


class ReadingPool:
    """Workers for a run; use it as an async context manager. Call it with a function and its arguments.

    `modules` are imported before the first worker is made, besides the readers of this package, and `prepare`, a
    function with its arguments, is called once: what it computes and keeps, every worker has.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        limits: Limits | None = None,
        modules: Sequence[str] = (),
        prepare: tuple[Callable[..., object], *tuple[object, ...]] | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._turns = Turns(workers or _cores())
        prepared = wire.request(prepare[0], prepare[1:]) if prepare else None
        self._workers = Workers(self._limits, (*READERS, *modules), prepared)
        self._idle: list[Worker] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._idle:
            worker.writer.close()
            with contextlib.suppress(OSError):
                await worker.writer.wait_closed()
        await self._workers.close()

    async def __call__(self, function: Callable[..., Result], *arguments: object, owner: str = "") -> Result:
        """What the function gives when a worker runs it.

        Raises:
            ScraperError: as the function raises it.
            LimitError: the document went past a limit, or its worker died.
        """
        payload = wire.request(function, arguments)
        async with self._turns.turn(owner):
            value = await self._patiently(payload)
        if isinstance(value, wire.Fault):
            raise self._explained(value)
        if isinstance(value, ScraperError):
            raise value
        return cast("Result", value)

    async def _patiently(self, payload: bytes) -> object:
        """The answer; asked for twice where a worker was killed from outside, which is not the document's doing."""
        try:
            return await self._exchange(payload)
        except _KilledError as error:
            log.warning("a reading process ended (%s); the document is read again", error)
        return await self._exchange(payload)

    async def _exchange(self, payload: bytes) -> object:
        """One document through one worker. A worker that ends, or is left in the middle, is not used again."""
        worker = self._idle.pop() if self._idle else await self._workers.fresh()
        sound, value = False, None
        try:
            value = await self._asked(worker, payload)
            sound = True
        except (asyncio.IncompleteReadError, ConnectionError):
            ending = await self._workers.ending(worker)
            kind = _KilledError if ending in {signal.SIGKILL, UNKNOWN} else LimitError
            raise kind(self._limits.words(ending, len(payload))) from None
        except (pickle.UnpicklingError, AttributeError, ImportError, TypeError, ValueError, EOFError) as error:
            raise LimitError(f"its reader gave an invalid result: {error}") from None
        finally:
            worker.documents += 1
            # What a worker without memory holds does not come back.
            spent = isinstance(value, wire.Fault) and value.words == _NO_MEMORY
            if sound and not spent and worker.documents < DOCUMENTS_A_WORKER:
                self._idle.append(worker)
            else:
                self._workers.let_go(worker, kill=not sound)
        return value

    async def _asked(self, worker: Worker, payload: bytes) -> object:
        worker.writer.write(wire.HEAD.pack(len(payload)))
        worker.writer.write(payload)
        await worker.writer.drain()
        (size,) = wire.HEAD.unpack(await worker.reader.readexactly(wire.HEAD.size))
        if size > self._limits.answer_bytes:
            raise LimitError(f"its reader answered with {size:,} bytes")
        return wire.answered(await worker.reader.readexactly(size))

    def _explained(self, fault: wire.Fault) -> ScraperError:
        if fault.words == _NO_MEMORY:
            most = self._limits.memory_bytes / 1e9
            return LimitError(f"reading it needed more than {most:.1f} GB of memory and was stopped")
        words = urls.public(fault.words)
        log.error("a fault of this program while reading: %s\n%s", words, fault.place)
        return ReadError(f"internal error, please report it: {words}")


def _cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
