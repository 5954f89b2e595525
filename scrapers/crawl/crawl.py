"""One crawl of one source: the whole of it, in the order in which it happens.

    ask and read its pages ─► items ─► documents ─► publications, and what to remember

What a publisher does wrong never raises: it is a harvest with the outcome "failed", with what was read before.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, cast

from scrapers.crawl.documents import Found, found_something_new, publications, relieve
from scrapers.crawl.local import crawl_folder
from scrapers.crawl.observation import AHEAD, is_resting, observe, pause_after
from scrapers.crawl.parts import besides
from scrapers.crawl.visit import Visit, learned
from scrapers.http import urls
from scrapers.kinds.registry import kind_of
from scrapers.publication import Harvest, Memory, Outcome, ScraperError, fault
from scrapers.reading import here

if TYPE_CHECKING:
    from config.sources import FilesSource, Source
    from scrapers.crawl.visit import Analyse, Asking, Land
    from scrapers.kinds.registry import Find
    from scrapers.reading import Reading

log = logging.getLogger(__name__)

__all__ = ["crawl", "is_due"]


async def crawl(
    source: Source,
    memory: Memory,
    fetcher: Asking,
    *,
    reading: Reading = here,
    analyse: Analyse | None = None,
    land: Land | None = None,
    now: datetime | None = None,
) -> Harvest:
    """Ask a source and give all that it shows; `memory` is what the warehouse knows of it.

    `now` is the time by which the source's calendar goes, where that is not the present.

    What was fetched is read by `reading`; there, `analyse` completes each publication that has a text. Where much is
    found, `land` is given parts of it (their outcome is "part") before the harvest with the rest comes back.
    """
    find = kind_of(source).find
    if find is None:
        folder = cast("FilesSource", source)
        harvest = await crawl_folder(folder, memory, reading=reading, analyse=analyse, land=land)
        changed = harvest.items
    else:
        visit = Visit(source, memory, fetcher, reading, analyse, land, started=now or datetime.now(UTC))
        harvest = await _visit(visit, find)
        changed = visit.states.changed
    new = found_something_new(memory, changed)
    notes, tell = observe(source, memory, harvest.finished_at, error=harvest.error, new=new, items=changed)
    if harvest.error is not None:
        log.info("%s: %s", source.id, harvest.error)
    if tell is not None:
        log.warning("%s", tell.split("\n", 1)[0])
    return replace(harvest, state=learned(memory.state, {**harvest.state, **notes}), tell=tell)


async def _visit(visit: Visit, find: Find) -> Harvest:
    error: str | None = None
    changed = True
    found = Found()
    visit.relieve = partial(relieve, visit, found)
    try:
        changed = await find(visit, visit.source)
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is this source's failure and must be recorded as one
        error = _sentence(problem if isinstance(problem, ScraperError) else fault(problem))
        visit.unfinished = True
    # What was read before a failure is taken all the same.
    await publications(visit, found)
    error = error or found.error
    brought = changed or found.publications or found.handed or visit.dropped
    outcome: Outcome = "failed" if error is not None else "ok" if brought else "not_modified"
    return Harvest(
        source_id=visit.source.id,
        started_at=visit.started,
        finished_at=datetime.now(UTC),
        outcome=outcome,
        publications=tuple(found.publications),
        items_seen=len(visit.items),
        dropped=tuple(visit.dropped),
        fetches=tuple(visit.records),
        # What must be looked at again may not be skipped by a 304.
        validators={} if visit.unfinished else visit.validators,
        state=visit.state,
        error=error,
        answers=besides(visit, found.publications),
        items=visit.states.hand_over(),
        unreadable=tuple(found.unreadable),
        items_waiting=visit.states.count("waiting"),
        items_failed=visit.states.count("failed"),
    )


def is_due(source: Source, memory: Memory, now: datetime) -> bool:
    """Whether a source is to be asked again. One schedule serves all cadences: each source keeps its own `every`.

    The time counts from the last success; a failing source is asked sooner, in growing pauses. A success more than
    a day ahead was by a clock that was wrong: the source is due.
    """
    if is_resting(source, memory, now):
        return False
    return memory.last_success is None or not -AHEAD <= now - memory.last_success < source.every


def due_at(source: Source, failures: int, asked: datetime | None, success: datetime | None) -> datetime | None:
    """When a source is due next, by its history: the failures since its last success, and when it was last polled.

    None for a source that was never polled: it is due at once.
    """
    times = [success + source.every] if success is not None else []
    if failures and asked is not None:
        times.append(asked + pause_after(source, failures))
    return max(times, default=None)


def _sentence(problem: ScraperError) -> str:
    """The error for people: what, and at which address."""
    where = urls.public(problem.url) if problem.url else None
    words = urls.public(str(problem))
    return f"{where}: {words}" if where and where not in words else words
