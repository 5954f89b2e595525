"""How a source answers and how it is polled: valid responses, paging, series, how many items to expect.

One vocabulary over all kinds of sources; `config/source_kinds.py` puts the blocks together.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from config.blocks import Block, Duration, Regex
from config.source_fields import FieldRule  # noqa: TC001 - pydantic looks it up

log = logging.getLogger(__name__)


class Accept(Block):
    """What counts as a valid response; anything else is a failure, never "nothing new"."""

    status: tuple[int, ...] = Field(default=(200,), description="status codes that carry content")
    types: tuple[str, ...] = Field(default=(), description="media types, e.g. application/pdf; if empty, any")
    magic: str | None = Field(default=None, description="what the body must begin with, e.g. %PDF")
    min_bytes: int = Field(default=1, ge=0, description="the smallest body that can be real")
    fail_headers: tuple[str, ...] = Field(default=(), description="headers that mean a challenge or an error page")
    fail_words: tuple[str, ...] = Field(default=(), description="words that mean a challenge or an error page")


class Missing(Block):
    """How a publisher answers for a document that does not exist; any one of these signs is enough.

    A response that is neither a document nor one of these signs is a failure.
    """

    status: tuple[int, ...] = Field(default=(), description="status codes")
    empty: bool = Field(default=False, description="an empty body, with a status that carries content")
    max_bytes: int | None = Field(
        default=None,
        ge=1,
        description="a body of at most this many bytes that does not begin with `accept.magic`: a stub",
    )
    redirect: Regex | None = Field(
        default=None,
        description="a regular expression, searched in the URL that redirects led to; not for status 500 and above",
    )
    words: tuple[Annotated[str, Field(min_length=3)], ...] = Field(
        default=(), description="any of these in the body, whatever the status"
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.status or self.empty or self.max_bytes or self.redirect or self.words):
            raise ValueError("is empty: give `status`, `empty`, `max_bytes`, `redirect` or `words`")
        return self


def missing_as_before(value: Any, *, empty: bool) -> Any:
    """A block whose `missing_status`, the key until December 2026, is written as `missing` is.

    Raises:
        ValueError: it has both.
    """
    if not isinstance(value, dict) or "missing_status" not in value:
        return value
    if "missing" in value:
        raise ValueError("give `missing` alone: `missing_status` is its former name")
    status = value["missing_status"]
    now = f"missing: {{status: {list(status)}{', empty: true' if empty else ''}}}"
    log.warning(
        "%s: write `missing_status` as `%s`; the old key is read until December 2027", value.get("id", "series"), now
    )
    rest = {key: each for key, each in value.items() if key != "missing_status"}
    return {**rest, "missing": {"status": status, "empty": empty}}


class Paging(Block):
    """How to get from page to page: a parameter that counts (`param`), or a link to the next page (`next`)."""

    param: str | None = Field(default=None, description="the query parameter that counts pages, e.g. page")
    start: int = Field(default=0, description="its value on the first page")
    step: int = Field(default=1, ge=1, description="what each page adds to it")
    next: FieldRule | None = Field(default=None, description="a rule for the URL of the next page")
    stop: Literal["no_items", "no_new_items"] = Field(default="no_items", description="what marks the last page")
    max_pages: int = Field(default=10, ge=1, le=1000, description="the most pages to read")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.param is None) == (self.next is None):
            raise ValueError("give either `param` or `next`")
        return self


class Series(Block):
    """One page per session: the source's URL contains `{number}` or `{ordinal}` (115th)."""

    first: int = Field(ge=0, description="the lowest number to look for")
    known: int = Field(ge=0, description="a number whose page certainly exists; counting goes up from it")
    stop_after_misses: int = Field(
        default=2, ge=1, le=100, description="how many missing pages in a row end the count in an ordinary crawl"
    )
    recent: int = Field(
        default=3, ge=1, description="how many of the latest pages are read each time; a sweep reads all"
    )
    plus: dict[str, int] = Field(
        default_factory=dict,
        description="more placeholders in the URL: the number plus an offset; with `{year: 1909}`, 115 gives 2024",
    )
    look_ahead: int = Field(
        default=5, ge=1, le=200, description="how many missing pages in a row end the count once a day and in a sweep"
    )
    missing: Missing = Field(
        default=Missing(status=(404, 410)), description="how the site says that a page does not exist yet"
    )

    @model_validator(mode="before")
    @classmethod
    def _former_key(cls, value: Any) -> Any:
        return missing_as_before(value, empty=False)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.known < self.first:
            raise ValueError("known: is lower than `first`")
        return self


class Expect(Block):
    """How many items a page of this source has; any other number is a failure."""

    min: int = Field(default=1, ge=0, description="the fewest items")
    max: int | None = Field(default=None, ge=1, description="the most items")


class Item(Block):
    """Where the items are: an HTML selector, an XPath, a path in JSON, or a pattern over the page's text."""

    css: str | None = Field(default=None, description="a CSS selector")
    xpath: str | None = Field(default=None, description="an XPath")
    json_path: str | None = Field(
        default=None, alias="json", description="a path of keys: `data.*.fields.title`; `*` is each member of a list"
    )
    regex: Regex | None = Field(default=None, description="matched against the page's text; named groups are fields")
    expect: Expect = Field(default=Expect(), description="how many items a page has; any other number is a failure")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(way is not None for way in (self.css, self.xpath, self.json_path, self.regex)) > 1:
            raise ValueError("give one of `css`, `xpath`, `json` and `regex`")
        return self


class Policy(Block):
    """How this publisher is polled, and when people are notified that it fails."""

    private_addresses: bool = Field(
        default=False, description="allow loopback and private networks (a test site, an intranet)"
    )
    hosts: tuple[str, ...] = Field(
        default=(), description="other hosts that items may link to; if empty, any public one"
    )
    pace: Duration = Field(default=timedelta(seconds=1), description="time between two requests to one host")
    per_host: int = Field(default=2, ge=1, le=8, description="concurrent requests to one host")
    timeout: Duration = Field(
        default=timedelta(seconds=60), description="for one response, from the first byte sent to the last"
    )
    max_bytes: int = Field(default=30_000_000, ge=1_000, description="largest response, decoded")
    attempts: int = Field(default=3, ge=1, le=10, description="attempts at one request")
    wait_at_least: Duration = Field(default=timedelta(0), description="before a retry, whatever Retry-After says")
    ignore_robots: str | None = Field(
        default=None, min_length=10, description="the reason why robots.txt is not followed"
    )
    unconditional_every: Duration = Field(
        default=timedelta(days=7),
        description="how often to fetch without validators, because some servers answer 304 for ever",
    )
    sweep_every: Duration = Field(
        default=timedelta(days=7), description="how often to read all pages and known documents again"
    )
    max_new: int = Field(default=500, ge=1, description="documents fetched in one crawl; the rest waits for the next")
    crawl_bytes: int = Field(
        default=1_000_000_000, ge=1_000, description="bytes fetched in one crawl; the rest waits for the next"
    )
    longest: Duration = Field(
        default=timedelta(minutes=10), description="duration of one crawl; the rest waits for the next"
    )
    tries: int = Field(
        default=5,
        ge=1,
        description="how many crawls in a row retry a failed item; after that once a day for a week, then each sweep",
    )
    tell_after: int = Field(
        default=3, ge=1, description="failed tries before people are notified of an item that cannot be read"
    )
    alert_after: int = Field(default=3, ge=1, description="failures in a row before operators are notified")
    remind_every: Duration = Field(default=timedelta(days=1), description="how often operators are reminded")
    quiet_for: Duration | None = Field(
        default=None,
        description="how long nothing new may appear before the source counts as late; by default twice its usual gap",
    )
    charset: str | None = Field(default=None, description="the true encoding, if the publisher declares a wrong one")
