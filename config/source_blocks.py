"""The blocks that every kind of source shares: what is accepted, how one pages, which fields are read, how one asks.

One vocabulary over all kinds; `config/sources.py` puts the blocks together.
"""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema, model_validator

log = logging.getLogger(__name__)

# As in `mandates.model`, which the configuration does not import; a test checks that they agree.
Kind = Literal["resolution", "decision", "amendment", "report", "initiative", "statement", "news", "other"]
Stage = Literal["preliminary_draft", "draft", "adopted", "official_record"]

# Beyond it there is a mistake in the unit, and some way further Python cannot count.
LONGEST = timedelta(days=3660)
_units = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def _duration(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhdw])", str(value).strip())
    if match is None:
        raise ValueError("write a number and a unit: 30s, 15m, 1h, 7d, 2w")
    seconds = float(match.group(1)) * _units[match.group(2)]
    if seconds > LONGEST.total_seconds():
        raise ValueError(f"is out of range: at most {LONGEST.days}d")
    return timedelta(seconds=seconds)


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(lambda value: f"{value.total_seconds():g}s", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?\s*[smhdw]$", "examples": ["30s", "15m", "1h", "7d"]}),
]


def _regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    return value


Regex = Annotated[str, BeforeValidator(_regex)]


class Block(BaseModel):
    """A part of a source: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Accept(Block):
    """What an answer must be like to count as one; anything else is a failure, never "nothing new"."""

    status: tuple[int, ...] = Field(default=(200,), description="status codes that carry content")
    types: tuple[str, ...] = Field(default=(), description="media types, e.g. application/pdf; none: any")
    magic: str | None = Field(default=None, description="what the body must begin with, e.g. %PDF")
    min_bytes: int = Field(default=1, ge=0, description="the smallest body that can be real")
    fail_headers: tuple[str, ...] = Field(default=(), description="headers that mean a challenge or an error page")
    fail_words: tuple[str, ...] = Field(default=(), description="words that mean a challenge or an error page")


class Missing(Block):
    """How a publisher answers for a document that does not exist; any one of these signs is enough.

    Whatever is neither a document nor such an answer is a failure.
    """

    status: tuple[int, ...] = Field(default=(), description="status codes")
    empty: bool = Field(default=False, description="a body of no bytes, with a status that carries content")
    max_bytes: int | None = Field(
        default=None, ge=1, description="a body of at most so many bytes that is not the type expected: a stub"
    )
    redirect: Regex | None = Field(default=None, description="searched in the address that redirects led to")
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
    """How one gets from page to page: a counted parameter, or a link to the next."""

    param: str | None = Field(default=None, description="the parameter that counts, e.g. page")
    start: int = Field(default=0, description="its value on the first page")
    step: int = Field(default=1, ge=1, description="what each page adds to it")
    next: FieldRule | None = Field(default=None, description="where the address of the next page is")
    stop: Literal["no_items", "no_new_items"] = Field(default="no_items", description="what ends the pages")
    max_pages: int = Field(default=10, ge=1, le=1000)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.param is None) == (self.next is None):
            raise ValueError("give either `param` or `next`")
        return self


class Series(Block):
    """A page for each session: `{number}` or `{ordinal}` (115th) is a part of the source's address."""

    first: int = Field(ge=0, description="the lowest number that is looked for")
    known: int = Field(ge=0, description="a number whose page is surely there; one counts up from it")
    stop_after_misses: int = Field(
        default=2, ge=1, le=100, description="so many missing pages in a row end the count in an ordinary crawl"
    )
    recent: int = Field(default=3, ge=1, description="so many of the latest pages are read each time, all in a sweep")
    plus: dict[str, int] = Field(
        default_factory=dict, description="more places in the address: the number plus so much, e.g. year: 1909"
    )
    look_ahead: int = Field(
        default=5, ge=1, le=200, description="once a day and in a sweep, so many missing pages in a row end the count"
    )
    missing: Missing = Field(default=Missing(status=(404, 410)), description="how the site says: no such page yet")

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
    """How many items one page of this source has; another number is a failure."""

    min: int = Field(default=1, ge=0)
    max: int | None = Field(default=None, ge=1)


class Item(Block):
    """Where the items are: an HTML selector, an XPath, a path in JSON, or a pattern over the page's text."""

    css: str | None = None
    xpath: str | None = None
    json_path: str | None = Field(default=None, alias="json")
    regex: Regex | None = Field(default=None, description="over the page's text; named groups are fields")
    expect: Expect = Expect()

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(way is not None for way in (self.css, self.xpath, self.json_path, self.regex)) > 1:
            raise ValueError("give one of `css`, `xpath`, `json` and `regex`")
        return self


class FieldRule(Block):
    """Where one field of an item is, and what becomes of it.

    `css`, `xpath`, `json`, `marc`, `entry` or `group` find it; `regex` then takes its first group (or the whole match);
    `from: url` looks at the item's address, `from: document` at the document's text. `formats` are strptime formats,
    in order: a date that fits none is missing, never guessed.
    """

    css: str | None = None
    attr: str | None = None
    xpath: str | None = None
    json_path: str | None = Field(default=None, alias="json")
    marc: str | None = Field(default=None, description="e.g. 245$a$b, or 191$a")
    entry: str | None = Field(default=None, description="a key of a feed entry, e.g. published")
    group: str | None = Field(default=None, description="a named group of item.regex")
    value: str | None = Field(default=None, description="the same for every item")
    regex: Regex | None = None
    source: Literal["item", "url", "document"] = Field(default="item", alias="from")
    formats: tuple[str, ...] = ()
    day_first: bool | None = Field(default=None, description="reads 07/01/2017 when no format is given")
    drop: tuple[str, ...] = Field(default=(), description="values that mean nothing, e.g. system admin")
    many: bool = False
    required: bool = False
    on_missing: Literal["null", "drop", "fail"] = "null"
    fallback: FieldRule | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        places = (self.css, self.xpath, self.json_path, self.marc, self.entry, self.group, self.value)
        if sum(place is not None for place in places) > 1:
            raise ValueError("give one of css, xpath, json, marc, entry, group and value")
        if all(place is None for place in places) and self.regex is None and self.attr is None:
            raise ValueError("does not say where to look: give css, xpath, json, marc, entry, group, value or regex")
        for text in self.formats:
            if "%" not in text:
                raise ValueError(f"{text!r} is not a date format: write one such as %d %B %Y")
        return self


class Fields(Block):
    """The fields of a publication; what is not given here comes from the kind's own defaults, or stays missing."""

    title: FieldRule | None = None
    url: FieldRule | None = None
    symbol: FieldRule | None = None
    date: FieldRule | None = None
    author: FieldRule | None = None
    summary: FieldRule | None = None
    topics: FieldRule | None = None
    language: FieldRule | None = None
    stage: FieldRule | None = None
    kind: FieldRule | None = None
    file: FieldRule | None = Field(default=None, description="the address of the document itself (PDF, .docx, HTML)")
    text: FieldRule | None = Field(default=None, description="the text itself, where the item holds all of it")
    draft: FieldRule | None = Field(default=None, description="symbol of the draft that this document was adopted from")

    def given(self) -> dict[str, FieldRule]:
        """The fields that have a rule, by name."""
        return {name: rule for name in type(self).model_fields if (rule := getattr(self, name)) is not None}


class Identity(Block):
    """Which rung of the ladder is allowed: symbol, canonical address, text. Never a GUID alone."""

    by: tuple[Literal["symbol", "url", "text"], ...] = ("symbol", "url", "text")
    own_symbol: bool = Field(default=True, description="believe the symbol that the document states at its head")


class Rewrite(Block):
    """A change to an address, by a regular expression."""

    find: Regex
    put: str


class Canonical(Block):
    """What makes two addresses one."""

    hosts: dict[str, str] = Field(default_factory=dict, description="alias host: true host")
    https: bool | None = None
    lower_path: bool = False
    drop: tuple[str, ...] = Field(
        default=(), description="parameters that do not matter; utm_* and the like go by themselves"
    )
    rewrite: tuple[Rewrite, ...] = ()


class Detail(Block):
    """Whether the item's own page is fetched, and where on it the text is."""

    follow: bool = True
    css: str | None = Field(default=None, description="the part of the page that is the text")
    file: FieldRule | None = Field(default=None, description="link to the document on the page; its text is taken")
    attachments: FieldRule | None = Field(
        default=None, description="links to annexes; their texts follow the document's"
    )
    fields: Fields = Fields()
    unless: tuple[str, ...] = Field(default=(), description="words in an item that mean: keep the row, do not fetch")


class Filter(Block):
    """Which items concern us. Without words and subjects: all. The reason is stored with each item that passes."""

    words: tuple[str, ...] = Field(default=(), description="any of these in the title, summary or text")
    subjects: tuple[str, ...] = Field(default=(), description="any of these among the source's own subjects")
    without: tuple[str, ...] = Field(default=(), description="none of these in the title")
    where: tuple[Literal["title", "summary", "text"], ...] = ("title", "summary", "text")
    times_in_text: int = Field(default=1, ge=1, description="how often the words must occur in the text")


class Policy(Block):
    """How this publisher is asked, and when people are notified that it fails."""

    private_addresses: bool = Field(
        default=False, description="allow loopback and private networks (a test site, an intranet)"
    )
    hosts: tuple[str, ...] = Field(default=(), description="other hosts that items may lead to; none: any public one")
    pace: Duration = Field(default=timedelta(seconds=1), description="time between two requests to one host")
    per_host: int = Field(default=2, ge=1, le=8)
    timeout: Duration = Field(
        default=timedelta(seconds=60), description="for one answer, from the first byte sent to the last"
    )
    max_bytes: int = Field(default=30_000_000, ge=1_000, description="of one answer, decoded")
    attempts: int = Field(default=3, ge=1, le=10)
    wait_at_least: Duration = Field(default=timedelta(0), description="before a retry, whatever Retry-After says")
    ignore_robots: str | None = Field(
        default=None, min_length=10, description="the reason why robots.txt is not followed"
    )
    unconditional_every: Duration = Field(
        default=timedelta(days=7), description="now and then without validators: some servers say 304 for ever"
    )
    sweep_every: Duration = Field(default=timedelta(days=7), description="read all pages and known documents again")
    max_new: int = Field(default=500, ge=1, description="documents fetched in one crawl; the rest waits for the next")
    crawl_bytes: int = Field(
        default=1_000_000_000, ge=1_000, description="fetched in one crawl; what is left waits for the next"
    )
    longest: Duration = Field(
        default=timedelta(minutes=10), description="of one crawl; what is left waits for the next"
    )
    tries: int = Field(
        default=5,
        ge=1,
        description="an item that fails is tried by so many crawls in a row, then daily, then in sweeps",
    )
    tell_after: int = Field(default=3, ge=1, description="tries before people hear of an item that cannot be read")
    alert_after: int = Field(default=3, ge=1, description="failures in a row before operators are notified")
    remind_every: Duration = timedelta(days=1)
    quiet_for: Duration | None = Field(
        default=None, description="nothing new for so long is odd; none: twice its usual gap"
    )
    charset: str | None = Field(default=None, description="where the publisher declares a wrong one")
