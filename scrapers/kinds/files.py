"""Local files as a source: a folder, or the files that `mandates ingest` is given."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from config.source_blocks import Identity
from mandates import symbols
from mandates.heading import read_heading
from scrapers.crawl import identity
from scrapers.crawl.languages import language_of
from scrapers.crawl.words import title_of
from scrapers.kinds.posts import posts_in
from scrapers.publication import (
    DocumentText,
    DroppedRow,
    Harvest,
    Publication,
    PublishedOn,
    RawAnswer,
    TextError,
)
from scrapers.text.documents import document_text, no_text_layer, plain_type, suffixes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_identity = Identity()


def read_files(source_id: str, paths: Sequence[Path]) -> Harvest:
    """Publications of the files and folders given; a folder is read with all below it.

    A file that cannot be read is a dropped row with the reason, and the harvest's outcome is then "failed"; the others
    are taken all the same. Nothing is fetched.
    """
    started = datetime.now(UTC)
    found: list[Publication] = []
    dropped: list[DroppedRow] = []
    answers: list[RawAnswer] = []
    failed: list[str] = []
    seen = 0
    for path in _files(paths):
        seen += 1
        address = path.absolute().as_uri()
        try:
            text = document_text(path.read_bytes(), name=_readable(path.name))
        except OSError as error:
            failed.append(f"{_readable(path)}: {error.strerror or error}")
        except TextError as error:
            failed.append(f"{_readable(path)}: {error}")
        else:
            if not text.text.strip() and no_text_layer not in text.flags:
                failed.append(f"{_readable(path)}: there is no text in it")
                dropped.append(DroppedRow(address, _readable(path.name), "there is no text in it", "failed"))
                continue
            read = list(_publications(source_id, path, address, text))
            found += read
            if all(each.text is None or each.text.raw_sha256 != text.raw_sha256 for each in read):
                answers.append(RawAnswer(text.raw, text.raw_sha256))
            continue
        dropped.append(DroppedRow(address, _readable(path.name), failed[-1].partition(": ")[2], "failed"))
    if not seen:
        failed.append(f"no file to read at {', '.join(map(_readable, paths)) or 'no path'}")
    return Harvest(
        source_id=source_id,
        started_at=started,
        finished_at=datetime.now(UTC),
        outcome="failed" if failed else "ok",
        publications=tuple(_once(found)),
        items_seen=seen,
        dropped=tuple(dropped),
        error="; ".join(failed) or None,
        answers=tuple(answers),
    )


def read_folder(source_id: str, folder: Path, glob: str, least: int) -> Harvest:
    """The kind `files`: what a folder holds now. One that is gone, or holds fewer files than expected, has failed."""
    if not folder.is_dir():
        now = datetime.now(UTC)
        return Harvest(source_id, now, now, "failed", error=f"{_readable(folder)}: there is no such folder")
    paths = sorted(path for path in folder.glob(glob) if path.is_file() and path.suffix.lower() in suffixes)
    harvest = read_files(source_id, paths) if paths else None
    if harvest is None or harvest.items_seen < least:
        now = datetime.now(UTC)
        error = f"{_readable(folder)}: {len(paths)} files, at least {least} were expected"
        return (
            replace(harvest, outcome="failed", error=error)
            if harvest
            else Harvest(source_id, now, now, "failed" if least else "ok", error=error if least else None)
        )
    return harvest


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files to read, each once; in a folder only those of a known kind, a file given by name in any case."""
    seen: set[Path] = set()
    for path in paths:
        below = (
            sorted(each for each in path.rglob("*") if each.is_file() and each.suffix.lower() in suffixes)
            if path.is_dir()
            else [path]
        )
        for each in below:
            if each.absolute() not in seen:
                seen.add(each.absolute())
                yield each


def _readable(path: Path | str) -> str:
    """A path for people and tables. A name may be any bytes; what is not UTF-8 in it is U+FFFD."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def _publications(source_id: str, path: Path, address: str, text: DocumentText) -> Iterator[Publication]:
    """One file is one document, unless it is a listing of posts."""
    posts = posts_in(text.text) if text.media_type == plain_type else ()
    if not posts:
        yield _document(source_id, path, address, text)
        return
    for post in posts:
        words = text.text[post.start : post.end].strip()
        raw = words.encode("utf-8", errors="surrogatepass")
        url = f"{address}#{_slug(post.title)}"
        name = f"url:{url}"
        yield Publication(
            source_id=source_id,
            document_id=identity.document_id(name),
            identity=name,
            url=url,
            seen_url=url,
            title=title_of(post.title) or _readable(path.stem),
            symbol=None,
            body=None,
            kind="initiative",
            stage=None,
            language=language_of(words) or language_of(text.text),
            published=PublishedOn(*post.published, "listing") if post.published else None,
            author=post.author,
            text=DocumentText(words, raw, hashlib.sha256(raw).hexdigest(), plain_type) if words else None,
            relevance="all of this source",
        )


def _document(source_id: str, path: Path, address: str, text: DocumentText) -> Publication:
    heading = read_heading(text.text)
    symbol = identity.own_symbol(heading.symbol)
    language = language_of(text.text)
    name = identity.identity_of(symbol, language, address, text.text, _identity) or f"url:{address}"
    published = (
        PublishedOn(heading.adopted_on, heading.adopted_precision or "day", "document") if heading.adopted_on else None
    )
    return Publication(
        source_id=source_id,
        document_id=identity.document_id(name),
        identity=name,
        url=address,
        seen_url=address,
        title=title_of(heading.title) or (symbol.text if symbol else None) or _readable(path.stem),
        symbol=symbol.text if symbol else None,
        body=(symbol.body if symbol else None) or heading.body,
        kind=heading.kind,
        stage=heading.stage,
        language=language,
        published=published,
        text=text,
        related=identity.relations(symbol, _stated_drafts(text.text), "its head names the draft"),
        relevance="all of this source",
    )


def _stated_drafts(text: str) -> tuple[str, ...]:
    """Symbols of drafts that a text names at its head: "[without reference to a Main Committee (A/80/L.8)]"."""
    head = text[:2500]
    stated = re.search(r"\[[^\]]{0,300}\]", head)
    if stated is None:
        return ()
    named = (symbols.parse(match.group(0)) for match in symbols.find(stated.group(0)))
    return tuple(dict.fromkeys(symbol.text for symbol in named if symbol and symbol.stage == "draft"))


def _once(found: Sequence[Publication]) -> Iterator[Publication]:
    """Each document once: the first of the files that hold it. Two posts of one title are told apart by a number."""
    seen: dict[str, int] = {}
    for publication in found:
        times = seen[publication.identity] = seen.get(publication.identity, 0) + 1
        if times == 1:
            yield publication
        elif "#" in publication.url and publication.symbol is None:
            name = f"{publication.identity}-{times}"
            yield replace(
                publication,
                identity=name,
                document_id=identity.document_id(name),
                url=f"{publication.url}-{times}",
                seen_url=f"{publication.seen_url}-{times}",
            )


def _slug(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title.casefold()).strip("-")[:80]
