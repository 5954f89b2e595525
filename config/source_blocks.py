"""How a source is polled: paging, series, where the items are and how many to expect.

One vocabulary over all kinds of sources; `config/source_kinds.py` puts the blocks together.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from config.blocks import JSON_PATH_WORDS, Block, Duration, JsonPath, Regex
from config.source_answers import Missing, missing_as_before
from config.source_fields import FieldRule  # noqa: TC001 - pydantic looks it up


class Paging(Block):
    """How to get from page to page.

    By a parameter that counts (`param`), a link to the next page (`next`), or `{page}` in `url` or in `post`.
    """

    param: str | None = Field(default=None, description="the query parameter that counts pages, e.g. page")
    start: int = Field(default=0, ge=0, description="the number of the first page")
    step: int = Field(
        default=1, ge=1, description="what each further page adds to the number, e.g. 50 if rows are counted"
    )
    next: FieldRule | None = Field(default=None, description="a rule for the URL of the next page")
    stop: Literal["no_items", "no_new_items"] = Field(default="no_items", description="what marks the last page")
    max_pages: int = Field(default=10, ge=1, le=1000, description="the most pages to read")
    missing: Missing | None = Field(
        default=None, description="how the site says that there is no such page; by default that is a failure"
    )

    def number(self, place: int) -> int:
        """The number of a page by its place, from 0."""
        return self.start + place * self.step

    def misfit(self, *, placed: bool) -> str | None:
        """Why this is not one way to get from page to page; `placed` says that `{page}` is in the URL or the body."""
        ways = sum((self.param is not None, self.next is not None, placed))
        return None if ways == 1 else "give one of `param`, `next`, and `{page}` in `url` or `post`"


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
    json_path: JsonPath | None = Field(default=None, alias="json", description=JSON_PATH_WORDS)
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
