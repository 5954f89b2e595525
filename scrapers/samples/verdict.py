"""What a trial poll says about a source, for an operator: one word, the reason, and what can be done.

works        rows were found, and their documents can be read
nothing      the response is valid but empty, or the address no longer exists
robots       robots.txt does not allow the address
refused      the publisher turns programs away: a challenge, a log-in page, 401, 403, 429, 444
changed      the response has no rows where the source looks for them
unreachable  no response, or one that says that the site is out of order
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from scrapers.crawl.health import turned_away
from scrapers.kinds.paging import text_of
from scrapers.kinds.registry import kind_of
from scrapers.samples.proposal import feeds_of, rows_in_json
from scrapers.samples.proposed_rows import rows_of

if TYPE_CHECKING:
    from config.sources import Source
    from scrapers.http.client import Fetched
    from scrapers.publication import Harvest

Word = Literal["works", "nothing", "robots", "refused", "changed", "unreachable"]
WORDS: tuple[Word, ...] = get_args(Word)

_STATUS = re.compile(r"status (\d{3})\b")
_GONE = frozenset(("404", "410"))
_SERVER_ERROR = "5"
_ASK = (
    "ask the publisher to admit MandateMonitor, which identifies itself and gives your contact; if you are given a key "
    "or a header, put it into `headers`"
)
_ARRANGE = {
    "401": "it requires a key: ask the publisher for one and put it into `headers`, as ${NAME}",
    "429": "it was polled too often: raise `policy.pace` and `every`, or ask the publisher how often you may poll",
    "451": "it is blocked here for legal reasons: ask the publisher",
}
_CHALLENGE = "its pages are for browsers only: look for a feed or an API without the check, or " + _ASK
_ROBOTS = (
    "look for an address that robots.txt allows, such as a feed; if the publisher permits it, say so in "
    "`policy.ignore_robots`"
)
_LOST = "look for the new address on the publisher's site and try it with `mandates sources new`"
_LATER = "try again later; if other sources cannot be reached either, look at this machine's network and HTTPS_PROXY"
# Enough of a title to recognise it.
_TITLE = 60


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result for one source. `advice` is "" if nothing needs to be done."""

    word: Word
    why: str
    advice: str = ""


def verdict(harvest: Harvest) -> Verdict:
    """What a crawl says about its source. The advice for a changed one comes from its page (`nearest`)."""
    if harvest.error is not None:
        return _of_error(harvest, harvest.error)
    if harvest.items_seen:
        return _of_items(harvest)
    return Verdict("nothing", "the response is valid but lists nothing", "if nothing was published lately, just wait")


def _of_error(harvest: Harvest, error: str) -> Verdict:
    said = _STATUS.search(error)
    status = said[1] if said is not None else ""
    if "robots.txt does not allow" in error:
        return Verdict("robots", error, _ROBOTS)
    if turned_away(error):
        return Verdict("refused", error, _CHALLENGE if " instead" in error else _ARRANGE.get(status, _ASK))
    if status in _GONE and not harvest.items_seen:
        return Verdict("nothing", error, _LOST)
    last = harvest.fetches[-1] if harvest.fetches else None
    if status.startswith(_SERVER_ERROR) or "robots.txt cannot be read" in error or (last and last.status is None):
        return Verdict("unreachable", error, _LATER)
    return Verdict("changed", error)


def _of_items(harvest: Harvest) -> Verdict:
    filtered = sum(row.kind == "filtered" for row in harvest.dropped)
    failed = [row for row in harvest.dropped if row.kind == "failed"]
    items = "1 item" if harvest.items_seen == 1 else f"{harvest.items_seen} items"
    why = f"{items}, {len(harvest.publications)} taken"
    why += f", {filtered} filtered out" if filtered else ""
    why += f", {harvest.items_waiting} not fetched" if harvest.items_waiting else ""
    if not failed:
        return Verdict("works", why)
    return Verdict("works", f"{why}, {len(failed)} failed", f"look at the items that failed: {failed[0].reason}")


def nearest(source: Source, page: Fetched) -> str:
    """Where the rows of a source seem to be now, from the answer of its first address; "" if there are none.

    A guess, which a person has to check. It runs where reading has limits.

    Raises:
        ScraperError: the answer cannot be read.
    """
    return _json_rows(page) if kind_of(source).lists == "json" else _page_rows(source, page)


def _page_rows(source: Source, page: Fetched) -> str:
    text = text_of(page, source.policy.charset)
    if kind_of(source).lists == "feed":
        feeds = feeds_of(text, page.url)
        return f"the page links to a feed: url: {feeds[0]}" if feeds else ""
    rows = rows_of(text)
    if not rows:
        return ""
    best = rows[0]
    return (
        f"the rows may now be `item: {{css: {json.dumps(best.css)}}}` with the title at {json.dumps(best.link)}: "
        f"{best.count} rows, such as {best.titles[0][:_TITLE]!r}"
    )


def _json_rows(page: Fetched) -> str:
    path, keys = rows_in_json(page.body)
    return f"the rows may now be `item: {{json: {json.dumps(path)}}}`, with the keys {', '.join(keys)}" if keys else ""
