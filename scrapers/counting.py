"""Numbers of a series, counted up: documents by symbol, or sessions with a page each.

Numbers come out of order, so the gaps below the highest are asked for again each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from scrapers.visit import Visit

# Old gaps are numbers that never came to be; a crawl looks at so many of the latest, the first and a sweep at all.
gaps_a_crawl = 10
_highest, _gaps = "highest", "gaps"


class Ask(Protocol):
    """Asks for one number; whether there is something. `known` says that there was before."""

    async def __call__(self, number: int, *, known: bool) -> bool:
        """Ask for it; what is found goes to the visit's items."""


async def count_up(
    visit: Visit, ask: Ask, *, first: int, stop_after_misses: int, begin: int | None = None, recent: int = 0
) -> None:
    """Ask for the known numbers that may have changed, for the gaps, and for what comes after the highest.

    `begin` is a number that is surely there; without it one counts from `first`. The `recent` latest of the known
    numbers are asked for each time, all of them in a sweep.
    """
    fresh = _highest not in visit.state
    highest = int(visit.state.get(_highest, first - 1 if begin is None else begin))
    gaps = list(range(first, highest)) if fresh else [int(number) for number in visit.state[_gaps].split(",") if number]
    known = sorted(set(range(first, highest + 1)).difference(gaps))
    for number in known if visit.sweep else known[len(known) - recent :]:
        await ask(number, known=True)
    asked = gaps if visit.sweep or fresh else gaps[-gaps_a_crawl:]
    found = [number for number in asked if await ask(number, known=False)]
    gaps = [number for number in gaps if number not in found]
    _note(visit, highest, gaps)
    misses: list[int] = []
    number = highest
    while len(misses) < stop_after_misses and len(visit.items) < visit.source.policy.max_new and not visit.is_over:
        number += 1
        if await ask(number, known=False):
            gaps, misses, highest = gaps + misses, [], number
            # Written at once: a failure further up must not lose what was found below.
            _note(visit, highest, gaps)
        else:
            misses.append(number)


def _note(visit: Visit, highest: int, gaps: list[int]) -> None:
    visit.state[_highest] = str(highest)
    visit.state[_gaps] = ",".join(map(str, gaps))
