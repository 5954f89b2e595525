"""A trial of all sources in one go: each is crawled as if for the first time, and nothing is recorded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.analysing import reading_pool
from flows.choice import choose
from flows.sharing import sharing_if_set
from flows.trial import from_sample, keep_sample
from scrapers.crawl.crawl import crawl
from scrapers.http.client import Fetcher
from scrapers.kinds.registry import kind_of
from scrapers.publication import Memory, ScraperError
from scrapers.samples.recorded import RecordedAnswers, site_file
from scrapers.samples.sampling import Sampling
from scrapers.samples.verdict import Verdict, nearest, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from config.settings import Settings
    from config.sources import Source
    from scrapers.publication import Harvest
    from scrapers.reading.pool import ReadingPool

    Tell = Callable[["Surveyed", int], None]

# What is asked of a publisher to see that a source works: the first pages, and a few documents.
MOST_PAGES = 2
MOST_DOCUMENTS = 3
LONGEST = timedelta(minutes=3)
# So many sources at once; each host is paced whatever this is.
AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A source, what came of it, and what is to be said. `sampling` has the answers, if they came from the web."""

    source: Source
    harvest: Harvest
    verdict: Verdict
    sampling: Sampling | None = None


def to_survey(configured: Sequence[Source], wanted: Sequence[str] | None, *, include_off: bool = False) -> list[Source]:
    """The wanted sources, or all that are on (with `include_off`, all), except folders, which need no trial.

    Raises:
        UnknownSourceError: no source has such an id.
    """
    chosen = choose(configured, wanted) if wanted else configured
    return [each for each in chosen if kind_of(each).find and (each.enabled or include_off or wanted)]


async def survey_live(settings: Settings, sources: Sequence[Source], tell: Tell) -> tuple[Surveyed, ...]:
    """Poll the publishers of all sources; `tell` is called for each when it is done, with how many are.

    robots.txt and the pace of each source are kept, as in a run.
    """
    places = asyncio.Semaphore(AT_ONCE)
    done = 0
    async with (
        sharing_if_set(settings) as shared,
        Fetcher(settings.contact, leases=shared.hosts if shared else None) as fetcher,
        reading_pool(settings) as reading,
    ):

        async def one(source: Source) -> Surveyed:
            nonlocal done
            async with places:
                found = await _looked_at(source, fetcher, reading)
            done += 1
            tell(found, done)
            return found

        return tuple(await asyncio.gather(*map(one, sources)))


async def _looked_at(source: Source, fetcher: Fetcher, reading: ReadingPool) -> Surveyed:
    sampling = Sampling(fetcher)
    harvest = await crawl(_sparing(source), Memory(), sampling, reading=reading)
    found = verdict(harvest)
    if found.word == "changed":
        check = f"compare the page with the source's rules: mandates sources check {source.id} --live"
        place = await _place(source, sampling, reading)
        found = replace(found, advice=f"{place}; {check}" if place else check)
    return Surveyed(source, harvest, found, sampling)


def _sparing(source: Source) -> Source:
    """The source with as few pages and documents as show that it works."""
    policy = source.policy
    less = {"max_new": min(policy.max_new, MOST_DOCUMENTS), "longest": min(policy.longest, LONGEST)}
    changes: dict[str, object] = {"policy": policy.model_copy(update=less)}
    paging = getattr(source, "paging", None)
    if paging is not None:
        changes["paging"] = paging.model_copy(update={"max_pages": min(paging.max_pages, MOST_PAGES)})
    return source.model_copy(update=changes)


async def _place(source: Source, sampling: Sampling, reading: ReadingPool) -> str:
    """Where the rows of a source that has changed seem to be, from the first answer that it gave; "" if unknown."""
    for answer, body in sampling.answers.values():
        try:
            page = await RecordedAnswers({answer.url: (answer.model_copy(update={"post": None}), body)}).get(answer.url)
            return str(await reading(nearest, source, page, owner=source.id))
        except ScraperError:
            # The check that the advice names says why.
            return ""
    return ""


def survey_samples(sources: Sequence[Source], folder: Path, tell: Tell) -> tuple[Surveyed, ...]:
    """The same from samples: `folder` has a folder for each source. One without a sample is left out.

    Raises:
        ConfigError: a sample cannot be used.
    """
    found: list[Surveyed] = []
    for source in sources:
        harvest = from_sample(source, folder / source.id) if (folder / source.id / site_file).is_file() else None
        if harvest is not None:
            found.append(Surveyed(source, harvest, verdict(harvest)))
            tell(found[-1], len(found))
    return tuple(found)


def keep(surveyed: Sequence[Surveyed], folder: Path) -> tuple[Path, ...]:
    """Save the answers of all sources that work as samples, for `survey --samples` and for tests; their folders.

    Raises:
        ConfigError, OSError: as `keep_sample`.
    """
    kept = []
    for each in surveyed:
        if each.verdict.word == "works" and each.sampling is not None:
            keep_sample(each.source, each.harvest, each.sampling, folder / each.source.id)
            kept.append(folder / each.source.id)
    return tuple(kept)
