"""One clause: from its paragraph to its mandates, their deadlines, and the evidence for each."""

from __future__ import annotations

import sys
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mandates.classify.actions import find_action, papers_of_their_own
from mandates.classify.addressees import introduction_end, meant_by
from mandates.classify.agenda import find_agenda_item, title_of
from mandates.classify.classify import judge
from mandates.classify.confidence import Read, certainty
from mandates.classify.phrases import read_phrases
from mandates.deadlines.find import Deadline, find_deadlines
from mandates.deadlines.once import named_once
from mandates.documents.addressee_ids import addressee_id, is_pronoun
from mandates.languages.words import exactly
from mandates.model import Clause, Due, Evidence, Mandate
from mandates.text.view import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.classify.addressees import Addressee
    from mandates.classify.classify import Judgement
    from mandates.clauses.leads import Lead
    from mandates.clauses.paragraphs import Paragraph
    from mandates.deadlines.resolve import Resolver
    from mandates.languages.lexicon import Lexicon
    from mandates.model import ClauseType, Heading
    from mandates.text.view import View

# A phrase with all its sub-paragraphs; its deadlines and items are looked for no further.
longest_phrase = 40_000
SHORT_WORDS = 60
# A phrase ends before the conjunction that leads to the next, and before the stops beside it.
_ENDS = exactly(r"[\s,;]*(?:\b<<and_but>>\b)?[\s,;]*\Z")
_LAST_CHARS = 80


@dataclass(frozen=True, slots=True)
class ClauseReader:
    """Reads the clauses of one text."""

    text: str
    view: View
    lexicon: Lexicon
    heading: Heading
    resolver: Resolver
    garbled: Sequence[int] = ()
    """Where verbs were mended in the view, in order."""

    def clause(self, place: int, part: Paragraph, symbol: str | None, numbers: Sequence[str | None]) -> Clause:
        """The clause at `place` among those of the text; `numbers` are those before it, its own and the next."""
        judgements = judge(self.view.text, read_phrases(self.view.text, part, self.lexicon), self.lexicon)
        carrying = [judgement for judgement in judgements if judgement.is_mandate]
        mandates = [self._mandate(judgement, part.start) for judgement in carrying]
        lead = judgements[0]
        # Of "Approves the strategy and requests the Director to report" the later verb says what is to be done.
        passes = carrying[:1] == [lead] and lead.phrase.lead.lemma in self.lexicon.passing and len(carrying) > 1
        strongest = next(iter(carrying[passes:]), None)
        kind = strongest.type if strongest else _type(judgements)
        shown_by = strongest or lead
        addressee = self._words(shown_by) if strongest or lead.type == kind else None
        first = mandates[passes] if mandates else None
        if first:
            # "in its future reports", of a second task, says where and not when.
            others = mandates[passes + 1 :]
            timed = (each.dues for each in others if any(due.rule != "due-reports" for due in each.dues))
            dues = first.dues or next(timed, ())
        else:
            dues = self._dues(next((each for each in judgements if each.type == kind), lead))
        if first and _report_too(mandates[passes:]):
            kind = "reporting_request"
        start, end = self.view.span(part.start, part.end)
        quote, display = self.text[start:end], shown(self.view, part.start, part.end)
        before, number, after = numbers
        around, language = (before, number, after), self.lexicon.language
        garbled = bisect_left(self.garbled, part.lead.end) > bisect_left(self.garbled, part.start)
        read = Read(self.view.text, display, judgements, mandates, around, part.told, language, garbled)
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
        action, first = find_action(self.view.text, judgement.content, phrase.end, code)
        dues = self._dues(judgement)
        delivered = [first] if first else []
        if first and len({due.start for due in dues}) > 1:
            ends = [each.end for each in self._deadlines(judgement)]
            delivered += papers_of_their_own(self.view.text, first[1], ends, self._reach(judgement), code)
        addressee = self._words(judgement)
        return Mandate(
            start=start,
            end=end,
            quote=self.text[start:end],
            verb=self._plain(phrase.lead.start, phrase.lead.end),
            type=judgement.type,
            addressee=addressee,
            addressee_id=self._id(judgement, addressee),
            dues=dues,
            agenda_item=item_words,
            agenda_title=title_of(item_words, self.heading.title) if item_words else None,
            action=action,
            deliverable="; ".join(dict.fromkeys(self._plain(*span) for span in delivered)) or None,
            rule=judgement.rule,
            addressee_resolved=self._resolved(judgement, addressee, clause_start),
        )

    def _resolved(self, judgement: Judgement, words: str | None, clause_start: int) -> str | None:
        """Whom a pronoun refers to, in the document's own words; None where the addressee is named."""
        if judgement.addressee is None or words is None or not is_pronoun(words):
            return None
        # Before the conjunction of the verb, or before the pronoun where that precedes it ("et le prie").
        end = self._trimmed(clause_start, min(judgement.addressee.start, judgement.phrase.start))
        meant = meant_by(self.view.text, clause_start, end, self.lexicon)
        return self._plain(meant.start, meant.end) if meant else None

    def _deadlines(self, judgement: Judgement) -> list[Deadline]:
        lead, code = judgement.phrase.lead, self.lexicon.language
        found = list(find_deadlines(self.view.text, lead.end, self._reach(judgement), code, judgement.type))
        if lead.subject is not None:
            # "By 30 June 2029, the Board shall": the deadline may precede the subject.
            begins = introduction_end(self.view.text, lead.begin, lead.start, self.lexicon)
            found = [*find_deadlines(self.view.text, lead.begin, begins, code, judgement.type), *found]
        return found

    def _dues(self, judgement: Judgement) -> tuple[Due, ...]:
        dues = []
        for deadline in self._deadlines(judgement):
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
        return named_once(dues, self.text, self.lexicon.language)

    def _evidence(
        self, part: Paragraph, judgements: Sequence[Judgement], dues: tuple[Due, ...], doubts: tuple[str, ...]
    ) -> tuple[Evidence, ...]:
        lead = self._place(part.lead)
        found = [Evidence("clause", "told-decision" if part.told else "lead-verb", *lead)]
        for judgement in judgements:
            label = judgement.type if judgement.is_mandate else f"not a mandate: {judgement.type}"
            verb = lead if judgement.phrase.lead is part.lead else self._place(judgement.phrase.lead)
            found.append(Evidence(_one(label), judgement.rule, *verb))
            if judgement.second:
                found.append(Evidence(_one(_second(judgement.lacks)), judgement.second, *verb))
            if judgement.addressee:
                label = _one(f"addressee: {judgement.addressee.standing}")
                found.append(Evidence(label, judgement.rule, *self._place(judgement.addressee)))
        found += [Evidence("doubt", doubt, *lead) for doubt in doubts]
        return (*found, *(Evidence("due", due.rule, due.start, due.end, due.quote) for due in dues))

    def _place(self, words: Lead | Addressee) -> tuple[int, int, str]:
        """Where the words are in the text, and as they are there."""
        start, end = self.view.span(words.start, words.end)
        return start, end, _one(self.text[start:end])

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


def _one(words: str) -> str:
    """The same words as one object: a text may have a hundred thousand clauses that begin with "Requests"."""
    return sys.intern(words) if len(words) < SHORT_WORDS else words


def _report_too(mandates: Sequence[Mandate]) -> bool:
    """Whether a report is asked of the first addressee with a task; the two together are a reporting request."""
    first = mandates[0]
    if first.type != "task_assignment" or first.addressee is None:
        return False
    same = (
        each
        for each in mandates[1:]
        if (each.addressee and is_pronoun(each.addressee)) or each.addressee_id == first.addressee_id
    )
    return any(each.type == "reporting_request" for each in same)


def _type(judgements: Sequence[Judgement]) -> ClauseType:
    return "exhortation" if any(each.type == "exhortation" for each in judgements) else "statement"
