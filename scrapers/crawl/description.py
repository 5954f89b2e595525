"""A publication put together: what its row says, what its document says of itself, and what it is known by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from config.source_blocks import Fields
from mandates.heading import read_heading
from scrapers.crawl import identity
from scrapers.crawl.item import read_item
from scrapers.crawl.languages import language_of
from scrapers.crawl.words import title_of
from scrapers.http import urls
from scrapers.kinds.feeds import EntryRow
from scrapers.publication import Publication, PublishedOn

if TYPE_CHECKING:
    from config.sources import Source
    from mandates import symbols
    from mandates.model import Heading, Kind
    from scrapers.crawl.detail import Document
    from scrapers.crawl.item import Item

# So much of a text is looked at for its heading; the longest heads (agenda items, sponsors) end within 6,000.
_head_chars = 20_000


def read_by_its_text(source: Source, document: Document) -> Document:
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
    heading = read_heading(text.text[:_head_chars]) if text is not None and text.text.strip() else None
    symbol = identity.own_symbol(
        item.symbol, heading.symbol if heading is not None and source.identity.own_symbol else None
    )
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
        # A row without a link of its own is read where it stands.
        url=urls.public(url or item.shown_at or source.url),
        seen_url=urls.public(item.url or url or item.shown_at or source.url),
        title=title or title_of((item.summary or "")[:120]) or place or source.title or source.id,
        symbol=symbol.text if symbol is not None else None,
        body=(symbol.body if symbol is not None else None) or source.body or (heading.body if heading else None),
        kind=_kind(source, item, symbol, heading),
        stage=item.stage
        or (symbol.stage if symbol is not None else None)
        or (heading.stage if heading is not None else None)
        or source.stage,
        language=language,
        published=item.published or _dated(heading),
        author=item.author,
        topics=tuple(dict.fromkeys((*source.topics, *item.topics))),
        summary=item.summary,
        text=text,
        related=identity.relations(symbol, item.drafts, "the source names its draft"),
    )


def _kind(source: Source, item: Item, symbol: symbols.Symbol | None, heading: Heading | None) -> Kind:
    for said in (item.kind, symbol.kind if symbol else None):
        if said is not None and said != "other":
            return said
    if source.publishes != "other":
        return source.publishes
    return heading.kind if heading is not None else "other"


def _dated(heading: Heading | None) -> PublishedOn | None:
    if heading is None or heading.adopted_on is None:
        return None
    return PublishedOn(heading.adopted_on, heading.adopted_precision or "day", "document")
