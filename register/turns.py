"""Whose turn it is to be answered: some questions at a time, of which one is always kept for pages that are quick."""

from __future__ import annotations

import asyncio
import contextlib
import re
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from typing import Any

# Two cores do not answer more at a time; the rest waits for its turn.
AT_ONCE = 4
# Searches, lists and counts among a million documents may take seconds. If as many of them as possible are at work, the
# first page, a document or a mandate is still answered.
LONG_AT_ONCE = AT_ONCE - 1
_QUICK = re.compile(
    r"/|/(?:documents|mandates|clauses)/[^/]+|/symbols/.+|/api/v1/(?:documents|mandates)/[^/]+|/health|/about|/api",
    re.DOTALL,
)


def is_quick(path: str) -> bool:
    """Whether a page at this path within the register reads a few rows by their keys, whatever the size of it all."""
    return _QUICK.fullmatch(path) is not None


class Turns:
    """The turns of one register; only its event loop may use it."""

    def __init__(self) -> None:
        self._all = asyncio.Semaphore(AT_ONCE)
        self._long = asyncio.Semaphore(LONG_AT_ONCE)

    async def take(self, path: str, seconds: float) -> Callable[..., None]:
        """Wait for a turn; what is returned ends it, in any thread, when it is called with the finished work.

        Raises:
            TimeoutError: there was none in time.
        """
        held: list[asyncio.Semaphore] = []
        try:
            async with asyncio.timeout(seconds):
                for turns in (self._all,) if is_quick(path) else (self._long, self._all):
                    await turns.acquire()
                    held.append(turns)
        except BaseException:
            _release(held)
            raise
        return partial(_end, asyncio.get_running_loop(), held)


def _end(loop: asyncio.AbstractEventLoop, held: list[asyncio.Semaphore], _work: Future[Any] | None = None) -> None:
    # The program may be ending, and the loop with it.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(_release, held)


def _release(held: list[asyncio.Semaphore]) -> None:
    while held:
        held.pop().release()
