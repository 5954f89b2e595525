"""Pacing across machines: one run at a time polls a host, by a lease in the place, and paces its own requests.

While a run holds the lease, requests to the host need nothing else. It gives the lease back when it has not needed the
host for a moment, and after `LONGEST_SECONDS` so that others get their turn, but not while a request that has the host
is waiting for a free connection; it passes on how long the host must still be left alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from scrapers.publication import FetchError
from warehouse.exchange.leases import Leases
from warehouse.exchange.presence import MARGIN_SECONDS
from warehouse.model import PlaceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from warehouse.exchange.leases import Generation
    from warehouse.exchange.presence import Presence

log = logging.getLogger(__name__)

ROOM = "hosts"
LONGEST_SECONDS = 20.0
IDLE_SECONDS = 2.0
# How often a waiting run looks; a run that gives a lease back for others does not compete for two looks.
LOOK_SECONDS = 0.5
# If the place cannot be reached for longer, the request fails, and the crawl reports it as it does a host that is down.
AWAY_SECONDS = 120.0
# Ninety turns of other runs: if sixteen machines compete for a host, three waits in a thousand are longer by chance.
BUSY_SECONDS = 1800.0


@dataclass(slots=True)
class _Host:
    """What this run knows about a host; times are monotonic."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    lease: Generation | None = None
    life: int = 0
    since: float = 0.0
    last: float = 0.0
    # No request before the first; no attempt to take the lease before the second.
    free_at: float = 0.0
    back_at: float = 0.0
    # Other runs have had it for too long: until then each request tries only once.
    busy_until: float = 0.0
    delay: float = 0.0
    # Requests that hold the host and wait for a free connection.
    waiters: int = 0


class HostLeases:
    """The leases of a run, for `scrapers.http.pacing.Pacing`; use it as an async context manager."""

    def __init__(self, presence: Presence) -> None:
        self._presence = presence
        self._leases = Leases(presence, ROOM)
        self._hosts: dict[str, _Host] = {}
        self._janitor: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._janitor = asyncio.create_task(self._tidy())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._janitor is not None:
            self._janitor.cancel()
            await asyncio.gather(self._janitor, return_exceptions=True)
        await asyncio.gather(*(self._give_back(name) for name in list(self._hosts)))

    async def hold(self, host: str, interval: float) -> tuple[float, float]:
        """Hold a host for a request that starts now, and for `interval` seconds after it.

        Gives how long the host is still to be left alone, 0 where this run held it all along, and the delay between
        two requests that others know of.

        Raises:
            FetchError: the place could not be reached for too long, or other runs had the host for too long.
        """
        state = self._hosts.setdefault(host, _Host())
        if self._is_overdue(state):
            # If one request after another waits for a connection, `_tidy` may never see the host without a waiter.
            await self._give_back(host, for_others=True)
        if self._is_ours(state):
            return 0.0, state.delay
        async with state.lock:
            if self._is_ours(state):
                return 0.0, state.delay
            return await self._taken(host, state, interval), state.delay

    @contextlib.contextmanager
    def waiting(self, host: str) -> Iterator[None]:
        """Keep the host while a request that holds it waits for a free connection."""
        state = self._hosts[host]
        state.waiters += 1
        try:
            yield
        finally:
            state.waiters -= 1

    def asked(self, host: str, interval: float) -> None:
        """A request starts now; the next one may start after `interval` seconds."""
        state = self._hosts[host]
        state.last = time.monotonic()
        state.free_at = max(state.free_at, state.last + interval)

    def leave_alone(self, host: str, seconds: float, delay: float = 0.0) -> None:
        """The publisher asks for a pause (Retry-After) or for a delay between requests (Crawl-delay)."""
        state = self._hosts.setdefault(host, _Host())
        state.free_at = max(state.free_at, time.monotonic() + seconds)
        state.delay = max(state.delay, delay)

    def has(self, host: str) -> bool:
        """Whether this run still has the host."""
        return self._is_ours(self._hosts[host])

    def _is_ours(self, state: _Host) -> bool:
        # Whoever takes over after this run's death waits for a delay besides, so a request at the last moment is fine.
        return state.lease is not None and state.life == self._presence.life and self._presence.is_sure()

    async def _taken(self, host: str, state: _Host, interval: float) -> float:
        away_since: float | None = None
        # The time in which this run does not compete for the host does not count.
        now = time.monotonic()
        until = max(now, state.back_at) + BUSY_SECONDS if now >= state.busy_until else 0.0
        while True:
            await asyncio.sleep(max(0.0, state.back_at - time.monotonic()))
            try:
                wait = await asyncio.to_thread(self._try, host, state, interval)
            except PlaceError as error:
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > AWAY_SECONDS:
                    raise FetchError(f"another machine may be polling this host: {error}") from error
            else:
                away_since = None
                if wait is not None:
                    return wait
                if time.monotonic() > until:
                    state.busy_until = time.monotonic() + BUSY_SECONDS
                    raise FetchError(f"other runs have been polling this host for {BUSY_SECONDS / 60:.0f} minutes")
            await asyncio.sleep(LOOK_SECONDS)

    def _try(self, host: str, state: _Host, interval: float) -> float | None:
        """Take the lease if it is free; how long the host must still be left alone, None if others have it."""
        if not self._presence.is_sure():
            # Not "others have it": if signs of life do not arrive, a request must not wait for ever.
            raise PlaceError(f"the landing place {self._presence.place} does not accept signs of life")
        newest = self._leases.newest(host)
        is_mine = newest.holder == self._presence.name
        if not is_mine and self._leases.is_held(newest, self._presence.alive()):
            return None
        life = self._presence.life
        state.delay = max(state.delay, _number(newest.words.get("delay")))
        taken = self._leases.take(host, newest, delay=max(state.delay, interval))
        if taken is None:
            return None
        if newest.holder is not None:
            # It died, perhaps at the moment of a request, and it knew the delay.
            wait = _number(newest.words.get("delay"))
        else:
            # By the clock of the place; stamps may be off by a second, so a short pause is kept in full.
            rest = _number(newest.words.get("wait"))
            wait = max(0.0, min(rest, rest - (self._presence.now() - newest.stamp - MARGIN_SECONDS)))
        now = time.monotonic()
        state.lease, state.life, state.since, state.last, state.busy_until = taken, life, now, now, 0.0
        state.free_at = max(state.free_at, now + wait)
        return wait

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(0.25)
            now = time.monotonic()
            for host, state in list(self._hosts.items()):
                if state.lease is None or state.waiters:
                    continue
                idle = now - max(state.last, state.free_at) > IDLE_SECONDS
                if idle or self._is_overdue(state):
                    await self._give_back(host, for_others=not idle)

    @staticmethod
    def _is_overdue(state: _Host) -> bool:
        return state.lease is not None and not state.waiters and time.monotonic() - state.since > LONGEST_SECONDS

    async def _give_back(self, host: str, *, for_others: bool = False) -> None:
        state = self._hosts[host]
        async with state.lock:
            lease, state.lease = state.lease, None
            if lease is None:
                return
            # From here on no request starts before the lease is taken again.
            rest = max(0.0, state.free_at - time.monotonic())
            with contextlib.suppress(PlaceError):
                # If the place cannot be reached, the end of our signs of life frees the lease.
                await asyncio.to_thread(self._leases.give_back, host, lease, wait=rest, delay=state.delay)
            if for_others:
                state.back_at = time.monotonic() + rest + 2 * LOOK_SECONDS


def _number(value: object) -> float:
    """Seconds that another run wrote; whatever it wrote, no run waits for longer than an hour."""
    return min(max(float(value), 0.0), 3600.0) if isinstance(value, int | float) else 0.0
