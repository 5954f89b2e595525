"""From items to publications: which of them are one, which are read, and why others are not taken."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from scrapers.crawl import identity, relevance, several
from scrapers.crawl.description import Describing, described
from scrapers.crawl.detail import Document, read_document
from scrapers.crawl.doubts import ReadText, as_seen, doubtful, refuse, text_of, weighed
from scrapers.crawl.item import Item
from scrapers.crawl.parts import hand_over, is_full
from scrapers.crawl.shown import recalled_items, shown_items
from scrapers.http import urls
from scrapers.http.client import Fetched
from scrapers.kinds.registry import kind_of
from scrapers.publication import DroppedRow, ScraperError, TextError, Unreadable, fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.sources import Source
    from scrapers.crawl.shown import Shown
    from scrapers.crawl.twins import Text
    from scrapers.crawl.visit import Visit
    from scrapers.publication import DroppedKind, ItemState, Memory, Publication

log = logging.getLogger(__name__)

# Begins the key of what is gone and was known by its number only.
_GONE = "gone "
# Symbols that one row names; more are counted.
_MOST_NAMED = 5


@dataclass(slots=True)
class Found:
    """What a crawl's items came to. `error` is set where not one document could be fetched and read.

    `done` are the keys of items that were looked at, `handed` the documents handed over before the end (whether with a
    text) and `handed_texts` their words. `unknown_symbols` are those that the grammar does not know.
    """

    publications: list[Publication] = field(default_factory=list)
    texts: dict[str, ReadText] = field(default_factory=dict)
    unreadable: list[Unreadable] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    handed: dict[str, bool] = field(default_factory=dict)
    handed_texts: list[Text] = field(default_factory=list)
    tried: int = 0
    failed: int = 0
    first_tried: int = 0
    unknown_symbols: list[str] = field(default_factory=list)
    error: str | None = None


def found_something_new(memory: Memory, changed: Sequence[ItemState]) -> bool:
    """Whether a crawl, by the states that it changed, came to a document that this source had not shown before."""
    for state in changed:
        before = memory.items.get(state.key)
        if state.state == "taken" and (before is None or before.identity is None):
            return True
    return False


async def publications(visit: Visit, found: Found) -> None:
    """Find the publications of the items. A document that could not be read is a dropped row with its reason."""
    # A publisher that is out of order as a whole says nothing of the single document.
    well = not visit.unfinished
    rows = shown_items(visit)
    good = [shown for shown in rows if shown.item.dropped is None]
    keys = {shown.key for shown in good}
    for shown in good + recalled_items(visit, keys, failed=well):
        if shown.key not in found.done:
            await _take(visit, shown, found)
    _sort_out_twins(visit, found)
    faulty = [shown for shown in rows if shown.item.dropped is not None]
    _faults(visit, faulty, keys, found, swept=well and visit.sweep)
    _withdrawals(visit)
    _report_unknown_symbols(visit, found)
    if not found.publications and not found.handed:
        found.error = _nothing_read(visit, found)
    found.publications = _once_each(found)


async def relieve(visit: Visit, found: Found) -> None:
    """Hand over what is held, where it is much; before that, read the documents whose bytes came with the finding."""
    if not is_full(visit, found.publications):
        return
    for shown in shown_items(visit):
        if shown.item.dropped is None and shown.key not in found.done and _in_hand(visit, shown.item):
            await _take(visit, shown, found)
    if is_full(visit, found.publications):
        await _hand_over(visit, found)


async def _take(visit: Visit, shown: Shown, found: Found) -> None:
    found.done.add(shown.key)
    if (publication := await _publication_of(visit, shown, found)) is not None:
        found.publications.append(publication)
    for url in shown.item.files:
        visit.fetched.pop(url, None)
    if is_full(visit, found.publications):
        await _hand_over(visit, found)


async def _hand_over(visit: Visit, found: Found) -> None:
    _sort_out_twins(visit, found)
    publications = _once_each(found)
    found.handed |= {each.document_id: each.text is not None for each in publications}
    # Their words are still held against those of the texts to come.
    found.handed_texts += [replace(read.text, earlier=True) for read in found.texts.values()]
    found.publications, found.texts = [], {}
    await hand_over(visit, publications)


def _once_each(found: Found) -> list[Publication]:
    """Each document once: two addresses may turn out to be one. The first sighting with a text represents it."""
    documents = [each for read in found.publications for each in read.documents()]
    fresh = [each for each in documents if each.text is not None or each.document_id not in found.handed]
    fresh = [each for each in fresh if not found.handed.get(each.document_id, False)]
    fresh.sort(key=lambda publication: publication.text is None)
    return list({each.document_id: each for each in reversed(fresh)}.values())[::-1]


def _nothing_read(visit: Visit, found: Found) -> str | None:
    """Why the source itself fails: all that it showed for the first time, or all that it ever showed, is unreadable."""
    failing = [state for state in visit.states if state.state == "failed" and state.row]
    never = not any(state.read_at is not None or state.state == "taken" for state in visit.states)
    if failing and (never or (found.first_tried and found.failed == found.tried)):
        count = len(failing) if never else found.tried
        return f"0 of {count} documents could be read; the last: {failing[-1].reason}"
    return None


async def _publication_of(visit: Visit, shown: Shown, found: Found) -> Publication | None:
    """One item's publication; None where it is not for us, or could not be read now."""
    states = visit.states
    known = states.get(shown.key)
    if visit.past is not None and known is not None and not known.baseline:
        # What a crawl has left for later is news, and is not taken among the past.
        return _shown_again(visit, shown, known)
    settled = known is not None and known.row == shown.row and not states.is_open(known)
    if settled and not _to_be_read(visit, shown.item):
        return _shown_again(visit, shown, known)
    reason = _ruled_out(visit.source, shown.item)
    if reason is not None:
        _drop(visit, shown.item, reason, "filtered")
        states.filtered(shown.key, shown.item, shown.row, reason, read=False)
        return None
    if (over := _over(visit, found)) is None:
        return await _read(visit, shown, known, found)
    if settled:
        # A sweep that comes to the limit leaves what is recorded as it is.
        return _shown_again(visit, shown, known)
    _later(visit, shown, over)
    return None


async def _read(visit: Visit, shown: Shown, known: ItemState | None, found: Found) -> Publication | None:
    """Fetch and read an item's document, and keep what it came to."""
    found.tried += 1
    found.first_tried += known is None or known.state != "failed"
    # Of a document that failed nothing is known that a 304 could confirm.
    unchanged = known is not None and known.row == shown.row and known.state in {"taken", "filtered"}
    try:
        document = await read_document(visit, shown.item, shown.url, known=unchanged)
        sketch = await weighed(visit, document, shown, known)
        publication, reason = await _judged(visit, document, shown.url, known)
    except Exception as error:  # noqa: BLE001 - one document must not keep the others from being recorded
        found.failed += 1
        _failed(visit, shown, error if isinstance(error, ScraperError) else fault(error), found)
        return None
    if publication is None:
        visit.states.filtered(shown.key, shown.item, shown.row, reason or "", read=True)
    else:
        state = visit.states.taken(shown.key, shown.item, shown.row, publication.identity)
        publication = _as_listed(publication, state)
        if unknown := identity.unknown_symbol(shown.item.symbol, visit.source.body):
            found.unknown_symbols.append(unknown)
    visit.states.sketched(shown.key, sketch)
    if document.text is not None and (text := text_of(shown, sketch, publication)) is not None:
        found.texts[shown.key] = ReadText(shown, text, publication)
    return publication


def _as_listed(publication: Publication, state: ItemState) -> Publication:
    """The documents of an item that was there at the first look are part of it, whenever they are read."""
    baseline = bool(state.baseline)
    others = tuple(replace(each, baseline=baseline) for each in publication.others)
    return replace(publication, baseline=baseline, others=others)


def _sort_out_twins(visit: Visit, found: Found) -> None:
    """Fail the items that share a text which is none of theirs; make one of documents that are shown twice."""
    for read, finding in doubtful(visit, found.texts, found.handed_texts):
        shown, publication, known = read.shown, read.publication, finding.other.identity
        if finding.twins == "false":
            if publication is not None:
                found.publications.remove(publication)
            # What the filter said of words that are not the item's own counts for nothing.
            place = (urls.public(shown.item.url) if shown.item.url else None, shown.item.title, "filtered")
            visit.dropped[:] = [row for row in visit.dropped if (row.url, row.title, row.kind) != place]
            found.failed += 1
            visit.states.undone(shown.key)
            _failed(visit, shown, TextError(finding.reason), found)
            refuse(visit, read.text)
        elif publication is not None and known is not None and known != publication.identity:
            visit.states.taken(shown.key, shown.item, shown.row, known)
            found.publications.remove(publication)
            found.publications.append(as_seen(publication, known))
            _drop(visit, shown.item, finding.reason, "filtered")


def _to_be_read(visit: Visit, item: Item) -> bool:
    """Whether a settled item is read all the same: in a sweep, or where other bytes came with the finding of it."""
    asked = any(url in visit.fetched for url in item.files)
    return _in_hand(visit, item) if asked else visit.sweep


def _in_hand(visit: Visit, item: Item) -> bool:
    """Whether the document's bytes came with the finding of it."""
    return any(isinstance(visit.fetched.get(url), Fetched) for url in item.files)


def _shown_again(visit: Visit, shown: Shown, known: ItemState | None) -> Publication | None:
    """The sighting of a document that is recorded and not read again."""
    if known is None or known.identity is None:
        return None
    return described(visit.source, shown.item, shown.url, Document(shown.item, None), known=known.identity)


def _over(visit: Visit, found: Found) -> str | None:
    """Why no further document is read in this crawl; None where one may be."""
    most = visit.source.policy.max_new
    if found.tried >= most:
        return f"beyond the {most} documents that one crawl reads"
    return visit.over


def _later(visit: Visit, shown: Shown, reason: str) -> None:
    """See to it that the next crawl comes to this item: by its state, or by reading the pages again."""
    state = visit.states.get(shown.key)
    if state is None or state.state != "failed":
        state = visit.states.waiting(shown.key, shown.item, shown.row, reason)
    if state.payload is None:
        visit.unfinished = True


def _failed(visit: Visit, shown: Shown, error: ScraperError, found: Found) -> None:
    """A document that could not be read now: when it is tried again, and who hears of it."""
    reason = urls.public(str(error))
    _drop(visit, shown.item, f"could not be read: {reason}", "failed")
    state = visit.states.failed(shown.key, shown.item, shown.row, reason)
    if state.payload is None and state.next_try is not None and state.next_try <= visit.started:
        visit.unfinished = True
    _heard(visit, shown, state, found)


def _heard(visit: Visit, shown: Shown, state: ItemState, found: Found) -> None:
    """Let subscribers hear of a document that is listed and was never read: they must not take it for not published."""
    item = shown.item
    named = item.title or item.symbol
    if named and state.identity is None and state.tries >= visit.source.policy.tell_after:
        publication = described(visit.source, item, shown.url, Document(item, None))
        found.unreadable.append(Unreadable(state, publication))


def _faults(visit: Visit, rows: Sequence[Shown], good: set[str], found: Found, *, swept: bool) -> None:
    """Rows that lead to no document: at fault, not wanted, or taken back. `swept` says that all rows were looked at."""
    for shown in rows:
        item, reason = shown.item, shown.item.dropped or ""
        known = visit.states.get(shown.key)
        # A catalogue also lists records as withdrawn that were never shown here; those are no loss.
        lost = item.dropped_as == "failed" or (item.dropped_as == "gone" and known is not None and known.identity)
        _drop(visit, item, reason, "failed" if lost else "filtered")
        if shown.key in good:
            continue
        if lost:
            _heard(visit, shown, visit.states.failed(shown.key, item, "", reason), found)
        else:
            visit.states.filtered(shown.key, item, "", reason, read=False)
    if swept and not kind_of(visit.source).shown_once:
        faulty = {shown.key for shown in rows}
        for state in [state for state in visit.states if state.state == "failed" and state.row == ""]:
            if state.key not in faulty and not state.key.startswith(_GONE):
                visit.states.settled(state.key, f"no longer shown; before that: {state.reason}")


def _withdrawals(visit: Visit) -> None:
    """What a series had and has no more, by the names that it gives; and what is there again."""
    by_name = {state.title: state for state in visit.states if state.identity is not None}
    for name in visit.gone:
        reason = "was there and is gone"
        visit.dropped.append(DroppedRow(None, name, reason, "failed"))
        known = by_name.get(name)
        item = Item(url=known.url if known else None, title=name)
        visit.states.failed(known.key if known else _GONE + name, item, "", reason)
    for name in visit.back:
        visit.states.settled(_GONE + name, None)


def _report_unknown_symbols(visit: Visit, found: Found) -> None:
    """Say once for all documents which symbols are kept as the source writes them, and do not identify a document."""
    unknown = list(dict.fromkeys(found.unknown_symbols))
    if not unknown:
        return
    more = f" and {len(unknown) - _MOST_NAMED} more" if len(unknown) > _MOST_NAMED else ""
    reason = f"symbols in a form that is not known, kept as written: {', '.join(unknown[:_MOST_NAMED])}{more}"
    log.warning("%s: %s", visit.source.id, reason)
    visit.dropped.append(DroppedRow(None, visit.source.title or visit.source.id, reason, "incomplete"))


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


async def _judged(
    visit: Visit, document: Document, url: str | None, known: ItemState | None
) -> tuple[Publication | None, str | None]:
    """The publication; or None and the reason, where the text shows that it is not for us."""
    unchanged = known if document.unchanged else None
    if unchanged is not None and unchanged.identity is None:
        return None, unchanged.reason
    before = unchanged.identity if unchanged is not None else None
    describe = Describing(visit.source, visit.listing, visit.analyse)
    text = document.text
    if text is None:
        publication, reason = describe(document, url, before)
    else:
        # The bytes stay here, and the text need not come back.
        bare = replace(document, text=replace(text, raw=b""))
        publication, reason = await visit.read(describe, bare, url, before)
    if publication is None:
        _drop(visit, document.item, reason, "filtered")
        return None, reason
    if publication.text is not None and text is not None:
        # One of several documents in the file: its text is a span of the file's, its bytes are the file's.
        visit.dropped += several.refused(publication, reason)
        text = replace(publication.text, raw=text.raw)
    return replace(publication, text=text), None


def _drop(visit: Visit, item: Item, reason: str, kind: DroppedKind) -> None:
    visit.dropped.append(DroppedRow(urls.public(item.url) if item.url else None, item.title, reason, kind))
