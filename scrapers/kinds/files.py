"""What a local file holds: one document, or a listing of posts."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from config.notes import note
from config.source_fields import Identity
from mandates.documents import symbols
from mandates.documents.heading import read_heading
from scrapers.crawl import identity, several
from scrapers.crawl.languages import language_of
from scrapers.crawl.words import title_of
from scrapers.kinds.posts import posts_in
from scrapers.publication import (
    DocumentText,
    DroppedRow,
    Publication,
    PublishedOn,
    TextError,
)
from scrapers.text.documents import document_text, no_text_layer, plain_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Judge = Callable[[Publication], tuple[Publication | None, str]]

_IDENTITY = Identity()


@dataclass(frozen=True, slots=True)
class FileReading:
    """The publications of one file, those that do not concern us, and the hash of its bytes."""

    publications: tuple[Publication, ...]
    refused: tuple[DroppedRow, ...]
    raw_sha256: str


def read_file(source_id: str, name: str, address: str, raw: bytes, judge: Judge | None) -> FileReading:
    """What a file holds; `judge` completes each publication, or says why it does not concern us.

    The texts come without the bytes where these are the file's own, which the caller has.

    Raises:
        TextError: there is no text in it.
    """
    text = document_text(raw, name=name)
    if not text.text.strip() and no_text_layer not in text.flags:
        raise TextError("there is no text in it")
    taken: list[Publication] = []
    refused: list[DroppedRow] = []
    for publication in _publications(source_id, name, address, text):
        found, reason = judge(publication) if judge is not None else (publication, "")
        if found is None:
            refused.append(DroppedRow(publication.url, publication.title, reason, "filtered"))
        else:
            taken += (_without(each, text.raw_sha256) for each in found.documents())
            refused += several.refused(found, reason)
    return FileReading(tuple(taken), tuple(refused), text.raw_sha256)


def _without(publication: Publication, raw_sha256: str) -> Publication:
    text = publication.text
    if text is None or text.raw_sha256 != raw_sha256:
        return publication
    return replace(publication, text=replace(text, raw=b""))


def _publications(source_id: str, name: str, address: str, text: DocumentText) -> Iterator[Publication]:
    """One file is one document, unless it is a listing of posts."""
    posts = posts_in(text.text) if text.media_type == plain_type else ()
    if not posts:
        yield _document(source_id, name, address, text)
        return
    for post in posts:
        words = text.text[post.start : post.end].strip()
        raw = words.encode("utf-8", errors="surrogatepass")
        url = f"{address}#{_slug(post.title)}"
        known = f"url:{url}"
        yield Publication(
            source_id=source_id,
            document_id=identity.document_id(known),
            identity=known,
            url=url,
            seen_url=url,
            title=title_of(post.title) or PurePath(name).stem,
            symbol=None,
            body=None,
            kind="initiative",
            stage=None,
            language=language_of(words) or language_of(text.text),
            published=PublishedOn(*post.published, "listing") if post.published else None,
            author=post.author,
            text=DocumentText(words, raw, hashlib.sha256(raw).hexdigest(), plain_type) if words else None,
            relevance=note("all"),
        )


def _document(source_id: str, file_name: str, address: str, text: DocumentText) -> Publication:
    heading = read_heading(text.text)
    symbol = identity.own_symbol(heading.symbol)
    language = language_of(text.text)
    name = identity.identity_of(symbol, language, address, text.text, _IDENTITY) or f"url:{address}"
    return Publication(
        source_id=source_id,
        document_id=identity.document_id(name),
        identity=name,
        url=address,
        seen_url=address,
        title=title_of(heading.title) or (symbol.text if symbol else None) or PurePath(file_name).stem,
        symbol=symbol.text if symbol else None,
        body=(symbol.body if symbol else None) or heading.body,
        kind=heading.kind,
        stage=heading.stage,
        language=language,
        published=PublishedOn.stated_in(heading),
        text=text,
        related=identity.relations(symbol, _stated_drafts(text.text), note("head_draft")),
        relevance=note("all"),
    )


def _stated_drafts(text: str) -> tuple[str, ...]:
    """Symbols of drafts that a text names at its head: "[without reference to a Main Committee (A/80/L.8)]"."""
    head = text[:2500]
    stated = re.search(r"\[[^\]]{0,300}\]", head)
    if stated is None:
        return ()
    named = (symbols.parse(match.group(0)) for match in symbols.find(stated.group(0)))
    return tuple(dict.fromkeys(symbol.text for symbol in named if symbol and symbol.stage == "draft"))


def _slug(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title.casefold()).strip("-")[:80]
