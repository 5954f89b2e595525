"""One row of what a source shows, before it is known which document it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, get_args

from config.blocks import Kind, Stage
from scrapers.crawl.words import authors_of, title_of
from scrapers.publication import ReadError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from config.source_fields import Fields
    from scrapers.crawl.fields import Row
    from scrapers.publication import PublishedOn

kinds: tuple[Kind, ...] = get_args(Kind)
stages: tuple[Stage, ...] = get_args(Stage)
# A feed or listing has tens of rows, an interface asked for much a thousand.
most_rows = 10_000
_COMPLETED = ("title", "symbol", "published", "author", "summary", "language", "kind", "stage", "text", "record")
_stage_words: tuple[tuple[str, Stage], ...] = (
    ("preliminary", "preliminary_draft"),
    ("dr-pre", "preliminary_draft"),
    ("draft", "draft"),
    ("adopted", "adopted"),
    ("resolution", "adopted"),
    ("decision", "adopted"),
    ("official record", "official_record"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """What a source's row says; nothing is guessed.

    `url` is absolute, as shown. `files` are addresses of the document itself, best first; `text` is given where the row
    holds all of it. `words` is the row as a person sees it, `shown_at` the address of the page that holds it.
    `drafts` are symbols of drafts it was adopted from, `record` is its number in a catalogue. `dropped` says why the
    row is not taken, `dropped_as` whether it is at fault, not wanted, or no longer there. `labels` are pairs of a
    file's address and what the page says of it.
    """

    url: str | None = None
    title: str | None = None
    symbol: str | None = None
    published: PublishedOn | None = None
    author: str | None = None
    summary: str | None = None
    topics: tuple[str, ...] = ()
    language: str | None = None
    kind: Kind | None = None
    stage: Stage | None = None
    files: tuple[str, ...] = ()
    text: str | None = None
    drafts: tuple[str, ...] = ()
    record: str | None = None
    words: str = ""
    shown_at: str | None = None
    dropped: str | None = None
    # These are not part of the fingerprint, which must outlive the fields that are added here.
    dropped_as: Literal["failed", "filtered", "gone"] = field(default="failed", repr=False)
    labels: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    @property
    def fingerprint(self) -> str:
        """A short hash of what the row says.

        It leaves out `words`, where counters and dates of today may be, and `shown_at`: rows wander down the pages.
        """
        said = repr(replace(self, words="", shown_at=None, topics=tuple(sorted(self.topics))))
        return hashlib.sha256(said.encode("utf-8", errors="replace")).hexdigest()[:16]

    @property
    def values(self) -> dict[str, str | None]:
        """What a template makes a URL of (`config.source_templates`)."""
        day = self.published.value.isoformat() if self.published is not None else None
        return {
            "symbol": self.symbol,
            "record": self.record,
            "title": self.title,
            "language": self.language,
            "date": day if self.published is not None and self.published.precision == "day" else None,
            "year": day[:4] if day else None,
            "url": self.url,
        }

    @property
    def saying(self) -> str:
        """What a row without symbol and address is known by: a hash of its title, summary and date."""
        said = f"{self.title}\n{self.summary}\n{self.published.value if self.published else None}"
        return hashlib.sha256(said.encode("utf-8", errors="replace")).hexdigest()

    def merged(self, other: Item) -> Item:
        """This row with what another row of the same document adds: one post may be listed under several terms."""
        return replace(
            self,
            topics=tuple(dict.fromkeys((*self.topics, *other.topics))),
            published=self.published or other.published,
            author=self.author or other.author,
            summary=self.summary or other.summary,
            symbol=self.symbol or other.symbol,
            files=tuple(dict.fromkeys((*self.files, *other.files))),
            labels=tuple((dict(other.labels) | dict(self.labels)).items()),
        )

    def completed(self, more: Item) -> Item:
        """This row with what a later look gave; what the row said stays."""
        given = {
            name: value
            for name in _COMPLETED
            if getattr(self, name) is None and (value := getattr(more, name)) is not None
        }
        return replace(
            self,
            **given,
            topics=tuple(dict.fromkeys((*self.topics, *more.topics))),
            files=self.files or more.files,
            labels=tuple((dict(more.labels) | dict(self.labels)).items()),
            drafts=tuple(dict.fromkeys((*self.drafts, *more.drafts))),
        )


def read_rows(rows: Sequence[Row], fields: Fields, base: str, *, origin: str) -> list[Item]:
    """The items of a page, a row each.

    Raises:
        ReadError: there are more rows than a page can have, or a field with `on_missing: fail` is missing.
    """
    if len(rows) > most_rows:
        raise ReadError(f"{len(rows):,} rows on one page, more than {most_rows:,}")
    return [read_item(row, fields, base, origin=origin) for row in rows]


def read_item(row: Row, fields: Fields, base: str, *, origin: str, document: str | None = None) -> Item:
    """One row by its rules. `base` is the address of the page, `origin` what a date found here is said to come from.

    Rules with `from: document` are left for later while there is no `document`, its text.

    A field that is required and missing is the row's fault, one with `on_missing: drop` says that the row is not
    wanted; both drop the row, with the reason in `dropped`.

    Raises:
        ReadError: a field with `on_missing: fail` is missing.
    """
    from scrapers.crawl.fields import FieldReader  # noqa: PLC0415 - fields knows rows, not items
    from scrapers.http import urls  # noqa: PLC0415 - see below

    reader = FieldReader(row, fields, base, origin, document=document)

    def address() -> str | None:
        link = reader.one("url")
        url = urls.joined(base, link) if link else None
        reader.url = url
        if link and url is None:
            reader.problems.append(f"its address {link[:80]!r} leads to no web page")
        return url

    # Other fields may be in the URL, or the URL be made of other fields.
    is_made = fields.url is not None and fields.url.has_template
    item = Item(
        url=None if is_made else address(),
        title=title_of(reader.one("title")),
        symbol=reader.one("symbol"),
        published=reader.date("date"),
        author=authors_of(reader.many("author")),
        summary=reader.one("summary"),
        topics=reader.many("topics"),
        language=_language(reader.one("language")),
        kind=_kind(reader.one("kind")),
        stage=stage_named(reader.one("stage")),
        text=reader.one("text", keep_lines=True),
        drafts=reader.many("draft"),
        record=reader.one("record"),
        words=row.words,
    )
    reader.values = item.values
    item = replace(item, url=address()) if is_made else item
    reader.values = item.values
    item = replace(
        item,
        files=_absolute(base, reader.many("file"), urls.joined),
        labels=tuple((urls.joined(base, link) or link, said) for link, said in reader.words_of_files()),
    )
    if not (item.url or item.title or item.symbol or item.summary or item.text or item.files):
        reader.problems.append("neither title, symbol, address nor text")
    if reader.problems:
        return replace(item, dropped="; ".join(reader.problems))
    return replace(item, dropped="; ".join(reader.unwanted), dropped_as="filtered") if reader.unwanted else item


def stage_named(words: str | None) -> Stage | None:
    """The stage that a listing's words mean; None where they mean none."""
    said = (words or "").casefold()
    named = next((stage for stage in stages if stage == said), None)
    return named or next((stage for word, stage in _stage_words if word in said), None)


def _kind(words: str | None) -> Kind | None:
    said = (words or "").casefold()
    return next((kind for kind in kinds if kind in said), None)


def _language(words: str | None) -> str | None:
    said = (words or "").strip().casefold()
    names = {
        "english": "en",
        "eng": "en",
        "french": "fr",
        "fre": "fr",
        "fra": "fr",
        "spanish": "es",
        "spa": "es",
        "arabic": "ar",
        "ara": "ar",
        "chinese": "zh",
        "chi": "zh",
        "russian": "ru",
        "rus": "ru",
    }
    if said in names:
        return names[said]
    code = said.partition("-")[0]
    return code if len(code) == 2 and code.isalpha() and code.isascii() else None  # noqa: PLR2004 - ISO 639-1


def _absolute(base: str, links: Sequence[str], join: Callable[[str, str], str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(url for link in links if (url := join(base, link)) is not None))
