"""A finding: one thing that people may want to know, with the document, the clause and the deadlines it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from warehouse.findings.titles import display_title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

FindingKind = Literal[
    "new_document",
    "new_mandate",
    "changed_clause",
    "draft_adopted",
    "corrigendum",
    "mandate_due",
    "mandate_overdue",
    "mandate_answered",
    "mandate_renewed",
    "mandate_dropped",
    "item_unreadable",
    "reading_incomplete",
    "reading_corrected",
    "alerts_held",
    "weekly_report",
    "source_state",
    "delivery_state",
]

# Notes of findings that a newer reader or newer rules made: in documents that were recorded and read otherwise, and in
# new texts that could be compared only with a former reader's.
REREAD = "found by reading the text again"
UNREAD = "read by a newer reader"
BY_A_NEWER_READER = frozenset({REREAD, UNREAD})


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as written and as days, both inclusive.

    `words` is None for one that a person decided, `first` and `last` where no day is known. `basis` is one of
    mandates.model.Basis or "decided", `sense` one of mandates.model.Sense.
    """

    words: str | None = None
    first: date | None = None
    last: date | None = None
    basis: str = "none"
    sense: str | None = None

    def __str__(self) -> str:
        days = "/".join(str(day) for day in dict.fromkeys((self.first, self.last)) if day)
        words = " ".join(self.words.split()) if self.words else ""
        return f"{words} ({days})" if words and days else words or days


def deadlines_of(dues: Iterable[Mapping[str, Any]]) -> tuple[Deadline, ...]:
    """The deadlines of a task as `mandates.dues` and `current_mandates.deadlines` hold them."""
    return tuple(
        Deadline(due["quote"], due["due_start"], due["due_end"], due["basis"] or "none", due["sense"]) for due in dues
    )


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What a finding says of its document. `sources` are the ids of the sources that showed it."""

    document_id: str
    symbol: str | None = None
    title: str = ""
    body: str | None = None
    kind: str = "other"
    stage: str | None = None
    language: str | None = None
    url: str = ""
    published_on: date | None = None
    published_precision: str | None = None
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What people call it: its symbol, else its title."""
        return self.symbol or self.title

    @property
    def topic(self) -> str:
        """The title as people see it; "" where it says no more than the symbol."""
        shown = display_title(self.title, self.symbol, self.body)
        named = {
            "".join(name.split()) for name in (self.symbol, (self.symbol or "").removeprefix(f"{self.body}/")) if name
        }
        return "" if "".join(shown.split()) in named else shown


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    """What a finding says of a clause, or of the one mandate in it that the finding is about; all None without one.

    `page` counts from 1. `agenda_title` is the title of the agenda item. `task_key` is the lasting name of the
    mandate. `review` says why somebody should look at its reading. `deadlines` are all those of the mandate.
    `responsible` is the unit to which a person gave it.
    """

    clause_id: str | None = None
    number: str | None = None
    page: int | None = None
    quote: str | None = None
    verb: str | None = None
    type: str | None = None
    addressee: str | None = None
    addressee_id: str | None = None
    addressee_resolved: str | None = None
    agenda_item: str | None = None
    agenda_title: str | None = None
    action: str | None = None
    deliverable: str | None = None
    mandate_id: str | None = None
    task_key: str | None = None
    deadlines: tuple[Deadline, ...] = ()
    review: tuple[str, ...] = ()
    responsible: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A document that answered a task, by its symbol, else its title; `in_part` where it left something open."""

    document: str
    on: date | None = None
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class SoFar:
    """What was known of a task when a finding about it was made.

    `asked_since` is the day of the first resolution of its series that asks for it, `asked_in` its symbol, else its
    title; `times` is how many of the series do, 1 where none before. `reminded` are the days of the reminders that were
    written before, `answers` the documents that answered it before, both in their order. Of a finding about an answer,
    `answered_after` counts the days since it was asked for, `late` those since its deadline, negative before it;
    `in_part` says that it left something open.
    """

    asked_since: date | None = None
    asked_in: str | None = None
    times: int = 1
    reminded: tuple[date, ...] = ()
    answers: tuple[Answer, ...] = ()
    answered_after: int | None = None
    late: int | None = None
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth telling, with all that a message about it needs; no second look at the warehouse.

    `finding_id` is a sha256 of what makes it one thing (kind, document, mandate or clause, version). `baseline` is true
    on a source's first crawl. `due` is the deadline that comes near, in `days_left` days, or is past; `is_watched` is
    false where nobody could have seen an answer since. `before` is the former wording of a changed, corrected or
    renewed clause. `other_document` is the one that this corrects, answers, renews or was the draft of (its symbol,
    else its title); `earlier_task` and `earlier_mandate` are what a renewed clause asked for before. `correction` are
    the corrigendum's own words on the clause. `tries` and `since` say how often and since which day a listed document
    could not be read, `note` why. `corrected` is what was said of a mandate and is put right: field, value said, right
    value. Findings of several documents that are one event (a draft and its adoption, a resolution and the report it
    asked for) have the same `story`. `so_far` is what had become of the task before.
    """

    finding_id: str
    kind: FindingKind
    found_at: datetime
    baseline: bool
    document: DocumentFacts
    clause: ClauseFacts = ClauseFacts()
    due: Deadline | None = None
    days_left: int | None = None
    before: str | None = None
    note: str | None = None
    other_document: str | None = None
    other_url: str | None = None
    correction: str | None = None
    tries: int | None = None
    since: date | None = None
    corrected: tuple[tuple[str, str | None, str | None], ...] = ()
    story: str | None = None
    is_watched: bool = True
    earlier_task: str | None = None
    earlier_mandate: str | None = None
    so_far: SoFar | None = None

    @property
    def tasks(self) -> tuple[str, ...]:
        """The keys of the tasks that it is about: that of its clause, and the one which that renews."""
        return tuple(key for key in (self.clause.task_key, self.earlier_task) if key is not None)

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """All deadlines, the one that the finding is about first."""
        others = tuple(each for each in self.clause.deadlines if each != self.due)
        return others if self.due is None else (self.due, *others)

    @classmethod
    def for_operators(
        cls,
        kind: FindingKind,
        *,
        finding_id: str,
        about: str,
        title: str,
        note: str | None,
        now: datetime,
        sources: tuple[str, ...] = (),
    ) -> Self:
        """What operators should hear of a source or a delivery, which is `about` in the place of a document."""
        document = DocumentFacts(about, title=title, sources=sources)
        return cls(finding_id, kind, now, baseline=False, document=document, note=note)
