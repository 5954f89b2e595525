"""The analysis of a whole text: one pass from characters to clauses, mandates and citations."""

from __future__ import annotations

import hashlib
import re
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mandates.classify.actions import find_action
from mandates.classify.addressees import meant_by
from mandates.classify.agenda import find_agenda_item, title_of
from mandates.classify.classify import judge
from mandates.classify.confidence import Read, certainty
from mandates.classify.phrases import read_phrases
from mandates.clauses.forms.choice import read_parts
from mandates.clauses.reading import UNSUPPORTED, how_read
from mandates.deadlines.find import find_deadlines
from mandates.deadlines.resolve import Resolver
from mandates.documents.addressee_ids import addressee_id, is_pronoun
from mandates.documents.citations import read_citations
from mandates.documents.heading import completed, read_heading
from mandates.documents.parts import MOST_DOCUMENTS, read_documents
from mandates.languages.lexicon import lexicon
from mandates.languages.words import exactly
from mandates.model import Analysis, Clause, Due, Evidence, Mandate, Part, Segment, TextError
from mandates.text import language as languages
from mandates.text.view import shown, view_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from mandates.classify.classify import Judgement
    from mandates.clauses.paragraphs import Paragraph
    from mandates.languages.lexicon import Lexicon
    from mandates.model import ClauseType, Heading, Kind, Session, Stage
    from mandates.text.view import View

# Two hundred times the longest resolution; more is no document, and would take minutes.
max_chars = 40_000_000
# A phrase with all its sub-paragraphs; its deadlines and items are looked for no further.
longest_phrase = 40_000
# So many of the citations that were not understood are named.
_FEW = 10
SHORT_WORDS = 60
# A phrase ends before the conjunction that leads to the next, and before the stops beside it.
_ENDS = exactly(r"[\s,;]*(?:\b<<and_but>>\b)?[\s,;]*\Z")
_LAST_CHARS = 80
_binary = re.compile(r"[\x00-\x08\x0e-\x1b\ufffd]")


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
        view = view_of(text)
        words = lexicon(code or "en")
        parts = read_parts(view.text, words, own.kind)
        reading, reasons = how_read(own.kind, view.text, parts)
        resolver = Resolver(sessions, own.body, own.adopted_on or published_on, code or "en")
        one = _Reading(text, view, words, own, resolver)
        form = parts.form
        segments = tuple(_in_source(view, segment) for segment in parts.segments)
        preamble = tuple(view.span(start, end) for start, end in parts.preamble)
        # Two forms can find a clause at one place, and a clause is known by where it begins.
        found = sorted({view.source(part.start): part for part in reversed(parts.clauses)}.items())
        spans = [view.span(part.start, part.end) for _, part in found]
        documents = read_documents(text, [view.source(place) for place in parts.opened], spans, own)
        symbols = _symbols(documents, own.symbol)
        numbers = [None, *(part.number for _, part in found), None]
        clauses = tuple(
            one.clause(place, part, symbols.get(place), numbers[place : place + 3])
            for place, (_, part) in enumerate(found)
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
    if "\0" in sample or len(_binary.findall(sample)) > len(sample) * 0.05:
        raise TextError("the text is binary: it holds control characters that no document has")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What every clause of one text is read with."""

    text: str
    view: View
    lexicon: Lexicon
    heading: Heading
    resolver: Resolver

    def clause(self, place: int, part: Paragraph, symbol: str | None, numbers: Sequence[str | None]) -> Clause:
        judgements = judge(self.view.text, read_phrases(self.view.text, part, self.lexicon), self.lexicon)
        mandates = [self._mandate(judgement, part.start) for judgement in judgements if judgement.is_mandate]
        lead = judgements[0]
        strongest = next((each for each in judgements if each.is_mandate), None)
        kind = strongest.type if strongest else _type(judgements)
        shown_by = strongest or lead
        addressee = self._words(shown_by) if strongest or lead.type == kind else None
        first = mandates[0] if mandates else None
        dues = first.dues if first else self._dues(lead)
        if first and (report := _report_too(mandates)):
            kind, dues = "reporting_request", first.dues or report.dues
        start, end = self.view.span(part.start, part.end)
        quote, display = self.text[start:end], shown(self.view, part.start, part.end)
        before, number, after = numbers
        read = Read(
            self.view.text, display, judgements, mandates, (before, number, after), part.told, self.lexicon.language
        )
        sure = certainty(read)
        return Clause(
            position=place,
            number=part.number,
            start=start,
            end=end,
            quote=quote,
            display=quote if display == quote else display,
            verb=self._plain(*(part.lead.shown or (part.lead.start, part.lead.end))),
            type=kind,
            addressee=addressee,
            addressee_id=first.addressee_id if first else self._id(lead, addressee),
            dues=dues,
            agenda_item=first.agenda_item if first else None,
            rule=shown_by.rule,
            evidence=self._evidence(part, judgements, dues, sure.doubts),
            mandates=tuple(mandates),
            addressee_resolved=first.addressee_resolved if first else None,
            symbol=symbol,
            confidence=sure.confidence,
            review=sure.review,
        )

    def _mandate(self, judgement: Judgement, clause_start: int) -> Mandate:
        phrase = judgement.phrase
        start, end = self.view.span(phrase.start, self._trimmed(phrase.start, phrase.end))
        code = self.lexicon.language
        item = find_agenda_item(self.view.text, judgement.content, self._reach(judgement), code, judgement.type)
        item_words = self._plain(*item) if item else None
        action, deliverable = find_action(self.view.text, judgement.content, phrase.end, code)
        addressee = self._words(judgement)
        return Mandate(
            start=start,
            end=end,
            quote=self.text[start:end],
            verb=self._plain(phrase.lead.start, phrase.lead.end),
            type=judgement.type,
            addressee=addressee,
            addressee_id=self._id(judgement, addressee),
            dues=self._dues(judgement),
            agenda_item=item_words,
            agenda_title=title_of(item_words, self.heading.title) if item_words else None,
            action=action,
            deliverable=self._plain(*deliverable) if deliverable else None,
            rule=judgement.rule,
            addressee_resolved=self._resolved(judgement, addressee, clause_start),
        )

    def _resolved(self, judgement: Judgement, words: str | None, clause_start: int) -> str | None:
        """Whom a pronoun stands for, in the document's own words; None where the addressee is named."""
        if judgement.addressee is None or words is None or not is_pronoun(words):
            return None
        meant = meant_by(self.view.text, clause_start, judgement.addressee.start, self.lexicon)
        return self._plain(meant.start, meant.end) if meant else None

    def _dues(self, judgement: Judgement) -> tuple[Due, ...]:
        found = find_deadlines(
            self.view.text, judgement.phrase.lead.end, self._reach(judgement), self.lexicon.language, judgement.type
        )
        dues = []
        for deadline in found:
            start, end = self.view.span(deadline.start, deadline.end)
            before = self.view.text[max(judgement.phrase.start, deadline.start - 300) : deadline.start]
            words = self._plain(deadline.start, deadline.end)
            if self.resolver.is_past(words):
                continue
            for days in self.resolver.resolve(words, before):
                if judgement.type == "convening":
                    self.resolver.remember(self._plain(judgement.phrase.start, deadline.start), days)
                dues.append(
                    Due(start, end, self.text[start:end], days.first, days.last, days.basis, deadline.rule, days.sense)
                )
        return tuple(dues)

    def _evidence(
        self, part: Paragraph, judgements: Sequence[Judgement], dues: tuple[Due, ...], doubts: tuple[str, ...]
    ) -> tuple[Evidence, ...]:
        found = [self._because("clause", "told-decision" if part.told else "lead-verb", part.lead.start, part.lead.end)]
        for judgement in judgements:
            label = judgement.type if judgement.is_mandate else f"not a mandate: {judgement.type}"
            found.append(self._because(label, judgement.rule, judgement.phrase.lead.start, judgement.phrase.lead.end))
            if judgement.second:
                at = judgement.phrase.lead
                found.append(self._because(_second(judgement.lacks), judgement.second, at.start, at.end))
            if judgement.addressee:
                found.append(
                    self._because(
                        f"addressee: {judgement.addressee.standing}",
                        judgement.rule,
                        judgement.addressee.start,
                        judgement.addressee.end,
                    )
                )
        found += [self._because("doubt", doubt, part.lead.start, part.lead.end) for doubt in doubts]
        return (*found, *(Evidence("due", due.rule, due.start, due.end, due.quote) for due in dues))

    def _because(self, label: str, rule: str, start: int, end: int) -> Evidence:
        source_start, source_end = self.view.span(start, end)
        return Evidence(_one(label), rule, source_start, source_end, _one(self.text[source_start:source_end]))

    def _words(self, judgement: Judgement) -> str | None:
        return self._plain(judgement.addressee.start, judgement.addressee.end) if judgement.addressee else None

    def _id(self, judgement: Judgement, words: str | None) -> str | None:
        if judgement.addressee is None:
            return None
        body = None if judgement.addressee.standing == "states" else self.heading.body
        return addressee_id(
            words, self.view.text[max(0, judgement.addressee.start - 20_000) : judgement.addressee.start], body
        )

    def _reach(self, judgement: Judgement) -> int:
        return min(judgement.phrase.end, judgement.phrase.start + longest_phrase)

    def _plain(self, start: int, end: int) -> str:
        return _one(shown(self.view, start, end))

    def _trimmed(self, start: int, end: int) -> int:
        ends = _ENDS.search(self.view.text, max(start, end - _LAST_CHARS), end)
        return max(start + 1, ends.start() if ends else end)


def _second(lacks: str | None) -> str:
    return f"second best, lacks {lacks}" if lacks else "second best"


def _in_source(view: View, segment: Segment) -> Segment:
    """The segment with the places of the text that the view is of."""
    start, end = view.span(segment.start, segment.end)
    return replace(segment, start=start, end=end)


def _symbols(documents: Sequence[Part], own: str | None) -> dict[int, str | None]:
    """The symbol of the document that each clause stands in; the text's own where its documents have none."""
    if not any(part.symbol for part in documents):
        return {place: own for part in documents for place in part.clauses}
    return {place: part.symbol for part in documents for place in part.clauses}


def _one(words: str) -> str:
    """The same words as one object: "Requests" stands in each of a text's hundred thousand clauses."""
    return sys.intern(words) if len(words) < SHORT_WORDS else words


def _report_too(mandates: Sequence[Mandate]) -> Mandate | None:
    """The report that is asked of whom the clause gives a task first: both together are a reporting request."""
    first = mandates[0]
    if first.type != "task_assignment" or first.addressee is None:
        return None
    same = (
        each
        for each in mandates[1:]
        if (each.addressee and is_pronoun(each.addressee)) or each.addressee_id == first.addressee_id
    )
    return next((each for each in same if each.type == "reporting_request"), None)


def _type(judgements: Sequence[Judgement]) -> ClauseType:
    return "exhortation" if any(each.type == "exhortation" for each in judgements) else "statement"
