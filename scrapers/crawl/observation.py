"""What a source's notes keep of how it is doing, so that each crawl can tell what operators should hear.

The notes: when it was asked last, how many crawls failed in a row, the last days on which something new came, and what
operators heard last.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, get_args

from scrapers.crawl.health import Heard, History, health_of, news_due
from scrapers.crawl.operators_news import source_news, unread_items

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.sources import Source
    from scrapers.crawl.health import Health
    from scrapers.publication import ItemState, Memory

_failures, _new_days, _heard_of, _tell, _first, _state = (
    "failures",
    "new days",
    "told",
    "tell",
    "first success",
    "state",
)
_since = "trouble since"
_asked = "asked"
# A source that fails is asked again after so long, then twice as long each time, at most its own `every`.
_first_pause = timedelta(minutes=5)
# Where machines share the fetching, the clock of one may be behind that of another. What is said to have happened more
# than so far ahead was noted by a clock that was wrong and has been set right since, and holds nothing up.
AHEAD = timedelta(days=1)
# A usual gap is known well from a dozen days.
_kept_days = 12


def observe(
    source: Source,
    memory: Memory,
    now: datetime,
    *,
    error: str | None,
    new: bool,
    items: Sequence[ItemState] = (),
) -> tuple[dict[str, str], str | None]:
    """The notes after a crawl, and what operators should read of it; None where there is none.

    The message and the state are in the notes "tell" and "state" too, which travel with the batch to the warehouse.
    `error` is why the crawl failed, None where it did not; `new` says whether it found something new. `items` are the
    states of items that the crawl changed: those that have just been tried `policy.tell_after` times in vain are part
    of the message.
    """
    before = memory.state
    failures = int(before.get(_failures) or 0) + 1 if error is not None else 0
    days = [day for day in before.get(_new_days, "").split(",") if day]
    if new and now.date().isoformat() not in days:
        days = [*days, now.date().isoformat()][-_kept_days:]
    first = before.get(_first) or (now.isoformat() if error is None else "")
    history = History(
        failures=failures,
        error=error,
        first_success=datetime.fromisoformat(first) if first else None,
        last_success=now if error is None else memory.last_success,
        last_crawl=now,
        new_at=tuple(datetime.combine(date.fromisoformat(day), time(12), UTC) for day in days),
    )
    health = health_of(source, history, now)
    heard, heard_at = _heard(before)
    message = news_due(source, health, history, heard=heard, heard_at=heard_at, now=now)
    notes = {
        _asked: now.isoformat(),
        _failures: str(failures),
        _new_days: ",".join(days),
        _first: first,
        _state: health.state,
    }
    if message is not None:
        notes[_heard_of] = "" if message == "all_clear" else f"{health.state} {now.isoformat()}"
    since = _trouble_since(before, memory, health, now)
    notes[_since] = since.isoformat() if since and health.state not in {"healthy", "off"} else ""
    news = None
    if message is not None:
        news = source_news(source, health, history, message, now=now, since=since, was=heard)
    tell = "\n".join(filter(None, (news, unread_items(source, items)))) or None
    return notes | {_tell: tell or ""}, tell


def _trouble_since(before: Mapping[str, str], memory: Memory, health: Health, now: datetime) -> datetime | None:
    """When the present or the last trouble began. Homes of former versions know the last success instead."""
    if kept := before.get(_since):
        return datetime.fromisoformat(kept)
    if before.get(_heard_of) or int(before.get(_failures) or 0):
        return memory.last_success
    if health.state in {"healthy", "off"}:
        return None
    return health.since if health.state == "late" else now


def is_resting(source: Source, memory: Memory, now: datetime) -> bool:
    """Whether a source that fails is left alone for now: who turns us away is not asked again at every run."""
    failures, asked = int(memory.state.get(_failures) or 0), memory.state.get(_asked)
    if not failures or not asked:
        return False
    return -AHEAD <= now - datetime.fromisoformat(asked) < pause_after(source, failures)


def pause_after(source: Source, failures: int) -> timedelta:
    """How long a source is left alone after so many failures in a row (at least one)."""
    # Doubling beyond `every` says nothing more, and would overflow in the end.
    return min(source.every, _first_pause * (1 << min(failures - 1, 12)))


def _heard(notes: Mapping[str, str]) -> tuple[Heard | None, datetime | None]:
    state, _, at = notes.get(_heard_of, "").partition(" ")
    heard = next((each for each in get_args(Heard) if each == state), None)
    return heard, datetime.fromisoformat(at) if at else None
