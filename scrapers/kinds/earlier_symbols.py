"""The way back of documents by symbol: the numbers below the first, then earlier sessions or years.

Where numbers begin again in each session, sessions are counted down and each is counted up to its end. Where they
continue from year to year, the numbers are counted down, each under the year of the one above it or the year before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapers.kinds.symbol_probes import ask_for

if TYPE_CHECKING:
    from config.sources import ProbeSource
    from scrapers.crawl.walk import Walk

# Numbers asked for in one step: little is asked for again after a kill.
_BLOCK = 20
_FIXED = ("session", "year")


def why_no_numbers(source: ProbeSource) -> str | None:
    """Why there is nothing before what each crawl asks for; None where there may be."""
    if source.first > 1 or _variable(source) is not None:
        return None
    return "each run counts from the lowest number"


async def numbers(walk: Walk, source: ProbeSource) -> None:
    """Ask for what is before the numbers that each crawl asks for."""
    if source.numbering == "continues":
        await _count_down(walk, source)
    else:
        await _earlier_sessions(walk, source)


async def _earlier_sessions(walk: Walk, source: ProbeSource) -> None:
    """The numbers below the first of the present session, then all numbers of those before it."""
    name = _variable(source)
    present = _present(walk, source, name)
    floor = _value_on(walk, source, name)
    back, number = map(int, (walk.past.place or "0 1").split())
    while back == 0 or (name is not None and present is not None and present - back > 0):
        if back and floor is not None and present is not None and present - back < floor:
            walk.end("reached")
        begun = number
        own = source if name is None or present is None else _of(source, name, present - back)
        hits = await _count_up(walk, own, back, number, below=source.first if back == 0 else None)
        # What was asked for before an interruption is not known any more.
        if back and not hits and begun == 1:
            return
        if back and walk.old_steps and walk.old_steps == hits:
            walk.end("reached")
        back, number = back + 1, 1


async def _count_up(walk: Walk, source: ProbeSource, back: int, number: int, *, below: int | None) -> int:
    """Ask for the numbers of one session from `number` on, up to `below` or its end; how many steps found something."""
    hits = misses = walk.old_steps = 0
    most = max(source.stop_after_misses, source.look_ahead)
    while (below is None or number < below) and misses < most:
        found = False
        for each in range(number, number + _BLOCK if below is None else min(below, number + _BLOCK)):
            number = each + 1
            if await ask_for(walk.visit, source, source.called(each), known=False):
                found, misses = True, 0
            else:
                misses += 1
            if misses >= most:
                break
        hits += found
        await walk.step(f"{back} {number}")
    return hits


async def _count_down(walk: Walk, source: ProbeSource) -> None:
    """Numbers that continue: downwards from the first, with the year or session that each belongs to."""
    name = source.moving
    present, floor = _present(walk, source, name), _value_on(walk, source, name) or 1
    if name is None or present is None:
        return
    number, value, is_sure = source.first - 1, present, False
    if walk.past.place:
        number, value = map(int, walk.past.place.split())
        is_sure = True
    misses, most = 0, max(source.stop_after_misses, source.look_ahead)
    while number > 0 and misses < most:
        for _ in range(min(_BLOCK, number)):
            # Which one the first number belongs to is not known.
            candidates = range(value, max(value - 2, 0) if is_sure else floor - 1, -1)
            hit = None
            for each in candidates:
                if await ask_for(walk.visit, _of(source, name, each), source.called(number, each), known=False):
                    hit = each
                    break
            misses = 0 if hit is not None else misses + 1
            value, is_sure = (hit, True) if hit is not None else (value, is_sure)
            number -= 1
            if misses >= most or value < floor:
                break
        await walk.step(f"{number} {value}" if is_sure else None, in_order=True)
        if value < floor:
            walk.end("reached")


def _variable(source: ProbeSource) -> str | None:
    """The variable of the template that goes back in time; None where there is none."""
    return source.moving or next((each for each in _FIXED if str(source.vars.get(each, "")).isdecimal()), None)


def _present(walk: Walk, source: ProbeSource, name: str | None) -> int | None:
    """The value that crawls begin with; of one that moves, that of the day of the first crawl."""
    if source.moving is None:
        return int(source.vars[name]) if name is not None else None
    turns = source.turns(walk.first_look)
    return turns[0].value if turns else None


def _value_on(walk: Walk, source: ProbeSource, name: str | None) -> int | None:
    """The value that was current on the first day that was asked for; None where no calendar knows it."""
    if source.moving is not None:
        turns = source.turns(walk.past.since)
        return turns[0].value if turns else None
    return walk.past.since.year if name == "year" else None


def _of(source: ProbeSource, name: str, value: int) -> ProbeSource:
    """The source with a fixed value of its variable."""
    return source.model_copy(update={"vars": {**source.vars, name: value}})
