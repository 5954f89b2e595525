"""The states of a task as spans of days: a pure function of what it asks for, the evidence and people's decisions.

On each day the strongest of all that holds on that day decides, in the order of `PRECEDENCE`; a decision of a person
comes before all of it. Neither the order in which documents arrived nor the day on which this is worked out plays a
part, so what the calendar alone brings (due soon, overdue) is there in advance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.ledger.evidence import Evidence
    from warehouse.ledger.occurrences import Occurrence

# The strongest first. An answer that came is never undone by a later renewal; what a document leaves undecided keeps
# the calendar from saying overdue; corrected is open, in other words.
PRECEDENCE = (
    "answered", "withdrawn", "superseded", "renewed", "unknown", "overdue", "partly_answered", "due_soon", "corrected",
    "open",
)  # fmt: skip
_RANK = {state: rank for rank, state in enumerate(PRECEDENCE)}
# With one of these the whole task is over, and no further time of a series is expected.
_ENDS = frozenset({"withdrawn", "superseded", "renewed"})

_CLOSED = _ENDS | {"answered"}

DUE_SOON_DAYS = 60
_ONE_DAY = timedelta(days=1)
# Stands for "nobody states the day": before all days.
_EVER = date.min

_DECIDED = {"done": "answered", "dropped": "withdrawn"}


class Decided(NamedTuple):
    """What a person decided of a task on a day: done, dropped or open; None takes it back."""

    on: date
    state: str | None
    who: str
    why: str


@dataclass(frozen=True, slots=True)
class Span:
    """The state of an occurrence on the days `[since, until)`; None where nobody states the day, or nothing ends it."""

    occurrence: int
    state: str
    since: date | None
    until: date | None
    rule: str
    evidence_id: str | None = None
    note: str | None = None


class _Reason(NamedTuple):
    """A state with why; of two that are equal the first in order decides."""

    rank: int
    on: date
    evidence_id: str
    state: str
    rule: str
    note: str | None


def spans(
    asked_on: date | None,
    asked: Sequence[Occurrence],
    evidence: Sequence[Evidence],
    decisions: Sequence[Decided] = (),
) -> tuple[Span, ...]:
    """The states of each occurrence of a task that a document of the day `asked_on` gave, in their order.

    `decisions` come oldest first. An expected occurrence begins when the one before it is over, and not at all where
    the task had ended by then.
    """
    found: list[Span] = []
    former: Occurrence | None = None
    is_series = any(one.is_expected for one in asked)
    used: set[int] = set()
    for each in asked:
        begins = asked_on or _EVER
        if each.is_expected and former is not None and former.due_end is not None:
            begins = max(begins, former.due_end + _ONE_DAY)
        is_later = begins > (asked_on or _EVER)
        about = [one for one in evidence if _concerns(one, each, begins, asked)]
        if is_later:
            early = [one.happened_on or begins for one in about if one.occurrence == each.number]
            begins = min([begins, *(max(day, asked_on or _EVER) for day in early)])
        about_it = _deciding(each, asked_on, begins, about, decisions, used=used) if is_series else decisions
        found += _of_one(each, asked_on, begins, about, about_it, is_later=is_later)
        former = each
    return tuple(found)


def _deciding(
    each: Occurrence,
    asked_on: date | None,
    begins: date,
    evidence: Sequence[Evidence],
    decisions: Sequence[Decided],
    *,
    used: set[int],
) -> list[Decided]:
    """The decisions about one occurrence of a series.

    "Done" closes what was due by that day and was still open; where nothing was, the occurrence of that day. What comes
    later stays expected: a desk that ticks off this year's report is reminded of next year's. `used` has the places of
    those that have closed an earlier occurrence.
    """
    calendar = list(_calendar(each, asked_on))
    shown = [_shown(one) for one in evidence]
    found: list[Decided] = []
    for place, decision in enumerate(decisions):
        if decision.state == "done":
            is_over = each.due_end is not None and each.due_end < decision.on
            if decision.on < begins or (not is_over and place in used):
                continue
            if not is_over or _on(decision.on, calendar, shown, found).state not in _CLOSED:
                used.add(place)
        found.append(decision)
    return found


def _concerns(evidence: Evidence, each: Occurrence, begins: date, asked: Sequence[Occurrence]) -> bool:
    """Whether evidence is about this time; an answer to the whole of a series is one to the time in which it came."""
    is_series = any(one.is_expected for one in asked)
    # A session of a series that the calendar does not have yet has no number: then the day decides.
    is_unnumbered = (is_series or len(asked) == 1) and all(one.number != evidence.occurrence for one in asked)
    if evidence.occurrence is not None and not is_unnumbered:
        return evidence.occurrence == each.number
    if evidence.says not in {"answered", "partly_answered"} or not is_series:
        return True
    on = evidence.happened_on
    return on is not None and begins <= on <= (each.due_end or date.max)


def _of_one(
    each: Occurrence,
    asked_on: date | None,
    begins: date,
    evidence: Sequence[Evidence],
    decisions: Sequence[Decided],
    *,
    is_later: bool,
) -> Iterator[Span]:
    calendar = list(_calendar(each, asked_on))
    shown = [_shown(one) for one in evidence]
    days = {reason.on for reason in (*calendar, *shown)} | {decision.on for decision in decisions}
    steps = [begins, *sorted(day for day in days if day > begins)]
    held: list[tuple[date, _Reason]] = []
    for day in steps:
        reason = _on(day, calendar, shown, decisions)
        if is_later and not held and (reason.state in _ENDS or reason.rule.startswith("decided.d")):
            continue
        if not held or (held[-1][1][2:] != reason[2:]):
            held.append((day, reason))
    ends = (*(day for day, _ in held[1:]), None)
    # Nothing is held of a time that was no longer expected when it came, and then there is no end.
    for (day, reason), until in zip(held, ends, strict=False):
        since = None if day == _EVER else day
        yield Span(each.number, reason.state, since, until, reason.rule, reason.evidence_id or None, reason.note)


def _on(day: date, calendar: Sequence[_Reason], shown: Sequence[_Reason], decisions: Sequence[Decided]) -> _Reason:
    """What decides on a day."""
    said = next((decision for decision in reversed(decisions) if decision.on <= day), None)
    by_calendar = min(reason for reason in calendar if reason.on <= day)
    if said is not None and said.state is not None:
        note = f"{said.who}: {said.why}" if said.why.strip() else said.who
        if said.state in _DECIDED:
            state = _DECIDED[said.state]
            return _Reason(_RANK[state], said.on, "", state, f"decided.{said.state}", note)
        return by_calendar._replace(rule="decided.open", note="; ".join(filter(None, (note, by_calendar.note))))
    return min((by_calendar, *(reason for reason in shown if reason.on <= day)))


def _shown(evidence: Evidence) -> _Reason:
    on = evidence.happened_on or _EVER
    return _Reason(_RANK[evidence.says], on, evidence.evidence_id, evidence.says, evidence.rule, evidence.note)


def _calendar(each: Occurrence, asked_on: date | None) -> Iterator[_Reason]:
    """What the days alone bring, each from its first day on; a later one is the stronger."""
    yield _because("open", _EVER, "calendar.open", None)
    if each.due_end is None:
        return
    if asked_on is not None and each.due_end < asked_on:
        yield _because("unknown", _EVER, "calendar.before", "the deadline is before the document that asks for it")
        return
    soon = each.due_end - timedelta(days=DUE_SOON_DAYS)
    yield _because("due_soon", soon, "calendar.due_soon", f"due by {each.due_end}")
    after = each.due_end + _ONE_DAY
    if each.sense == "until":
        yield _because("unknown", after, "calendar.period_over", f"the period ended on {each.due_end}")
    elif each.due_basis == "inferred":
        yield _because("unknown", after, "calendar.inferred", f"the inferred date {each.due_end} has passed")
    else:
        yield _because("overdue", after, "calendar.overdue", f"was due by {each.due_end}")


def _because(state: str, on: date, rule: str, note: str | None) -> _Reason:
    return _Reason(_RANK[state], on, "", state, rule, note)
