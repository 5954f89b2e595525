"""The kinds of sources, each with its own keys beside the blocks that all share (`source_blocks`, `source_fields`)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from config.blocks import Block, Duration, Regex, Stage
from config.source_blocks import Expect, Item, Paging, Series
from config.source_common import Address, AnySource, WebSource
from config.source_fields import Fields
from config.source_requests import Post  # noqa: TC001 - pydantic looks it up


class _PagedSource(WebSource):
    """A source of one page, or of one after another."""

    paging: Paging | None = Field(default=None, description="how to get to the next page")
    post: Post | None = Field(default=None, description="the request body, for a list that is requested with POST")

    @model_validator(mode="after")
    def _has_one_way_to_page(self) -> Self:
        placed = "{page}" in self.url or (self.post is not None and self.post.counts_pages)
        if self.paging is None and placed:
            raise ValueError("paging: is missing, but `{page}` must be counted: give `paging: {start: 1}`")
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


class OaiSource(WebSource):
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


class PagesSource(AnySource):
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


class CalendarSource(WebSource):
    """A body's own calendar as iCalendar: the days of its sessions, and no documents."""

    kind: Literal["calendar"]
    body: str = Field(description="the body that meets")
    sessions: Regex = Field(
        default=r"(?i)\b(?P<number>\d{1,3}(?=st|nd|rd|th)|\d{4})(?:st|nd|rd|th)?(?: [a-z]+){0,3} session\b",
        validate_default=True,
        description="which entries are sessions: a pattern for their titles, whose group `number` is the number",
    )
    item: Item = Field(default=Item(), description="how many sessions to expect")

    @model_validator(mode="after")
    def _has_numbers(self) -> Self:
        if "number" not in re.compile(self.sessions).groupindex:
            raise ValueError(r"sessions: has no group `number`, such as (?P<number>\d+)")
        for name in ("filter", "detail", "link", "choose"):
            if name in self.model_fields_set:
                raise ValueError(f"{name}: has no effect on a calendar, which has no documents")
        return self


class FilesSource(AnySource):
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
