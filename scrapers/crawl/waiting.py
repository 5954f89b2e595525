"""Items whose document could not be had yet, kept in the source's notes until it can.

A listing shows its rows again, so it is read again. A catalogue's window and a series' number are passed only once:
what was found there waits here.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from scrapers.crawl.item import Item
from scrapers.http import urls
from scrapers.publication import PublishedOn

if TYPE_CHECKING:
    from scrapers.crawl.visit import Visit

_prefix = "waiting "
_tries = "tries "
# A document that was not to be had in so many crawls is left to the next sweep; what is shown once is given a week.
most_tries = 5
most_tries_once = 30
_passing_kinds = frozenset(("oai-marcxml", "symbol-probe"))


def passes_once(visit: Visit) -> bool:
    """Whether this source shows an item only once."""
    return visit.source.kind in _passing_kinds


def keep(visit: Visit, key: str, item: Item) -> None:
    """Let an item wait for the next crawl."""
    plain = asdict(item) | {"published": None, "words": item.words[:300]}
    if item.published is not None:
        on = item.published
        plain["published"] = [on.value.isoformat(), on.precision, on.origin]
    words = json.dumps(plain, ensure_ascii=False)
    # An address with a key in it is not written down; a sweep comes to it again.
    if urls.public(words) == words:
        visit.state[_prefix + key] = words


def is_hopeless(visit: Visit, key: str) -> bool:
    """Count a failure to have an item's document; whether there were so many that one should stop trying."""
    tries = int(visit.state.get(_tries + key) or 0) + 1
    visit.state[_tries + key] = str(tries)
    return tries >= (most_tries_once if passes_once(visit) else most_tries)


def done(visit: Visit, key: str) -> None:
    """The item's document was had, or given up."""
    for prefix in (_prefix, _tries):
        if visit.state.get(prefix + key):
            visit.state[prefix + key] = ""


def items(visit: Visit) -> list[Item]:
    """The items that wait."""
    return [_item(json.loads(words)) for key, words in visit.state.items() if key.startswith(_prefix) and words]


def _item(plain: dict[str, object]) -> Item:
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    on = plain["published"]
    if isinstance(on, list):
        fields["published"] = PublishedOn(date.fromisoformat(on[0]), on[1], on[2])
    return Item(**fields)  # type: ignore[arg-type]
