"""The kinds of sources, each with its own keys beside the blocks that all share (`config/source_blocks.py`)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from config.source_blocks import (
    Accept,
    Block,
    Canonical,
    Detail,
    Duration,
    Expect,
    Fields,
    Filter,
    Identity,
    Item,
    Kind,
    Missing,
    Paging,
    Policy,
    Series,
    Stage,
    missing_as_before,
)


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an http or https URL")
    if parts.username or parts.password:
        raise ValueError("contains a user name or password, which do not belong in a public file")
    return value


Address = Annotated[str, AfterValidator(_address)]


SHORTEST_INTERVAL, LONGEST_INTERVAL = timedelta(seconds=1), timedelta(days=366)


def _interval(value: timedelta) -> timedelta:
    if not SHORTEST_INTERVAL <= value <= LONGEST_INTERVAL:
        raise ValueError(f"is out of range: from 1s to {LONGEST_INTERVAL.days}d")
    return value


class _Source(Block):
    """What all kinds share."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="short name; it stays when all else changes")
    title: str | None = Field(default=None, description="what people call the source")
    body: str | None = Field(default=None, description="the organ that publishes here: UNGA, AALCO, IPU, GFMD")
    language: str | None = Field(
        default=None, pattern=r"^[a-z]{2,3}$", description="of the documents, where all are in one"
    )
    publishes: Kind = Field(default="other", description="what its documents are, where they do not say so themselves")
    stage: Stage | None = Field(default=None, description="of its documents, where they do not say so themselves")
    topics: tuple[str, ...] = Field(default=(), description="given to each of its documents")
    every: Annotated[Duration, AfterValidator(_interval)] = Field(
        default="1h", validate_default=True, description="how often it is asked"
    )
    off: str | None = Field(default=None, min_length=5, description="the reason why it is not crawled")
    accept: Accept = Accept()
    identity: Identity = Identity()
    canonical: Canonical = Canonical()
    detail: Detail | None = None
    filter: Filter = Filter()
    policy: Policy = Policy()

    @property
    def enabled(self) -> bool:
        """Whether it is crawled."""
        return self.off is None


class _WebSource(_Source):
    """A source that starts at one address."""

    url: Address


class FeedSource(_WebSource):
    """RSS, Atom, RDF or JSON Feed. `fields` may read other keys of an entry than usual."""

    kind: Literal["feed"]
    item: Item = Item()
    fields: Fields = Fields()
    paging: Paging | None = None


class ListingSource(_WebSource):
    """A web page with a row for each publication."""

    kind: Literal["listing"]
    item: Item
    fields: Fields
    paging: Paging | None = None
    series: Series | None = None

    @model_validator(mode="after")
    def _has_what_it_takes(self) -> Self:
        if self.series is not None:
            self._is_counted(self.series)
        if self.item.css is None and self.item.xpath is None and self.item.regex is None:
            raise ValueError("item: say where the rows are, with `css`, `xpath` or `regex`")
        if self.fields.title is None and self.fields.symbol is None:
            raise ValueError("fields: a row needs a `title` or a `symbol`")
        return self

    def _is_counted(self, series: Series) -> None:
        if self.paging is not None:
            raise ValueError("give either `paging` or `series`")
        places = set(re.findall(r"\{(\w+)\}", self.url))
        if not places & {"number", "ordinal", *series.plus}:
            raise ValueError("url: has no {number} to count")
        if unknown := places - {"number", "ordinal", *series.plus}:
            raise ValueError(f"series.plus: does not define {', '.join(sorted(unknown))}")


class JsonSource(_WebSource):
    """A JSON interface. `item: {json: data.*}` names the rows, `fields` their parts."""

    kind: Literal["json"]
    item: Item
    fields: Fields
    paging: Paging | None = None


class OaiSource(_WebSource):
    """An OAI-PMH catalogue that gives MARCXML; it is asked in windows of time."""

    kind: Literal["oai-marcxml"]
    set: str | None = None
    link: str | None = Field(default=None, description="the address for people, with {record} in it")
    window: Duration = Field(default="60d", validate_default=True, description="from … until of one round of requests")
    start: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="the first day asked for")
    overlap: Duration = Field(
        default="2d", validate_default=True, description="days asked for again: records come late"
    )
    item: Item = Item(expect=Expect(min=0))
    fields: Fields = Fields()
    max_pages: int = Field(default=200, ge=1)


class ProbeSource(_Source):
    """Documents by symbol, counted up: an unpublished one is a miss, a network error is not."""

    kind: Literal["symbol-probe"]
    template: str = Field(description="e.g. A/RES/{session}/{number}")
    vars: dict[str, str | int] = Field(default_factory=dict)
    first: int = Field(default=1, ge=0)
    stop_after_misses: int = Field(
        default=3, ge=1, le=100, description="so many missing numbers in a row end the count in an ordinary crawl"
    )
    look_ahead: int = Field(
        default=20, ge=1, le=200, description="once a day and in a sweep, so many missing numbers in a row end it"
    )
    suffixes: tuple[str, ...] = Field(
        default=(), description="probed after each number, found or not, e.g. /Rev.1 or a letter: ' A'"
    )
    url: str = Field(description="address with {symbol} or {symbol:quoted} in it")
    link: str | None = Field(default=None, description="the address for people, likewise")
    missing: Missing = Field(
        default=Missing(status=(404,), empty=True), description="how the publisher says: not published"
    )

    @model_validator(mode="before")
    @classmethod
    def _former_key(cls, value: Any) -> Any:
        return missing_as_before(value, empty=True)

    @field_validator("url", "link")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None:
            _address(value)
            if "{symbol" not in value:
                raise ValueError("has no {symbol} or {symbol:quoted} in it")
        return value

    @model_validator(mode="after")
    def _template_is_filled(self) -> Self:
        names = set(re.findall(r"\{(\w+)\}", self.template))
        if "number" not in names:
            raise ValueError("template: has no {number} to count")
        if missing := names - {"number"} - set(self.vars):
            raise ValueError(f"vars: does not define {', '.join(sorted(missing))}")
        return self


class Page(Block):
    """One page of a fixed list, with what is known of it beforehand."""

    url: Address
    title: str | None = None
    symbol: str | None = None
    date: str | None = Field(default=None, pattern=r"^\d{4}(-\d{2}){0,2}$")
    stage: Stage | None = None
    draft: str | None = None


class PagesSource(_Source):
    """A fixed list of pages, each one document."""

    kind: Literal["pages"]
    pages: tuple[Page, ...] = Field(min_length=1)
    fields: Fields = Fields()

    @property
    def url(self) -> str:
        """The first page's address, for tables."""
        return self.pages[0].url


class FilesSource(_Source):
    """A local or shared folder."""

    kind: Literal["files"]
    path: str
    glob: str = "**/*"
    item: Item = Item()

    @property
    def url(self) -> str:
        """The folder's address, for tables."""
        return Path(self.path).absolute().as_uri()


class PythonSource(_WebSource):
    """A source read by code: `call: package.module:function` gives the items of a page."""

    kind: Literal["python"]
    call: str = Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")
    item: Item = Item()
    paging: Paging | None = None
