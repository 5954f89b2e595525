"""Numbers of a series, counted up: documents by symbol, or sessions with a page each.

Numbers come out of order, so the gaps below the highest are asked for again each time. A number that was there and is
gone was withdrawn, where others are still there; where none is, the answers are out of order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from scrapers.publication import ReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapers.crawl.visit import Visit

# Old gaps are numbers that never came to be; a crawl looks at so many of the latest, the first and a sweep at all.
gaps_a_crawl = 10
# So many more of the known numbers are looked at before an outage is told from a withdrawal.
_witnesses = 3
_lowest, _highest, _gaps = "lowest", "highest", "gaps"


class Ask(Protocol):
    """Asks for one number; whether there is something. `known` says that there was before."""

    async def __call__(self, number: int, *, known: bool) -> bool:
        """Ask for it; what is found goes to the visit's items."""


async def count_up(
    visit: Visit,
    ask: Ask,
    called: Callable[[int], str],
    *,
    first: int,
    stop_after_misses: int,
    begin: int | None = None,
    recent: int = 1,
) -> None:
    """Ask for the known numbers that may have changed, for the gaps, and for what comes after the highest.

    `called` is what people call a number. `begin` is a number that is surely there; without it one counts from `first`.
    The `recent` latest of the known numbers are asked for each time, all of them in a sweep.

    Raises:
        ReadError: what was there is gone.
    """
    fresh = _highest not in visit.state
    highest = int(visit.state.get(_highest, first - 1 if begin is None else begin))
    gaps = list(range(first, highest)) if fresh else _remembered(visit, first)
    known = sorted(set(range(first, highest + 1)).difference(gaps))
    gone = await _gone(visit, ask, called, known, recent)
    gaps = sorted({*gaps, *gone})
    asked = gaps if visit.sweep or fresh else gaps[-gaps_a_crawl:]
    found = [number for number in asked if number not in gone and await ask(number, known=False)]
    visit.back += [called(number) for number in found]
    gaps = [number for number in gaps if number not in found]
    _note(visit, first, highest, gaps)
    misses: list[int] = []
    number = highest
    while len(misses) < stop_after_misses and len(visit.items) < visit.source.policy.max_new and not visit.is_over:
        number += 1
        if await ask(number, known=False):
            gaps, misses, highest = gaps + misses, [], number
            # Written at once: a failure further up must not lose what was found below.
            _note(visit, first, highest, gaps)
        else:
            misses.append(number)


async def _gone(
    visit: Visit, ask: Ask, called: Callable[[int], str], known: Sequence[int], recent: int
) -> Sequence[int]:
    """The known numbers that are there no longer, each said; asks for those that may have changed."""
    place = 0 if visit.sweep else max(0, len(known) - recent)
    gone = [number for number in known[place:] if not await ask(number, known=True)]
    if gone and len(gone) == len(known) - place:
        witnesses = [await ask(number, known=True) for number in known[max(0, place - _witnesses) : place]]
        if not any(witnesses):
            raise ReadError(f"{called(gone[-1])}, which was there, is gone")
    visit.gone += [called(number) for number in gone]
    return gone


def _remembered(visit: Visit, first: int) -> list[int]:
    """The gaps of the last crawl, and the numbers below them where `first` was set lower since."""
    before = [int(number) for number in visit.state.get(_gaps, "").split(",") if number]
    lowest = int(visit.state.get(_lowest, first))
    return sorted({*range(first, lowest), *(number for number in before if number >= first)})


def _note(visit: Visit, first: int, highest: int, gaps: Sequence[int]) -> None:
    visit.state[_lowest] = str(first)
    visit.state[_highest] = str(highest)
    visit.state[_gaps] = ",".join(map(str, gaps))
