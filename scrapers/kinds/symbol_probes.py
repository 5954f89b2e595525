"""Documents by symbol, counted up, in a fixed series or in one that goes by the calendar.

An unpublished symbol answers as the source's `missing` says: a miss. Anything else that is no document is a failure,
and so is a document that was there and is not; a network error is never a miss.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from config.source_templates import filled
from scrapers.crawl.item import Item
from scrapers.kinds.counting import Notes, count_up
from scrapers.publication import ReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from config.current import Turn
    from config.sources import ProbeSource
    from scrapers.crawl.visit import Visit
    from scrapers.kinds.counting import Ask

# Notes the first number of each year where numbers continue.
_FIRSTS = "firsts"


def first_address(source: ProbeSource) -> str:
    """The address of the document with the lowest number."""
    turns = source.turns(datetime.now(UTC).date()) if source.moving else ()
    return _address(source, source.called(source.first, turns[0].value if turns else None))


async def probe(visit: Visit, source: ProbeSource) -> bool:
    """Ask for the numbers that are not known yet; what is found goes to the visit's items.

    Whether a document has changed shows when it is read, so the answer is always True.

    Raises:
        ReadError: what was there is gone, or the calendar knows of no session that has begun.
    """
    if source.moving is None:
        await _count(visit, source, None)
        return True
    turns = source.turns(visit.started.date())
    if not turns:
        raise ReadError(f"no session of {source.meets} has begun, by sessions.yaml")
    if source.numbering == "continues":
        await _continued(visit, source, turns)
        return True
    current, *former = (turn.value for turn in turns)
    await _count(visit, source, current)
    if former and _is_open(visit, source, turns, str(current)):
        await _count(visit, source, former[0])
    return True


def _is_open(visit: Visit, source: ProbeSource, turns: Sequence[Turn], series: str) -> bool:
    """Whether the former session is still probed: numbers come late, and the day of the next one may be a guess."""
    begun = Notes(visit.state, series).highest(source.first - 1) >= source.first
    return not begun or visit.started.date() - turns[0].began < source.former_for


async def _count(visit: Visit, source: ProbeSource, value: int | None) -> None:
    """Count up one series: that of a session or a year where these have each their own numbers."""

    async def ask(number: int, *, known: bool) -> bool:
        return await ask_for(visit, source, source.called(number, value), known=known)

    def called(number: int) -> str:
        return source.called(number, value)

    if value is not None:
        _take_over_fixed(visit, source, value)
    label, series = source.label(value), "" if value is None else str(value)
    await _count_up(visit, source, ask, called, label=label, series=series)


def _take_over_fixed(visit: Visit, source: ProbeSource, value: int) -> None:
    """Go on where the source stopped while its session was written out: `session: 81`, then `session: current`."""
    own, fixed = Notes(visit.state, str(value)), Notes(visit.state)
    highest = fixed.highest(source.first - 1)
    if highest < source.first or own.highest(source.first - 1) >= source.first:
        return
    called = source.called(highest, value)
    # The notes do not say of which session they are; the documents that were found do.
    if any((state.title or "").startswith(called) for state in visit.states):
        own.take_over(fixed)


async def _continued(visit: Visit, source: ProbeSource, turns: Sequence[Turn]) -> None:
    """Count up numbers that continue from year to year: S/RES/2768(2024), S/RES/2769(2025).

    Which number was the first of a year is noted, so that a known one and a hole are asked for under their own.
    """
    notes = Notes(visit.state)
    firsts = {
        int(value): int(number)
        for value, number in (each.split(":") for each in (notes.get(_FIRSTS) or "").split(",") if each)
    }

    def own(number: int) -> int:
        begun = [value for value, first in firsts.items() if first <= number]
        return max(begun, default=min(firsts, default=turns[0].value))

    async def ask(number: int, *, known: bool) -> bool:
        if known:
            values = [own(number)]
        elif number <= notes.highest(source.first - 1):
            # A hole just before the first number of a year may be that year's.
            later = min((value for value in firsts if value > own(number)), default=own(number))
            values = [own(number), later]
        else:
            is_open = turns[0].value not in firsts or visit.started.date() - turns[0].began < source.former_for
            values = [turn.value for turn in turns[: 2 if is_open else 1]]
        for value in dict.fromkeys(values):
            if await ask_for(visit, source, source.called(number, value), known=known):
                firsts[value] = min(number, firsts.get(value, number))
                notes.put(_FIRSTS, ",".join(f"{each}:{first}" for each, first in sorted(firsts.items())))
                return True
        return False

    def called(number: int) -> str:
        return source.called(number, own(number))

    await _count_up(visit, source, ask, called, label=source.label("{turn}"), series="")


async def _count_up(
    visit: Visit, source: ProbeSource, ask: Ask, called: Callable[[int], str], *, label: str, series: str
) -> None:
    # An outage looks like "not published yet". So the highest known one is asked for too.
    await count_up(
        visit,
        ask,
        called,
        label=label,
        first=source.first,
        stop_after_misses=source.stop_after_misses,
        look_ahead=source.look_ahead,
        recent=1,
        series=series,
    )


async def ask_for(visit: Visit, source: ProbeSource, base: str, *, known: bool) -> bool:
    """Whether there is a document of this symbol, by itself or with one of the suffixes; it goes to the visit's items.

    Raises:
        FetchError, ReadError, RefusedError: as `Visit.look`.
    """
    hit = await _ask(visit, source, base, known=known)
    # Where there is no A there is no B; but /Rev.1 may be there without A.
    for _, alike in groupby(source.suffixes, key=lambda suffix: re.sub(r"(?:\d+|[A-Z])$", "", suffix)):
        for suffix in alike:
            if not await _ask(visit, source, base + suffix, known=known):
                break
            hit = True
    return hit


def _address(source: ProbeSource, symbol: str) -> str:
    """Where a document is asked for; the template is known to have nothing but the symbol in it."""
    return filled(source.url, {"symbol": symbol}) or source.url


async def _ask(visit: Visit, source: ProbeSource, symbol: str, *, known: bool) -> bool:
    url = _address(source, symbol)
    answer = await visit.look(url, source.missing, conditional=known)
    if answer is None:
        return False
    item = Item(
        url=filled(source.link or "", {"symbol": symbol}) or url,
        symbol=symbol,
        files=(url,),
        stage=source.stage,
        words=symbol,
    )
    visit.fetched[url] = answer
    visit.items.append(item)
    await visit.lighten()
    return True
