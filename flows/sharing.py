"""What a run shares with runs on other machines, if MANDATES_LANDING names a landing place: sources and hosts.

Without a landing place, nothing of this happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.exchange.batches import Passed, bring
from warehouse.exchange.claims import Claims
from warehouse.exchange.halves import remove_halves
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
    """A run among others: its claims on sources, its leases of hosts, and why it left other sources alone."""

    claims: Claims
    hosts: HostLeases
    elsewhere: dict[str, str]

    async def claimed(
        self, source: Source, known: Known, asking: Callable[[Source], Awaitable[Crawled]]
    ) -> Crawled | None:
        """Poll a source under a claim; None if this run must not poll it now.

        Raises:
            PlaceError: the place cannot be reached.
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
                # If the place cannot be reached, which was logged by then, the claim ends with this run.
                await asyncio.to_thread(self.claims.give_back, source.id, finished_at)


def shared_place(settings: Settings) -> Place | None:
    """The landing place that this installation shares with others; None if there is none.

    Raises:
        PlaceError: the setting does not name a usable place.
    """
    return open_place(settings.landing) if settings.landing else None


@contextlib.asynccontextmanager
async def sharing(place: Place) -> AsyncIterator[Sharing]:
    """Take part in a place until the block ends.

    Raises:
        PlaceError: the place cannot be reached.
    """
    with contextlib.ExitStack() as stack:
        presence = await asyncio.to_thread(stack.enter_context, present(place))
        claims = await asyncio.to_thread(Claims, presence)
        async with HostLeases(presence) as hosts:
            yield Sharing(claims, hosts, {})


@contextlib.asynccontextmanager
async def sharing_if_set(settings: Settings) -> AsyncIterator[Sharing | None]:
    """The same in the configured place; None if there is none.

    Raises:
        PlaceError: the place cannot be reached.
    """
    place = shared_place(settings)
    if place is None:
        yield None
        return
    async with sharing(place) as shared:
        yield shared


def bring_in(settings: Settings) -> Passed:
    """Move what waits in the shared place into this home; if the place cannot be reached, that is logged."""
    try:
        place = shared_place(settings)
        remove_halves(settings.home, place)
        return bring(settings.home, place) if place is not None else Passed()
    except PlaceError as error:
        log.warning("%s; what other machines have landed waits there", error)
        return Passed()


def publish_memories(settings: Settings) -> None:
    """Tell other machines what has been recorded; if the place cannot be reached, the next run does so."""
    try:
        place = shared_place(settings)
        if place is not None:
            publish(settings.home, place)
    except (PlaceError, LockedError) as error:
        log.warning("%s; other machines do not yet know what was recorded", error)
