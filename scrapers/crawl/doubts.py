"""What of a crawl's texts is not believed: held against the item's former text, and against the other items' texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scrapers.crawl import identity, plausible, twins
from scrapers.crawl.plausible import Sketch
from scrapers.crawl.twins import Text
from scrapers.publication import TextError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scrapers.crawl.detail import Document
    from scrapers.crawl.shown import Shown
    from scrapers.crawl.twins import Finding
    from scrapers.crawl.visit import Visit
    from scrapers.publication import ItemState, Publication


@dataclass(frozen=True, slots=True)
class ReadText:
    """An item whose document was read in this crawl, with its text's sketch and the publication, if it is for us."""

    shown: Shown
    text: Text
    publication: Publication | None


async def weighed(visit: Visit, document: Document, shown: Shown, known: ItemState | None) -> str | None:
    """The sketch of a document's text; the former one where no other text came, or where a row holds the text itself.

    A document that never had any words is recorded, with the flag that says so.

    Raises:
        TextError: the text cannot be that of the item.
    """
    before = known.sketch if known is not None else None
    text, item = document.text, shown.item
    if text is None or item.text is not None or (before is None and not text.text.strip()):
        return before
    found = await visit.read(plausible.weigh, text.text, item.title, item.symbol, before)
    if found.reason is not None:
        raise TextError(found.reason)
    return found.sketch


def text_of(shown: Shown, sketch: str | None, publication: Publication | None) -> Text | None:
    """A text as `twins` compares it; None where there is no sketch of it."""
    made = Sketch.of(sketch)
    name = shown.item.title or shown.item.symbol or shown.url or shown.key
    return Text(shown.key, name, made, publication.identity if publication else None) if made is not None else None


def doubtful(visit: Visit, read: Mapping[str, ReadText], handed: Sequence[Text]) -> Iterator[tuple[ReadText, Finding]]:
    """The items read in this crawl whose texts are others' too; earlier ones that are found out are noted.

    `handed` are texts that this crawl has handed over already.
    """
    texts = [each.text for each in read.values()]
    shapes = {text.sketch.shape for text in texts}
    before = [*_texts_before(visit, shapes), *(text for text in handed if text.sketch.shape in shapes)]
    for finding in list(twins.findings(texts, before)):
        text = finding.text
        if not text.earlier:
            yield read[text.key], finding
        elif finding.twins == "false" and text.key not in read:
            refuse(visit, text)


def refuse(visit: Visit, text: Text) -> None:
    """Note that a text is not believed. What is known of the item's true text stays."""
    state = visit.memory.items.get(text.key)
    known = Sketch.of(state.sketch) if state is not None else None
    if known is not None and known.exact != text.sketch.exact:
        return
    refused = replace(text.sketch, believed=False).written()
    if text.earlier:
        visit.states.doubted(text.key, refused)
    else:
        visit.states.sketched(text.key, refused)


def as_seen(publication: Publication, known: str) -> Publication:
    """The sighting of a document that is known by another identity."""
    name = identity.document_id(known)
    return replace(publication, identity=known, document_id=name, text=None, analysis=None, unanalysed=None, others=())


def _texts_before(visit: Visit, shapes: set[str]) -> Iterator[Text]:
    """The texts of these shapes that earlier crawls read."""
    for state in visit.memory.items.values():
        # Of ten thousand sketches hardly one is wanted, and reading one takes 20 microseconds.
        if plausible.shape_of(state.sketch) in shapes and (sketch := Sketch.of(state.sketch)) is not None:
            yield Text(state.key, state.title or state.key, sketch, state.identity, earlier=True)
