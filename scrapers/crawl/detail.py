"""The item's own page and files: where the text of its document is taken from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.source_blocks import Accept
from config.source_fields import Detail, Fields
from scrapers.crawl.item import Item, read_item
from scrapers.http import accept as acceptance
from scrapers.http import urls
from scrapers.http.client import Fetched, NotModified
from scrapers.kinds import listings
from scrapers.kinds.paging import text_of
from scrapers.kinds.registry import kind_of
from scrapers.publication import DocumentText, ScraperError
from scrapers.text.documents import document_text, html_type, media_type_of, plain_type

if TYPE_CHECKING:
    from config.source_fields import FieldRule
    from scrapers.crawl.visit import Visit

# A document's page or file must be at least this; its type is found out from its bytes.
_ANY_DOCUMENT = Accept(min_bytes=1)
# More are no annexes, but links that a rule took for them.
MOST_ANNEXES = 20
# Each tag is looked at once, up to the next: "<link <link <link" has no end to look for.
_LINK_TAG = re.compile(r"<link\b[^<>]*+>", re.IGNORECASE)
_IS_CANONICAL = re.compile(r"""\brel\s*+=\s*+["']?+canonical\b""", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*+=\s*+["']?+([^"'\s>]++)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """An item with what its own page adds, and its text; `text` is None where nothing changed or none is to be had."""

    item: Item
    text: DocumentText | None
    unchanged: bool = False


async def read_document(visit: Visit, item: Item, url: str | None, *, known: bool) -> Document:
    """Fetch and read what an item leads to, as the source's `detail` says; `url` is the item's canonical address.

    A `known` document is asked for conditionally.

    Raises:
        ScraperError: a page or file is not to be had, or has no text to read.
    """
    detail = kind_of(visit.source).detail(visit.source)
    if detail is not None and any(words.casefold() in item.words.casefold() for words in detail.unless):
        return Document(item, None)
    if item.files:
        return await _file(visit, item, item.files[0], known=known)
    if item.text is not None:
        raw = item.text.encode("utf-8", errors="replace")
        return Document(item, await _read(visit, raw, plain_type, None))
    if detail is not None and detail.follow and url is not None:
        return await _own_page(visit, item, url, detail, known=known)
    return Document(item, None)


async def _own_page(visit: Visit, item: Item, url: str, detail: Detail, *, known: bool) -> Document:
    accept = visit.source.accept if kind_of(visit.source).asks_for == "pages" else _ANY_DOCUMENT
    page = await visit.ask(url, accept=accept, conditional=known)
    if isinstance(page, NotModified):
        return Document(item, None, unchanged=True)
    if media_type_of(page.body, media_type=page.media_type, name=page.url) != html_type:
        return Document(item, await _read(visit, page.body, page.media_type, page.url))
    return await _page(visit, item, page, detail, known=known)


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
    if link := canonical_link(html[:100_000]):
        item = _renamed(item, page.url, link)
    item = _completed(item, html, page.url, detail.fields)
    item = replace(item, files=item.files or _links(html, page.url, detail.file))
    text = None
    if not item.files:
        said = f"{html_type}; charset={charset}" if charset else page.media_type
        text = text_alone(page.body, said, page.url, detail.css)
    return PageReading(item, text, _links(html, page.url, detail.attachments))


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


async def _page(visit: Visit, item: Item, page: Fetched, detail: Detail, *, known: bool) -> Document:
    read = await visit.read(read_own_page, item, page, visit.source.policy.charset, detail)
    if read.text is None:
        found = await _file(visit, read.item, read.item.files[0], known=known)
    else:
        text = replace(read.text, raw=page.body, raw_sha256=page.validators.content_sha256)
        found = Document(read.item, text)
    for number, link in enumerate(read.annexes[:MOST_ANNEXES], start=1):
        found = await _with_attachment(visit, found, link, number)
    if len(read.annexes) > MOST_ANNEXES and found.text is not None:
        flag = f"attachments not read: {len(read.annexes) - MOST_ANNEXES} beyond the first {MOST_ANNEXES}"
        found = replace(found, text=replace(found.text, flags=(*found.text.flags, flag)))
    return found


async def _file(visit: Visit, item: Item, url: str, *, known: bool) -> Document:
    page = visit.fetched.get(url)
    if page is None or (isinstance(page, NotModified) and not known):
        page = await visit.ask(url, accept=_file_accept(visit, url), conditional=known)
    if isinstance(page, NotModified):
        return Document(item, None, unchanged=True)
    css = visit.source.detail.css if visit.source.detail is not None else None
    return Document(item, await _read(visit, page.body, page.media_type, page.url, css))


async def _read(
    visit: Visit, raw: bytes, media_type: str | None, name: str | None, css: str | None = None
) -> DocumentText:
    """The text of a document, with its bytes."""
    return replace(await visit.read(text_alone, raw, media_type, name, css), raw=raw)


def _file_accept(visit: Visit, url: str) -> Accept:
    """What a file must be: by the source's rule where its items are files, else by the ending of its address."""
    if kind_of(visit.source).asks_for == "files":
        return visit.source.accept
    return Accept(magic="%PDF") if url.lower().endswith(".pdf") else _ANY_DOCUMENT


async def _with_attachment(visit: Visit, found: Document, url: str, number: int) -> Document:
    """The document with an annex after it, under a line that names it."""
    if found.text is None:
        return found
    name = urls.file_name(url.partition("?")[0])
    page = await visit.ask(url, accept=_ANY_DOCUMENT, conditional=False)
    if isinstance(page, NotModified):
        return found
    try:
        annex = await _read(visit, page.body, page.media_type, name)
    except ScraperError as error:
        flags = (*found.text.flags, f"attachment {number} not read: {error}")
        return replace(found, text=replace(found.text, flags=flags))
    before = f"{found.text.text.rstrip()}\n\n[attachment {number}: {name}]\n\n"
    # The pages of an annex are its own: a block of it has no page of the document.
    moved = (replace(b, start=b.start + len(before), end=b.end + len(before), page=None) for b in annex.blocks)
    text = replace(
        found.text,
        text=before + annex.text,
        flags=(*found.text.flags, *annex.flags),
        blocks=(*found.text.blocks, *moved),
        left_out=(*found.text.left_out, *annex.left_out),
    )
    return replace(found, text=text)


def canonical_link(html: str) -> str | None:
    """The address that a page calls its own (`rel=canonical`), as written; None where it says none."""
    for tag in _LINK_TAG.findall(html):
        if _IS_CANONICAL.search(tag) and (found := _HREF.search(tag)):
            return str(found[1])
    return None


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


def _links(html: str, url: str, rule: FieldRule | None) -> tuple[str, ...]:
    """The addresses that a rule finds on a page."""
    if rule is None:
        return ()
    rule = rule.model_copy(update={"attr": rule.attr or "href", "many": True})
    fields = Fields(file=rule)
    return read_item(listings.page_row(html, fields), fields, url, origin="document").files
