"""Quiet hours and digests over the nights on which clocks change, in three time zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.clock import after_quiet, last_digest, next_digest
from config.subscriptions import Subscription

if TYPE_CHECKING:
    from typing import Any

zones = ("Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


def sub(**fields: Any) -> Subscription:
    return Subscription(targets=("desk",), **fields)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        # A plain night, and outside of the quiet hours.
        ("Europe/Zurich", "2026-11-21T22:30", "2026-11-22T06:00"),
        ("Europe/Zurich", "2026-11-21T20:30", "2026-11-21T20:30"),
        # Zurich goes back on 25 October 2026 at 03:00: the night lasts an hour longer.
        ("Europe/Zurich", "2026-10-24T21:00", "2026-10-25T06:00"),
        # Zurich goes forward on 29 March 2026 at 02:00: the night lasts an hour less.
        ("Europe/Zurich", "2026-03-28T22:00", "2026-03-29T05:00"),
        # New York goes back on 1 November 2026, forward on 8 March 2026.
        ("America/New_York", "2026-11-01T05:30", "2026-11-01T12:00"),
        ("America/New_York", "2026-11-01T06:30", "2026-11-01T12:00"),
        ("America/New_York", "2026-03-08T06:30", "2026-03-08T11:00"),
        # Lord Howe moves by half an hour: back on 5 April 2026, forward on 4 October 2026.
        ("Australia/Lord_Howe", "2026-04-04T14:00", "2026-04-04T20:30"),
        ("Australia/Lord_Howe", "2026-10-03T14:00", "2026-10-03T20:00"),
    ],
)
def test_a_message_waits_for_the_end_of_the_night(zone: str, now: str, until: str) -> None:
    """Quiet hours end at seven on the subscriber's clock, however long the night was."""
    assert after_quiet(sub(zone=zone, quiet="22:00-07:00"), utc(now)) == utc(until)


def test_a_time_that_comes_twice_ends_the_quiet_once() -> None:
    """Quiet until 02:30 ends at the first 02:30 of the long night and does not begin again."""
    night = sub(zone="Europe/Zurich", quiet="22:00-02:30")
    first, second = utc("2026-10-25T00:30"), utc("2026-10-25T01:15")
    assert after_quiet(night, first - timedelta(minutes=1)) == first
    assert after_quiet(night, second) == second


def test_a_time_that_never_comes_ends_the_quiet_after_the_gap() -> None:
    """Quiet until 02:30 on the night without a 02:30 ends when clocks show 03:30."""
    ends = after_quiet(sub(zone="Europe/Zurich", quiet="22:00-02:30"), utc("2026-03-28T23:00"))
    assert ends.astimezone(ZoneInfo("Europe/Zurich")).strftime("%H:%M") == "03:30"


@pytest.mark.parametrize("zone", zones)
def test_a_daily_digest_goes_out_once_a_day_all_year(zone: str) -> None:
    """Over a year with its changes of clocks there are 365 digests at seven local time, each with its own name."""
    daily = sub(zone=zone, mode="daily", at="07:00")
    now, names = utc("2026-01-01T00:00"), []
    while now < utc("2027-01-01T00:00"):
        name, now = next_digest(daily, now)
        names.append(name)
        assert now.astimezone(ZoneInfo(zone)).strftime("%H:%M") == "07:00"
    assert len(set(names)) == len(names) in {365, 366}


def test_a_weekly_digest_goes_out_on_its_day() -> None:
    """A digest on Mondays at 08:00 in New York, before and after the clocks change."""
    weekly = sub(zone="America/New_York", mode="weekly", on="monday", at="08:00")
    assert next_digest(weekly, utc("2026-10-30T00:00")) == ("weekly:2026-11-02", utc("2026-11-02T13:00"))
    assert next_digest(weekly, utc("2026-10-25T00:00")) == ("weekly:2026-10-26", utc("2026-10-26T12:00"))
    assert next_digest(weekly, utc("2026-11-02T13:00"))[0] == "weekly:2026-11-09"


@given(
    now=st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    zone=st.sampled_from(zones),
    mode=st.sampled_from(["daily", "weekly"]),
    at=st.times(),
)
def test_between_two_digests_there_is_none(now: datetime, zone: str, mode: Any, at: Any) -> None:
    """The last one is past, the next one to come, and the next after the last is the next."""
    digest = sub(zone=zone, mode=mode, at=f"{at:%H:%M}")
    name, moment = last_digest(digest, now)
    assert moment <= now < next_digest(digest, now)[1]
    assert next_digest(digest, moment) == next_digest(digest, now)
    assert next_digest(digest, moment - timedelta(seconds=1)) == (name, moment)


@given(
    now=st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    zone=st.sampled_from(zones),
    begin=st.times(),
    end=st.times(),
)
def test_quiet_hours_always_end(now: datetime, zone: str, begin: Any, end: Any) -> None:
    """Whatever the hours and the night, the end is never before now, at most a day off, and not quiet itself."""
    hours = f"{begin:%H:%M}-{end:%H:%M}"
    if hours[:5] == hours[6:]:
        return
    night = sub(zone=zone, quiet=hours)
    until = after_quiet(night, now)
    assert now <= until <= now + timedelta(hours=25)
    assert after_quiet(night, until) == until
