"""How politely hosts are asked: so many at once in all, so many at one host, so long between two requests."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


async def no_wait(_seconds: float) -> None:
    """Replaces `asyncio.sleep` where waits are switched off: other tasks get their turn, time does not pass."""
    await asyncio.sleep(0)


@dataclass(slots=True)
class _Host:
    places: asyncio.Semaphore
    next_at: float = 0.0
    delay: float = 0.0


@dataclass(slots=True)
class Pacing:
    """Shared by all sources of a run, so that two sources on one host do not add up."""

    sleep: Callable[[float], Awaitable[None]]
    at_once: int = 16
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.at_once)

    @asynccontextmanager
    async def turn(self, host: str, *, pace: float, per_host: int) -> AsyncIterator[None]:
        """Wait for a turn at a host and hold it while the request runs."""
        state = self._host(host, per_host)
        async with state.places:
            now = asyncio.get_running_loop().time()
            at = max(now, state.next_at)
            state.next_at = at + max(pace, state.delay)
            if at > now:
                await self.sleep(at - now)
            async with self._places:
                yield

    def hold(self, host: str, seconds: float) -> None:
        """Leave a host alone for a while (Retry-After)."""
        state = self._host(host, 2)
        state.next_at = max(state.next_at, asyncio.get_running_loop().time() + seconds)

    def slow_down(self, host: str, delay: float) -> None:
        """Keep at least `delay` seconds between requests to a host (Crawl-delay)."""
        state = self._host(host, 2)
        state.delay = max(state.delay, delay)

    def _host(self, host: str, per_host: int) -> _Host:
        if host not in self._hosts:
            self._hosts[host] = _Host(asyncio.Semaphore(per_host))
        return self._hosts[host]
