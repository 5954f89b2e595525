"""The only HTTP client: asks politely, takes no more than it should, and says what happened.

Bytes come back, nothing is read here. Only gzip is asked for and it is inflated with a bound, because httpx cannot
bound what a body unpacks to (a brotli body of 796 bytes becomes 524 MB).
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import httpx

from config.source_answers import Accept, Missing
from config.source_blocks import Policy
from scrapers.http import accept as acceptance
from scrapers.http import decompress, retry, robots, urls
from scrapers.http.guard import GuardedTransport, private_extension, resolve
from scrapers.http.pacing import Pacing
from scrapers.http.request import Request
from scrapers.http.validators import given, sendable
from scrapers.publication import FetchError, FetchRecord, RefusedError, ScraperError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from types import TracebackType

    from scrapers.http.guard import Resolver
    from scrapers.http.pacing import Leases
    from scrapers.http.request import Body, OwnHeaders
    from scrapers.publication import Outcome, Validators

max_redirects = 5
_REDIRECTS = frozenset((301, 302, 303, 307, 308))

# httpx logs each address at INFO, httpcore headers at DEBUG: both may hold keys. Our own records take their place.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An accepted answer. `url` is where the redirects led; `headers` are in lower case.

    `missing` says that it is the source's way of saying that there is no such document.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    validators: Validators
    missing: bool = False

    @property
    def media_type(self) -> str | None:
        """What the server said the body is."""
        return self.headers.get("content-type")


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed since `validators`."""

    url: str
    validators: Validators


@dataclass(frozen=True, slots=True)
class _Tried:
    """What came of one attempt; `wait` is how long the publisher asks to be left alone."""

    record: FetchRecord
    answer: Fetched | NotModified | None
    problem: ScraperError | None = None
    passing: bool = False
    wait: float | None = None


class Fetcher:
    """One client for a run; use it as an async context manager.

    `contact` goes into the User-Agent; `leases` shares hosts with runs on other machines. `resolver` and `sleep`
    are handed in by tests; `sleep` is the one place where all waits (pacing, retries) are switched off.
    """

    def __init__(
        self,
        contact: str,
        *,
        at_once: int = 16,
        resolver: Resolver = resolve,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        leases: Leases | None = None,
    ) -> None:
        self.user_agent = f"{robots.agent}/{_version()} (+{contact})"
        self._sleep = sleep
        self._pacing = Pacing(sleep, at_once, leases)
        self._resolver = resolver
        self._robots: dict[str, asyncio.Task[robots.Robots]] = {}
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(self._resolver),
            headers={"User-Agent": self.user_agent, "Accept-Encoding": "gzip"},
            timeout=httpx.Timeout(30.0, connect=10.0, pool=None),
            follow_redirects=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._robots.values():
            task.cancel()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def get(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        policy: Policy | None = None,
        accept: Accept | None = None,
        missing: Missing | None = None,
        hosts: frozenset[str] | None = None,
        headers: OwnHeaders | None = None,
        post: Body | None = None,
        log: Callable[[FetchRecord], None] | None = None,
    ) -> Fetched | NotModified:
        """Ask for `url`, conditionally where `validators` are not too old.

        `missing` says how the source answers for a document that does not exist: such an answer is accepted too.
        `hosts` are the only ones that it may lead to (None: any). `headers` are the source's own, for its own hosts;
        with `post` it is asked with POST, and never conditionally. Each attempt is handed to `log`.

        Raises:
            FetchError: nothing usable came back, after the attempts that the policy allows.
            ReadError: something else came back than `accept` wants.
            RefusedError: the address must not be asked.
        """
        policy = policy or Policy()
        validators = sendable(validators, policy.unconditional_every) if post is None else None
        request = Request(url, policy, accept or Accept(), validators, missing, hosts, headers, post)
        attempt = 1
        while True:
            tried = await self._try(request)
            if log is not None:
                log(tried.record)
            if tried.answer is not None:
                return tried.answer
            if not tried.passing or attempt >= policy.attempts or (tried.wait or 0.0) > retry.longest_wait:
                raise tried.problem or FetchError("no response", url=urls.public(url))
            await self._back_off(url, attempt, tried.wait, policy)
            attempt += 1

    async def _try(self, request: Request) -> _Tried:
        """One attempt, with its record; what went wrong is handed back, not raised."""
        url, validators = request.url, request.validators
        started, clock = datetime.now(UTC), time.monotonic()
        problem: ScraperError
        found: Fetched | None = None
        try:
            found = await self._follow(request)
            if found.status == httpx.codes.NOT_MODIFIED and validators is not None:
                same = NotModified(found.url, validators)
                return _Tried(_record(url, started, clock, found, "not_modified"), same)
            there = acceptance.check(
                found.status,
                found.headers,
                found.body,
                request.accept,
                missing=request.missing,
                asked=url,
                led_to=found.url,
            )
            found = replace(found, missing=not there)
            return _Tried(_record(url, started, clock, found, "ok"), found)
        except ScraperError as error:
            problem = _without_secrets(error, request.headers)
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            problem = FetchError(_network(error, request.policy), passing=True)
        except (httpx.InvalidURL, UnicodeError) as error:
            # Host names that cannot be: httpx lets some errors of their encoding through.
            problem = FetchError(f"is not a valid URL: {_network(error, request.policy)}")
        problem.url = problem.url or urls.public(url)
        passing = found.status in retry.passing if found is not None else getattr(problem, "passing", False)
        wait = retry.asked_for(found.headers) if found is not None and passing else None
        if isinstance(problem, FetchError):
            problem.passing = passing
        record = replace(_record(url, started, clock, found, "failed"), error=str(problem))
        return _Tried(record, None, problem, passing, wait)

    async def _back_off(self, url: str, attempt: int, wait: float | None, policy: Policy) -> None:
        """Wait before another attempt: as long as the publisher says, else longer each time, with full jitter."""
        seconds = max(retry.seconds(attempt, wait), policy.wait_at_least.total_seconds())
        if wait is not None:
            self._pacing.hold(urls.host_of(url), seconds)
        await self._sleep(seconds)

    async def _follow(self, request: Request) -> Fetched:
        """Ask, and follow redirects; each step is checked like the first."""
        for _ in range(max_redirects + 1):
            url = request.url
            _check_address(url, request.hosts)
            if request.policy.ignore_robots is None:
                await self._obey_robots(url, request.policy)
            answer = await self._ask(request)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                return answer
            target = urls.joined(url, location)
            if target is None:
                raise RefusedError("redirected to a URL that is not http or https", url=urls.public(url))
            request = request.led_to(target, answer.status)
        raise FetchError(f"more than {max_redirects} redirects", url=urls.public(request.url))

    async def _ask(self, asked: Request) -> Fetched:
        if self._client is None:
            raise RuntimeError("a Fetcher is used as an async context manager")
        url, policy = asked.url, asked.policy
        request = self._client.build_request(
            "GET" if asked.post is None else "POST",
            url,
            content=asked.post.content if asked.post is not None else None,
            headers=asked.own_headers,
            extensions={private_extension: policy.private_addresses},
        )
        host = urls.host_of(url)
        async with self._pacing.turn(host, pace=policy.pace.total_seconds(), per_host=policy.per_host) as sent:
            request.extensions["trace"] = _when_sent(sent)
            # A slow drip beats read timeouts: the whole answer has its own clock.
            async with asyncio.timeout(policy.timeout.total_seconds()):
                response = await self._client.send(request, stream=True)
                try:
                    body = await decompress.unpacked(
                        response.aiter_raw(), response.headers.get("content-encoding", ""), policy.max_bytes
                    )
                finally:
                    await response.aclose()
        headers = _headers(response)
        return Fetched(url, response.status_code, headers, body, given(headers, body))

    async def _obey_robots(self, url: str, policy: Policy) -> None:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc} {policy.private_addresses}"
        if origin not in self._robots:
            self._robots[origin] = asyncio.ensure_future(self._read_robots(robots.address(parts), policy))
        try:
            rules = await asyncio.shield(self._robots[origin])
        except ScraperError:
            # The next attempt asks again; a host whose rules cannot be read is not asked (RFC 9309, 2.3.1.4).
            self._robots.pop(origin, None)
            raise
        if not rules.allows(url):
            raise RefusedError("robots.txt does not allow this address", url=urls.public(url))
        if rules.delay:
            self._pacing.slow_down(urls.host_of(url), rules.delay)

    async def _read_robots(self, url: str, policy: Policy) -> robots.Robots:
        try:
            for _ in range(max_redirects):
                answer = await self._ask(Request(url, policy, Accept()))
                target = urls.joined(url, answer.headers.get("location", ""))
                if answer.status not in _REDIRECTS or target is None:
                    break
                url = target
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            reason = f"robots.txt cannot be read: {_network(error, policy)}"
            raise FetchError(reason, url=url, passing=True) from error
        if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise FetchError(f"robots.txt cannot be read: status {answer.status}", url=url, passing=True)
        return robots.read(answer.body) if answer.status == httpx.codes.OK else robots.free


def _when_sent(sent: Callable[[], None]) -> Callable[[str, Mapping[str, object]], Awaitable[None]]:
    """A callback for httpcore's "trace" extension, called at each step of a request: reports when it was sent."""

    async def trace(step: str, _: Mapping[str, object]) -> None:
        if step == "http11.send_request_headers.complete":
            sent()

    return trace


def _without_secrets(error: ScraperError, headers: OwnHeaders | None) -> ScraperError:
    """The error without the keys in a source's own headers: a publisher may repeat what it refuses."""
    if headers is not None:
        error.args = tuple(headers.hidden(each) if isinstance(each, str) else each for each in error.args)
    return error


def _check_address(url: str, hosts: frozenset[str] | None) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise RefusedError("is not an http or https URL", url=urls.public(url))
    if hosts is not None and urls.host_of(url) not in map(urls.ascii_host, hosts):
        raise RefusedError(f"leads to {parts.hostname}, which this source may not fetch from", url=urls.public(url))


def _headers(response: httpx.Response) -> dict[str, str]:
    """Headers in lower case. An address in them keeps its bytes, whatever encoding these are in."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    for name, value in response.headers.raw:
        if name.lower() == b"location":
            headers["location"] = urls.from_bytes(value)
    return headers


def _network(error: Exception, policy: Policy) -> str:
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"no complete answer within {policy.timeout.total_seconds():g} s ({type(error).__name__})"
    words = urls.public(" ".join(str(error).split()))[:300]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _record(url: str, started: datetime, clock: float, found: Fetched | None, outcome: Outcome) -> FetchRecord:
    seconds = time.monotonic() - clock
    if found is None:
        return FetchRecord(urls.public(url), started, seconds, None, 0, outcome)
    kept = found.validators.content_sha256 if outcome == "ok" and found.body and not found.missing else None
    return FetchRecord(urls.public(url), started, seconds, found.status, len(found.body), outcome, None, kept)


def _version() -> str:
    try:
        return version("mandate-monitor")
    except PackageNotFoundError:
        return "0"
