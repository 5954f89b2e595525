"""The item's own page and files: where the text of its document is taken from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.source_answers import Accept
from scrapers.crawl.choice import called, ranked
from scrapers.crawl.own_page import read_own_page, read_step, text_alone
from scrapers.http import urls
from scrapers.http.client import Fetched, NotModified
from scrapers.kinds.registry import kind_of
from scrapers.publication import DocumentText, ReadError, ScraperError, TextError
from scrapers.text.documents import html_type, media_type_of, plain_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.source_fields import Detail
    from scrapers.crawl.item import Item
    from scrapers.crawl.visit import Visit

# A document's page or file must be at least this; its type is found out from its bytes.
_ANY_DOCUMENT = Accept(min_bytes=1)
# More are no annexes, but links that a rule took for them.
MOST_ANNEXES = 20
# Six languages in three formats; the rest are links that a rule took for files of one document.
MOST_FILES = 18


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
        return await _best_file(visit, item, known=known)
    if item.text is not None:
        raw = item.text.encode("utf-8", errors="replace")
        return Document(item, await _read(visit, raw, plain_type, None))
    if detail is not None and detail.follow and url is not None:
        return await _own_page(visit, item, url, detail, known=known)
    return Document(item, None)


async def _own_page(visit: Visit, item: Item, url: str, detail: Detail, *, known: bool) -> Document:
    """The document that an item's own page holds or leads to, by the steps of `detail.via` where there are some."""
    accept = visit.source.accept if kind_of(visit.source).asks_for == "pages" else _ANY_DOCUMENT
    page = await visit.ask(url, accept=accept, conditional=known)
    if isinstance(page, NotModified):
        return Document(item, None, unchanged=True)
    for step in range(len(detail.via)):
        if not _is_page(page):
            break
        try:
            item, link = await visit.read(read_step, item, page, visit.source.policy.charset, detail, step)
            if link is None:
                raise ReadError(f"no link by `detail.via` {step + 1}", url=page.url)
            page = await visit.ask(link, accept=_ANY_DOCUMENT, conditional=False)
        except ScraperError as error:
            error.args = (f"step {step + 1} of {len(detail.via)} to the document, on {urls.public(page.url)}: {error}",)
            raise
        if isinstance(page, NotModified):
            return Document(item, None, unchanged=True)
    if not _is_page(page):
        return Document(item, await _read(visit, page.body, page.media_type, page.url))
    return await _page(visit, item, page, detail, known=known)


def _is_page(page: Fetched) -> bool:
    return media_type_of(page.body, media_type=page.media_type, name=page.url) == html_type


async def _page(visit: Visit, item: Item, page: Fetched, detail: Detail, *, known: bool) -> Document:
    read = await visit.read(read_own_page, item, page, visit.source.policy.charset, detail)
    if read.text is None:
        found = await _best_file(visit, read.item, known=known)
    else:
        text = replace(read.text, raw=page.body, raw_sha256=page.validators.content_sha256)
        found = Document(read.item, text)
    for number, link in enumerate(read.annexes[:MOST_ANNEXES], start=1):
        found = await _with_attachment(visit, found, link, number)
    if len(read.annexes) > MOST_ANNEXES and found.text is not None:
        flag = f"attachments not read: {len(read.annexes) - MOST_ANNEXES} beyond the first {MOST_ANNEXES}"
        found = replace(found, text=replace(found.text, flags=(*found.text.flags, flag)))
    return found


async def _best_file(visit: Visit, item: Item, *, known: bool) -> Document:
    """The best of an item's files that can be read; what was passed over is said in the text's flags.

    Raises:
        ScraperError: not one of them could be read; the reason is that of the best.
    """
    labels = dict(item.labels)
    files = ranked(item.files, labels, visit.source.choose, visit.source.language)[:MOST_FILES]
    first: ScraperError | None = None
    flags: list[str] = []
    for place, url in enumerate(files):
        try:
            found = await _file(visit, item, url, known=known)
        except ScraperError as error:
            # A file that is not there for the moment is waited for, not replaced by a worse one.
            if getattr(error, "passing", False) or visit.source.choose is None:
                raise
            first = first or error
            flags.append(f"file not read: {urls.public(url)}: {error}")
            continue
        flags += [f"other file: {urls.public(each)}{_in_brackets(each, labels)}" for each in files[place + 1 :]]
        if found.text is None or not flags:
            return found
        return replace(found, text=replace(found.text, flags=(*found.text.flags, *flags)))
    raise first or TextError("no file")


def _in_brackets(url: str, labels: Mapping[str, str]) -> str:
    words = called(url, labels.get(url, ""))
    return f" ({words})" if words else ""


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
    """What a file must be: by the source's rule where its items are files, by `detail.accept`, else by its ending."""
    if kind_of(visit.source).asks_for == "files":
        return visit.source.accept
    if visit.source.detail is not None and visit.source.detail.accept is not None:
        return visit.source.detail.accept
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
