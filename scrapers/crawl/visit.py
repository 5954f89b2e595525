"""One crawl of one source while it runs: what it asks, what it remembers, what it must tell."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypedDict, TypeVar, Unpack

from scrapers.crawl.item_states import ItemStates
from scrapers.crawl.observation import AHEAD
from scrapers.http import urls
from scrapers.http.client import Fetched, NotModified
from scrapers.http.request import OwnHeaders, named

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from config.source_answers import Accept, Missing
    from config.source_blocks import Policy
    from config.sources import Source
    from scrapers.crawl.item import Item
    from scrapers.http.request import Body
    from scrapers.publication import DroppedRow, FetchRecord, Harvest, Memory, Past, Publication, Validators
    from scrapers.reading import Reading

    Analyse = Callable[[Publication], Publication]
    Land = Callable[[Harvest], Awaitable[object]]

_swept = "swept"
Result = TypeVar("Result")


class Terms(TypedDict, total=False):
    """On which terms an address is asked; what is left out is as in `Fetcher.get`."""

    validators: Validators | None
    policy: Policy | None
    accept: Accept | None
    missing: Missing | None
    hosts: frozenset[str] | None
    headers: OwnHeaders | None
    post: Body | None
    log: Callable[[FetchRecord], None] | None


class Asking(Protocol):
    """What a crawl asks: a `Fetcher`, or recorded answers."""

    async def get(self, url: str, **terms: Unpack[Terms]) -> Fetched | NotModified:
        """As `Fetcher.get`."""


def learned(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The notes that a crawl changed; the others stay as the warehouse has them."""
    return {key: words for key, words in after.items() if before.get(key) != words}


@dataclass(slots=True)
class Visit:
    """A crawl in progress. `state` starts as the memory's; what was changed in it becomes the harvest's.

    `answers` holds the bytes of what was fetched, by their hash. `fetched` holds documents whose bytes came with the
    finding (a probe). `unfinished` is set where something must be looked at again, so that no validator lets the next
    crawl skip it. `listing` is what the source's own address is known by. `reading` is where fetched texts are read;
    `analyse`, if given, completes a publication there. `gone` are the names of what was there and is not any more,
    `back` of what is there again. `land`, if given, takes what is handed over before the end; `relieve` does so where
    much is held. `held_bytes` and `fetched_bytes` count what came since then, and in all. With `past`, the past is
    loaded, and this is how far: what crawls of the source came to know is left to them.
    """

    source: Source
    memory: Memory
    fetcher: Asking
    reading: Reading
    analyse: Analyse | None = None
    land: Land | None = None
    past: Past | None = None
    relieve: Callable[[], Awaitable[None]] | None = None
    held_bytes: int = 0
    fetched_bytes: int = 0
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.monotonic)
    state: dict[str, str] = field(init=False)
    validators: dict[str, Validators] = field(default_factory=dict)
    records: list[FetchRecord] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)
    dropped: list[DroppedRow] = field(default_factory=list)
    fetched: dict[str, Fetched | NotModified] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    unfinished: bool = False
    sweep: bool = field(init=False)
    states: ItemStates = field(init=False)
    listing: str = field(init=False)
    headers: OwnHeaders = field(init=False)

    def __post_init__(self) -> None:
        self.state = dict(self.memory.state)
        self.listing = urls.same_address(urls.canonical(self.source.url, self.source.canonical))
        self.headers = OwnHeaders.of(self.source.headers, self.source.addresses, self._aliases)
        swept = self.state.get(_swept)
        # The first crawl reads everything anyway. A sweep counts from its beginning: one that fails half-way must not
        # ask a publisher for everything again at each turn.
        self.sweep = swept is not None and not (
            -AHEAD <= self.started - datetime.fromisoformat(swept) < self.source.policy.sweep_every
        )
        if self.sweep or swept is None:
            self.state[_swept] = self.started.isoformat()
        baseline = self.memory.first_crawl or self.past is not None
        self.states = ItemStates(
            self.memory.items, self.source.policy, self.started, sweep=self.sweep, baseline=baseline
        )

    @property
    def over(self) -> str | None:
        """Why the crawl has to end: one publisher must not hold up what others published, nor fill the disk."""
        policy = self.source.policy
        if time.monotonic() - self.clock > policy.longest.total_seconds():
            return f"the crawl had taken {policy.longest}"
        if self.fetched_bytes > policy.crawl_bytes:
            return f"the crawl had fetched {policy.crawl_bytes / 1e6:,.0f} MB"
        return None

    async def lighten(self) -> None:
        """Hand over what is held, where it is much."""
        if self.relieve is not None:
            await self.relieve()

    async def read(self, function: Callable[..., Result], *arguments: object) -> Result:
        """What a function makes of what was fetched.

        Raises:
            ScraperError: as the function raises it, or because reading went past a limit.
        """
        return await self.reading(function, *arguments, owner=self.source.id)

    async def ask(
        self,
        url: str,
        *,
        accept: Accept | None = None,
        missing: Missing | None = None,
        conditional: bool = True,
        post: Body | None = None,
    ) -> Fetched | NotModified:
        """Ask an address of this source; what came back the same as last time is `NotModified`, whatever the status.

        With `post` it is asked with POST.

        Raises:
            FetchError, ReadError, RefusedError: as `Fetcher.get`.
        """
        key = named(url, post)
        known = self.memory.validators.get(key)
        answer = await self.fetcher.get(
            url,
            validators=known if conditional else None,
            policy=self.source.policy,
            accept=accept or self.source.accept,
            missing=missing,
            hosts=self.hosts,
            headers=self.headers,
            post=post,
            log=self.records.append,
        )
        if isinstance(answer, Fetched) and answer.missing:
            # No validator may keep us from looking again.
            return answer
        self.validators[key] = answer.validators
        if isinstance(answer, Fetched):
            self.fetched_bytes += len(answer.body)
            if known is None or answer.validators.content_sha256 != known.content_sha256:
                self.answers[answer.validators.content_sha256] = answer.body
                self.held_bytes += len(answer.body)
            elif conditional:
                return NotModified(answer.url, answer.validators)
        return answer

    async def look(self, url: str, missing: Missing, *, conditional: bool) -> Fetched | NotModified | None:
        """Ask for what may not be there yet: None where the source says so, in one of the ways that `missing` states.

        Raises:
            FetchError, ReadError, RefusedError: as `ask`; neither an error nor a page in its place means that.
        """
        answer = await self.ask(url, missing=missing, conditional=conditional)
        return None if isinstance(answer, Fetched) and answer.missing else answer

    @property
    def hosts(self) -> frozenset[str] | None:
        """The hosts that this source may lead to; None where any public one will do."""
        allowed = self.source.policy.hosts
        if not allowed:
            return None
        return frozenset({*allowed, *map(urls.host_of, self.source.addresses), *self._aliases})

    @property
    def _aliases(self) -> frozenset[str]:
        """Other names of the source's own hosts."""
        hosts = self.source.canonical.hosts
        return frozenset({*hosts, *hosts.values()})
