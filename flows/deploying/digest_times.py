"""When digests go out, as schedules: each hour at which some subscription has one, in that subscription's time zone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.clock import next_digest
from alerts.weekly import REPORT_AT
from config.deployments import Schedule

if TYPE_CHECKING:
    from datetime import datetime

    from config.subscriptions import Subscriptions

_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def digest_schedules(subscriptions: Subscriptions, now: datetime) -> tuple[Schedule, ...]:
    """One schedule for each time of day and zone, on the weekdays on which there is something to send.

    A digest that falls into quiet hours is sent when they end, so that is its time.
    """
    days: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for each in subscriptions.subscriptions:
        if each.mode == "at_once":
            continue
        _, moment = next_digest(each, now)
        local = moment.astimezone(ZoneInfo(each.zone))
        days[f"{local:%H:%M}", each.zone] |= {_DAYS[local.weekday()]} if each.mode == "weekly" else set(_DAYS)
    if subscriptions.weekly_report is not None and subscriptions.operators:
        days[f"{REPORT_AT:%H:%M}", "UTC"].add(subscriptions.weekly_report[:3].upper())
    return tuple(_schedule(clock, zone, on) for (clock, zone), on in sorted(days.items()))


def _schedule(clock: str, zone: str, on: set[str]) -> Schedule:
    hour, minute = map(int, clock.split(":"))
    weekdays = "*" if len(on) == len(_DAYS) else ",".join(day for day in _DAYS if day in on)
    slug = f"digests-{clock.replace(':', '')}-{zone.lower().replace('/', '-').replace('_', '-')}"
    return Schedule(cron=f"{minute} {hour} * * {weekdays}", timezone=zone, slug=slug)
