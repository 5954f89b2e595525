"""What a document answers among the tasks of a resolution that it names: one rule for each kind of task.

    answer.report.paragraph   the opening names the paragraph that asks for the report
    answer.report.only        the resolution asks those who report for one report alone, on this matter, by then
    answer.report.matter      it asks for several, and the matter of one of them alone is that of the report
    answer.report.undecided   it may be an answer, and what was read does not decide it: for somebody to look at
    answer.meeting.report     the report of a meeting that the resolution convened
    answer.body.document      a document of a body that the resolution set up, which says so
    answer.agenda.document    a document of the session whose head names the item that the resolution placed there

A rule asks four questions: does the opening say that it answers, who reports, for which session or day, on what? No
title alone answers any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.notes import joined, note
from mandates.languages.words import expression
from warehouse.ledger.evidence import Evidence
from warehouse.links.answer_fit import is_asked, when_of
from warehouse.links.answer_parts import (
    claims_on,
    in_full,
    name_words,
    reports_on_meeting,
    series_of,
    subject,
    wants_account,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.documents.report_opening import Claim
    from warehouse.ledger.evidence import Says
    from warehouse.links.answer_fit import When
    from warehouse.links.answer_parts import Answering, Asking

REPORT_RULES = "answer.report."
# What can be handed over in a document, where it is asked for as a task.
_PAPERS = frozenset(["report", "study", "summary", "oral_update"])
_LONGEST_WORDS = 600


def evidence_of(answering: Answering, tasks: Sequence[Asking]) -> Iterator[Evidence]:
    """What a document shows of the tasks of one resolution that its opening names."""
    claims = claims_on(answering, tasks[0].symbol) if tasks and tasks[0].symbol else ()
    if not claims or (answering.day and tasks[0].day and answering.day <= tasks[0].day):
        return
    case = _Case(answering, claims)
    yield from case.reports(tasks)
    if answering.opening.delay:
        return
    for task in tasks:
        if task.type == "convening":
            yield from case.meeting(task)
        elif task.type == "establishment":
            yield from case.body(task)
        elif task.type == "agenda_placement":
            yield from case.agenda(task)


@dataclass(frozen=True, slots=True)
class _Case:
    """One document, and what its opening says of one resolution."""

    answering: Answering
    claims: Sequence[Claim]

    def reports(self, tasks: Sequence[Asking]) -> Iterator[Evidence]:
        """The requests for a report that it answers; none where it only says that somebody was set up."""
        claims = [claim for claim in self.claims if claim.how != "set up"]
        named = {number for claim in claims for number in claim.paragraphs}
        wanted = [
            (task, when_of(self.answering, task))
            for task in tasks
            if claims and _wants_paper(task) and is_asked(self.answering, task, claims)
            if (task.number in named if named else wants_account(task.quote) or not self._is_account())
        ]
        fitting = [(task, when) for task, when in wanted if when.fits]
        if self.answering.opening.delay:
            yield from self._late(fitting)
            return
        if not named:
            yield from self._of_all(fitting)
        for number in dict.fromkeys(task.number for task, _ in fitting if named):
            of_paragraph = [(task, when) for task, when in fitting if task.number == number]
            yield from self._best(of_paragraph, "answer.report.paragraph", note("paragraph", number=number))
        for task, when in wanted:
            if named and not when.fits:
                yield self._undecided(task, when, joined("but", note("paragraph", number=task.number), when.said))

    def meeting(self, task: Asking) -> Iterator[Evidence]:
        """That a meeting was held, where this is a report on it; what comes before the meeting is none."""
        held = min((each.first for each in task.deadlines if each.first), default=None)
        is_before = held and self.answering.day and self.answering.day < held
        if not is_before and self._calls(task, " ".join((self.answering.title, *self.answering.opening.heading))):
            yield self.evidence(task, "answer.meeting.report", note("meeting", what=task.deliverable))

    def body(self, task: Asking) -> Iterator[Evidence]:
        """That a body was set up, where this is a document in its name."""
        if any(self._calls(task, issuer) for issuer in self.answering.opening.issuers):
            yield self.evidence(task, "answer.body.document", note("body", what=task.deliverable))

    def agenda(self, task: Asking) -> Iterator[Evidence]:
        """That a session dealt with an item, where this is a document of the session under the item."""
        item, when = subject(task.agenda_title or ""), when_of(self.answering, task)
        if not item or not when.by_session:
            return
        named, series = self.answering.opening.items, series_of(self.answering.symbol)
        if item <= subject(named):
            words = named
        elif series and series == series_of(task.symbol) and self.answering.symbol:
            words = self.answering.symbol
        else:
            return
        said = note("item", number=self.answering.session, words=words)
        yield self.evidence(task, "answer.agenda.document", said, when.occurrence, words=words)

    def evidence(
        self, task: Asking, rule: str, said: str, occurrence: int | None = None, says: Says = "answered",
        *, words: str | None = None,
    ) -> Evidence:  # fmt: skip
        """The evidence with its words; by default the sentence that names the paragraph, else the first on the text."""
        words = words or next(
            (claim.words for claim in self.claims if task.number in claim.paragraphs), self.claims[0].words
        )
        return Evidence(
            task_key=task.task_key,
            says=says,
            document_id=self.answering.document_id,
            rule=rule,
            occurrence=occurrence,
            happened_on=self.answering.day,
            words=words[:_LONGEST_WORDS],
            note=said,
        )

    def _late(self, fitting: Sequence[tuple[Asking, When]]) -> Iterator[Evidence]:
        """That a request has not been answered yet, where it is plain which one; of several, nothing."""
        delay = self.answering.opening.delay or ""
        if len({task.number for task, _ in fitting}) == 1 or any(claim.paragraphs for claim in self.claims):
            for task, when in fitting:
                said = note("late", words=delay[:_LONGEST_WORDS])
                yield self.evidence(task, "answer.report.undecided", said, when.occurrence, "unknown", words=delay)

    def _of_all(self, fitting: Sequence[tuple[Asking, When]]) -> Iterator[Evidence]:
        """Which of all requests of the resolution is answered, where no paragraph is named."""
        if len(fitting) != 1:
            yield from self._best(fitting, "answer.report.matter", note("closest"))
            return
        ((task, when),) = fitting
        if shared := subject(self._says()) & (task.subject | subject(task.title)):
            said = note("only", document=task.symbol, words=in_full(shared, self._says()))
            yield self._report(task, "answer.report.only", said, when)
        else:
            yield self._undecided(task, when, note("elsewhere", document=task.symbol))

    def _best(self, fitting: Sequence[tuple[Asking, When]], rule: str, said: str) -> Iterator[Evidence]:
        """The one of several requests whose own words it shares most; where none is ahead nothing is decided."""
        if len(fitting) == 1:
            yield self._report(fitting[0][0], rule, said, fitting[0][1])
            return
        for about in (subject(self.answering.title), subject(self._says())):
            scores = [len(about & (task.subject - _others(task, fitting))) for task, _ in fitting]
            first = max(scores, default=0)
            if first and scores.count(first) == 1:
                task, when = fitting[scores.index(first)]
                yield self._report(task, rule, said, when)
                return
        numbers = ", ".join(dict.fromkeys(task.number for task, _ in fitting if task.number))
        for task, when in fitting:
            yield self._undecided(task, when, note("which", numbers=numbers))

    def _report(self, task: Asking, rule: str, said: str, when: When) -> Evidence:
        opening = self.answering.opening
        if task.addressee and not opening.issuers:
            return self._undecided(task, when, joined("but", said, note("nameless")))
        is_part = opening.is_partial and not expression(r"\b<<partial_report>>\b").search(task.quote)
        said = joined("and", said, when.said, note("interim") if is_part else "")
        return self.evidence(task, rule, said, when.occurrence, "partly_answered" if is_part else "answered")

    def _undecided(self, task: Asking, when: When, said: str) -> Evidence:
        return self.evidence(task, "answer.report.undecided", said, when.occurrence, "unknown")

    def _calls(self, task: Asking, words: str) -> bool:
        """Whether `words` call what was set up or held by its name, and the document is of the matter of that."""
        name = name_words(task.deliverable or "")
        matter = (subject(task.quote) | subject(task.title)) - name
        return bool(name and name <= name_words(words) and matter & subject(f"{words} {self.answering.title}"))

    def _says(self) -> str:
        """What says what the document is about: its heading, and the sentences in which it says what it answers."""
        headings = (self.answering.title, *self.answering.opening.heading)
        return " ".join((*headings, *(claim.words for claim in self.claims)))

    def _is_account(self) -> bool:
        return reports_on_meeting((self.answering.title, *self.answering.opening.heading))


def _wants_paper(task: Asking) -> bool:
    return task.type == "reporting_request" or (task.type == "task_assignment" and task.action in _PAPERS)


def _others(task: Asking, fitting: Sequence[tuple[Asking, When]]) -> frozenset[str]:
    """The words of the other requests."""
    return frozenset().union(*(other.subject for other, _ in fitting if other is not task))
