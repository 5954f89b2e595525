"""What the sources of all kinds share."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from config.blocks import Block, Duration, Kind, Stage
from config.source_answers import Accept
from config.source_blocks import Policy
from config.source_fields import Canonical, Choose, Detail, Filter, Identity
from config.source_requests import Headers  # noqa: TC001 - pydantic looks it up
from config.source_templates import Template  # noqa: TC001 - likewise


def is_address(value: str) -> str:
    """The URL, if it is one that can be requested and published.

    Raises:
        ValueError: it is not.
    """
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an http or https URL")
    if "{" in parts.netloc:
        raise ValueError("has a placeholder in its host, which must be fixed")
    if parts.username or parts.password:
        raise ValueError("contains a user name or password, which do not belong in a public file")
    return value


Address = Annotated[str, AfterValidator(is_address)]


SHORTEST_INTERVAL, LONGEST_INTERVAL = timedelta(seconds=1), timedelta(days=366)


def _interval(value: timedelta) -> timedelta:
    if not SHORTEST_INTERVAL <= value <= LONGEST_INTERVAL:
        raise ValueError(f"is out of range: from 1s to {LONGEST_INTERVAL.days}d")
    return value


class AnySource(Block):
    """What all kinds share."""

    id: str = Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="short name; never change it, even if everything else changes"
    )
    title: str | None = Field(default=None, description="what people call the source")
    body: str | None = Field(default=None, description="the organ that publishes here: UNGA, AALCO, IPU, GFMD")
    language: str | None = Field(
        default=None, pattern=r"^[a-z]{2,3}$", description="of the documents, if they are all in one language"
    )
    publishes: Kind = Field(default="other", description="the kind of its documents, if they do not say so themselves")
    stage: Stage | None = Field(
        default=None, description="the stage of its documents, if they do not say so themselves"
    )
    topics: tuple[str, ...] = Field(default=(), description="assigned to each of its documents")
    evidence: Literal["A", "B", "C"] | None = Field(
        default=None,
        description="how much is known about the site: A: raw responses or working reader code seen; B: page text and "
        "links seen; C: a feed that others report to work",
    )
    every: Annotated[Duration, AfterValidator(_interval)] = Field(
        default="1h",
        validate_default=True,
        description="how often it is polled; while it fails, after five minutes, ten, twenty, at most this long",
    )
    off: str | None = Field(default=None, min_length=5, description="the reason why it is not crawled")
    headers: Headers = Field(
        default={}, description="headers sent to the source's own host; a secret as ${NAME}, an environment variable"
    )
    accept: Accept = Field(default=Accept(), description="what counts as a valid response")
    link: Template | None = Field(
        default=None, description="the URL for people, from an item's fields: https://docs.un.org/en/{symbol}"
    )
    choose: Choose | None = Field(
        default=None, description="which of several files of a document to read; by default the publisher's first"
    )
    identity: Identity = Field(default=Identity(), description="what identifies a document")
    canonical: Canonical = Field(default=Canonical(), description="which URLs are the same")
    detail: Detail | None = Field(default=None, description="how to get from an item to its document")
    filter: Filter = Field(default=Filter(), description="which documents to take")
    policy: Policy = Field(default=Policy(), description="how the publisher is polled")

    @property
    def enabled(self) -> bool:
        """Whether it is crawled."""
        return self.off is None

    @property
    def addresses(self) -> tuple[str, ...]:
        """The URLs that are its own, placeholders included."""
        return (self.url,)  # type: ignore[attr-defined]


class WebSource(AnySource):
    """A source that starts at one address."""

    url: Address = Field(description="the page, feed or interface to read")
