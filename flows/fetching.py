"""One run of a worker: poll the due sources that no other run is polling, and land what they show in the shared place.

It needs no warehouse and no subscriptions: the recorder has published what it must know about its sources.
"""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, zip_longest
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alerts.figures import counted
from config.sessions import load_sessions
from config.settings import SettingsError
from config.sources import load_sources
from flows.analysing import Analysing, reading_pool
from flows.answers import away_line, sorted_out
from flows.choice import choose
from flows.last_runs import noted
from flows.progress import Polling, unwatched
from flows.recording import take_in
from flows.round import Shared, ask, share
from flows.sharing import shared_place, sharing
from scrapers.crawl.crawl import is_due
from scrapers.http.client import Fetcher
from warehouse.exchange.batches import send, send_batch
from warehouse.exchange.memories import known
from warehouse.model import PlaceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from config.settings import Settings
    from config.sources import Source
    from flows.progress import Progress
    from flows.recording import Crawled
    from scrapers.publication import Harvest
    from warehouse.exchange.place import Place

log = logging.getLogger(__name__)

# A worker claims no more sources than it can poll at once, so that the others get their share.
SOURCES_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Fetching:
    """What a worker's run did: how each source answered, which were not due or another's, and what was sent.

    `away` are sources that were not polled because the landing place was away, with its error, and `damaged` those
    whose memory in it cannot be read. `sent` counts files; `left` is why some of them wait in this home for the next
    run. `faults` are errors of this program with one source.
    """

    crawled: tuple[Crawled, ...] = ()
    not_due: tuple[str, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    away: Mapping[str, str] = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    sent: int = 0
    left: str | None = None
    faults: tuple[BaseException, ...] = ()

    @property
    def failed(self) -> tuple[Crawled, ...]:
        """The sources that did not answer as they should."""
        return tuple(source for source in self.crawled if source.harvest.outcome == "failed")

    @property
    def headline(self) -> str:
        """What the run did, in one line."""
        documents = sum(len(source.harvest.publications) for source in self.crawled)
        sources = counted(len(self.crawled), "source")
        line = f"{sources} polled, {len(self.failed)} failed; {counted(documents, 'document')}"
        line += f"; left to other runs: {len(self.elsewhere)}" if self.elsewhere else ""
        line += f"; {away_line(self.away)}" if self.away else ""
        line += f"; not polled, their memory is damaged: {', '.join(self.damaged)}" if self.damaged else ""
        return line + (f"; not sent yet: {self.left}" if self.left else "")


class Sender:
    """Lands what a crawl hands over in this home, and sends it on; if the place cannot be reached, later."""

    def __init__(self, settings: Settings, place: Place, analyse: Analysing) -> None:
        self.sent = 0
        self.left: str | None = None
        self._settings = settings
        self._place = place
        self._analyse = analyse

    async def land(self, harvest: Harvest) -> Crawled:
        """Put a harvest down for recording, elsewhere."""
        crawled = await asyncio.to_thread(take_in, self._settings.home, harvest, self._analyse)
        try:
            sent = await asyncio.to_thread(send_batch, self._settings.home, self._place, crawled.batch_id)
        except PlaceError as error:
            self.left = str(error)
        else:
            # Counted here in one step: in the threads, or read before the wait, two crawls could count as one.
            self.sent += sent
        return crawled

    async def send_rest(self) -> None:
        """Send what former runs left, and the crawls that found nothing changed."""
        try:
            sent = await asyncio.to_thread(send, self._settings.home, self._place)
        except PlaceError as error:
            self.left = str(error)
            log.warning("%s; what was fetched waits in %s for the next run", error, self._settings.home)
        else:
            self.sent += sent
            self.left = None


async def run_fetch(
    settings: Settings,
    wanted: Sequence[str] | None = None,
    *,
    due_or_not: bool = False,
    asking: Callable[[Source], Awaitable[Crawled]] = ask,
    progress: Progress = unwatched,
) -> Fetching:
    """Poll the wanted sources, or all that are due, unless another run has them; land what they show for the recorder.

    Raises:
        ConfigError: the configuration cannot be used, or no source has such an id. Nothing was requested then.
        SettingsError: no shared landing place is set.
        PlaceError: it cannot be reached, so nobody knows who polls what. Nothing was requested then.
    """
    chosen = choose(load_sources(settings.config / "sources.yaml"), wanted)
    calendar = settings.config / "sessions.yaml"
    load_sessions(calendar)
    place = shared_place(settings)
    if place is None:
        raise SettingsError("MANDATES_LANDING", "is not set, so there is nowhere to put what is fetched")
    ids = [source.id for source in chosen]
    analyse = Analysing(calendar)
    sender = Sender(settings, place, analyse)
    with noted(settings.home, "fetch"):
        async with sharing(place) as shared:
            # What an earlier run left behind may be what a source waits for.
            await sender.send_rest()
            memories = await asyncio.to_thread(known, place, ids)
            now = datetime.now(UTC)
            due = [
                source
                for source in chosen
                if source.id in memories and (wanted or due_or_not or is_due(source, memories[source.id].memory, now))
            ]
            asked = {source.id for source in due}
            at_once = asyncio.Semaphore(SOURCES_AT_ONCE)

            async def claimed(source: Source) -> Crawled | None:
                async with at_once:
                    return await shared.claimed(source, memories[source.id], asking)

            async with (
                Fetcher(contact=settings.contact, leases=shared.hosts) as fetcher,
                reading_pool(settings) as reading,
            ):
                memory = {name: each.memory for name, each in memories.items()}
                share(Shared(fetcher, reading, analyse, sender, memory, Polling(len(due), progress)))
                order = in_turn(due)
                answers = sorted_out(order, await asyncio.gather(*map(claimed, order), return_exceptions=True))
            await sender.send_rest()
    done = Fetching(
        crawled=answers.crawled,
        not_due=tuple(name for name in ids if name in memories and name not in asked),
        elsewhere=shared.elsewhere,
        away=answers.away,
        damaged=tuple(name for name in ids if name not in memories),
        sent=sender.sent,
        left=sender.left,
        faults=answers.faults,
    )
    log.info("%s", done.headline)
    return done


def in_turn(sources: Sequence[Source]) -> list[Source]:
    """The sources so that those next to each other are of different hosts; each run begins with other hosts."""
    hosts: dict[str, list[Source]] = {}
    for source in sources:
        hosts.setdefault(urlsplit(str(getattr(source, "url", ""))).netloc, []).append(source)
    groups = list(hosts.values())
    random.shuffle(groups)
    return [source for source in chain.from_iterable(zip_longest(*groups)) if source is not None]
