"""Documents by symbol, counted up.

An unpublished symbol answers as the source's `missing` says: a miss. Anything else that is no document is a failure,
and so is a document that was there and is not; a network error is never a miss.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from config.source_templates import filled
from scrapers.crawl.item import Item
from scrapers.kinds.counting import count_up

if TYPE_CHECKING:
    from config.sources import ProbeSource
    from scrapers.crawl.visit import Visit


def first_address(source: ProbeSource) -> str:
    """The address of the document with the lowest number."""
    return _address(source, _called(source, source.first))


async def probe(visit: Visit, source: ProbeSource) -> bool:
    """Ask for the numbers that are not known yet; what is found goes to the visit's items.

    Whether a document has changed shows when it is read, so the answer is always True.
    """

    async def ask(number: int, *, known: bool) -> bool:
        """Whether there is a document of this number, by itself or with one of the suffixes."""
        base = _called(source, number)
        hit = await _ask(visit, source, base, known=known)
        # Where there is no A there is no B; but /Rev.1 may be there without A.
        for _, alike in groupby(source.suffixes, key=lambda suffix: re.sub(r"(?:\d+|[A-Z])$", "", suffix)):
            for suffix in alike:
                if not await _ask(visit, source, base + suffix, known=known):
                    break
                hit = True
        return hit

    # An outage looks like "not published yet". So the highest known one is asked for too.
    await count_up(
        visit,
        ask,
        partial(_called, source),
        first=source.first,
        stop_after_misses=source.stop_after_misses,
        look_ahead=source.look_ahead,
        recent=1,
    )
    return True


def _called(source: ProbeSource, number: int) -> str:
    return source.template.format(**source.vars, number=number)


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
