"""When a message may go: quiet hours and digest times, in the subscriber's time zone.

Local times become instants once, so that a night on which clocks change is longer or shorter but never counted twice. A
local time that the change skips counts as the moment after it; one that comes twice counts the first time (PEP 495).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from config.subscriptions import Subscription

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DIGESTS = {
    "daily": "daily digest",
    "weekly": "weekly digest",
    "baseline": "first crawl",
    "unread": "texts not read completely",
}


def instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which clocks in `zone` first show `clock` on `day`."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def after_quiet(subscription: Subscription, now: datetime) -> datetime:
    """`now`, or the end of the quiet hours it falls into (UTC)."""
    quiet = subscription.quiet_times
    if quiet is None:
        return now
    begin, end = quiet
    zone = ZoneInfo(subscription.zone)
    today = now.astimezone(zone).date()
    # The night that began yesterday, then the one that begins today.
    for day in (today - timedelta(days=1), today):
        until = instant(day if begin < end else day + timedelta(days=1), end, zone)
        if instant(day, begin, zone) <= now < until:
            return until
    return now


def next_digest(subscription: Subscription, now: datetime) -> tuple[str, datetime]:
    """Name ("daily:2026-11-22", by the local day it goes out) and moment (UTC) of the first digest after `now`."""
    zone = ZoneInfo(subscription.zone)
    clock = time.fromisoformat(subscription.at)
    day = now.astimezone(zone).date()
    while (moment := instant(day, clock, zone)) <= now or not _goes_out(subscription, day):
        day += timedelta(days=1)
    return in_language(f"{subscription.mode}:{day.isoformat()}", subscription), after_quiet(subscription, moment)


def last_digest(subscription: Subscription, now: datetime) -> tuple[str, datetime]:
    """Name and moment (UTC) of the latest digest that was due by `now`."""
    zone = ZoneInfo(subscription.zone)
    clock = time.fromisoformat(subscription.at)
    day = now.astimezone(zone).date()
    while (moment := instant(day, clock, zone)) > now or not _goes_out(subscription, day):
        day -= timedelta(days=1)
    return in_language(f"{subscription.mode}:{day.isoformat()}", subscription), moment


def in_language(digest: str, subscription: Subscription) -> str:
    """The digest's name in the subscription's language: "daily:2026-11-22", "daily:2026-11-22:fr"."""
    return digest if subscription.language == "en" else f"{digest}:{subscription.language}"


def digest_words(digest: str) -> str:
    """A digest's name as people say it: "weekly digest of 30 Nov (fr)" for "weekly:2026-11-30:fr"."""
    kind, _, rest = digest.partition(":")
    named = DIGESTS.get(kind, kind)
    try:
        day = date.fromisoformat(rest[:10])
    except ValueError:
        return named
    language = rest[11:]
    return f"{named} of {day:%-d %b}" + (f" ({language})" if language.isalpha() else "")


def _goes_out(subscription: Subscription, day: date) -> bool:
    return subscription.mode == "daily" or WEEKDAYS[day.weekday()] == subscription.on
