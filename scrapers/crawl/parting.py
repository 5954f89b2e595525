"""A file with several documents: a publication of each, with its own span of the text and its own analysis."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from config.notes import note
from config.source_fields import Identity
from mandates.documents import symbols
from mandates.documents.parts import documents_in
from scrapers.crawl import identity
from scrapers.publication import PublishedOn

if TYPE_CHECKING:
    from mandates.model import Analysis, Part
    from scrapers.crawl.visit import Analyse
    from scrapers.publication import DocumentText, Publication

# The address of the file, which its documents share, cannot identify any of them.
_BY_SYMBOL = Identity(by=("symbol",))
_BY_ADDRESS = Identity(by=("url",))
_LONGEST_TITLE = 120


def parted(publication: Publication, found: Analysis, analyse: Analyse) -> Publication | None:
    """The documents of the publication's file, one of them with the `others`; None where the file is one document.

    What precedes the first of them is also a document if it has clauses, or if the document that the source names is
    not among them: then it is that document. The named one, else the first, carries the bytes. `analyse` completes a
    publication.
    """
    text, parts = publication.text, documents_in(found)
    if text is None or not parts:
        return None
    own = symbols.parse(publication.symbol or "")
    documents = [_dated(analyse(_document(publication, text, part, own)), publication.published) for part in parts]
    first = next((each for each in documents if own is not None and each.symbol == own.text), None)
    earlier = next((clause for clause in found.clauses if clause.start < parts[0].start), None)
    if earlier is not None or (first is None and own is not None):
        cover = replace(publication, text=text.between(0, parts[0].start, ""), analysis=None)
        if first is not None or own is None:
            cover = _nameless(cover, earlier.display if earlier else "")
        documents.insert(0, analyse(cover))
    first = first or documents[0]
    others = tuple(
        replace(each, text=each.text and replace(each.text, raw=b"")) for each in documents if each is not first
    )
    return replace(first, text=first.text and replace(first.text, raw=text.raw), others=others)


def _nameless(publication: Publication, words: str) -> Publication:
    """The end of a resolution whose head is missing: known by its file's address, called by its first words."""
    name = identity.identity_of(None, None, publication.url, None, _BY_ADDRESS) or publication.identity
    return replace(
        publication,
        document_id=identity.document_id(name),
        identity=name,
        title=words[:_LONGEST_TITLE],
        symbol=None,
        related=(),
        summary=None,
    )


def _document(publication: Publication, text: DocumentText, part: Part, own: symbols.Symbol | None) -> Publication:
    """The publication of one part, before it is analysed: what the source says of the file is not said of each."""
    symbol = symbols.parse(part.symbol or "")
    is_own = symbol is not None and own is not None and symbol.text == own.text
    name = None if is_own else identity.identity_of(symbol, publication.language, None, None, _BY_SYMBOL)
    name = name or publication.identity
    return replace(
        publication,
        document_id=identity.document_id(name),
        identity=name,
        title=part.title or part.symbol or publication.title,
        symbol=symbol.text if symbol else part.symbol,
        body=(symbol.body if symbol else None) or publication.body,
        kind=part.kind,
        stage=(symbol.stage if symbol else None) or publication.stage,
        text=text.between(part.start, part.end, part.symbol),
        related=publication.related if is_own else identity.relations(symbol, (), note("source_draft")),
        summary=publication.summary if is_own else None,
        analysis=None,
    )


def _dated(document: Publication, of_file: PublishedOn | None) -> Publication:
    """The document with the day that its own text states, else the one that the source states of the file."""
    own = PublishedOn.stated_in(document.analysis.heading if document.analysis is not None else None)
    is_said = of_file is not None and of_file.origin != "document"
    return replace(document, published=own or (of_file if is_said else None))
