"""No address on a private network is reached, however it is written; no traffic leaves the machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from config.source_blocks import Policy
from scrapers.http.client import Fetched, Fetcher
from scrapers.http.guard import is_allowed
from scrapers.http.pacing import no_wait
from scrapers.publication import FetchError, RefusedError
from tests.sites.publisher import Answer, Publisher

if TYPE_CHECKING:
    from collections.abc import Sequence

open_policy = Policy(private_addresses=True, pace="0s", attempts=1)  # type: ignore[arg-type]
strict = Policy(pace="0s", attempts=1)  # type: ignore[arg-type]


loopback = {"127.0.0.1": [["127.0.0.1"]]}


class Names:
    """A resolver of the test's own: each name with its answers, one after the other; it knows no other name."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {name.replace("__", "."): list(each) for name, each in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """The next answer for a name."""
        self.asked.append(host)
        if host not in self._answers:
            raise OSError("no such name")
        queue = self._answers[host]
        return queue.pop(0) if len(queue) > 1 else queue[0]


async def ask(url: str, names: Names, policy: Policy = strict) -> Fetched:
    """One request with the test's own names."""
    async with Fetcher("mailto:operator@example.org", resolver=names, sleep=no_wait) as fetcher:
        found = await fetcher.get(url, policy=policy)
        assert isinstance(found, Fetched)
        return found


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - read, not bound
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "localhost",
        "",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    """Private, loopback, link-local, carried and unreadable addresses are no public ones."""
    assert not is_allowed(address, private=False)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14"])
def test_addresses_that_are_public(address: str) -> None:
    """Public addresses are, also where an IPv4 one is carried in an IPv6 one."""
    assert is_allowed(address, private=False)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.1.2.3", True),
        ("172.16.0.1", True),
        ("192.168.1.1", True),
        ("fc00::1", True),
        ("::ffff:10.0.0.1", True),
        ("93.184.215.14", True),
        ("169.254.169.254", False),
        ("::ffff:169.254.169.254", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("100.100.100.200", False),
        ("0.0.0.0", False),  # noqa: S104 - read, not bound
        ("224.0.0.1", False),
        ("localhost", False),
    ],
)
def test_a_private_source_reaches_intranets_and_no_more(address: str, allowed: bool) -> None:
    """A source on an intranet never reaches the addresses where clouds hand out a machine's keys."""
    assert is_allowed(address, private=True) is allowed


async def test_a_private_source_is_not_led_to_a_cloud() -> None:
    """The policy that opens an intranet opens nothing else; the error says that nothing can."""
    names = Names(inside__example__org=[["169.254.169.254"]])
    with pytest.raises(RefusedError, match="no source may reach it"):
        await ask("http://inside.example.org/", names, open_policy)


@pytest.mark.parametrize(
    ("url", "resolved"),
    [
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("http://2130706433/", "127.0.0.1"),
        ("http://0x7f.1/", "127.0.0.1"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254"),
        ("http://localhost/", "127.0.0.1"),
    ],
)
async def test_a_literal_is_refused(url: str, resolved: str) -> None:
    """An address of this machine is refused in each of its spellings, before any connection."""

    async def names(_host: str, _port: int) -> Sequence[str]:
        return [resolved]

    with pytest.raises(RefusedError, match="not a public address") as caught:
        await ask(url, names)  # type: ignore[arg-type]
    assert f"{resolved} leads to {resolved}" not in str(caught.value)


async def test_a_redirect_to_another_host_is_refused(publisher: Publisher) -> None:
    """A source's hosts are the only ones that it may lead to: a redirect to another one is not followed."""
    url = publisher.says("/start", Answer(b"", 302, headers={"Location": "http://inside.example.org/secret"}))
    async with Fetcher("mailto:x@example.org", resolver=Names(**loopback), sleep=no_wait) as fetcher:
        with pytest.raises(RefusedError, match=r"inside\.example\.org"):
            await fetcher.get(url, policy=open_policy, hosts=frozenset({"127.0.0.1"}))
    assert publisher.targets() == ["/start"]


async def test_a_redirect_is_resolved_and_checked_again(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check runs for the address of each step: the first one passes as public, the second one does not."""
    from scrapers.http import guard

    # The loopback server stands in for a public one: its address alone is called public here.
    monkeypatch.setattr(guard, "is_allowed", lambda address, *, private: private or address == "127.0.0.1")
    names = Names(public__example__org=[["127.0.0.1"]], inside__example__org=[["10.0.0.7"]])
    publisher.says("/start", Answer(b"", 302, headers={"Location": f"http://inside.example.org:{publisher.port}/x"}))
    with pytest.raises(RefusedError, match=r"10\.0\.0\.7"):
        await ask(f"http://public.example.org:{publisher.port}/start", names)
    assert publisher.targets() == ["/start"]


async def test_a_redirect_to_another_scheme_is_refused(publisher: Publisher) -> None:
    """No file, program or nothing at all is taken for a web page."""
    for target in ("file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)"):
        url = publisher.says("/start", Answer(b"", 302, headers={"Location": target}))
        with pytest.raises((RefusedError, FetchError)):
            await ask(url, Names(**loopback), open_policy)


async def test_mixed_records_are_refused() -> None:
    """A name with a public and a private address is refused whole."""
    with pytest.raises(RefusedError, match=r"192\.168\.0\.9"):
        await ask("http://mixed.example.org/", Names(mixed__example__org=[["93.184.215.14", "192.168.0.9"]]))


async def test_rebinding_has_no_second_look(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was checked is the one that is connected to: a name is resolved once for a connection."""
    from scrapers.http import guard

    monkeypatch.setattr(guard, "is_allowed", lambda address, *, private: private or address == "127.0.0.1")
    # First answer public, every later one private: a client that resolves again would connect to it.
    names = Names(turning__example__org=[["127.0.0.1"], ["10.0.0.7"]])
    publisher.says("/page", "hello")
    policy = Policy(pace="0s", attempts=1, ignore_robots="the test counts connections")  # type: ignore[arg-type]
    found = await ask(f"http://turning.example.org:{publisher.port}/page", names, policy)
    assert found.body == b"hello"
    assert names.asked == ["turning.example.org"]


async def test_a_private_connection_never_serves_a_source_that_may_not(publisher: Publisher) -> None:
    """Two sources on one origin do not share a pool: the open connection of the one is no door for the other."""
    publisher.says("/page", "hello")
    names = Names(**loopback)
    async with Fetcher("mailto:x@example.org", resolver=names, sleep=no_wait) as fetcher:
        await fetcher.get(publisher.url + "/page", policy=open_policy)
        with pytest.raises(RefusedError):
            await fetcher.get(publisher.url + "/page", policy=strict)


async def test_a_name_without_an_address_is_a_failure_that_says_so() -> None:
    """An unknown name is a failed fetch, not a crash."""
    with pytest.raises(FetchError, match=r"nowhere\.example\.org"):
        await ask("http://nowhere.example.org/", Names())


async def test_redirects_end(publisher: Publisher) -> None:
    """A circle of redirects is given up."""
    url = publisher.says("/circle", Answer(b"", 302, headers={"Location": "/circle"}))
    with pytest.raises(FetchError, match="redirects"):
        await ask(url, Names(**loopback), open_policy)
