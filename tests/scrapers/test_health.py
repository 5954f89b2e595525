"""How a source is doing, from its own history; what operators hear, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scrapers.crawl.health import Health, History, health_of, news_due, usual_gap
from scrapers.crawl.observation import observe
from scrapers.publication import Memory
from tests.sites.publisher import source_of

now = datetime(2026, 11, 21, 12, tzinfo=UTC)
hour, day = timedelta(hours=1), timedelta(days=1)


def source(**more: Any) -> Any:
    """A feed that is asked every hour."""
    return source_of(**{"kind": "feed", "url": "http://example.org/rss", "every": "1h", **more})


def well(**more: Any) -> History:
    """A source that answered an hour ago, and has published each week."""
    known: dict[str, Any] = {
        "first_success": now - 60 * day,
        "last_success": now - hour,
        "last_crawl": now - hour,
        "new_at": tuple(now - week * 7 * day for week in range(1, 8)),
    }
    return History(**{**known, **more})


@pytest.mark.parametrize(
    ("history", "state"),
    [
        (well(), "healthy"),
        (well(failures=1, error="status 500"), "failing"),
        (well(failures=9, error="http://example.org: a challenge instead of the page (status 202)"), "blocked"),
        (well(failures=2, error="a log-in page instead of the page (status 200, WordPress)"), "blocked"),
        (well(failures=2, error="status 403: Forbidden"), "blocked"),
        (well(failures=2, error="robots.txt does not allow this address"), "blocked"),
        (well(last_crawl=now - 5 * hour), "late"),
        (well(new_at=tuple(now - 20 * day - week * 7 * day for week in range(1, 8))), "late"),
        (well(new_at=(now - 300 * day,)), "healthy"),
        (History(), "late"),
    ],
)
def test_the_states(history: History, state: str) -> None:
    """Healthy, failing, blocked and late, each from the history alone."""
    assert health_of(source(), history, now).state == state


def test_a_source_that_is_off_says_why() -> None:
    """Off is a state of its own, with the operator's reason."""
    health = health_of(source(off="not yet checked live"), well(failures=9), now)
    assert (health.state, health.reason) == ("off", "not yet checked live")


def test_the_cadence_alarm_waits_for_twice_the_usual_gap() -> None:
    """A weekly source is odd after two weeks of nothing, not after one."""
    quiet = tuple(now - 13 * day - week * 7 * day for week in range(5))
    assert health_of(source(), well(new_at=quiet), now).state == "healthy"
    later = health_of(source(), well(new_at=quiet, last_crawl=now + 2 * day), now + 2 * day)
    assert later.state == "late"
    assert "usually every 7 days" in later.reason


def test_an_operator_may_set_how_long_a_source_may_be_quiet() -> None:
    """`quiet_for` comes before the source's own cadence."""
    patient = source(policy={"quiet_for": "365d"})
    assert health_of(patient, well(new_at=(now - 300 * day,)), now).state == "healthy"
    assert health_of(patient, well(new_at=(now - 400 * day,)), now).state == "late"


def test_a_usual_gap_needs_some_history() -> None:
    """What came on one day counts as one, and three days say nothing yet."""
    assert usual_gap([now] * 10 + [now - day, now - 2 * day]) is None
    assert usual_gap([now - 3 * n * day for n in range(5)]) == 3 * day


def test_operators_are_told_after_so_many_failures_then_reminded_then_an_all_clear() -> None:
    """Silence for two failures, an alarm at the third, a reminder each day, and one all-clear."""
    feed = source()

    def hear(failures: int, heard: Any, heard_at: datetime | None, at: datetime = now) -> str | None:
        history = well(failures=failures, error="status 500" if failures else None)
        return news_due(feed, health_of(feed, history, now), history, heard=heard, heard_at=heard_at, now=at)

    assert hear(1, None, None) is None
    assert hear(2, None, None) is None
    assert hear(3, None, None) == "alarm"
    assert hear(4, "failing", now) is None
    assert hear(5, "failing", now, now + day) == "reminder"
    assert hear(0, "failing", now) == "all_clear"
    assert hear(0, None, None) is None


def test_a_source_that_turns_us_away_is_news_again() -> None:
    """From failing to blocked is news: other steps are needed."""
    feed = source()
    history = well(failures=4, error="status 403")
    health = health_of(feed, history, now)
    assert news_due(feed, health, history, heard="failing", heard_at=now, now=now) == "alarm"


def test_a_source_that_was_never_asked_raises_no_alarm() -> None:
    """A new source waits for its first turn."""
    feed = source()
    assert (
        news_due(feed, Health("test", "late", "never crawled", None), History(), heard=None, heard_at=None, now=now)
        is None
    )


def crawl(
    feed: Any, memory: Memory, at: datetime, *, error: str | None = None, new: bool = False
) -> tuple[Memory, str | None]:
    """One crawl's observation, and what the source's memory is after it."""
    notes, tell = observe(feed, memory, at, error=error, new=new)
    success = at if error is None else memory.last_success
    return Memory(state={**memory.state, **notes}, first_crawl=False, last_success=success), tell


def test_a_source_tells_of_itself_from_crawl_to_crawl() -> None:
    """Three failures, a day of them, and a recovery: one alarm, one reminder, one all-clear."""
    feed, memory, heard = source(), Memory(), []
    for hours in range(40):
        error = "status 500" if 2 <= hours < 38 else None
        memory, tell = crawl(feed, memory, now + hours * hour, error=error)
        if tell is not None:
            heard.append((hours, tell))
    assert [(hours, tell.split("\n")[0]) for hours, tell in heard] == [
        (4, "test has been failing since 21 November 2026"),
        (28, "test is still failing since 21 November 2026"),
        (38, "test has recovered after 1 day 12 hours"),
    ]
    advice = (
        "What to do: open http://example.org/rss in a browser; if it works there, `mandates sources check test --live` "
        "shows what has changed; to stop asking, set `off:` in sources.yaml"
    )
    assert heard[0][1].split("\n")[1:] == [
        "What failed: status 500",
        "Since: 21 November 2026, 14:00 UTC, 3 attempts in a row",
        "Last good answer: 21 November 2026, 13:00 UTC",
        "Possibly missed: whatever was published since then",
        advice,
    ]
    assert "Down: from 21 November 2026, 14:00 UTC to 23 November 2026, 02:00 UTC" in heard[2][1]
    assert memory.state["tell"] == ""


@pytest.mark.parametrize(
    ("error", "first", "advice"),
    [
        ("status 403: Forbidden", "test has been turning us away since 21 November 2026", "write to it, or slow down"),
        ("status 500", "test has been failing since 21 November 2026", "set `off:` in sources.yaml"),
    ],
)
def test_a_first_line_is_a_subject_and_the_last_says_what_to_do(error: str, first: str, advice: str) -> None:
    """Ten words at the most; a publisher that refuses programs asks for other steps than one that is down."""
    feed, memory, tell = source(), Memory(), None
    for hours in range(3):
        memory, tell = crawl(feed, memory, now + hours * hour, error=error)
    assert tell is not None
    assert tell.split("\n")[0] == first
    assert len(first.split()) <= 10
    assert advice in tell.split("\n")[-1]
    assert "everything: this source has never been read" in tell


def test_a_home_of_a_former_version_knows_the_last_success() -> None:
    """It did not keep when the trouble began; the recovery then counts from the last good answer."""
    state = {"failures": "7", "told": f"failing {(now - day).isoformat()}"}
    memory = Memory(state=state, first_crawl=False, last_success=now - 2 * day)
    _, tell = crawl(source(), memory, now)
    assert (tell or "").split("\n")[0] == "test has recovered after 2 days"


def test_no_secret_of_an_address_is_in_the_advice() -> None:
    """A key in the address of a source stays out of messages."""
    feed, memory, tell = source(url="http://example.org/rss?api_key=abc123secret"), Memory(), None
    for hours in range(3):
        memory, tell = crawl(feed, memory, now + hours * hour, error="status 500")
    assert "What to do: open http://example.org/rss" in (tell or "")
    assert "abc123secret" not in (tell or "")


def test_a_source_tells_when_nothing_new_came_for_twice_its_usual_gap() -> None:
    """New things each third day, then none: an alarm after six days, an all-clear with the next new thing."""
    feed, memory, heard = source(every="1d"), Memory(), []
    for days in range(40):
        memory, tell = crawl(feed, memory, now + days * day, new=days % 3 == 0 and (days < 16 or days > 30))
        if tell is not None and "still" not in tell:
            heard.append((days, tell.split("\n")[0]))
    assert heard == [
        (22, "test has been quiet since 6 December 2026"),
        (33, "test has recovered after 18 days"),
    ]
