"""How publishers are asked: paced, within their robots.txt, patiently, and honestly."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from config.source_blocks import Policy
from scrapers.crawl.crawl import crawl, is_due
from scrapers.http.client import Fetched, Fetcher
from scrapers.http.guard import GuardedTransport, private_extension, resolve
from scrapers.http.pacing import Pacing, no_wait
from scrapers.publication import FetchError, FetchRecord, Memory, RefusedError
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of


def policy(**more: Any) -> Policy:
    """A policy that may reach loopback."""
    return Policy.model_validate({"private_addresses": True, "pace": "0s", **more})


@dataclass
class Waits:
    """A clock of the test's own: waits are written down, not waited."""

    waited: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        """Note a wait."""
        self.waited.append(seconds)
        await asyncio.sleep(0)


async def test_the_user_agent_says_who_and_where_to_complain(publisher: Publisher) -> None:
    """A publisher can see the program's name, its version and a contact."""
    url = publisher.says("/x", "hello")
    async with Fetcher("https://example.org/contact", sleep=no_wait) as fetcher:
        await fetcher.get(url, policy=policy())
    agent = publisher.asked[-1].headers["user-agent"]
    assert agent.startswith("MandateMonitor/")
    assert "(+https://example.org/contact)" in agent


async def test_robots_txt_is_asked_once_and_obeyed(publisher: Publisher) -> None:
    """What robots.txt disallows is not asked for; the rules are read once for a host."""
    publisher.says("/robots.txt", Answer("User-agent: *\nDisallow: /private/\n", type="text/plain"))
    publisher.says("/a", "a")
    async with Fetcher("x", sleep=no_wait) as fetcher:
        await asyncio.gather(*(fetcher.get(publisher.url + "/a", policy=policy()) for _ in range(3)))
        with pytest.raises(RefusedError, match=r"robots\.txt"):
            await fetcher.get(publisher.url + "/private/b", policy=policy())
    assert [asked.target for asked in publisher.asked].count("/robots.txt") == 1
    assert "/private/b" not in publisher.targets()


async def test_a_redirect_is_held_against_robots_txt(publisher: Publisher) -> None:
    """A redirect is no way around robots.txt."""
    publisher.says("/robots.txt", Answer("User-agent: *\nDisallow: /private/\n", type="text/plain"))
    url = publisher.says("/a", Answer(b"", 302, headers={"Location": "/private/b"}))
    async with Fetcher("x", sleep=no_wait) as fetcher:
        with pytest.raises(RefusedError, match=r"robots\.txt"):
            await fetcher.get(url, policy=policy())
    assert publisher.targets() == ["/a"]


async def test_a_robots_txt_that_cannot_be_read_forbids_everything(publisher: Publisher) -> None:
    """As RFC 9309 says: a server error there means that the host is not asked."""
    publisher.says("/robots.txt", Answer(b"", 503))
    url = publisher.says("/a", "a")
    async with Fetcher("x", sleep=no_wait) as fetcher:
        with pytest.raises(FetchError, match=r"robots\.txt cannot be read: status 503"):
            await fetcher.get(url, policy=policy(attempts=1))
    assert publisher.targets() == []


async def test_robots_txt_is_ignored_only_with_a_reason(publisher: Publisher) -> None:
    """An operator may have leave of the publisher, and writes it down."""
    publisher.says("/robots.txt", Answer("User-agent: *\nDisallow: /\n", type="text/plain"))
    url = publisher.says("/a", "a")
    async with Fetcher("x", sleep=no_wait) as fetcher:
        found = await fetcher.get(url, policy=policy(ignore_robots="agreed with the publisher by letter"))
    assert isinstance(found, Fetched)
    assert [asked.target for asked in publisher.asked] == ["/a"]


async def test_crawl_delay_slows_the_requests_to_a_host(publisher: Publisher) -> None:
    """Between two requests lies the time that robots.txt asks for, if it is longer than our own."""
    publisher.says("/robots.txt", Answer("User-agent: *\nCrawl-delay: 100\n", type="text/plain"))
    publisher.says("/a", "a")
    waits = Waits()
    async with Fetcher("x", sleep=waits) as fetcher:
        for _ in range(3):
            await fetcher.get(publisher.url + "/a", policy=policy(pace="1s"))
    # The clock goes on: what a busy machine needs in between is not waited for.
    assert sum(waits.waited) > 100
    assert max(waits.waited) > 50


async def test_requests_to_one_host_are_paced(publisher: Publisher) -> None:
    """The pace lies between the starts of two requests to one host, not between hosts."""
    publisher.says("/a", "a")
    waits = Waits()
    async with Publisher("127.0.0.2") as other, Fetcher("x", sleep=waits) as fetcher:
        other.says("/a", "a")
        quiet = policy(pace="1h", ignore_robots="the test counts requests")
        await fetcher.get(publisher.url + "/a", policy=quiet)
        await fetcher.get(other.url + "/a", policy=quiet)
        assert waits.waited == []
        await fetcher.get(publisher.url + "/a", policy=quiet)
    assert len(waits.waited) == 1
    assert 1800 < waits.waited[0] <= 3600


async def test_one_host_gets_few_requests_at_once() -> None:
    """No more than `per_host` requests are under way at one host, and `at_once` in all."""
    pacing = Pacing(no_wait, at_once=3)
    now: dict[str, int] = {"a": 0, "b": 0}
    most: dict[str, int] = {"a": 0, "b": 0, "all": 0}

    async def one(host: str) -> None:
        async with pacing.turn(host, pace=0.0, per_host=2) as sent:
            sent()
            now[host] += 1
            most[host] = max(most[host], now[host])
            most["all"] = max(most["all"], now["a"] + now["b"])
            await asyncio.sleep(0.001)
            now[host] -= 1

    await asyncio.gather(*(one(host) for host in "ab" * 10))
    assert most == {"a": 2, "b": 2, "all": 3}


async def test_retry_after_is_waited_for(publisher: Publisher) -> None:
    """A publisher who asks for a pause gets it, in seconds or as a date."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=110), usegmt=True)
    url = publisher.says(
        "/a", Answer(b"", 503, headers={"Retry-After": "11"}), Answer(b"", 429, headers={"Retry-After": date}), "a"
    )
    waits = Waits()
    records: list[FetchRecord] = []
    async with Fetcher("x", sleep=waits) as fetcher:
        await fetcher.get(url, policy=policy(attempts=3), log=records.append)
    assert 11 in waits.waited
    assert any(12 < wait <= 110 for wait in waits.waited)
    assert [record.status for record in records] == [503, 429, 200]


async def test_a_source_may_ask_for_longer_waits_than_retry_after(publisher: Publisher) -> None:
    """A catalogue that says "1" and means 15 is given 15."""
    url = publisher.says("/a", Answer(b"", 503, headers={"Retry-After": "1"}), "a")
    waits = Waits()
    async with Fetcher("x", sleep=waits) as fetcher:
        await fetcher.get(url, policy=policy(wait_at_least="15s"))
    assert 15 in waits.waited


async def test_a_long_retry_after_is_left_to_the_next_crawl(publisher: Publisher) -> None:
    """Nobody sleeps for a day: the crawl fails, and the source is asked at its next turn."""
    url = publisher.says("/a", Answer(b"", 503, headers={"Retry-After": "86400"}), "a")
    waits = Waits()
    async with Fetcher("x", sleep=waits) as fetcher:
        with pytest.raises(FetchError, match="503"):
            await fetcher.get(url, policy=policy(attempts=5))
    assert max(waits.waited, default=0) < 86400


async def test_what_may_pass_is_tried_again_longer_each_time(publisher: Publisher) -> None:
    """Server errors and broken connections are tried again with growing waits; the last failure is raised."""
    url = publisher.says(
        "/a", Answer(b"", 500), Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"), Answer(b"", 502)
    )
    waits = Waits()
    async with Fetcher("x", sleep=waits) as fetcher:
        with pytest.raises(FetchError, match="502"):
            await fetcher.get(url, policy=policy(attempts=3))
    first, second = waits.waited
    assert 0.5 <= first <= 1.0
    assert 1.0 <= second <= 2.0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 444])
async def test_what_will_not_pass_is_not_tried_again(publisher: Publisher, status: int) -> None:
    """A refusal is not repeated."""
    url = publisher.says("/a", Answer(b"", status))
    async with Fetcher("x", sleep=no_wait) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.get(url, policy=policy(attempts=5))
    assert publisher.targets() == ["/a"]


async def test_validators_are_sent_and_304_is_an_outcome_of_its_own(publisher: Publisher) -> None:
    """An unchanged page costs a 304; the harvest says so, and keeps the validators as they are."""
    page = Answer('<ul><li><a href="/1">A title</a></li></ul>', headers={"ETag": '"v1"', "Last-Modified": "yesterday"})
    source = source_of(
        kind="listing",
        url=publisher.says("/list", page),
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
    )
    async with Fetcher("x", sleep=no_wait) as fetcher:
        first = await crawl(source, Memory(), fetcher)
        memory = remembered(first)
        second = await crawl(source, memory, fetcher)
    assert (first.outcome, second.outcome) == ("ok", "not_modified")
    assert publisher.asked[-1].headers["if-none-match"] == '"v1"'
    assert publisher.asked[-1].headers["if-modified-since"] == "yesterday"
    assert second.validators == first.validators
    assert [record.status for record in second.fetches] == [304]


async def test_an_unreachable_host_fails_with_its_address() -> None:
    """A connection that is refused names the address."""
    async with Fetcher("x", sleep=no_wait) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.get("http://127.0.0.1:9/x", policy=policy(attempts=1))
    assert caught.value.url is not None
    assert "127.0.0.1:9" in caught.value.url


def test_one_schedule_serves_all_cadences() -> None:
    """A source is due when its own `every` has passed since its last success."""
    source = source_of(kind="feed", url="http://example.org/rss", every="6h")
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert is_due(source, Memory(), now)
    assert not is_due(source, Memory(last_success=now - timedelta(hours=5)), now)
    assert is_due(source, Memory(last_success=now - timedelta(hours=6)), now)


def test_a_clock_that_was_wrong_leaves_no_source_unasked() -> None:
    """What was noted a year ahead holds nothing up; two hours may be another machine's clock, and are waited for."""
    source = source_of(kind="feed", url="http://example.org/rss", every="6h")
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    for ahead, is_asked in ((timedelta(days=365), True), (timedelta(hours=2), False)):
        assert is_due(source, Memory(last_success=now + ahead), now) == is_asked
        failing = Memory(state={"failures": "3", "asked": (now + ahead).isoformat()})
        assert is_due(source, failing, now) == is_asked


async def test_a_source_that_fails_is_asked_again_in_growing_pauses(publisher: Publisher) -> None:
    """After five minutes, ten, twenty, at most its own `every`; a success ends the pauses."""
    source = source_of(kind="feed", url=publisher.says("/rss", Answer(b"", 403)), every="1h")
    memory, pauses = Memory(), []
    for _ in range(6):
        memory = remembered(await crawled(source, memory), memory)
        now = datetime.now(UTC)
        due = (minutes for minutes in range(90) if is_due(source, memory, now + timedelta(minutes=minutes)))
        pauses.append(next(due))
    assert pauses == [5, 10, 20, 40, 60, 60]
    item = f"<item><title>Boats</title><link>{publisher.url}/1</link></item>"
    publisher.says("/rss", f"<rss version='2.0'><channel>{item}</channel></rss>")
    memory = remembered(await crawled(source, memory), memory)
    assert not is_due(source, memory, datetime.now(UTC) + timedelta(minutes=59))
    assert is_due(source, memory, datetime.now(UTC) + timedelta(minutes=61))


async def test_many_hosts_do_not_hold_sockets_without_end(publisher: Publisher) -> None:
    """The pool that was not used for longest is closed when there are too many, and made again when it is wanted."""
    client = httpx.AsyncClient(transport=GuardedTransport(resolve, hosts=2))
    async with client, Publisher("127.0.0.2") as other, Publisher("127.0.0.3") as third:
        for site in (publisher, other, third, publisher):
            url = site.says("/a", "hello")
            found = await client.get(url, extensions={private_extension: True})
            assert found.text == "hello"
            assert len(client._transport._pools) <= 2  # type: ignore[attr-defined]
