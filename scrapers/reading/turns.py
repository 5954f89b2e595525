"""Who reads next: so many at once, and of those that wait the owner that has used least."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import time
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Turns:
    """Turns for `places` at once. A source that sends slow documents waits behind those that do not."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._seconds: dict[str, float] = defaultdict(float)
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    @contextlib.asynccontextmanager
    async def turn(self, owner: str) -> AsyncIterator[None]:
        """One turn; how long it takes counts for the owner."""
        await self._wait(owner)
        began = time.monotonic()
        try:
            yield
        finally:
            self._seconds[owner] += time.monotonic() - began
            self._give_on()

    async def _wait(self, owner: str) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self._seconds[owner], next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._give_on()
            raise

    def _give_on(self) -> None:
        while self._waiting:
            turn = heapq.heappop(self._waiting)[2]
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
