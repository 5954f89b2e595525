"""What a run shares with those on other machines, where MANDATES_LANDING names a place for it: sources and hosts.

Without a place there is nothing to share, and nothing of this is done.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.exchange.batches import Passed, bring
from warehouse.exchange.claims import Claims
from warehouse.exchange.hosts import HostLeases
from warehouse.exchange.memories import publish
from warehouse.exchange.place import open_place
from warehouse.exchange.presence import present
from warehouse.model import LockedError, PlaceError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from datetime import datetime

    from config.settings import Settings
    from config.sources import Source
    from flows.recording import Crawled
    from warehouse.exchange.memories import Known
    from warehouse.exchange.place import Place

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sharing:
    """A run among others: its claims on sources, its leases of hosts, and the sources that others had, with why."""

    claims: Claims
    hosts: HostLeases
    elsewhere: dict[str, str]

    async def claimed(
        self, source: Source, known: Known, asking: Callable[[Source], Awaitable[Crawled]]
    ) -> Crawled | None:
        """Ask a source under a claim; None where it is not this run's to ask now.

        Raises:
            PlaceError: the place is away.
        """
        reason = await asyncio.to_thread(self.claims.take, source, known)
        if reason is not None:
            log.info("%s: not polled: %s", source.id, reason)
            self.elsewhere[source.id] = reason
            return None
        finished_at: datetime | None = None
        try:
            crawled = await asking(source)
            finished_at = crawled.harvest.finished_at
            return crawled
        finally:
            with contextlib.suppress(PlaceError):
                # Free with this run's end where the place is away, which its signs of life have said by then.
                await asyncio.to_thread(self.claims.give_back, source.id, finished_at)


def shared_place(settings: Settings) -> Place | None:
    """The landing place that this installation shares with others; None where it has its own alone.

    Raises:
        PlaceError: what is set cannot be one.
    """
    return open_place(settings.landing) if settings.landing else None


@contextlib.asynccontextmanager
async def sharing(place: Place) -> AsyncIterator[Sharing]:
    """Take part in a place until the block ends.

    Raises:
        PlaceError: the place is away.
    """
    with contextlib.ExitStack() as stack:
        presence = await asyncio.to_thread(stack.enter_context, present(place))
        claims = await asyncio.to_thread(Claims, presence)
        async with HostLeases(presence) as hosts:
            yield Sharing(claims, hosts, {})


@contextlib.asynccontextmanager
async def sharing_if_set(settings: Settings) -> AsyncIterator[Sharing | None]:
    """The same in the place that is set; None where none is.

    Raises:
        PlaceError: the place is away.
    """
    place = shared_place(settings)
    if place is None:
        yield None
        return
    async with sharing(place) as shared:
        yield shared


def bring_in(settings: Settings) -> Passed:
    """Bring what waits in the shared place into this home, which records it; a place that is away is logged."""
    try:
        place = shared_place(settings)
        return bring(settings.home, place) if place is not None else Passed()
    except PlaceError as error:
        log.warning("%s; what other machines have landed waits there", error)
        return Passed()


def publish_memories(settings: Settings) -> None:
    """Let other machines know what has been recorded; a place that is away is logged, and gets it next time."""
    try:
        place = shared_place(settings)
        if place is not None:
            publish(settings.home, place, wait_seconds=settings.lock_wait_seconds)
    except (PlaceError, LockedError) as error:
        log.warning("%s; other machines do not know yet what was recorded", error)
