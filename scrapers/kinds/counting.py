"""Numbers of a series, counted up: documents by symbol, or sessions with a page each.

Numbers come out of order, and some never come. So the end of a series and a hole in it have rules of their own:

    beyond the highest   `stop_after_misses` numbers in a row; once a day and in a sweep `look_ahead` numbers
    a hole               in each crawl for three days, then once a day for two months, then in sweeps

A number that was there and is gone was withdrawn, where others are still there; where none is, the answers are out of
order. A crawl asks for no more than the latest known ones, `HOLES_A_CRAWL` holes, and what lies ahead; a first crawl
and a sweep ask for all.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from scrapers.publication import ReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapers.crawl.visit import Visit

log = logging.getLogger(__name__)

# The General Assembly fills most holes within days; resolution 80/236 appeared as A and B only, so some stay for ever.
HOLES_A_CRAWL = 10
_EACH_CRAWL = timedelta(days=3)
_EACH_DAY = timedelta(days=60)
# A little less than a day, or a source asked once a day would skip every second one.
_DAY = timedelta(hours=23)
# So many more of the known numbers are looked at before an outage is distinguished from a withdrawal.
_WITNESSES = 3
_LOWEST, _HIGHEST, _GAPS, _HOLES, _LOOKED_AHEAD = "lowest", "highest", "gaps", "holes", "looked ahead"
# For the views that show what was seen (coverage_numbers): what the numbers are called, and whose they are.
_LABEL, _BODY = "called", "body"


class Ask(Protocol):
    """Asks for one number; whether there is something. `known` says that there was before."""

    async def __call__(self, number: int, *, known: bool) -> bool:
        """Ask for it; what is found goes to the visit's items."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A number below the highest that is not there: since when that is known, and when it was last asked for."""

    number: int
    since: datetime
    asked: datetime

    def is_due(self, now: datetime) -> bool:
        """Whether an ordinary crawl asks for it again."""
        age = now - self.since
        return age < _EACH_CRAWL or (age < _EACH_DAY and now - self.asked >= _DAY)


@dataclass(frozen=True, slots=True)
class Notes:
    """What a source remembers of one of its series; `series` tells it from others, "" where there is one alone."""

    state: dict[str, str]
    series: str = ""

    def get(self, name: str) -> str | None:
        """A note; None where there is none."""
        return self.state.get(self._key(name))

    def put(self, name: str, words: str) -> None:
        """Write a note down."""
        self.state[self._key(name)] = words

    def take_over(self, before: Notes) -> None:
        """Remember this series as another name of its source did."""
        for name in (_LOWEST, _HIGHEST, _GAPS, _HOLES, _LOOKED_AHEAD):
            if (words := before.get(name)) is not None:
                self.put(name, words)

    def highest(self, below: int) -> int:
        """The highest number that was found; `below` where there is none."""
        return int(self.get(_HIGHEST) or below)

    def _key(self, name: str) -> str:
        return f"{self.series} {name}" if self.series else name


@dataclass(slots=True)
class _Count:
    """What is known of a series while a crawl counts."""

    visit: Visit
    notes: Notes
    first: int
    highest: int
    holes: dict[int, Hole]
    label: str

    def missed(self, numbers: Sequence[int]) -> None:
        """Note numbers that are not there."""
        now = self.visit.started
        for number in numbers:
            self.holes[number] = replace(self.holes.get(number, Hole(number, now, now)), asked=now)

    def note(self) -> None:
        """Write down what is known; at once, for a failure further up must not lose what was found below."""
        notes, holes = self.notes, [self.holes[number] for number in sorted(self.holes)]
        notes.put(_LOWEST, str(self.first))
        notes.put(_HIGHEST, str(self.highest))
        notes.put(_GAPS, ",".join(str(hole.number) for hole in holes))
        notes.put(_LABEL, self.label)
        if body := self.visit.source.body:
            self.visit.state[_BODY] = body
        notes.put(_HOLES, ",".join(f"{hole.since:%Y%m%dT%H%M}/{hole.asked:%Y%m%dT%H%M}" for hole in holes))


async def count_up(
    visit: Visit,
    ask: Ask,
    called: Callable[[int], str],
    *,
    label: str,
    first: int,
    stop_after_misses: int,
    look_ahead: int,
    begin: int | None = None,
    recent: int = 1,
    series: str = "",
) -> None:
    """Ask for the known numbers that may have changed, for the holes, and for what comes after the highest.

    `called` is what people call a number, `label` that with {number} in it ({turn}: the year, where numbers continue).
    `begin` is a number that is surely there; without it one counts from `first`.
    The `recent` latest of the known numbers are asked for each time, all of them in a sweep. A source with several
    series remembers each by its name.

    Raises:
        ReadError: what was there is gone.
    """
    notes = Notes(visit.state, series)
    fresh = notes.get(_HIGHEST) is None
    highest = notes.highest(first - 1 if begin is None else begin)
    now = visit.started
    holes = [Hole(number, now, now) for number in range(first, highest)] if fresh else _remembered(notes, first, now)
    count = _Count(visit, notes, first, highest, {hole.number: hole for hole in holes}, label)
    known = [number for number in range(first, highest + 1) if number not in count.holes]
    gone = await _gone(visit, ask, called, known, recent)
    again = _asked_again(count, everything=visit.sweep or fresh)
    count.missed(gone)
    await _fill(count, ask, called, again)
    ahead = await _go_on(count, ask, fresh=fresh, near=stop_after_misses, far=look_ahead)
    log.info(
        "%s%s: the highest number seen is %d; missing: %d, of which asked for again: %d; asked for beyond: %d",
        visit.source.id,
        f" {series}" if series else "",
        count.highest,
        len(count.holes),
        len(again),
        ahead,
    )


async def _fill(count: _Count, ask: Ask, called: Callable[[int], str], numbers: Sequence[int]) -> None:
    for number in numbers:
        if count.visit.over is not None:
            break
        if await ask(number, known=False):
            del count.holes[number]
            count.visit.back.append(called(number))
        else:
            count.missed([number])
    count.note()


async def _go_on(count: _Count, ask: Ask, *, fresh: bool, near: int, far: int) -> int:
    """Ask for what comes after the highest; how many numbers were asked for."""
    visit, notes, asked = count.visit, count.notes, 0
    looked = notes.get(_LOOKED_AHEAD)
    far_now = visit.sweep or (not fresh and (looked is None or visit.started - datetime.fromisoformat(looked) >= _DAY))
    misses: list[int] = []
    # A series that has not begun is asked for politely; once something of it is there, one looks further at once.
    while len(misses) < (max(near, far) if far_now else near):
        if visit.over is not None or len(visit.items) >= visit.source.policy.max_new:
            return asked
        number = count.highest + len(misses) + 1
        asked += 1
        if await ask(number, known=False):
            count.missed(misses)
            count.highest, misses, far_now = number, [], far_now or fresh
            count.note()
        else:
            misses.append(number)
    if far_now or fresh:
        notes.put(_LOOKED_AHEAD, visit.started.isoformat())
    return asked


def _asked_again(count: _Count, *, everything: bool) -> list[int]:
    """The holes to ask for in this crawl: those asked for longest ago, and of these the latest numbers."""
    holes = list(count.holes.values())
    if not everything:
        due = [hole for hole in holes if hole.is_due(count.visit.started)]
        holes = sorted(due, key=lambda hole: (hole.asked, -hole.number))[:HOLES_A_CRAWL]
    return sorted(hole.number for hole in holes)


async def _gone(
    visit: Visit, ask: Ask, called: Callable[[int], str], known: Sequence[int], recent: int
) -> Sequence[int]:
    """The known numbers that are there no longer, each said; asks for those that may have changed."""
    place = 0 if visit.sweep else max(0, len(known) - recent)
    gone = [number for number in known[place:] if not await ask(number, known=True)]
    if gone and len(gone) == len(known) - place:
        witnesses = [await ask(number, known=True) for number in known[max(0, place - _WITNESSES) : place]]
        if not any(witnesses):
            raise ReadError(f"{called(gone[-1])} has disappeared")
    visit.gone += [called(number) for number in gone]
    return gone


def _remembered(notes: Notes, first: int, now: datetime) -> list[Hole]:
    """The holes of the last crawl, and the numbers below them where `first` was set lower since."""
    numbers = [int(number) for number in (notes.get(_GAPS) or "").split(",") if number]
    times = [tuple(map(_time, pair.split("/"))) for pair in (notes.get(_HOLES) or "").split(",") if pair]
    if len(times) != len(numbers):
        # Written before holes had times: they are as good as new.
        times = [(now, now)] * len(numbers)
    before = {number: Hole(number, since, asked) for number, (since, asked) in zip(numbers, times, strict=True)}
    lowest = int(notes.get(_LOWEST) or first)
    new = {number: Hole(number, now, now) for number in range(first, lowest)}
    return [hole for number, hole in sorted((new | before).items()) if number >= first]


def _time(words: str) -> datetime:
    return datetime.strptime(words, "%Y%m%dT%H%M").replace(tzinfo=UTC)
