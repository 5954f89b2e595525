"""The analysis of a whole text: one pass from characters to clauses, mandates and citations."""

from __future__ import annotations

import hashlib
import re
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from mandates.clause_reader import ClauseReader
from mandates.clauses.forms.choice import read_parts
from mandates.clauses.misread import mended
from mandates.clauses.reading import UNSUPPORTED, how_read
from mandates.deadlines.resolve import Resolver
from mandates.documents.citations import read_citations
from mandates.documents.heading import completed, read_heading
from mandates.documents.parts import MOST_DOCUMENTS, read_documents, symbols_of
from mandates.languages.lexicon import lexicon
from mandates.model import Analysis, Clause, Part, Segment, TextError
from mandates.text import language as languages
from mandates.text.signs import unusual
from mandates.text.view import view_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from mandates.model import Heading, Kind, Session, Stage
    from mandates.text.view import View

# Two hundred times the longest resolution; more is no document, and would take minutes.
max_chars = 40_000_000
# So many of the citations that were not understood are named.
_FEW = 10
_BINARY = {*map(chr, (*range(9), *range(0x0E, 0x1C))), "\ufffd"}
_binary = re.compile(f"[{''.join(_BINARY)}]")


def analyse(
    text: str,
    *,
    sessions: Sequence[Session] = (),
    heading: Heading | None = None,
    body: str | None = None,
    symbol: str | None = None,
    kind: Kind | None = None,
    stage: Stage | None = None,
    published_on: date | None = None,
) -> Analysis:
    """Analyse `text`. Offsets in the result are into `text` as given.

    `sessions` is the calendar by which sessions become days; `heading` what is known of the document (else it is read
    from the text). `body`, `symbol`, `kind` and `stage` are what the source knows: they complete what the text leaves
    open, before its clauses are read. `published_on` is the day from which "within six months" counts where the text
    has no date of its own.

    Raises:
        TextError: the text is binary or too long.
    """
    _refuse(text)
    own = completed(heading or read_heading(text), body=body, symbol=symbol, kind=kind, stage=stage)
    notes: list[str] = []
    code = languages.detect(text)
    if not text.strip():
        notes.append("the text is empty")
    elif code is None:
        notes.append("the language could not be told; no clauses were looked for")
    elif not languages.is_supported(code):
        notes.append(
            f"the text is in {languages.name_of(code)}, for which there is no lexicon; no clauses were looked for"
        )
    cited = read_citations(text, own.body, own.session)
    if cited.unread:
        notes.append(f"cited, but not understood: {'; '.join(cited.unread[:_FEW])}")
    preamble: tuple[tuple[int, int], ...] = ()
    clauses: tuple[Clause, ...] = ()
    documents: tuple[Part, ...] = (Part(own.symbol, own.title, own.kind, 0, len(text), ()),)
    form = "none"
    segments: tuple[Segment, ...] = ()
    supported = languages.is_supported(code)
    reading, reasons = ("complete", ()) if supported or not text.strip() else UNSUPPORTED
    if supported:
        words = lexicon(code or "en")
        view, garbled = mended(view_of(text), words)
        parts = read_parts(view.text, words, own.kind)
        reading, reasons = how_read(own.kind, text, view.text, parts, words)
        on = own.adopted_on or published_on
        resolver = Resolver(sessions, own.body, on, code or "en")
        reader = ClauseReader(text, view, words, own, resolver, garbled)
        form = parts.form
        segments = tuple(_in_source(view, segment) for segment in parts.segments)
        preamble = tuple(view.span(start, end) for start, end in parts.preamble)
        # Two forms can find a clause at one place, and a clause is known by where it begins.
        found = sorted({view.source(part.start): part for part in reversed(parts.clauses)}.items())
        opened = [view.source(place) for place in parts.opened]
        documents = read_documents(text, opened, [view.span(part.start, part.end) for _, part in found], own)
        symbols = symbols_of(documents, own.symbol)
        numbers = [None, *(part.number for _, part in found), None]
        readers: dict[int, ClauseReader] = {}
        for part in documents if len(documents) > 1 else ():
            # What counts from the adoption counts from that of its own resolution.
            adopted = read_heading(text[part.start : part.end]).adopted_on or on
            each = replace(reader, resolver=Resolver(sessions, own.body, adopted, code or "en"))
            readers |= dict.fromkeys(part.clauses, each)
        # A long text has no room for its paragraphs beside all their clauses.
        ahead = deque(part for _, part in found)
        del parts, found
        clauses = tuple(
            readers.get(place, reader).clause(place, ahead.popleft(), symbols.get(place), numbers[place : place + 3])
            for place in range(len(ahead))
        )
    if len(documents) > MOST_DOCUMENTS:
        notes.append(f"{len(documents):,} resolutions in one text; more than {MOST_DOCUMENTS:,} are recorded as one")
    return Analysis(
        text_sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        chars=len(text),
        language=code,
        heading=own,
        preamble=preamble,
        clauses=clauses,
        citations=cited.citations,
        notes=tuple(notes),
        reading=reading,
        reading_reasons=reasons,
        form=form,
        parts=documents,
        segments=segments,
    )


def _refuse(text: str) -> None:
    if len(text) > max_chars:
        raise TextError(f"the text has {len(text):,} characters; more than {max_chars:,} are not analysed")
    sample = text[:65_536]
    if "\0" in sample or (unusual(sample) & _BINARY and len(_binary.findall(sample)) > len(sample) * 0.05):
        raise TextError("the text is binary: it holds control characters that no document has")


def _in_source(view: View, segment: Segment) -> Segment:
    """The segment with its places in the source text."""
    start, end = view.span(segment.start, segment.end)
    return replace(segment, start=start, end=end)
