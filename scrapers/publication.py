"""The shapes that a crawl hands on.

Errors:
    ScraperError                `source_id`, `url` where known
    ├── FetchError              nothing usable came back: network, status, challenge, size, time
    ├── RefusedError            we would not ask: address not allowed, robots.txt
    ├── ReadError               what came back is not what the source should give: wrong type, zero items, bad XML
    └── TextError               a document's text could not be taken from its bytes
        └── LimitError          reading it went past a limit of time, memory or size, or ended its process
"""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from scrapers.http import urls

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from config.notes import Note
    from mandates.model import Analysis, Heading, Kind, Precision, Stage
    from mandates.text.blocks import Block

log = logging.getLogger(__name__)

Relation = Literal[
    "version_of", "draft_of", "amends", "corrects", "adds_to", "replaces", "near_duplicate", "answers", "renews",
    "discontinues",
]  # fmt: skip
# A "part" is what a crawl hands over before its end.
Outcome = Literal["ok", "not_modified", "failed", "part"]
# How loading the past ended: it goes back to the day that was asked for, or the source shows nothing older.
PastOutcome = Literal["reached", "no_more"]
# What became of an item that a source showed.
ItemFate = Literal["taken", "waiting", "filtered", "failed"]
# Why a row is named beside what was taken: a filter refused it, it could not be read, or it was read in part only.
DroppedKind = Literal["filtered", "failed", "incomplete"]


class ScraperError(Exception):
    """Anything that went wrong with a source; the identifiers are attributes."""

    def __init__(self, message: str, *, source_id: str | None = None, url: str | None = None) -> None:
        super().__init__(message)
        self.source_id = source_id
        self.url = url


class FetchError(ScraperError):
    """Nothing usable came back; `passing` says that another attempt may cure it."""

    def __init__(
        self, message: str, *, source_id: str | None = None, url: str | None = None, passing: bool = False
    ) -> None:
        super().__init__(message, source_id=source_id, url=url)
        self.passing = passing


class RefusedError(ScraperError):
    """The address must not be asked."""


class ReadError(ScraperError):
    """What came back is not what the source should give."""


class TextError(ScraperError):
    """A document's text could not be taken from its bytes."""


class LimitError(TextError):
    """Reading it went past a limit of time, memory or size, or ended its process."""


def fault(error: Exception) -> ReadError:
    """An error that nobody foresaw, as the failure of what it happened to: the others must not suffer from it."""
    words = urls.public(f"{type(error).__name__}: {error}")
    # Where it happened, without the values: an address with a key may be among them.
    log.error("a fault of this program: %s\n%s", words, "".join(traceback.format_tb(error.__traceback__)))
    return ReadError(f"internal error, please report it: {words}")


@dataclass(frozen=True, slots=True)
class PublishedOn:
    """A date with how exact it is and where it was found: listing, feed, catalogue, document, address, operator."""

    value: date
    precision: Precision
    origin: str

    @classmethod
    def stated_in(cls, heading: Heading | None) -> PublishedOn | None:
        """The day of adoption in a document's own heading."""
        if heading is None or heading.adopted_on is None:
            return None
        return cls(heading.adopted_on, heading.adopted_precision or "day", "document")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Words of a document that are not in its text, and why: "running head", "page number", "watermark", "chrome"."""

    words: str
    reason: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentText:
    """The text of a document and the bytes it was taken from. `page_starts` are offsets into `text`, one a page.

    `blocks` are the pieces that the layout shows, in order; `left_out` lists what the text leaves out, with the reason.
    `part` is the symbol of the document whose span of its file this is; None where it is the whole file.
    """

    text: str
    raw: bytes
    raw_sha256: str
    media_type: str
    page_starts: tuple[int, ...] = ()
    flags: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    part: str | None = None

    def between(self, start: int, end: int, part: str | None) -> DocumentText:
        """A span of this text as the text of a document of its own; pages keep their numbers in the file."""
        text = self.text[start:end].rstrip()
        pages = tuple(max(0, page - start) for page in self.page_starts if page < start + len(text))
        return replace(self, text=text, page_starts=pages, blocks=(), left_out=(), part=part)


@dataclass(frozen=True, slots=True)
class Related:
    """A link that a source states: this publication's document has the `relation` to the one named by `symbol`."""

    relation: Relation
    symbol: str
    evidence: Note


@dataclass(frozen=True, slots=True)
class Publication:
    """One item that a source shows, with its document's text where there is one.

    `document_id` is the sha256 (hex) of `identity`, the best of: official symbol and language, canonical address, hash
    of the body text.
    `url` is canonical; `seen_url` is as the source showed it. `topics` are the source's own subjects.
    `analysis` is what was found in the text where it was read; `unanalysed` says why nothing could be. `others` are the
    further documents in the same file; their texts come without the bytes, and their `relevance` is None where the
    filter refuses them. `baseline` says that its item was there before anything of its source was news.
    """

    source_id: str
    document_id: str
    identity: str
    url: str
    seen_url: str
    title: str
    symbol: str | None
    body: str | None
    kind: Kind
    stage: Stage | None
    language: str | None
    published: PublishedOn | None
    author: str | None = None
    topics: tuple[str, ...] = ()
    summary: str | None = None
    text: DocumentText | None = None
    related: tuple[Related, ...] = ()
    relevance: Note | None = None
    analysis: Analysis | None = None
    unanalysed: str | None = None
    others: tuple[Publication, ...] = ()
    baseline: bool = False

    def documents(self) -> tuple[Publication, ...]:
        """All documents of the file that concern us: all, where no filter was asked."""
        if not self.others:
            return (self,)
        wanted = (each for each in self.others if self.relevance is None or each.relevance is not None)
        return (replace(self, others=()), *wanted)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask again conditionally; stored in the transaction that stores what they validated."""

    etag: str | None
    last_modified: str | None
    fetched_at: datetime
    content_sha256: str


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """One request, for the fetch log. `error` is for people and holds no secret.

    `raw_sha256` is the hash under which the bytes of an accepted answer are kept.
    """

    url: str
    started_at: datetime
    seconds: float
    status: int | None
    bytes: int
    outcome: Outcome
    error: str | None = None
    raw_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """The bytes of an answer that no publication carries: a listing, a feed, an annex, a page that leads to a file.

    They are the publisher's own, whatever is in them, so they are never shown.
    """

    raw: bytes = field(repr=False)
    raw_sha256: str


@dataclass(frozen=True, slots=True)
class DroppedRow:
    """An item that was not taken, or not wholly, and why."""

    url: str | None
    title: str | None
    reason: str
    kind: DroppedKind


@dataclass(frozen=True, slots=True)
class ItemState:
    """What became of one item of a source; times in UTC.

    `key` is what the item is known by within its source, `title` what people call it. `state` has held `since` then,
    for `reason`. A failed item has been tried `tries` times, and is tried again at `next_try`; a waiting one is looked
    at by the next crawl. `identity` is what its document was recorded under, None where it never was. `row` is a
    fingerprint of what the source said of it, "" where the row itself is at fault. `read_at` is when its document was
    last read. `payload` is the item as JSON, so that it can be tried again without its page. `sketch` is for telling
    whether a later text is likely to be the same document's. `baseline` says that it was there at the first look, or
    was found while the past was loaded: whenever its document is read, that is not news.
    """

    key: str
    url: str | None
    title: str | None
    state: ItemFate
    reason: str | None
    first_seen: datetime
    since: datetime
    tries: int = 0
    next_try: datetime | None = None
    identity: str | None = None
    row: str = ""
    read_at: datetime | None = None
    payload: str | None = None
    sketch: str | None = None
    baseline: bool | None = None


@dataclass(frozen=True, slots=True)
class Past:
    """How far the past of a source is loaded: from `since` on, up to `until` where that is not None.

    `place` is where the next step begins, in the terms of the source's kind; None before the first step, and where
    the source shows nothing older. All that is dated after `reached` has been looked at; None where nothing was dated.
    `outcome` is None while there is more to do.
    """

    since: date
    until: date | None = None
    place: str | None = None
    reached: date | None = None
    outcome: PastOutcome | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that a source lists and that could not be read in the set number of tries.

    `publication` is what the listing says of it, without a text.
    """

    item: ItemState
    publication: Publication


@dataclass(frozen=True, slots=True)
class Memory:
    """What the warehouse knows of a source before a crawl.

    `state` holds the source's own notes (gaps, windows), `items` the states of its items by their keys.
    """

    validators: Mapping[str, Validators] = field(default_factory=dict)
    known_urls: frozenset[str] = frozenset()
    state: Mapping[str, str] = field(default_factory=dict)
    first_crawl: bool = True
    last_success: datetime | None = None
    items: Mapping[str, ItemState] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Harvest:
    """All that one crawl of a source gave. A failed one may still carry publications read before the failure.

    `state` holds the notes that changed and `items` the states of items that did; the others stay as they were.
    `items_waiting` and `items_failed` count all items in these states after the crawl, `items_unchanged` the files that
    were not read again. `unreadable` are the failed
    items that subscribers should hear of. `tell` is what operators should hear of the
    source: that it fails, is late, is still so, or is well again; None where there is nothing to say.
    `answers` are what came besides the documents, each content once; what was the same as the last time is left out.
    `past` says that this is the past of the source, of which nobody is notified, and how far it is loaded with this.
    """

    source_id: str
    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    publications: tuple[Publication, ...] = ()
    items_seen: int = 0
    dropped: tuple[DroppedRow, ...] = ()
    fetches: tuple[FetchRecord, ...] = ()
    validators: Mapping[str, Validators] = field(default_factory=dict)
    state: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    tell: str | None = None
    answers: tuple[RawAnswer, ...] = ()
    items: tuple[ItemState, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    items_waiting: int = 0
    items_failed: int = 0
    items_unchanged: int = 0
    past: Past | None = None
