"""What operators read of a source: a first line of some ten words, then what failed, since when, and what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from scrapers.crawl.health import MOST_NAMED, usual_gap
from scrapers.http import urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from config.sources import Source
    from scrapers.crawl.health import Health, Heard, History, Message
    from scrapers.publication import ItemState

_RECOVERED = "has recovered"
_STATES = {
    "failing": "has been failing",
    "blocked": "has been turning us away",
    "late": "has been quiet",
}
_STILL = {"failing": "is still failing", "blocked": "still turns us away", "late": "is still quiet"}


def source_news(
    source: Source,
    health: Health,
    history: History,
    message: Message,
    *,
    now: datetime,
    since: datetime | None,
    was: Heard | None,
) -> str:
    """An alarm, a reminder or an all-clear, in lines.

    `since` is when the trouble began (UTC), None where that is not known; `was` is the state that operators heard of.
    """
    if message == "all_clear":
        return "\n".join(_recovery(source, now, since, was))
    states = _STILL if message == "reminder" else _STATES
    begun = f" since {since:%-d %B %Y}" if since else ""
    return "\n".join((f"{source.id} {states[health.state]}{begun}", *_trouble(source, health, history, since)))


def begins_or_ends(source_id: str, news: str) -> str | None:
    """The state whose beginning a message of `source_news` reports, "recovered" for its end, None for any other."""
    for state, words in _STATES.items():
        if news.startswith(f"{source_id} {words}"):
            return state
    return "recovered" if news.startswith(f"{source_id} {_RECOVERED}") else None


def unread_items(source: Source, items: Sequence[ItemState]) -> str | None:
    """The items of which operators hear now: how many, and the first of them with their reasons."""
    tries = source.policy.tell_after
    failed = [each for each in items if each.state == "failed" and each.tries == tries]
    if not failed:
        return None
    first = f"{source.id}: {len(failed)} item{'' if len(failed) == 1 else 's'} could not be read"
    named = [f"{each.title or each.url}: {each.reason}" for each in failed[:MOST_NAMED]]
    more = [f"and {len(failed) - MOST_NAMED} more"] if len(failed) > MOST_NAMED else []
    tried = f"Tried {tries} time{'' if tries == 1 else 's'}. Each will be tried again."
    return "\n".join([first, *named, *more, tried])


def _trouble(source: Source, health: Health, history: History, since: datetime | None) -> Iterator[str]:
    if health.state == "late":
        yield f"What happened: {health.reason}"
    else:
        yield f"What failed: {history.error or 'no reason given'}"
        times = f"{history.failures} attempt{'' if history.failures == 1 else 's'} in a row"
        yield f"Since: {moment(since)}, {times}" if since else f"So far: {times}"
    yield f"Last good answer: {moment(history.last_success)}"
    yield f"Possibly missed: {_missed(history)}"
    yield f"What to do: {_advice(source, health)}"


def _missed(history: History) -> str:
    if history.last_success is None:
        return "everything: this source has never been read"
    gap = usual_gap(history.new_at)
    usual = f" (something new usually comes every {_days(gap)})" if gap else ""
    return f"whatever was published since then{usual}"


def _days(gap: timedelta) -> str:
    return "day" if gap.days <= 1 else f"{gap.days} days"


def _advice(source: Source, health: Health) -> str:
    check = f"`mandates sources check {source.id} --live`"
    address = f"open {urls.public(source.url)} in a browser" if source.url else "look at the publisher's site"
    if health.state == "blocked":
        return f"{address}; if it opens there, the publisher refuses programs: write to it, or slow down with `pace:`"
    if health.state == "late":
        return f"{address}; if there is something new, the page has changed: {check} shows what is read"
    return f"{address}; if it works there, {check} shows what has changed; to stop asking, set `off:` in sources.yaml"


def _recovery(source: Source, now: datetime, since: datetime | None, was: Heard | None) -> Iterator[str]:
    if since is None:
        yield f"{source.id} {_RECOVERED}"
        return
    yield f"{source.id} {_RECOVERED} after {span(now - since)}"
    yield f"{'Quiet' if was == 'late' else 'Down'}: from {moment(since)} to {moment(now)}"
    if was != "late":
        yield "Possibly missed: only what was published in the meantime and is no longer listed"


def moment(when: datetime | None) -> str:
    """A time for people: "20 November 2026, 09:10 UTC"; "never" for None."""
    return f"{when:%-d %B %Y, %H:%M} UTC" if when is not None else "never"


def span(length: timedelta) -> str:
    """How long something took, in its two largest units: "3 days 4 hours"."""
    minutes = max(1, round(length / timedelta(minutes=1)))
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [(days, "day"), (hours, "hour"), (rest, "minute")]
    said = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(said[:2])
