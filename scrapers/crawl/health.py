"""How a source is doing, from its own history; pure functions, so that all who show it say the same.

healthy   its last crawl succeeded and it publishes at its usual pace
late      it has not been crawled in time, or nothing new came for twice its usual gap
failing   its last crawls failed
blocked   its last crawls failed because it turns us away (challenge, log-in page, 401, 403, 429, 444, robots.txt)
off       it is switched off in sources.yaml
unlisted  it was crawled once, and is no longer in sources.yaml
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, get_args

from scrapers.crawl.delays import UNMEASURED, Measured, usually_late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.sources import Source
    from scrapers.publication import ItemState

State = Literal["healthy", "late", "failing", "blocked", "off", "unlisted"]
STATES: tuple[State, ...] = get_args(State)
Heard = Literal["failing", "blocked", "late"]
Message = Literal["alarm", "reminder", "all_clear"]

_turned_away = re.compile(
    r"a (?:challenge|log-in page) instead|status (401|403|429|444|451)\b|robots\.txt does not allow", re.IGNORECASE
)
# Fewer publications than this say nothing of a usual gap, and no gap shorter than this is worth an alarm.
_least_known = 4
_least_gap = timedelta(days=2)
# Crawls come on a schedule of their own: a source is late when two of its turns were missed.
_missed_turns = 3


# So many failed items are named one by one in a message or a table; the rest is counted.
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """How many items of a source are in each state that is not taken; `failing` are the latest that failed."""

    waiting: int = 0
    filtered: int = 0
    failed: int = 0
    failing: tuple[ItemState, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What the warehouse knows of a source: times in UTC, `failures` in a row, when new documents came (any order).

    `crawled` is false where it is only the name under which local files were ingested.
    """

    failures: int = 0
    error: str | None = None
    first_success: datetime | None = None
    last_success: datetime | None = None
    last_crawl: datetime | None = None
    new_at: tuple[datetime, ...] = ()
    crawled: bool = True
    items: ItemCounts = ItemCounts()
    first_crawl: datetime | None = None
    delays: Measured = UNMEASURED


@dataclass(frozen=True, slots=True)
class Health:
    """A source's state, why, and since when; `slow` says that it lists its documents late, if it does."""

    source_id: str
    state: State
    reason: str
    since: datetime | None
    items: ItemCounts = ItemCounts()
    delays: Measured = UNMEASURED
    slow: str | None = None

    @property
    def words(self) -> str:
        """The state for people: a source is not simply healthy while items of it cannot be read."""
        failed = self.items.failed
        return f"{self.state}, {failed:,} item{'' if failed == 1 else 's'} failed" if failed else self.state

    @property
    def why(self) -> str:
        """The reason for people, whether it is slow, and the latest failed items with theirs."""
        named = [f"{each.title or each.url}: {each.reason}" for each in self.items.failing]
        return "; ".join(filter(None, (self.reason, self.slow, *named)))


def usual_gap(new_at: Sequence[datetime]) -> timedelta | None:
    """The median time between two days on which something new came; None where too little is known.

    What came at once (a first crawl, a session's documents) counts as one.
    """
    days = sorted({moment.date() for moment in new_at})
    if len(days) < _least_known:
        return None
    gaps = [later - earlier for earlier, later in pairwise(days)]
    return timedelta(days=statistics.median(gap.days for gap in gaps))


def health_of(source: Source, history: History, now: datetime) -> Health:
    """The state of a source at `now`, with those of its items and its delays."""
    slow = usually_late(source, history.delays) if source.enabled else None
    return replace(_state_of(source, history, now), items=history.items, delays=history.delays, slow=slow)


def _state_of(source: Source, history: History, now: datetime) -> Health:
    if source.off is not None:
        return Health(source.id, "off", source.off, None)
    if history.last_crawl is None:
        return Health(source.id, "late", "never crawled", None)
    if history.failures > 0:
        blocked = turned_away(history.error or "")
        times = f"{history.failures} failure{'' if history.failures == 1 else 's'} in a row"
        return Health(
            source.id,
            "blocked" if blocked else "failing",
            f"{times}: {history.error or 'no reason given'}",
            history.last_success or history.first_crawl,
        )
    if now - history.last_crawl > _missed_turns * source.every:
        return Health(source.id, "late", f"not asked since {_day(history.last_crawl)}", history.last_crawl)
    return _cadence(source, history, now)


def unlisted(source_id: str, history: History) -> Health:
    """The state of a source that was crawled and is configured no longer: on purpose or not, it must be seen."""
    reason = f"not in this file; last asked {_day(history.last_crawl)}"
    return Health(source_id, "unlisted", reason, history.last_crawl, history.items, history.delays)


def _cadence(source: Source, history: History, now: datetime) -> Health:
    gap = usual_gap(history.new_at)
    quiet_for = source.policy.quiet_for or (max(2 * gap, _least_gap) if gap is not None else None)
    last_new = max(history.new_at, default=history.first_success)
    if quiet_for is not None and last_new is not None and now - last_new > quiet_for:
        usual = f", usually every {gap.days} days" if gap is not None else ""
        return Health(source.id, "late", f"nothing new since {_day(last_new)}{usual}", last_new)
    return Health(source.id, "healthy", f"last answered {_day(history.last_crawl)}", history.last_success)


def news_due(
    source: Source, health: Health, history: History, *, heard: Heard | None, heard_at: datetime | None, now: datetime
) -> Message | None:
    """What operators should hear now; `heard` and `heard_at` are what they heard last, None after an all-clear.

    They hear of a failing source after `policy.alert_after` failures in a row and again every `policy.remind_every`, of
    a late one at once, and of its recovery.
    """
    if health.state in {"off", "healthy"}:
        return "all_clear" if heard is not None and health.state == "healthy" else None
    if health.state in {"failing", "blocked"} and history.failures < source.policy.alert_after:
        return None
    if health.state == "late" and history.last_crawl is None:
        return None
    if heard != health.state or heard_at is None:
        return "alarm"
    return "reminder" if now - heard_at >= source.policy.remind_every else None


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment is not None else "never"


def turned_away(error: str) -> bool:
    """Whether the words of a failure say that the publisher turns us away."""
    return _turned_away.search(error) is not None
