"""What a source's notes keep of how it is doing, so that each crawl can tell what operators should hear.

The notes: when it was asked last, how many crawls failed in a row, the last days on which something new came, and what
operators heard last.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, get_args

from scrapers.crawl.health import MOST_NAMED, History, Told, health_of, to_tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from config.sources import Source
    from scrapers.crawl.health import Health, Message
    from scrapers.publication import ItemState, Memory

_failures, _new_days, _told, _tell, _first, _state = "failures", "new days", "told", "tell", "first success", "state"
_asked = "asked"
# A source that fails is asked again after so long, then twice as long each time, at most its own `every`.
_first_pause = timedelta(minutes=5)
# A usual gap is told well by a dozen days.
_kept_days = 12
_sentences: dict[Message, str] = {
    "alarm": "{id} is {state}: {reason}",
    "reminder": "{id} is still {state}: {reason}",
    "all_clear": "{id} has recovered: {reason}",
}


def observe(
    source: Source,
    memory: Memory,
    now: datetime,
    *,
    error: str | None,
    new: bool,
    items: Sequence[ItemState] = (),
) -> tuple[dict[str, str], str | None]:
    """The notes after a crawl, and the sentence that operators should hear of it; None where there is none.

    The sentence and the state stand in the notes "tell" and "state" too, which travel with the batch to the
    warehouse. `error` is why the crawl failed, None
    where it did not; `new` says whether it found something new. `items` are the states of items that the crawl changed:
    those that have just been tried `policy.tell_after` times in vain are part of the sentence.
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
    told, told_at = _heard(before)
    message = to_tell(source, health, history, told=told, told_at=told_at, now=now)
    notes = {
        _asked: now.isoformat(),
        _failures: str(failures),
        _new_days: ",".join(days),
        _first: first,
        _state: health.state,
    }
    if message is not None:
        notes[_told] = "" if message == "all_clear" else f"{health.state} {now.isoformat()}"
    tell = "\n".join(filter(None, (_sentence(message, health), _unreadable(source, items)))) or None
    return notes | {_tell: tell or ""}, tell


def is_resting(source: Source, memory: Memory, now: datetime) -> bool:
    """Whether a source that fails is left alone for now: who turns us away is not asked again at every run."""
    failures, asked = int(memory.state.get(_failures) or 0), memory.state.get(_asked)
    if not failures or not asked:
        return False
    # Doubling beyond `every` says nothing more, and would overflow in the end.
    pause = min(source.every, _first_pause * (1 << min(failures - 1, 12)))
    return now - datetime.fromisoformat(asked) < pause


def _heard(notes: Mapping[str, str]) -> tuple[Told | None, datetime | None]:
    state, _, at = notes.get(_told, "").partition(" ")
    told = next((each for each in get_args(Told) if each == state), None)
    return told, datetime.fromisoformat(at) if at else None


def _unreadable(source: Source, items: Sequence[ItemState]) -> str | None:
    """The items of which operators hear now: how many, and the first of them with their reasons."""
    failed = [each for each in items if each.state == "failed" and each.tries == source.policy.tell_after]
    if not failed:
        return None
    named = "; ".join(f"{each.title or each.url}: {each.reason}" for each in failed[:MOST_NAMED])
    more = f"; and {len(failed) - MOST_NAMED} more" if len(failed) > MOST_NAMED else ""
    count = f"{len(failed)} item{'' if len(failed) == 1 else 's'} could not be read"
    tries = source.policy.tell_after
    return f"{source.id}: {count} in {tries} {'try' if tries == 1 else 'tries'}: {named}{more}"


def _sentence(message: Message | None, health: Health) -> str | None:
    if message is None:
        return None
    return _sentences[message].format(id=health.source_id, state=health.state, reason=health.reason)
