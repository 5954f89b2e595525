"""How long it takes from publication to notification, in numbers and in words; pure, like `health`.

published ─► listed      days, because publishers state days: each number may be off by one
listed    ─► recorded    minutes, from the begin of the crawl that first listed the document
recorded  ─► notified    minutes, to the first message that a server accepted

What nobody knows is None, and "unknown" for people, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.sources import Source

# Fewer dated documents than this say nothing of what is usual.
LEAST_DATED = 5
UNKNOWN = "unknown"
_HOUR, _DAY = 60, 60 * 24


@dataclass(frozen=True, slots=True)
class Spread:
    """Half of the documents took at most `p50`, 95 % at most `p95`; in days or minutes."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Delays:
    """The delays of a source's documents in one period; `dated` of them have a day of publication.

    Each spread is None where no document says it.
    """

    documents: int = 0
    dated: int = 0
    listed_days: Spread | None = None
    recorded_minutes: Spread | None = None
    notified_minutes: Spread | None = None


NOTHING_MEASURED = Delays()


@dataclass(frozen=True, slots=True)
class Measured:
    """A source's delays over the last 90 days, and over all that is recorded."""

    lately: Delays = NOTHING_MEASURED
    ever: Delays = NOTHING_MEASURED


UNMEASURED = Measured()


def usually_late(source: Source, measured: Measured) -> str | None:
    """What is said of a source that lists its documents late: "usually listed 6 days after publication"; else None.

    One day is how exact a day is, and as many more as one polling interval has are ours. What is beyond that in half of
    the last 90 days' documents (of all, where these are too few) is the publisher's way.
    """
    known = measured.lately if measured.lately.dated >= LEAST_DATED else measured.ever
    if known.listed_days is None or known.dated < LEAST_DATED:
        return None
    days = known.listed_days.p50
    return f"usually listed {days:.0f} days after publication" if days > 1 + source.every // timedelta(days=1) else None


def in_days(spread: Spread | None) -> str:
    """For people: "1 day (95 %: 6)"; "unknown" where it is not known."""
    if spread is None:
        return UNKNOWN
    days = f"{spread.p50:.0f} day{'' if spread.p50 == 1 else 's'}"
    return days if spread.p50 == spread.p95 else f"{days} (95 %: {spread.p95:.0f})"


def in_minutes(spread: Spread | None) -> str:
    """For people: "2 min (95 %: 3 h)"; "unknown" where it is not known."""
    if spread is None:
        return UNKNOWN
    usual, most = _length(spread.p50), _length(spread.p95)
    return usual if usual == most else f"{usual} (95 %: {most})"


def _length(minutes: float) -> str:
    if minutes < 1:
        return "under 1 min"
    if minutes < 2 * _HOUR:
        return f"{minutes:.0f} min"
    return f"{minutes / _HOUR:.0f} h" if minutes < 2 * _DAY else f"{minutes / _DAY:.0f} days"
