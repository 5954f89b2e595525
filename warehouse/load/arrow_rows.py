"""How an entry becomes one row of a batch file (`warehouse.load.entry_schema`).

The keys are made here, so that they are the same on whatever machine a batch was made.

A version is known by its document and text; a clause by its version and where it starts; a mandate by its clause and
its place among the clause's mandates. Keys of children begin with the parent's: an index of them takes half the time
and space that independent hashes take (5 million: 10 s against 26 s).
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import pyarrow as pa

import mandates
from config.notes import note
from mandates.documents.discontinued import discontinued
from scrapers.text.readers import reader_of, words_sha256
from warehouse.links.similarity import fingerprint
from warehouse.load import mandate_fields
from warehouse.load.entry_schema import entry_schema
from warehouse.model import LandingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mandates.model import Analysis, Clause, Mandate
    from scrapers.publication import DocumentText, Publication, RawAnswer
    from warehouse.model import Entry

# Why a text has no words, for people, by its flag (`scrapers.text.documents`).
_WITHOUT_WORDS = {"no_text_layer": "the PDF has no text layer", "empty": "there are no words on its page"}
_UNREAD: Mapping[str, Any] = {"preamble": [], "notes": [], "clauses": [], "citations": []}
# Rev replaces (the revision before it), Add adds, Corr corrects.
_suffix = re.compile(r"(.+)/(Rev|Add|Corr)\.(\d{1,4})")
_suffixes = {"Rev": "replaces", "Add": "adds_to", "Corr": "corrects"}


def entry_table(entries: Sequence[Entry], answers: Sequence[RawAnswer] = ()) -> pa.Table:
    """The rows of a batch, in the order of its entries; behind them those of answers, which hold nothing but bytes.

    Raises:
        LandingError: an offset does not lead to its quote, or a text cannot be written as UTF-8.
    """
    rows = [_row(entry) for entry in entries]
    rows += [{"raw_sha256": answer.raw_sha256, "raw": answer.raw} for answer in answers]
    return pa.Table.from_pylist(rows, schema=entry_schema)


def _row(entry: Entry) -> dict[str, Any]:
    try:
        return _columns(entry.publication, entry.analysis)
    except (UnicodeEncodeError, LandingError) as error:
        raise LandingError(f"{entry.publication.url}: cannot be written: {error}") from error


def _columns(publication: Publication, analysis: Analysis | None) -> dict[str, Any]:
    published, heading = publication.published, analysis.heading if analysis else None
    return {
        "document_id": publication.document_id,
        "identity": publication.identity,
        "url": publication.url,
        "seen_url": publication.seen_url,
        "title": publication.title,
        "symbol": publication.symbol,
        "body": publication.body,
        "kind": publication.kind,
        "stage": publication.stage,
        "language": publication.language,
        "symbol_key": symbol_key(publication.symbol) if publication.symbol else None,
        "title_key": title_key(publication.title),
        "session": heading.session if heading else None,
        "published_on": published.value if published else None,
        "published_precision": published.precision if published else None,
        "published_origin": published.origin if published else None,
        "author": publication.author,
        "summary": publication.summary,
        "agenda_item": heading.agenda_item if heading else None,
        "relevance": publication.relevance,
        "baseline": publication.baseline,
        "topics": publication.topics,
        "links": _links(publication, analysis),
        **text_columns(publication.document_id, publication.text, analysis),
    }


def symbol_key(symbol: str) -> int:
    """The same number for one symbol, however it is spaced; `md5_number_lower` in DuckDB."""
    return _number("".join(symbol.lower().split()))


def title_key(title: str) -> int | None:
    """The same number for one title, however it is punctuated; None where it has no words."""
    words = " ".join(re.findall(r"\w+", title.casefold()))
    return _number(words) if words else None


def _number(words: str) -> int:
    return int.from_bytes(hashlib.md5(words.encode(), usedforsecurity=False).digest()[8:], "little")


def _links(publication: Publication, analysis: Analysis | None) -> list[dict[str, Any]] | None:
    """What the source, the heading and the symbol say of other documents; None where they say nothing."""
    stated: list[tuple[str, str, str]] = [(link.relation, link.symbol, link.evidence) for link in publication.related]
    heading = analysis.heading if analysis else None
    stated += [("answers", symbol, note("heading")) for symbol in (heading.answers if heading else ())]
    if heading and heading.amends:
        stated.append(("amends", heading.amends, note("heading")))
    stated += [
        ("discontinues", each.symbol, " ".join(clause.display.split()))
        for clause in (analysis.clauses if analysis else ())
        for each in discontinued(clause.display, publication.body)
    ]
    suffix = _suffix.fullmatch(publication.symbol or "")
    if suffix:
        base, kind, number = suffix[1], suffix[2], int(suffix[3])
        before = f"{base}/Rev.{number - 1}" if kind == "Rev" and number > 1 else base
        stated.append((_suffixes[kind], before, note("suffix", suffix=f"{kind}.{number}")))
    return [
        {"relation": relation, "symbol": symbol, "key": symbol_key(symbol), "evidence": evidence}
        for relation, symbol, evidence in stated
    ] or None


def text_columns(
    document_id: str, text: DocumentText | None, analysis: Analysis | None, *, reader: int | None = None
) -> dict[str, Any]:
    """The columns of a version and of what was found in it; none without a text. `reader` took it, or today's.

    Raises:
        LandingError: an offset does not lead to its quote.
    """
    if text is None:
        return {}
    text_sha256 = hashlib.sha256(text.text.encode()).hexdigest()
    key = hashlib.sha256(f"{document_id}\n{text_sha256}".encode()).hexdigest()
    return {
        "version_id": key,
        "text": text.text,
        "text_sha256": text_sha256,
        "words_sha256": words_sha256(text.text),
        "raw_sha256": text.raw_sha256,
        "media_type": text.media_type,
        "reader": reader_of(text.media_type) if reader is None else reader,
        "part": text.part,
        "raw": text.raw,
        "page_starts": text.page_starts,
        "flags": text.flags,
        **{f"band_{place}": band for place, band in enumerate(fingerprint(text.text), 1)},
        **_analysis_columns(key, text, analysis),
    }


def _analysis_columns(key: str, document: DocumentText, analysis: Analysis | None) -> dict[str, Any]:
    """What an analysis fills; every span is checked against the text, for this is where rows are made."""
    if analysis is None:
        return {**_UNREAD, "reading": "none", "reasons": [_why_unread(document)]}
    text, page_starts = document.text, document.page_starts
    return {
        "rules": mandates.RULES_VERSION,
        "reading": analysis.reading,
        "reasons": analysis.reading_reasons,
        "analysis_language": analysis.language,
        "preamble": [{"start": start, "end": end} for start, end in analysis.preamble],
        "notes": analysis.notes,
        "clauses": [_clause_row(key, text, page_starts, clause) for clause in analysis.clauses],
        "citations": [
            {
                "citation_id": f"{key}:c{citation.start}",
                **_checked(text, citation.start, citation.end, citation.quote),
                "symbol": citation.symbol,
            }
            for citation in analysis.citations
        ],
    }


def _why_unread(document: DocumentText) -> str:
    """Why a text has no analysis, for people."""
    known = (words for flag, words in _WITHOUT_WORDS.items() if flag in document.flags)
    return f"{next(known, 'its text could not be analysed')}: please look at the document"


def _clause_row(key: str, text: str, page_starts: Sequence[int], clause: Clause) -> dict[str, Any]:
    clause_id = f"{key}:{clause.start}"
    return {
        "clause_id": clause_id,
        "position": clause.position,
        "number": clause.number,
        **_checked(text, clause.start, clause.end, clause.quote),
        "page": bisect_right(page_starts, clause.start) if page_starts else None,
        "display": clause.display,
        "verb": clause.verb,
        "type": clause.type,
        "is_mandate": clause.is_mandate,
        "addressee": clause.addressee,
        "addressee_id": clause.addressee_id,
        "agenda_item": clause.agenda_item,
        "rule": clause.rule,
        "evidence": [
            {"label": found.label, "rule": found.rule, **_checked(text, found.start, found.end, found.quote)}
            for found in clause.evidence
        ],
        "confidence": clause.confidence,
        "review": clause.review,
        "mandates": [
            _mandate_row(f"{clause_id}:{place}", text, mandate) for place, mandate in enumerate(clause.mandates, 1)
        ],
    }


def _mandate_row(mandate_id: str, text: str, mandate: Mandate) -> dict[str, Any]:
    for due in mandate.dues:
        _checked(text, due.start, due.end, due.quote)
    return {
        "mandate_id": mandate_id,
        **_checked(text, mandate.start, mandate.end, mandate.quote),
        **mandate_fields.values(mandate),
    }


def _checked(text: str, start: int, end: int, quote: str) -> dict[str, Any]:
    """A span whose offsets lead to its quote, which is what every reader of the warehouse relies on."""
    if text[start:end] != quote:
        raise LandingError(f"the offsets {start}:{end} point to {text[start:end][:60]!r}, not to {quote[:60]!r}")
    return {"start": start, "end": end, "quote": quote}
