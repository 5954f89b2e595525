"""The kinds of sources, each with its own keys beside the blocks that all share (`source_blocks`, `source_fields`)."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from config.blocks import Block, Duration, Kind, Stage
from config.source_answers import Accept, Missing, missing_as_before
from config.source_blocks import Expect, Item, Paging, Policy, Series
from config.source_fields import Canonical, Choose, Detail, Fields, Filter, Identity
from config.source_requests import Headers, Post  # noqa: TC001 - pydantic looks it up
from config.source_templates import PLACE, Template


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an http or https URL")
    if "{" in parts.netloc:
        raise ValueError("has a placeholder in its host, which must be fixed")
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


class _WebSource(_Source):
    """A source that starts at one address."""

    url: Address = Field(description="the page, feed or interface to read")


class _PagedSource(_WebSource):
    """A source of one page, or of one after another."""

    paging: Paging | None = Field(default=None, description="how to get to the next page")
    post: Post | None = Field(default=None, description="the body of a list that is asked for with POST")

    @model_validator(mode="after")
    def _has_one_way_to_page(self) -> Self:
        placed = "{page}" in self.url or (self.post is not None and self.post.counts_pages)
        if self.paging is None and placed:
            raise ValueError("paging: is missing, and `{page}` is to be counted: give `paging: {start: 1}`")
        if self.paging is not None and (problem := self.paging.misfit(placed=placed)):
            raise ValueError(f"paging: {problem}")
        return self


class FeedSource(_PagedSource):
    """RSS, Atom, RDF or JSON Feed. `fields` can replace the built-in rules."""

    kind: Literal["feed"]
    item: Item = Field(default=Item(), description="how many entries to expect")
    fields: Fields = Field(default=Fields(), description="rules that replace the built-in ones")


class ListingSource(_PagedSource):
    """A web page with a row for each publication, or one such page per session."""

    kind: Literal["listing"]
    item: Item = Field(description="where the rows are")
    fields: Fields = Field(description="what to read from each row")
    series: Series | None = Field(default=None, description="one such page per session, instead of `paging`")

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
        for name in ("paging", "post"):
            if getattr(self, name) is not None:
                raise ValueError(f"give either `{name}` or `series`")
        places = set(re.findall(r"\{(\w+)\}", self.url))
        if not places & {"number", "ordinal", *series.plus}:
            raise ValueError("url: has no {number} to count")
        if unknown := places - {"number", "ordinal", *series.plus}:
            raise ValueError(f"series.plus: does not define {', '.join(sorted(unknown))}")


class JsonSource(_PagedSource):
    """A JSON API. `item: {json: data.*}` says where the rows are, `fields` what to read from each."""

    kind: Literal["json"]
    item: Item = Field(description="where the rows are")
    fields: Fields = Field(description="what to read from each row")


class OaiSource(_WebSource):
    """A library catalogue over OAI-PMH that returns MARCXML; it is read in windows of time."""

    kind: Literal["oai-marcxml"]
    set: str | None = Field(default=None, description="the OAI-PMH set to read; if not given, the whole catalogue")
    window: Duration = Field(
        default="60d", validate_default=True, description="how much time each round of requests covers"
    )
    start: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="the first day to request")
    overlap: Duration = Field(
        default="2d",
        validate_default=True,
        description="how far back each crawl looks again, because records arrive late",
    )
    item: Item = Field(
        default=Item(expect=Expect(min=0)), description="has no effect here: a window may have no records"
    )
    fields: Fields = Field(default=Fields(), description="rules that replace the built-in ones")
    max_pages: int = Field(default=200, ge=1, description="the most pages to read in one window")


class ProbeSource(_Source):
    """Documents by symbol, counting up: an unpublished one is a miss, a network error is not."""

    kind: Literal["symbol-probe"]
    template: str = Field(description="the symbol, e.g. A/RES/{session}/{number}")
    vars: dict[str, str | int] = Field(
        default_factory=dict, description="values of the other placeholders in `template`, e.g. session: 81"
    )
    first: int = Field(default=1, ge=0, description="the lowest number")
    stop_after_misses: int = Field(
        default=3, ge=1, le=100, description="how many missing numbers in a row end the count in an ordinary crawl"
    )
    look_ahead: int = Field(
        default=20,
        ge=1,
        le=200,
        description="how many missing numbers in a row end the count once a day and in a sweep",
    )
    suffixes: tuple[str, ...] = Field(default=(), description="tried after each number, e.g. /Rev.1 or a letter: ' A'")
    url: str = Field(description="the URL of a document, with {symbol} or {symbol:quoted} in it")
    missing: Missing = Field(
        default=Missing(status=(404,), empty=True), description="how the publisher says that a document does not exist"
    )

    @model_validator(mode="before")
    @classmethod
    def _former_key(cls, value: Any) -> Any:
        return missing_as_before(value, empty=True)

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if {found[1] for found in PLACE.finditer(_address(value))} != {"symbol"}:
            raise ValueError("must have {symbol} or {symbol:quoted} in it, and no other field")
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
    """One page of a fixed list. The values given here are trusted."""

    url: Address = Field(description="the URL of the page")
    title: str | None = Field(default=None, description="the title")
    symbol: str | None = Field(default=None, description="the official symbol")
    date: str | None = Field(
        default=None, pattern=r"^\d{4}(-\d{2}){0,2}$", description="`2026`, `2026-11` or `2026-11-21`"
    )
    stage: Stage | None = Field(default=None, description="the stage of the document")
    draft: str | None = Field(default=None, description="symbol of the draft that it was adopted from")


class PagesSource(_Source):
    """A fixed list of pages, each one document."""

    kind: Literal["pages"]
    pages: tuple[Page, ...] = Field(min_length=1, description="the pages")
    fields: Fields = Field(default=Fields(), description="what to read from each page")

    @property
    def url(self) -> str:
        """The first page's address, for tables."""
        return self.pages[0].url

    @property
    def addresses(self) -> tuple[str, ...]:
        """The pages."""
        return tuple(page.url for page in self.pages)


class FilesSource(_Source):
    """A local or shared folder."""

    kind: Literal["files"]
    path: str = Field(description="the folder")
    glob: str = Field(default="**/*", description="which files to read, as a pattern")
    item: Item = Field(default=Item(), description="how many files to expect")

    @model_validator(mode="after")
    def _is_not_asked(self) -> Self:
        for name in ("headers", "link", "choose"):
            if name in self.model_fields_set:
                raise ValueError(f"{name}: has no effect on a folder")
        return self

    @property
    def url(self) -> str:
        """The folder's address, for tables."""
        return Path(self.path).absolute().as_uri()


class PythonSource(_PagedSource):
    """Your own code: the function gets a page and its URL, and returns the items."""

    kind: Literal["python"]
    call: str = Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$", description="the function, as package.module:function")
    item: Item = Field(default=Item(), description="how many items to expect")
