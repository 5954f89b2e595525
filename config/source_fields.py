"""What is read from an item and its document, what identifies it, and which are wanted.

One vocabulary over all kinds of sources; `config/source_kinds.py` puts the blocks together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from config.blocks import Block, Regex
from config.topics import Topic, TopicName  # noqa: TC001 - pydantic looks them up

if TYPE_CHECKING:
    from collections.abc import Mapping


class FieldRule(Block):
    """Where to find the value of a field, and how to treat it.

    Give one of `css`, `xpath`, `json`, `marc`, `entry`, `group` and `value`, or a `regex` alone. A date that fits none
    of the `formats` is missing, never guessed.
    """

    css: str | None = Field(default=None, description="a CSS selector")
    attr: str | None = Field(default=None, description="an attribute instead of the text, e.g. `href`")
    xpath: str | None = Field(default=None, description="an XPath")
    json_path: str | None = Field(
        default=None, alias="json", description="a path of keys: `data.*.fields.title`; `*` is each member of a list"
    )
    marc: str | None = Field(default=None, description="e.g. 245$a$b, or 191$a")
    entry: str | None = Field(default=None, description="a key of a feed entry, e.g. published")
    group: str | None = Field(default=None, description="a named group of item.regex")
    value: str | None = Field(default=None, description="the same for every item")
    regex: Regex | None = Field(default=None, description="keeps its first group, or the whole match")
    source: Literal["item", "url", "document"] = Field(
        default="item", alias="from", description="where to look: the item, its URL, or the head of the document's text"
    )
    formats: tuple[str, ...] = Field(
        default=(), description="strptime formats, in order; a date that fits none is missing"
    )
    day_first: bool | None = Field(default=None, description="whether 07/01/2017 is 7 January, if no format is given")
    drop: tuple[str, ...] = Field(default=(), description="values to ignore, e.g. system admin")
    many: bool = Field(default=False, description="all values, not only the first")
    required: bool = Field(default=False, description="without it, the row counts as failed, with the reason")
    on_missing: Literal["null", "drop", "fail"] = Field(
        default="null",
        description="`null`: no value; `drop`: the row is not wanted and counts as filtered out; "
        "`fail`: the source fails",
    )
    fallback: FieldRule | None = Field(default=None, description="another rule, used if this one finds nothing")

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
    """The fields of a publication. A field without a rule uses the built-in rule of the kind, or is left empty."""

    title: FieldRule | None = Field(default=None, description="the title")
    url: FieldRule | None = Field(default=None, description="the URL of the item")
    symbol: FieldRule | None = Field(default=None, description="the official symbol")
    date: FieldRule | None = Field(default=None, description="of publication, adoption or issue")
    author: FieldRule | None = Field(default=None, description="who wrote or issued it")
    summary: FieldRule | None = Field(default=None, description="a summary, if the source gives one")
    topics: FieldRule | None = Field(default=None, description="the source's own subjects")
    language: FieldRule | None = Field(default=None, description="the language of the document")
    stage: FieldRule | None = Field(default=None, description="draft, adopted … in the listing's own words")
    kind: FieldRule | None = Field(default=None, description="resolution, decision, report …")
    file: FieldRule | None = Field(default=None, description="the URL of the document itself (PDF, .docx, HTML)")
    text: FieldRule | None = Field(default=None, description="the text itself, if the item contains all of it")
    draft: FieldRule | None = Field(default=None, description="symbol of the draft that this document was adopted from")

    def given(self) -> dict[str, FieldRule]:
        """The fields that have a rule, by name."""
        return {name: rule for name in type(self).model_fields if (rule := getattr(self, name)) is not None}


class Identity(Block):
    """What identifies a document: its symbol, otherwise its URL, otherwise its text; never a GUID."""

    by: tuple[Literal["symbol", "url", "text"], ...] = Field(
        default=("symbol", "url", "text"), description="which of these may be used"
    )
    own_symbol: bool = Field(default=True, description="trust the symbol that the document states in its head")


class Rewrite(Block):
    """A change to URLs, by a regular expression."""

    find: Regex = Field(description="a regular expression")
    put: str = Field(description="what replaces each match")


class Canonical(Block):
    """Which URLs count as the same document."""

    hosts: dict[str, str] = Field(default_factory=dict, description="alias host: canonical host")
    https: bool | None = Field(default=None, description="whether the canonical scheme is https")
    lower_path: bool = Field(default=False, description="set it if the server ignores case in paths")
    drop: tuple[str, ...] = Field(
        default=(), description="query parameters to ignore; utm_* and the like are always ignored"
    )
    rewrite: tuple[Rewrite, ...] = Field(default=(), description="changes to make to each URL")


class Detail(Block):
    """Whether to fetch the item's own page, and where its text is."""

    follow: bool = Field(default=True, description="fetch the item's own page")
    css: str | None = Field(default=None, description="the part of the page that is the text")
    file: FieldRule | None = Field(default=None, description="link to the document on the page; its text is taken")
    attachments: FieldRule | None = Field(
        default=None, description="links to annexes; their texts follow the document's"
    )
    fields: Fields = Field(default=Fields(), description="fields found on the item's own page")
    unless: tuple[str, ...] = Field(
        default=(), description="words in an item that mean: keep the row, but do not fetch"
    )


class Filter(Block):
    """Which documents to take; without topics, words and subjects, all. The reason is kept with each that passes."""

    topics: tuple[TopicName, ...] = Field(
        default=(),
        description="topics of topics.yaml, such as `migration`: any of them, by its terms and their weights",
    )
    words: tuple[str, ...] = Field(default=(), description="any of these in the title, summary or text")
    subjects: tuple[str, ...] = Field(default=(), description="any of these among the source's own subjects")
    without: tuple[str, ...] = Field(default=(), description="words that must not be in the title")
    where: tuple[Literal["title", "summary", "text"], ...] = Field(
        default=("title", "summary", "text"), description="where to look for the words"
    )
    times_in_text: int = Field(default=1, ge=1, description="how often the words must occur in the text")
    # Put in by the loader: what the names of topics stand for.
    _lists: dict[str, Topic] = PrivateAttr(default_factory=dict)

    @property
    def lists(self) -> Mapping[str, Topic]:
        """The topics that are asked for, by name."""
        return self._lists

    def with_lists(self, lists: Mapping[str, Topic]) -> Self:
        """The same with the topics that its names stand for."""
        complete = self.model_copy()
        complete._lists = dict(lists)  # noqa: SLF001 - its own
        return complete
