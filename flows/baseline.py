"""Loading the past of one source: its first crawl where there was none, then step by step back in time.

What is loaded is recorded as history, whoever records it, so that nobody is notified of it. Each step is recorded with
the place that it came to; a later call goes on from there.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from alerts.figures import counted
from alerts.match import alerts_for
from config.sessions import load_sessions
from config.sources import load_sources
from config.subscriptions import load_subscriptions
from flows.analysing import Analysing, reading_pool
from flows.choice import choose
from flows.last_runs import noted
from flows.progress import unwatched
from flows.recorder import Recorder
from flows.recording import record_waiting
from flows.sharing import sharing_if_set
from flows.sources_log import about
from mandates.model import DECIDING
from scrapers.crawl.crawl import crawl
from scrapers.crawl.operators_news import span
from scrapers.crawl.walk import unlimited, walk_back
from scrapers.http.client import Fetcher
from scrapers.kinds.registry import kind_of
from scrapers.publication import DroppedRow, Past
from warehouse.load.places import Standing, standing
from warehouse.load.record import nothing
from warehouse.load.source_memory import memory_of
from warehouse.store.database import live_path

if TYPE_CHECKING:
    from config.settings import Settings
    from config.sources import Source
    from flows.progress import Progress
    from scrapers.publication import Harvest, ItemState
    from warehouse.model import Recorded

log = logging.getLogger(__name__)

# Fewer documents with a date in a year say nothing of how many there are in others.
LEAST_DATED = 5


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is left to do, by what the source published and how it answered in the last year."""

    documents: int
    length: timedelta


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a call did: how far the past is loaded, what was recorded, and what could not be read.

    `error` is why it could not go on, None where it came to an end. `partly` is the number of texts called a
    resolution, decision or declaration that could be read only in part or not at all.
    """

    past: Past
    recorded: Recorded = nothing
    error: str | None = None
    failed: tuple[DroppedRow, ...] = ()
    partly: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """A past to be loaded: of which source, from where on, and why the source can show no more than a run reads."""

    source: Source
    past: Past
    known: Standing
    nothing_further: str | None


@dataclass(slots=True)
class _Loading:
    """What is known while the past of a source is loaded."""

    source: Source
    recorder: Recorder
    past: Past
    progress: Progress
    documents: int = 0
    mandates: int = 0
    oldest: date | None = None
    partly: int = 0
    failed: list[DroppedRow] = field(default_factory=list)
    items: dict[str, ItemState] = field(default_factory=dict)
    begun: tuple[float, date] | None = None

    async def land(self, part: Harvest) -> None:
        """Put a part of the past down for recording."""
        part = replace(part, past=part.past or self.past, tell=None)
        crawled = await self.recorder.land(part)
        read = [each for publication in part.publications for each in publication.documents() if each.text is not None]
        self.documents += len(read)
        dates = [each.published.value for each in part.publications if each.published is not None]
        self.oldest = min(filter(None, (self.oldest, *dates)), default=None)
        self.partly += sum(
            each.analysis is not None and each.analysis.reading != "complete" and each.kind in DECIDING for each in read
        )
        self.mandates += crawled.mandates
        self.failed += [row for row in crawled.harvest.dropped if row.kind in {"failed", "incomplete"}]
        self.items |= {state.key: state for state in part.items}

    def tell(self, past: Past) -> None:
        """Say how far it has come, and how long the rest will take at this pace."""
        self.past = past
        found = f"{counted(self.documents, 'document')}, {counted(self.mandates, 'mandate')}"
        said = f"back to {past.reached or 'an unknown date'}; {found}{self._left(past)}"
        log.info(said)
        newest = past.until or datetime.now(UTC).date()
        self.progress((newest - (past.reached or newest)).days, (newest - past.since).days, said)

    def _left(self, past: Past) -> str:
        if past.reached is None or past.reached <= past.since:
            return ""
        if self.begun is None:
            self.begun = (time.monotonic(), past.reached)
        seconds, days = time.monotonic() - self.begun[0], (self.begun[1] - past.reached).days
        if days <= 0:
            return ""
        return f"; about {span(timedelta(seconds=seconds * (past.reached - past.since).days / days))} left"


def request(settings: Settings, source_id: str, since: date, until: date | None, *, again: bool = False) -> Request:
    """Where loading the past of a source goes on; with `again` it starts over from the newest end. Asks nobody.

    Raises:
        ConfigError: the sources cannot be read.
        UnknownSourceError: no source has this id.
    """
    (source,) = choose(load_sources(settings.config / "sources.yaml"), [source_id])
    known = standing(settings.home, source.id) if live_path(settings.home).exists() else Standing(None, None)
    past = begins(None if again else known.past, since, until)
    return Request(source, past, known, kind_of(source).why_no_past(source))


def begins(known: Past | None, since: date, until: date | None) -> Past:
    """Where loading goes on: where it was, if the same was asked for; else at the newest end."""
    if known is None or known.until != until:
        return Past(since, until)
    if known.outcome == "no_more" or (known.outcome == "reached" and known.since <= since):
        return known
    return replace(known, since=since, outcome=None)


def estimate(source: Source, known: Standing, past: Past) -> Estimate | None:
    """How much there is between where loading goes on and `past.since`; None where nothing is known to tell it by."""
    if known.dated < LEAST_DATED or known.first_success is None:
        return None
    days = ((past.reached or known.first_success.date()) - past.since).days
    documents = round(known.dated / max(known.days, 1) * max(days, 0))
    each = known.requests * max(source.policy.pace.total_seconds(), known.seconds)
    return Estimate(documents, timedelta(seconds=documents * each))


async def load_past(settings: Settings, source: Source, past: Past, progress: Progress = unwatched) -> Baseline:
    """Load the past of a source from where `past` says; what it came to. Where that is the end, nobody is asked.

    `progress` hears how many days back it has come.

    Raises:
        ConfigError: the subscriptions or the session calendar cannot be used.
        WarehouseError: the warehouse cannot be written. What was landed waits for the next run.
    """
    if past.outcome is not None:
        return Baseline(past)
    with about(source.id), noted(settings.home, "backfill"):
        return await _load_past(settings, source, past, progress)


async def _load_past(settings: Settings, source: Source, past: Past, progress: Progress) -> Baseline:
    subscriptions = load_subscriptions(settings.config)
    calendar = settings.config / "sessions.yaml"
    load_sessions(calendar)
    # What an interrupted run left belongs to what is known.
    await asyncio.to_thread(record_waiting, settings, alerts_for(subscriptions, datetime.now(UTC)))
    memory = memory_of(settings.home, source.id)
    known = standing(settings.home, source.id)
    analyse = Analysing(calendar)
    recorder = Recorder(settings, subscriptions, analyse, delivers=False)
    loading = _Loading(source, recorder, past, progress, oldest=known.oldest)
    error = None
    async with (
        sharing_if_set(settings) as shared,
        Fetcher(contact=settings.contact, leases=shared.hosts if shared else None) as fetcher,
        reading_pool(settings) as reading,
        recorder,
    ):
        if memory.first_crawl:
            harvest = await crawl(
                unlimited(source), memory, fetcher, reading=reading, analyse=analyse, land=loading.land
            )
            await loading.land(harvest)
            error = harvest.error if harvest.outcome == "failed" else None
            memory = replace(memory, first_crawl=False, items={**memory.items, **loading.items})
        if error is None:
            first_look = (known.first_success or datetime.now(UTC)).date()
            loading.past, error = await walk_back(
                source, memory, fetcher, past, first_look=first_look, oldest=loading.oldest, reading=reading,
                analyse=analyse, land=loading.land, tell=loading.tell,
            )  # fmt: skip
    return Baseline(loading.past, recorder.recorded, error, tuple(loading.failed), loading.partly)
