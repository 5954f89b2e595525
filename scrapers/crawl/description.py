"""A publication put together: what its row says, what its document says of itself, and what it is known by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.notes import note
from config.source_fields import Fields
from config.source_templates import filled
from mandates.documents.heading import read_heading
from scrapers.crawl import identity
from scrapers.crawl.item import read_item
from scrapers.crawl.languages import language_of
from scrapers.crawl.several import judged
from scrapers.crawl.words import title_of
from scrapers.http import urls
from scrapers.kinds.feeds import EntryRow
from scrapers.kinds.registry import kind_of
from scrapers.publication import Publication, PublishedOn

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.sources import Source
    from mandates.documents import symbols
    from mandates.model import Heading, Kind
    from scrapers.crawl.detail import Document
    from scrapers.crawl.item import Item

# So much of a text is looked at for its heading; the longest heads (agenda items, sponsors) end within 6,000.
_HEAD_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Describing:
    """Makes a source's publications of its documents, where reading has limits. `listing` is the source's own address.

    All that looks at a text is done here in one go: its heading, its fields, the filter, and `analyse`.
    """

    source: Source
    listing: str
    analyse: Callable[[Publication], Publication] | None = None

    def __call__(self, document: Document, url: str | None, known: str | None) -> tuple[Publication | None, str]:
        """The publication without its text; or None, and the reason why it does not concern us.

        Of a file with several documents, the first that concerns us with its own text, and why others do not.

        `known` is the identity of a document that has not changed: what it is was decided before.
        """
        document = _read_by_its_text(self.source, document)
        item = document.item
        url = address_of(self.source, self.listing, item) or url
        publication = described(self.source, item, url, document, known=known)
        if known is not None:
            return replace(publication, text=None), ""
        found, reason = judged(
            publication, self.source.filter, summary=item.summary, topics=item.topics, analyse=self.analyse
        )
        # The text of a file with several documents goes along: each has its own.
        return replace(found, text=None) if found is not None and not found.others else found, reason


def address_of(source: Source, listing: str, item: Item) -> str | None:
    """The canonical address of an item's document; None where there is none.

    A link to the site's front page, or back to the listing, names no document. In a fixed list it does.
    """
    if item.url is None:
        return None
    url = urls.canonical(item.url, source.canonical)
    names_none = urls.is_front_page(url) or urls.same_address(url) == listing
    return None if names_none and kind_of(source).asks_for != "pages" else url


def _read_by_its_text(source: Source, document: Document) -> Document:
    """The item with the fields whose rules say `from: document`."""
    fields: Fields | None = getattr(source, "fields", None)
    if document.text is None or fields is None:
        return document
    rules = {name: rule for name, rule in fields.given().items() if rule.source == "document"}
    if not rules:
        return document
    head = EntryRow({})
    more = read_item(head, Fields(**rules), document.item.url or "", origin="document", document=document.text.text)
    return replace(document, item=document.item.completed(more))


def described(
    source: Source, item: Item, url: str | None, document: Document, *, known: str | None = None
) -> Publication:
    """The publication of an item; the row comes before the document's own head, for it is the publisher's.

    `url` is the canonical address of its document, None where there is none. `known` is the identity under which it was
    recorded before.
    """
    text = document.text
    heading = read_heading(text.text[:_HEAD_CHARS]) if text is not None and text.text.strip() else None
    symbol = identity.own_symbol(
        item.symbol,
        heading.symbol if heading is not None and source.identity.own_symbol else None,
        body=source.body or (heading.body if heading is not None else None),
    )
    unknown = identity.unknown_symbol(item.symbol, source.body)
    language = item.language or source.language or (language_of(text.text) if text is not None else None)
    place = urls.veiled(url) if url else None
    name = known or identity.identity_of(symbol, language, place, text.text if text else item.text, source.identity)
    if name is None:
        name = f"text:{item.saying}"
    title = title_of(item.title or (heading.title if heading else None)) or (symbol.text if symbol else None)
    return Publication(
        source_id=source.id,
        document_id=identity.document_id(name),
        identity=name,
        # A row without a link of its own is read where it is.
        url=urls.public(_for_people(source, item, symbol, language) or url or item.shown_at or source.url),
        seen_url=urls.public(item.url or url or item.shown_at or source.url),
        title=title or title_of((item.summary or "")[:120]) or place or source.title or source.id,
        symbol=symbol.text if symbol is not None else unknown,
        body=(symbol.body if symbol is not None else None) or source.body or (heading.body if heading else None),
        kind=_kind(source, item, symbol, heading),
        stage=item.stage
        or (symbol.stage if symbol is not None else None)
        or (heading.stage if heading is not None else None)
        or source.stage,
        language=language,
        published=item.published or PublishedOn.stated_in(heading),
        author=item.author,
        topics=tuple(dict.fromkeys((*source.topics, *item.topics))),
        summary=item.summary,
        text=text,
        related=identity.relations(symbol, item.drafts, note("source_draft")),
    )


def _for_people(source: Source, item: Item, symbol: symbols.Symbol | None, language: str | None) -> str | None:
    """The address that people are given, where the source says how it is made; None where a field of it is missing."""
    if source.link is None:
        return None
    # As the source writes it: sites are asked for S/RES/2720(2023), which is S/RES/2720 (2023) in full.
    known = {"symbol": symbol.text if symbol is not None else None, "language": language}
    return filled(source.link, known | {name: value for name, value in item.values.items() if value})


def _kind(source: Source, item: Item, symbol: symbols.Symbol | None, heading: Heading | None) -> Kind:
    for said in (item.kind, symbol.kind if symbol else None):
        if said is not None and said != "other":
            return said
    if source.publishes != "other":
        return source.publishes
    return heading.kind if heading is not None else "other"
