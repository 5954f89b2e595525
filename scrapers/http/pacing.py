"""How politely hosts are polled: how many requests at once in all and for each host, and how long between two of them.

If other machines poll the same hosts, `Leases` says whose turn it is.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractContextManager


async def no_wait(_seconds: float) -> None:
    """Replaces `asyncio.sleep` where waits are switched off: other tasks get their turn, time does not pass."""
    await asyncio.sleep(0)


class Leases(Protocol):
    """One run of several has a host at a time; see `warehouse.exchange.hosts`."""

    async def hold(self, host: str, interval: float) -> tuple[float, float]:
        """Wait until this run has the host; how long it must still be left alone, and the delay that others know."""

    def has(self, host: str) -> bool:
        """Whether it still has it."""

    def waiting(self, host: str) -> AbstractContextManager[None]:
        """Keep the host while a request that holds it waits for a free place."""

    def asked(self, host: str, interval: float) -> None:
        """A request starts now."""

    def leave_alone(self, host: str, seconds: float, delay: float = 0.0) -> None:
        """Note a pause or a delay that the publisher asks for."""


@dataclass(slots=True)
class _Host:
    places: asyncio.Semaphore
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_at: float = 0.0
    delay: float = 0.0


@dataclass(slots=True)
class Pacing:
    """Shared by all sources of a run, so that two sources on one host do not add up."""

    sleep: Callable[[float], Awaitable[None]]
    at_once: int = 16
    leases: Leases | None = None
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._places = asyncio.Semaphore(self.at_once)

    @asynccontextmanager
    async def turn(self, host: str, *, pace: float, per_host: int) -> AsyncIterator[Callable[[], None]]:
        """Wait for a turn at a host and hold it during the request; call the yielded function when it has been sent.

        The next request waits for that call, and the pace counts from it: a slow connection must not bring two requests
        to the host at once.
        """
        state = self._host(host, per_host)
        async with state.places:
            await state.starting.acquire()
            is_starting = True

            def asked(since: float) -> None:
                interval = max(pace, state.delay)
                state.next_at = max(state.next_at, since + interval)
                if self.leases is not None:
                    self.leases.asked(host, interval)

            def sent() -> None:
                nonlocal is_starting
                if is_starting:
                    is_starting = False
                    asked(asyncio.get_running_loop().time())
                    state.starting.release()

            try:
                await self._ready(host, state, pace)
                # If waits are switched off, their time still counts.
                asked(max(state.next_at, asyncio.get_running_loop().time()))
                try:
                    yield sent
                finally:
                    self._places.release()
            finally:
                if is_starting:
                    is_starting = False
                    state.starting.release()

    async def _ready(self, host: str, state: _Host, pace: float) -> None:
        """Wait for the host's pause, then for the host itself if others poll it too, and last for a free place."""
        while True:
            await self._pause(state)
            if self.leases is not None:
                wait, delay = await self.leases.hold(host, max(pace, state.delay))
                state.delay = max(state.delay, delay)
                if wait:
                    await self.sleep(wait)
                    continue
            # If the host were given back in the meantime, the request would go back to the end of both queues.
            with self.leases.waiting(host) if self.leases is not None else nullcontext():
                await self._places.acquire()
            if self.leases is None or self.leases.has(host):
                return
            self._places.release()

    async def _pause(self, state: _Host) -> None:
        """Wait until the host may be polled, including pauses that the publisher asks for in the meantime."""
        waited = 0.0
        now = asyncio.get_running_loop().time()
        while (at := state.next_at) > max(now, waited):
            await self.sleep(at - now)
            now, waited = asyncio.get_running_loop().time(), at

    def hold(self, host: str, seconds: float) -> None:
        """Leave a host alone for a while (Retry-After)."""
        state = self._host(host, 2)
        state.next_at = max(state.next_at, asyncio.get_running_loop().time() + seconds)
        if self.leases is not None:
            self.leases.leave_alone(host, seconds)

    def slow_down(self, host: str, delay: float) -> None:
        """Keep at least `delay` seconds between requests to a host (Crawl-delay)."""
        state = self._host(host, 2)
        state.delay = max(state.delay, delay)
        if self.leases is not None:
            self.leases.leave_alone(host, 0.0, delay)

    def _host(self, host: str, per_host: int) -> _Host:
        if host not in self._hosts:
            self._hosts[host] = _Host(asyncio.Semaphore(per_host))
        return self._hosts[host]
