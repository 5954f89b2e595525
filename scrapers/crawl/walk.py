"""Loading the past of a source: step by step back in time, beyond what each crawl reads.

A step is a page, a window of time, a session or some numbers, whatever the source's kind goes by
(`scrapers.kinds.backwards`). Its documents are handed over with the place that it has come to, and both are recorded in
one transaction: whoever is killed goes on behind the last step that was recorded. What was taken then is not fetched
again.
"""

from __future__ import annotations

import calendar
import logging
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NoReturn

from scrapers.crawl.documents import Found, publications
from scrapers.crawl.parts import hand_over
from scrapers.crawl.visit import Visit
from scrapers.http import urls
from scrapers.kinds.registry import kind_of
from scrapers.publication import Past, ReadError, ScraperError, fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.sources import Source
    from scrapers.crawl.item import Item
    from scrapers.crawl.visit import Analyse, Asking, Land
    from scrapers.publication import Memory, PastOutcome, PublishedOn
    from scrapers.reading import Reading

log = logging.getLogger(__name__)

# A row that is out of order or has no date must not end the walk: so many steps in a row have to be too old.
_OLD_STEPS = 2
# So many documents in a row that cannot be read, other than by links that are dead, are an outage.
_MOST_FAILED = 20
_DEAD = re.compile(r"status 4(?:04|10)\b")


class _EndError(Exception):
    """The walk is over."""

    def __init__(self, outcome: PastOutcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


@dataclass(slots=True)
class Walk:
    """A walk into the past while it goes on: `past` is how far it has come, which `tell` hears after each step.

    `first_look` is the day of the source's first crawl.
    """

    visit: Visit
    past: Past
    first_look: date
    tell: Callable[[Past], None]
    oldest: date | None = None
    old_steps: int = 0
    failed_in_a_row: int = 0

    def end(self, outcome: PastOutcome) -> NoReturn:
        """Say that the walk is over."""
        raise _EndError(outcome)

    async def step(self, place: str | None, *, reached: date | None = None, in_order: bool = False) -> None:
        """Take the visit's items and hand them over; the next step begins at `place`.

        `reached` is how far back that is; where it is not given, the dates of the step say it. With `in_order`, the
        newest come first, so that the walk is over when steps hold nothing but what is too old.

        Raises:
            ReadError: documents cannot be read any more.
        """
        visit, found = self.visit, Found()
        dates = [item.published for item in visit.items if item.published is not None]
        visit.items[:] = [item for item in visit.items if self._is_asked_for(item)]
        await publications(visit, found)
        visit.items.clear()
        dates = dates or [each.published for each in found.publications if each.published is not None]
        newest = max(map(_last_day, dates), default=None)
        lost = self._lost(found)
        if found.publications and dates:
            self.oldest = min([*(each.value for each in dates), *filter(None, [self.oldest])])
        if lost is None:
            self.past = replace(self.past, place=place, reached=self.back_to(reached or newest))
        visit.past = self.past
        await hand_over(visit, found.publications)
        self.tell(self.past)
        if lost is not None:
            raise ReadError(f"the last {self.failed_in_a_row} documents could not be read; the last: {lost}")
        if newest is not None:
            self.old_steps = self.old_steps + 1 if newest < self.past.since else 0
        if in_order and self.old_steps >= _OLD_STEPS:
            self.end("reached")

    def back_to(self, day: date | None) -> date | None:
        """How far back it has come with this day; what is earlier than was asked for does not count."""
        if day is None:
            return self.past.reached
        return min(filter(None, (self.past.reached, max(day, self.past.since))))

    def _is_asked_for(self, item: Item) -> bool:
        """Whether what its row says of its date leaves that open."""
        if item.published is None:
            return True
        is_early = _last_day(item.published) < self.past.since
        return not (is_early or (self.past.until is not None and item.published.value > self.past.until))

    def _lost(self, found: Found) -> str | None:
        """Why the last document could not be read, where so many could not that something is out of order."""
        reasons = [row.reason for row in self.visit.dropped if row.kind == "failed" and not _DEAD.search(row.reason)]
        self.failed_in_a_row = 0 if found.tried > found.failed else self.failed_in_a_row + len(reasons)
        return reasons[-1] if reasons and self.failed_in_a_row >= _MOST_FAILED else None


async def walk_back(
    source: Source,
    memory: Memory,
    fetcher: Asking,
    past: Past,
    *,
    first_look: date,
    oldest: date | None,
    reading: Reading,
    analyse: Analyse,
    land: Land,
    tell: Callable[[Past], None],
) -> tuple[Past, str | None]:
    """Load the past of a source from where `past` says; how far it has come, and why it could not go on.

    `first_look` is the day of the source's first crawl, `oldest` the date of the oldest document known so far.
    `land` is given each step, `tell` how far it has come.
    """
    # What crawls remember of their pages says nothing of those further down, and must not be changed by them.
    visit = Visit(
        unlimited(source), replace(memory, validators={}, state={}), fetcher, reading, analyse, land, past=past
    )
    walk = Walk(visit, past, first_look, tell, oldest)
    back = kind_of(source).back
    try:
        if back is not None:
            await back(walk, visit.source)
        outcome: PastOutcome = "no_more"
    except _EndError as end:
        outcome = end.outcome
    except Exception as problem:  # noqa: BLE001 - whatever it is, what was loaded before stays, and the place is known
        error = problem if isinstance(problem, ScraperError) else fault(problem)
        where = urls.public(error.url) if error.url else None
        words = urls.public(str(error))
        return walk.past, f"{where}: {words}" if where and where not in words else words
    end_of_walk = past.since if outcome == "reached" else walk.oldest
    # Whoever asks for more than was reached goes on from here.
    place = walk.past.place if outcome == "reached" else None
    visit.past = replace(walk.past, place=place, outcome=outcome, reached=walk.back_to(end_of_walk))
    await hand_over(visit, ())
    return visit.past, None


def unlimited(source: Source) -> Source:
    """The source without the limits that keep one crawl short; pace, robots.txt and the size of an answer hold."""
    much: dict[str, object] = {"longest": timedelta(days=3650), "max_new": 10**9, "crawl_bytes": 10**15}
    return source.model_copy(update={"policy": source.policy.model_copy(update=much)})


def _last_day(published: PublishedOn) -> date:
    """The latest day that the date may mean."""
    day = published.value
    if published.precision == "year":
        return date(day.year, 12, 31)
    if published.precision == "month":
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day
