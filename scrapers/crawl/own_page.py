"""An item's own page, and the pages between it and the document, as they are read where reading has limits."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.source_fields import Detail, FieldRule, Fields
from scrapers.crawl.item import Item, read_item
from scrapers.http import accept as acceptance
from scrapers.http import urls
from scrapers.kinds import listings
from scrapers.kinds.paging import text_of
from scrapers.text.documents import document_text, html_type

if TYPE_CHECKING:
    from scrapers.http.client import Fetched
    from scrapers.publication import DocumentText

# Each tag is looked at once, up to the next: "<link <link <link" has no end to look for.
_LINK_TAG = re.compile(r"<link\b[^<>]*+>", re.IGNORECASE)
_IS_CANONICAL = re.compile(r"""\brel\s*+=\s*+["']?+canonical\b""", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*+=\s*+["']?+([^"'\s>]++)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageReading:
    """What an item's own page gives: more of the item, links to annexes, and its text where it links to no file."""

    item: Item
    text: DocumentText | None
    annexes: tuple[str, ...]


def read_own_page(item: Item, page: Fetched, charset: str | None, detail: Detail) -> PageReading:
    """Read an item's own page; the text comes without the bytes, which the caller has.

    Raises:
        ScraperError: the page has no text to read, or lacks a field that must not be missing.
    """
    html = text_of(page, charset)
    # A page that a step led to is the file's, not the item's own.
    item = item if detail.via else _from_own_page(item, html, page.url, detail.fields)
    item = _with_files(item, html, page.url, detail.file)
    text = None
    if not item.files:
        said = f"{html_type}; charset={charset}" if charset else page.media_type
        text = text_alone(page.body, said, page.url, detail.css)
    return PageReading(item, text, _links(html, page.url, detail.attachments))


def read_step(item: Item, page: Fetched, charset: str | None, detail: Detail, step: int) -> tuple[Item, str | None]:
    """Read a page that leads to the document by the link of a step (from 0): more of the item, and the address.

    Raises:
        ScraperError: the page lacks a field that must not be missing.
    """
    html = text_of(page, charset)
    item = _from_own_page(item, html, page.url, detail.fields) if step == 0 else item
    links = _links(html, page.url, detail.via[step])
    return item, links[0] if links else None


def text_alone(raw: bytes, media_type: str | None, name: str | None, css: str | None) -> DocumentText:
    """`document_text` without the bytes, which the caller has.

    Raises:
        TextError: as `document_text`.
        ReadError: it is a page that only shows the document by a script.
    """
    text = document_text(raw, media_type=media_type, name=name, css=css)
    if text.media_type == html_type and len(text.text) <= acceptance.LONGEST_VIEWER:
        acceptance.check_document(raw)
    return replace(text, raw=b"")


def canonical_link(html: str) -> str | None:
    """The address that a page calls its own (`rel=canonical`), as written; None where it says none."""
    for tag in _LINK_TAG.findall(html):
        if _IS_CANONICAL.search(tag) and (found := _HREF.search(tag)):
            return str(found[1])
    return None


def _from_own_page(item: Item, html: str, url: str, fields: Fields) -> Item:
    """The item under the address that its own page calls the true one, with the fields that are found there."""
    link = canonical_link(html[:100_000])
    return _completed(_renamed(item, url, link) if link else item, html, url, fields)


def _renamed(item: Item, base: str, link: str) -> Item:
    """The item under the address that its page calls the true one, on the same host: mirrors claim others' pages."""
    true = urls.joined(base, link)
    if true is None or urls.host_of(true).removeprefix("www.") != urls.host_of(base).removeprefix("www."):
        return item
    # A site's front page as rel=canonical of every page is a common mistake of templates.
    return item if urls.is_front_page(true) else replace(item, url=true)


def _completed(item: Item, html: str, url: str, fields: Fields) -> Item:
    """The item with the fields that its own page gives; what the listing said stays."""
    if not fields.given():
        return item
    return item.completed(read_item(listings.page_row(html, fields), fields, url, origin="document"))


def _with_files(item: Item, html: str, url: str, rule: FieldRule | None) -> Item:
    """The item with the files that its own page links to, unless its row named them."""
    if item.files or rule is None:
        return item
    found = read_item(
        listings.page_row(html, Fields(file=_of_links(rule))), Fields(file=_of_links(rule)), url, origin="document"
    )
    return replace(item, files=found.files, labels=found.labels)


def _of_links(rule: FieldRule) -> FieldRule:
    return rule.model_copy(update={"attr": rule.attr or "href", "many": True})


def _links(html: str, url: str, rule: FieldRule | None) -> tuple[str, ...]:
    """The addresses that a rule finds on a page."""
    if rule is None:
        return ()
    fields = Fields(file=_of_links(rule))
    return read_item(listings.page_row(html, fields), fields, url, origin="document").files
