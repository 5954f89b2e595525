"""Documents by symbol, counted up.

An unpublished symbol answers with an empty body or 404: a miss. Anything else that is no document is a failure, and a
network error is never a miss. Numbers come out of order, so the gaps below the highest are asked again each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from scrapers import accept as acceptance
from scrapers import addresses
from scrapers.fetch import NotModified
from scrapers.item import Item

if TYPE_CHECKING:
    from config.sources import ProbeSource
    from scrapers.visit import Visit

# Old gaps are numbers that never came to be; the crawl looks at so many of the latest, a sweep at all.
gaps_a_crawl = 10


async def probe(visit: Visit, source: ProbeSource) -> None:
    """Ask for the numbers that are not known yet; what is found goes to the visit's items."""
    highest = int(visit.state.get("highest", source.first - 1))
    gaps = sorted({int(number) for number in visit.state.get("gaps", "").split(",") if number})
    asked = gaps if visit.sweep else gaps[-gaps_a_crawl:]
    if visit.sweep:
        known = [number for number in range(source.first, highest + 1) if number not in gaps]
        for number in known:
            await _try(visit, source, number, known=True)
    found = [number for number in asked if await _try(visit, source, number)]
    gaps = [number for number in gaps if number not in found]
    visit.state["gaps"] = ",".join(map(str, gaps))
    misses: list[int] = []
    number = highest
    while len(misses) < source.stop_after_misses:
        if len(visit.items) >= source.policy.max_new or visit.is_over:
            break
        number += 1
        if await _try(visit, source, number):
            gaps, misses, highest = gaps + misses, [], number
            # Written at once: a failure further up must not lose what was found below.
            visit.state["highest"] = str(highest)
            visit.state["gaps"] = ",".join(map(str, gaps))
        else:
            misses.append(number)


async def _try(visit: Visit, source: ProbeSource, number: int, *, known: bool = False) -> bool:
    """Whether there is a document of this number, by itself or with one of the suffixes."""
    base = source.template.format(**source.vars, number=number)
    hit = await _ask(visit, source, base, known=known)
    for suffix in source.suffixes:
        if not await _ask(visit, source, base + suffix, known=known):
            break
        hit = True
    return hit


async def _ask(visit: Visit, source: ProbeSource, symbol: str, *, known: bool) -> bool:
    url = filled(source.url, symbol)
    either = source.accept.model_copy(
        update={"status": (*source.accept.status, *source.missing_status), "min_bytes": 0, "magic": None, "types": ()}
    )
    answer = await visit.ask(url, accept=either, conditional=known)
    item = Item(
        url=filled(source.link or source.url, symbol), symbol=symbol, files=(url,), stage=source.stage, words=symbol
    )
    if not isinstance(answer, NotModified):
        if not answer.body or answer.status in source.missing_status:
            visit.validators.pop(addresses.public(url), None)
            return False
        acceptance.check(answer.status, answer.headers, answer.body, source.accept)
    visit.fetched[url] = answer
    visit.items.append(item)
    return True


def filled(template: str, symbol: str) -> str:
    """An address for a symbol."""
    return template.replace("{symbol:quoted}", quote(symbol, safe="")).replace("{symbol}", quote(symbol, safe="/"))
