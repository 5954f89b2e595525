"""The shapes of an analysis.

All offsets are Python character offsets into the text as it was given; `text[start:end] == quote` holds for every span.

Errors:
    MandatesError
    └── TextError        the text cannot be analysed (it is binary, or over the size limit)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from datetime import date

ClauseType = Literal[
    "agenda_placement",
    "reporting_request",
    "task_assignment",
    "establishment",
    "convening",
    "budget",
    "extension_renewal",
    "exhortation",
    "statement",
]
Kind = Literal["resolution", "decision", "amendment", "report", "initiative", "statement", "news", "other"]
# Documents in which a body decides.
DECIDING = frozenset({"resolution", "decision", "statement"})
# Documents that tell what bodies decided, and may quote it.
NARRATING = frozenset({"report", "news", "initiative"})
Stage = Literal["preliminary_draft", "draft", "adopted", "official_record"]
Basis = Literal["stated date", "session calendar", "inferred", "none"]
Sense = Literal["by", "from", "not before", "on", "within", "until", "each"]
Reading = Literal["complete", "partial", "none"]
Precision = Literal["day", "month", "year"]


class MandatesError(Exception):
    """Anything this package refuses to do."""


class TextError(MandatesError):
    """The text cannot be analysed; `reason` says why in a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Session(Protocol):
    """One sitting of a body, as the session calendar (`config.sessions`) holds it."""

    @property
    def body(self) -> str:
        """Short name of the body: AALCO, UNGA, UNGA-C3, HRC, ECOSOC, IPU, IOM, ILO."""

    @property
    def number(self) -> int:
        """Ordinal of the session."""

    @property
    def start(self) -> date:
        """First day."""

    @property
    def end(self) -> date:
        """Last day."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a label was given: the rule's id and the words that triggered it."""

    label: str
    rule: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as written, and the days it resolves to (inclusive; None where it stays open)."""

    start: int
    end: int
    quote: str
    due_start: date | None
    due_end: date | None
    basis: Basis
    rule: str
    sense: Sense = "on"


@dataclass(frozen=True, slots=True)
class Mandate:
    """What one verb of a clause asks of an organ, or brings about by itself.

    `addressee` is as written, `addressee_id` normalised ("un:secretary-general", "aalco:secretariat").
    `action` is one of a short list (report, study, meeting, committee …), `deliverable` the document's own words for
    it; papers with deadlines of their own follow after a semicolon ("a report; an oral update").
    `agenda_item` is as written, `agenda_title` what it stands for ("this item" is the document's own title).
    """

    start: int
    end: int
    quote: str
    verb: str
    type: ClauseType
    addressee: str | None
    addressee_id: str | None
    dues: tuple[Due, ...]
    agenda_item: str | None
    agenda_title: str | None
    action: str | None
    deliverable: str | None
    rule: str
    addressee_resolved: str | None = None
    """Whom a pronoun refers to."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One operative paragraph. `display` is the quote as people should see it: no furniture, markup, footnote marks.

    `type`, `addressee`, `dues`, `agenda_item` and `rule` are those of the strongest mandate where there is one.
    """

    position: int
    number: str | None
    start: int
    end: int
    quote: str
    display: str
    verb: str
    type: ClauseType
    addressee: str | None
    addressee_id: str | None
    dues: tuple[Due, ...]
    agenda_item: str | None
    rule: str
    evidence: tuple[Evidence, ...]
    mandates: tuple[Mandate, ...]
    addressee_resolved: str | None = None
    symbol: str | None = None
    """Of the resolution that contains the clause, where a text has several; None where its head is missing."""
    confidence: float = 1.0
    """How sure the reading is, 0 to 1: the share of clauses read like this one that are right in every field."""
    review: tuple[str, ...] = ()
    """Why somebody should look, in plain English; empty where the reading is sure."""

    @property
    def is_mandate(self) -> bool:
        """Whether any verb of the clause carries a mandate."""
        return bool(self.mandates)


@dataclass(frozen=True, slots=True)
class Citation:
    """A document that the text names; `symbol` is normalised ("A/RES/56/170")."""

    start: int
    end: int
    quote: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Heading:
    """What a document says of itself at its head. Nothing here is guessed: what is not said is None.

    `symbol` is the document's own, never the first one found in the text. `adopted_on` is the day of adoption or issue.
    `session` is the ordinal of the body's session; `answers` are the symbols a report says it answers.
    """

    symbol: str | None
    title: str | None
    body: str | None
    kind: Kind
    stage: Stage | None
    session: int | None
    adopted_on: date | None
    adopted_precision: Precision | None
    agenda_item: str | None
    answers: tuple[str, ...]
    amends: str | None = None
    """The symbol of the draft to which an amendment is proposed."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the resolutions that a text holds, as a span of it; `clauses` are places in the analysis's clauses.

    The parts follow each other without a gap; before the first there may be a cover page. A text that holds one
    document is one part.
    """

    symbol: str | None
    title: str | None
    kind: Kind
    start: int
    end: int
    clauses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text, and the form in which a body decides there: the one that explains it best.

    `second` is the next best form, None where no other explains anything; `margin` is the share of the `score` by
    which the best is ahead, 1 where there is no second.
    """

    start: int
    end: int
    form: str
    score: float
    second: str | None
    margin: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that was found in one text. `notes` are for people: an unsupported language, a text cut off."""

    text_sha256: str
    chars: int
    language: str | None
    heading: Heading
    preamble: tuple[tuple[int, int], ...]
    clauses: tuple[Clause, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...]
    reading: Reading = "complete"
    """How much of what the body decides could be read; `reading_reasons` say what is missing, for people."""
    reading_reasons: tuple[str, ...] = ()
    form: str = "none"
    """The form in which the body decides: resolution, declaration, statement, articles, minutes."""
    parts: tuple[Part, ...] = ()
    """The documents in the text, in order: more than one where a file holds several resolutions."""
    segments: tuple[Segment, ...] = ()
    """The stretches in which clauses were found, in order, each with its form."""
