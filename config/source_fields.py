"""What is read from an item and its document, what identifies it, and which are wanted.

One vocabulary over all kinds of sources; `config/source_kinds.py` puts the blocks together.
"""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import Field, model_validator

from config.blocks import JSON_PATH_WORDS, Block, JsonPath, Regex
from config.source_answers import Accept  # noqa: TC001 - pydantic looks it up
from config.source_templates import Template  # noqa: TC001 - likewise
from config.topics import NamesTopics, TopicName

_PLACES = "css, xpath, json, marc, entry, group, value"


def _check_put(regex: str | None, put: str) -> None:
    if regex is None:
        raise ValueError("put: needs a `regex`")
    # With an empty alternative it matches nothing at all, and its groups are still known.
    found = re.search(f"{regex}|", "")
    try:
        if found is not None:
            found.expand(put)
    except (re.error, IndexError) as error:
        raise ValueError(f"put: {put!r} does not fit the regex: {error}") from error


class FieldRule(Block):
    """Where to find the value of a field, and how to treat it.

    Give one of `css`, `xpath`, `json`, `marc`, `entry`, `group`, `value` and `template`, or a `regex` alone. A date
    that fits none of the `formats` is missing, never guessed.
    """

    css: str | None = Field(default=None, description="a CSS selector")
    attr: str | None = Field(default=None, description="an attribute instead of the text, e.g. `href`")
    xpath: str | None = Field(default=None, description="an XPath")
    json_path: JsonPath | None = Field(default=None, alias="json", description=JSON_PATH_WORDS)
    marc: str | None = Field(default=None, description="e.g. 245$a$b, or 191$a")
    entry: str | None = Field(default=None, description="a key of a feed entry, e.g. published")
    group: str | None = Field(default=None, description="a named group of item.regex")
    value: str | None = Field(default=None, description="the same for every item")
    template: Template | None = Field(
        default=None, description="for `url` and `file`: a URL made from the item's other fields, e.g. {symbol}"
    )
    regex: Regex | None = Field(default=None, description="keeps its first group, or the whole match")
    put: str | None = Field(
        default=None,
        max_length=1000,
        description="what replaces the match of `regex`; \\1 is its first group",
    )
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
        given = (self.css, self.xpath, self.json_path, self.marc, self.entry, self.group, self.value, self.template)
        if sum(place is not None for place in given) > 1:
            raise ValueError(f"give one of {_PLACES} and template")
        if all(place is None for place in given) and self.regex is None and self.attr is None:
            raise ValueError(f"does not say where to look: give {_PLACES}, template or regex")
        if self.put is not None:
            _check_put(self.regex, self.put)
        for text in self.formats:
            if "%" not in text:
                raise ValueError(f"{text!r} is not a date format: write one such as %d %B %Y")
        return self

    @property
    def has_template(self) -> bool:
        """Whether it, or one of its fallbacks, makes a URL of other fields."""
        return self.template is not None or (self.fallback is not None and self.fallback.has_template)


class Fields(Block):
    """The fields of a publication. A field without a rule uses the built-in rule of the kind, or is left empty."""

    title: FieldRule | None = Field(default=None, description="the title")
    url: FieldRule | None = Field(default=None, description="the URL of the item")
    symbol: FieldRule | None = Field(default=None, description="the official symbol")
    date: FieldRule | None = Field(default=None, description="of publication, adoption or issue")
    author: FieldRule | None = Field(default=None, description="who wrote or issued it; with `many`, all of them")
    summary: FieldRule | None = Field(default=None, description="a summary, if the source gives one")
    topics: FieldRule | None = Field(default=None, description="the source's own subjects")
    language: FieldRule | None = Field(default=None, description="the language of the document")
    stage: FieldRule | None = Field(default=None, description="draft, adopted … in the listing's own words")
    kind: FieldRule | None = Field(default=None, description="resolution, decision, report …")
    file: FieldRule | None = Field(default=None, description="the URL of the document itself (PDF, .docx, HTML)")
    text: FieldRule | None = Field(default=None, description="the text itself, if the item contains all of it")
    draft: FieldRule | None = Field(default=None, description="symbol of the draft that this document was adopted from")
    record: FieldRule | None = Field(default=None, description="its number in the publisher's own catalogue")

    @model_validator(mode="after")
    def _makes_urls_only(self) -> Self:
        for name, rule in self.given().items():
            if name not in {"url", "file"} and rule.has_template:
                raise ValueError(f"{name}: `template` is for `url` and `file` only")
        return self

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


class Choose(Block):
    """Which of several files of one document is read first. The text's flags list the files that were passed over."""

    languages: tuple[str, ...] = Field(
        default=(), description="the best first, e.g. [en, fr]; if empty, that of the source"
    )
    formats: tuple[Literal["docx", "pdf", "html", "doc"], ...] = Field(
        default=("docx", "pdf", "html", "doc"), description="the best first, within a language"
    )

    @model_validator(mode="after")
    def _names_languages(self) -> Self:
        for language in self.languages:
            if not re.fullmatch(r"[a-z]{2}", language):
                raise ValueError(f"languages: {language!r} is not a code of two letters, such as en")
        return self


class Detail(Block):
    """Whether to fetch the item's own page, and where its text is."""

    follow: bool = Field(default=True, description="fetch the item's own page")
    via: tuple[FieldRule, ...] = Field(
        default=(),
        max_length=3,
        description="links to follow from the item's page to the page with the text or the file, one for each step",
    )
    accept: Accept | None = Field(
        default=None, description="what counts as a valid document; by default a .pdf must be a PDF"
    )
    css: str | None = Field(default=None, description="the part of the page that is the text")
    file: FieldRule | None = Field(default=None, description="link to the document on the page; its text is taken")
    attachments: FieldRule | None = Field(
        default=None, description="links to annexes; their texts follow the document's"
    )
    fields: Fields = Field(default=Fields(), description="fields found on the item's own page")
    unless: tuple[str, ...] = Field(
        default=(), description="words in an item that mean: keep the row, but do not fetch"
    )


class Filter(NamesTopics, Block):
    """Which documents to take; all, if there are no topics, words or subjects. The reason is kept with each one."""

    topics: tuple[TopicName, ...] = Field(
        default=(),
        description="topics of topics.yaml, such as `migration`; a document must be about at least one of them",
    )
    words: tuple[str, ...] = Field(default=(), description="any of these in the title, summary or text")
    subjects: tuple[str, ...] = Field(default=(), description="any of these among the source's own subjects")
    without: tuple[str, ...] = Field(default=(), description="words that must not be in the title")
    where: tuple[Literal["title", "summary", "text"], ...] = Field(
        default=("title", "summary", "text"), description="where to look for the words"
    )
    times_in_text: int = Field(default=1, ge=1, description="how often the words must occur in the text")
