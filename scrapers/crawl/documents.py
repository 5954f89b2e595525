"""From items to publications: which of them are one, which are read, and why others are not taken."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from scrapers.crawl import identity, relevance, waiting
from scrapers.crawl.description import Describing, address_of, described
from scrapers.crawl.detail import Document, read_document
from scrapers.http import urls
from scrapers.publication import DroppedRow, ScraperError, fault

if TYPE_CHECKING:
    from config.sources import Source
    from scrapers.crawl.item import Item
    from scrapers.crawl.visit import Visit
    from scrapers.publication import Harvest, Memory, Publication


@dataclass(frozen=True, slots=True)
class Note:
    """What a source's memory keeps of an item: how it was known, its row and the filter, when its document was read."""

    identity: str | None
    row: str
    read: str | None

    def written(self) -> str:
        """As it stands in the state."""
        return json.dumps([self.identity, self.row, self.read])

    @staticmethod
    def of(words: str | None) -> Note | None:
        """Read from the state; None where there is none."""
        if words is None:
            return None
        known, row, read = json.loads(words)
        return Note(known, row, read)


@dataclass(slots=True)
class Found:
    """What a crawl's items came to. `error` is set where not one document could be had."""

    publications: list[Publication] = field(default_factory=list)
    tried: int = 0
    failed: int = 0
    error: str | None = None


def found_something_new(memory: Memory, harvest: Harvest) -> bool:
    """Whether a crawl came to a document that this source had not shown before."""
    noted = (
        Note.of(words) for key, words in harvest.state.items() if key.startswith("item ") and key not in memory.state
    )
    if any(note is not None and note.identity is not None for note in noted):
        return True
    # Files leave no notes.
    shown = {publication.seen_url for publication in harvest.publications if publication.seen_url.startswith("file:")}
    return bool(shown - memory.known_urls)


async def publications(visit: Visit) -> Found:
    """The publications of the items found. A document that cannot be had is a dropped row with its reason."""
    found = Found()
    if waiting.passes_once(visit):
        visit.items.extend(waiting.items(visit))
    for url, item in _once(visit):
        if item.dropped is not None:
            _drop(visit, item, item.dropped)
        elif (publication := await _publication_of(visit, url, item, found)) is not None:
            found.publications.append(publication)
    if found.tried and found.failed == found.tried and not found.publications:
        last = visit.dropped[-1]
        found.error = f"none of {found.failed} documents could be had; the last: {last.reason}"
    # Two addresses may turn out to be one document: the first sighting with a text stands for it.
    found.publications.sort(key=lambda publication: publication.text is None)
    found.publications = list({each.document_id: each for each in reversed(found.publications)}.values())[::-1]
    return found


async def _publication_of(visit: Visit, url: str | None, item: Item, found: Found) -> Publication | None:
    """One item's publication; None where it is not for us, or cannot be had now."""
    key = f"item {urls.same_address(urls.veiled(url)) if url else item.symbol or item.saying}"
    note = Note.of(visit.state.get(key))
    row = _row(visit, item)
    same = note is not None and note.row == row
    if note is not None and same and not visit.sweep and not _in_hand(visit, item):
        seen = Document(item, None)
        return described(visit.source, item, url, seen, known=note.identity) if note.identity is not None else None
    reason = _ruled_out(visit.source, item)
    if reason is not None:
        _drop(visit, item, reason)
        visit.state[key] = Note(None, row, None).written()
        return None
    if found.tried >= visit.source.policy.max_new or visit.is_over:
        _later(visit, key, item)
        return None
    found.tried += 1
    try:
        document = await read_document(visit, item, url, known=same)
        publication = await _taken(visit, document, url, note)
    except Exception as error:  # noqa: BLE001 - one document must not keep the others from being recorded
        found.failed += 1
        _not_had(visit, key, item, error if isinstance(error, ScraperError) else fault(error))
        return None
    waiting.done(visit, key)
    known = publication.identity if publication else None
    visit.state[key] = Note(known, row, visit.started.isoformat()).written()
    return publication


def _row(visit: Visit, item: Item) -> str:
    """What an item is known again by: its row, and the filter that it passed or did not."""
    return f"{item.fingerprint} {relevance.fingerprint(visit.source.filter)}"


def _in_hand(visit: Visit, item: Item) -> bool:
    """Whether the document's bytes came with the finding of it."""
    return any(url in visit.fetched for url in item.files)


def _later(visit: Visit, key: str, item: Item) -> None:
    """See to it that the next crawl comes to this item: by its note, or by reading the pages again."""
    if waiting.passes_once(visit):
        waiting.keep(visit, key, item)
    else:
        visit.unfinished = True


def _not_had(visit: Visit, key: str, item: Item, error: ScraperError) -> None:
    """A document that cannot be had now is tried again, but a dead link not for ever: then it is left to the sweeps."""
    reason = f"its document cannot be had: {error}"
    if waiting.is_hopeless(visit, key):
        waiting.done(visit, key)
        visit.state[key] = Note(None, _row(visit, item), None).written()
        reason += "; given up until the next sweep"
    else:
        _later(visit, key, item)
    _drop(visit, item, reason)


def _once(visit: Visit) -> list[tuple[str | None, Item]]:
    """Each document's items as one: the same post under two terms, the same page under two addresses."""
    merged: dict[str, tuple[str | None, Item]] = {}
    for number, item in enumerate(visit.items):
        url = address_of(visit.source, visit.listing, item)
        symbol = identity.own_symbol(item.symbol)
        if item.dropped is not None:
            key = f"dropped {item.url} {item.title} {item.dropped}"
        elif symbol is not None:
            key = f"{symbol.key} {item.language}"
        else:
            key = urls.same_address(url) if url else f"{number}"
        if key not in merged:
            merged[key] = (url, item)
            continue
        first = merged[key][1]
        if symbol is None and item.dropped is None and item.title and first.title and item.title != first.title:
            _drop(visit, item, f"stands at the same address as {first.title!r}")
        merged[key] = (merged[key][0], first.merged(item))
    return list(merged.values())


def _ruled_out(source: Source, item: Item) -> str | None:
    """Why the row alone shows that the item is not for us; None where it may be."""
    rule = source.filter
    title = item.title or ""
    if word := relevance.excluded(rule, title):
        return f"the title has {word!r}"
    if relevance.needs_text(rule):
        return None
    found = relevance.concerns(rule, title=title, summary=item.summary, topics=item.topics, text=None)
    return None if found else relevance.why_not(rule)


async def _taken(visit: Visit, document: Document, url: str | None, note: Note | None) -> Publication | None:
    """The publication, or None with a dropped row where the text shows that it is not for us."""
    if document.unchanged and note is not None and note.identity is None:
        return None
    known = note.identity if document.unchanged and note is not None else None
    describe = Describing(visit.source, visit.listing, visit.analyse)
    text = document.text
    if text is None:
        publication, reason = describe(document, url, known)
    else:
        # The bytes stay here, and the text need not come back.
        bare = replace(document, text=replace(text, raw=b""))
        publication, reason = await visit.read(describe, bare, url, known)
    if publication is None:
        _drop(visit, document.item, reason)
        return None
    return replace(publication, text=text)


def _drop(visit: Visit, item: Item, reason: str) -> None:
    visit.dropped.append(DroppedRow(urls.public(item.url) if item.url else None, item.title, reason))
