"""One crawl of one source while it runs: what it asks, what it remembers, what it must tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from scrapers import addresses
from scrapers.fetch import Fetched, NotModified

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from config.source_blocks import Accept, Policy
    from config.sources import Source
    from scrapers.item import Item
    from scrapers.publication import DroppedRow, FetchRecord, Memory, Validators

_swept = "swept"


class Asking(Protocol):
    """What a crawl asks: a `Fetcher`, or recorded answers."""

    async def get(
        self,
        url: str,
        *,
        validators: Validators | None = None,
        policy: Policy | None = None,
        accept: Accept | None = None,
        hosts: frozenset[str] | None = None,
        log: Callable[[FetchRecord], None] | None = None,
    ) -> Fetched | NotModified:
        """As `Fetcher.get`."""


def learned(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """The notes that a crawl changed; the others stay as the warehouse has them."""
    return {key: words for key, words in after.items() if before.get(key) != words}


@dataclass(slots=True)
class Visit:
    """A crawl in progress. `state` starts as the memory's; what was changed in it becomes the harvest's.

    `answers` holds the bytes of what came anew, by their hash. `fetched` holds documents whose bytes came with the
    finding (a probe). `unfinished` is set where something must be looked at again, so that no validator lets the next
    crawl skip it.
    """

    source: Source
    memory: Memory
    fetcher: Asking
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    state: dict[str, str] = field(init=False)
    validators: dict[str, Validators] = field(default_factory=dict)
    records: list[FetchRecord] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)
    dropped: list[DroppedRow] = field(default_factory=list)
    fetched: dict[str, Fetched | NotModified] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    unfinished: bool = False
    sweep: bool = field(init=False)

    def __post_init__(self) -> None:
        self.state = dict(self.memory.state)
        swept = self.state.get(_swept)
        # The first crawl reads everything anyway. A sweep counts from its beginning: one that fails half-way must not
        # ask a publisher for everything again at each turn.
        self.sweep = swept is not None and (
            self.started - datetime.fromisoformat(swept) >= self.source.policy.sweep_every
        )
        if self.sweep or swept is None:
            self.state[_swept] = self.started.isoformat()

    @property
    def is_over(self) -> bool:
        """Whether the crawl has taken as long as it may: one slow publisher must not hold up what others published."""
        return datetime.now(UTC) - self.started > self.source.policy.longest

    async def ask(self, url: str, *, accept: Accept | None = None, conditional: bool = True) -> Fetched | NotModified:
        """Ask an address of this source; what came back the same as last time is `NotModified`, whatever the status.

        Raises:
            FetchError, ReadError, RefusedError: as `Fetcher.get`.
        """
        key = addresses.public(url)
        known = self.memory.validators.get(key)
        answer = await self.fetcher.get(
            url,
            validators=known if conditional else None,
            policy=self.source.policy,
            accept=accept or self.source.accept,
            hosts=self.hosts,
            log=self.records.append,
        )
        self.validators[key] = answer.validators
        if isinstance(answer, Fetched):
            if known is None or answer.validators.content_sha256 != known.content_sha256:
                self.answers[answer.validators.content_sha256] = answer.body
            elif conditional:
                return NotModified(answer.url, answer.validators)
        return answer

    @property
    def hosts(self) -> frozenset[str] | None:
        """The hosts that this source may lead to; None where any public one will do."""
        allowed = self.source.policy.hosts
        if not allowed:
            return None
        twins = {
            addresses.host_of(self.source.url),
            *self.source.canonical.hosts,
            *self.source.canonical.hosts.values(),
        }
        return frozenset({*allowed, *twins})
