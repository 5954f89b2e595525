"""Whether a document fits a task: those who report were asked, or act for them, and its session or day fits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from config.notes import note
from mandates.deadlines.cadence import cadence_of
from mandates.documents.report_opening import issuer_id
from mandates.languages.words import expression
from warehouse.links.answer_parts import name_words, parent, sessions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.documents.report_opening import Claim
    from warehouse.findings.finding import Deadline
    from warehouse.links.answer_parts import Answering, Asking

# The head of a body, its secretariat and the body asked as a whole act for each other.
_HEADS = frozenset(["secretary-general", "director-general", "executive-secretary"])
_OFFICES = _HEADS | {"secretariat", "organization", "office"}
# What comes so long after its day answers it late; after that it is another report.
_LATE = timedelta(days=366)
_LATE_FOR_A_SESSION = timedelta(days=31)


class When(NamedTuple):
    """Whether session and day fit the task, and which of its deadlines (from 1; None where it has one or none)."""

    fits: bool
    occurrence: int | None
    said: str
    by_session: bool = False


def is_asked(answering: Answering, task: Asking, claims: Sequence[Claim]) -> bool:
    """Whether those in whose name the document is made were asked; so it is taken where either is not named."""
    if task.addressee is None:
        return True
    if all(claim.how != "submitted" for claim in claims):
        # The opening only says that somebody was asked: then it must say so of those.
        asked, own = name_words(task.addressee), expression(r"\b<<asked_us>>\b")
        if not any(asked <= name_words(claim.words) or own.search(claim.words) for claim in claims):
            return False
    issuers = answering.opening.issuers
    return not issuers or any(acts_for(issuer, issuer_id(issuer, answering.body), task) for issuer in issuers)


def acts_for(issuer: str, own_id: str | None, task: Asking) -> bool:
    """Whether who issues a report is who was asked, acts for them, or is called by a shorter or longer name."""
    if own_id is None or task.addressee_id is None or task.addressee is None:
        return False
    if own_id == task.addressee_id:
        return True
    (system, _, office), (asked_system, _, asked) = own_id.partition(":"), task.addressee_id.partition(":")
    if {office, asked} & _OFFICES:
        return system == asked_system and {office, asked} <= _OFFICES and not {office, asked} <= _HEADS
    mine, theirs = name_words(issuer), name_words(task.addressee)
    return min(len(mine), len(theirs)) > 1 and (mine <= theirs or theirs <= mine)


def when_of(answering: Answering, task: Asking) -> When:
    """Whether the document is of a session, or of a day, for which the task asks; a task without either fits."""
    is_theirs = answering.session is not None and answering.body and parent(answering.body) in task.bodies
    late = ""
    for place, deadline in enumerate(task.deadlines, 1):
        occurrence = place if len(task.deadlines) > 1 else None
        numbers = sessions_of(deadline)
        if numbers and is_theirs:
            if answering.session in numbers:
                place_of_session = _place(task.deadlines, deadline, numbers.index(answering.session))
                return When(True, place_of_session or occurrence, note("session", number=answering.session), True)
            late = note("other_session", number=answering.session, numbers=" and ".join(map(str, numbers)))
        elif is_theirs and (number := _of_series(answering, task, deadline)) is not None:
            if number > 0:
                written = sum(not _is_rhythm(other) for other in task.deadlines)
                return When(True, written + number, note("one_session", number=answering.session), True)
            late = note("early_session", number=answering.session)
        elif deadline.sense != "each" and deadline.last and answering.day:
            if answering.day <= deadline.last:
                return When(True, occurrence, note("in_time"))
            if answering.day <= deadline.last + (_LATE_FOR_A_SESSION if numbers else _LATE):
                return When(True, occurrence, note("after", day=deadline.last))
            late = note("long_after", day=answering.day, last=deadline.last)
    return When(not late, None, late)


def _of_series(answering: Answering, task: Asking, deadline: Deadline) -> int | None:
    """How many sessions after the request it comes, where each session of the body was asked for.

    A report is issued before its session opens, so its day would say the session before.
    """
    cadence = cadence_of(deadline.words) if _is_rhythm(deadline) and deadline.words else None
    own = task.body and answering.body and parent(task.body) == parent(answering.body)
    if cadence is None or cadence.months is not None or not own or cadence.body not in {None, parent(task.body or "")}:
        return None
    return answering.session - task.session if answering.session and task.session else None


def _is_rhythm(deadline: Deadline) -> bool:
    """Whether a deadline comes again and again; the ledger numbers the times that it expects behind those written."""
    return deadline.sense == "each" and deadline.last is None


def _place(deadlines: Sequence[Deadline], deadline: Deadline, index: int) -> int | None:
    """Which deadline is that of the session at `index` of those that its words name, where each session has one."""
    alike = [place for place, other in enumerate(deadlines, 1) if other.words == deadline.words]
    return alike[index] if len(alike) == len(sessions_of(deadline)) > 1 else None
