"""The states of a task follow from what it asks, the evidence and the decisions, and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.ledger.evidence import Evidence, Says
from warehouse.ledger.occurrences import Due, Occurrence, occurrences
from warehouse.ledger.states import PRECEDENCE, Decided, spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from warehouse.ledger.states import Span

ASKED = date(2025, 12, 18)
DUE = date(2026, 5, 1)
TODAY = date(2026, 11, 26)
BY_MAY = (Occurrence(1, 1, "by 1 May 2026", DUE, DUE, "stated date", "by"),)


def shown(says: Says, on: date | None = date(2026, 4, 1), **more: object) -> Evidence:
    """Evidence of one document of that day."""
    return replace(Evidence("task", says, "report", f"made.{says}", happened_on=on), **more)  # type: ignore[arg-type]


def states(found: Sequence[Span], occurrence: int = 1) -> list[tuple[str, str | None]]:
    """State and first day of each span of an occurrence."""
    return [(each.state, each.since and each.since.isoformat()) for each in found if each.occurrence == occurrence]


def yearly(asked: date = ASKED, today: date = TODAY) -> tuple[Occurrence, ...]:
    """What "annually" asks for."""
    return occurrences([Due("annually", None, None, "none", "each")], asked, "UNGA", today, lambda _: ())


def test_the_calendar_alone_goes_from_open_over_due_soon_to_overdue() -> None:
    """Sixty days before the last day and the day after it; all of it is worked out in advance."""
    assert states(spans(ASKED, BY_MAY, ())) == [
        ("open", "2025-12-18"),
        ("due_soon", "2026-03-02"),
        ("overdue", "2026-05-02"),
    ]


def test_an_undated_document_asks_from_no_day_on() -> None:
    """The first day is left open rather than guessed."""
    assert states(spans(None, (Occurrence(1),), ())) == [("open", None)]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"due_basis": "inferred"}, "calendar.inferred"),
        ({"sense": "until"}, "calendar.period_over"),
    ],
)
def test_a_day_that_does_not_decide_is_unknown_when_it_has_passed(change: dict[str, str], rule: str) -> None:
    """An inferred day, or the end of a period, does not make anything overdue."""
    last = spans(ASKED, (replace(BY_MAY[0], **change),), ())[-1]  # type: ignore[arg-type]
    assert (last.state, last.rule) == ("unknown", rule)


def test_a_deadline_before_the_document_is_unknown() -> None:
    """It cannot be what was meant."""
    assert [each.rule for each in spans(date(2026, 6, 1), BY_MAY, ())] == ["calendar.before"]


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([shown("answered")], [("answered", "2026-04-01")]),
        ([shown("partly_answered")], [("partly_answered", "2026-04-01"), ("overdue", "2026-05-02")]),
        ([shown("unknown")], [("unknown", "2026-04-01")]),
        ([shown("corrected", date(2026, 2, 1))], [("due_soon", "2026-03-02"), ("overdue", "2026-05-02")]),
        (
            [shown("renewed"), shown("answered", date(2026, 6, 1))],
            [("renewed", "2026-04-01"), ("answered", "2026-06-01")],
        ),
        ([shown("answered"), shown("renewed", date(2026, 6, 1))], [("answered", "2026-04-01")]),
        ([shown("answered"), shown("withdrawn", date(2026, 6, 1))], [("answered", "2026-04-01")]),
        ([shown("superseded"), shown("renewed", date(2026, 6, 1))], [("superseded", "2026-04-01")]),
    ],
)
def test_the_strongest_evidence_of_a_day_decides(evidence: list[Evidence], expected: list[tuple[str, str]]) -> None:
    """An answer stays one, whatever comes later; what was renewed can still be answered."""
    assert states(spans(ASKED, BY_MAY, evidence))[-len(expected) :] == expected


def test_a_person_outranks_all_evidence_until_the_decision_is_taken_back() -> None:
    """Open again although it was answered; then answered again; then dropped."""
    decided = [
        Decided(date(2026, 6, 1), "open", "desk", "the report is of last year"),
        Decided(date(2026, 7, 1), None, "desk", ""),
        Decided(date(2026, 8, 1), "dropped", "desk", "moot"),
    ]
    found = spans(ASKED, BY_MAY, [shown("answered")], decided)
    assert states(found)[2:] == [
        ("answered", "2026-04-01"),
        ("overdue", "2026-06-01"),
        ("answered", "2026-07-01"),
        ("withdrawn", "2026-08-01"),
    ]
    assert [(each.rule, each.note) for each in found[-3:]] == [
        ("decided.open", "desk: the report is of last year; was due by 2026-05-01"),
        ("made.answered", None),
        ("decided.dropped", "desk: moot"),
    ]


def test_each_time_of_a_series_has_states_of_its_own() -> None:
    """An answer is one to the year in which it came; the next year begins when the one before is over."""
    found = spans(ASKED, yearly(), [shown("answered", date(2026, 7, 1))])
    assert states(found, 1) == [("open", "2025-12-18"), ("answered", "2026-07-01")]
    assert states(found, 2)[0] == ("open", "2027-01-01")


def test_a_series_ends_where_the_task_does() -> None:
    """No further time is expected of what was renewed; those that had begun by then are renewed."""
    found = spans(ASKED, yearly(), [shown("renewed", date(2027, 12, 20))])
    assert states(found, 2)[-1] == ("renewed", "2027-12-20")
    assert states(found, 3) == []


def test_evidence_on_one_time_says_nothing_of_the_others() -> None:
    """An early answer to the second time is one to the second only."""
    found = spans(ASKED, yearly(), [shown("answered", date(2026, 7, 1), occurrence=2)])
    assert states(found, 1)[-1] == ("overdue", "2027-01-01")
    assert states(found, 2) == [("answered", "2026-07-01")]


_days = st.none() | st.dates(date(2024, 1, 1), date(2030, 1, 1))
_evidence = st.builds(
    lambda says, document, on, occurrence: Evidence(
        "task", says, document, f"made.{says}", occurrence=occurrence, happened_on=on
    ),
    st.sampled_from(get_args(Says)),
    st.sampled_from("abcdef"),
    _days,
    st.none() | st.integers(1, 3),
)
_asked = st.sampled_from([BY_MAY, (Occurrence(1),), yearly(), (*BY_MAY, replace(BY_MAY[0], number=2, due_position=2))])
_decided = st.lists(
    st.builds(
        Decided, st.dates(date(2025, 1, 1), date(2029, 1, 1)), st.sampled_from(["done", "dropped", "open", None]),
        st.just("desk"), st.just("why"),
    ),
    max_size=3,
).map(lambda each: sorted(each, key=lambda one: one.on))  # fmt: skip


@given(_days, _asked, st.lists(_evidence, max_size=5), _decided, st.randoms(use_true_random=False))
def test_the_order_of_the_evidence_changes_nothing(
    asked_on: date | None,
    asked: tuple[Occurrence, ...],
    evidence: list[Evidence],
    decided: list[Decided],
    chance: object,
) -> None:
    """However documents arrived, late and back-dated ones included, the states are the same."""
    shuffled = [*evidence, *evidence[:1]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    unique = {each.evidence_id: each for each in evidence}.values()
    again = {each.evidence_id: each for each in shuffled}.values()
    by_id = {each.evidence_id: each for each in unique}
    assert spans(asked_on, asked, list(unique), decided) == spans(
        asked_on, asked, [by_id[each.evidence_id] for each in again], decided
    )


@given(_days, _asked, st.lists(_evidence, max_size=5), _decided)
def test_the_spans_of_an_occurrence_follow_each_other_without_a_gap(
    asked_on: date | None, asked: tuple[Occurrence, ...], evidence: list[Evidence], decided: list[Decided]
) -> None:
    """One state on each day from the first on, each a known one, none of two neighbours alike, the last without end."""
    found = spans(asked_on, asked, evidence, decided)
    for number in {each.occurrence for each in found}:
        mine = [each for each in found if each.occurrence == number]
        assert all(one.until == other.since and one.since != one.until for one, other in pairwise(mine))
        assert all(
            replace(one, since=None, until=None) != replace(other, since=None, until=None)
            for one, other in pairwise(mine)
        )
        assert mine[-1].until is None
        assert {each.state for each in mine} <= set(PRECEDENCE)
    if not asked[0].is_expected:
        assert {each.occurrence for each in found} == {each.number for each in asked}


@given(
    _asked,
    st.lists(_evidence, max_size=5),
    st.dates(date(2026, 1, 1), date(2029, 1, 1)),
    st.sampled_from(["done", "dropped"]),
)
def test_from_a_decision_on_no_evidence_counts(
    asked: tuple[Occurrence, ...], evidence: list[Evidence], on: date, state: str
) -> None:
    """Done is answered and dropped is withdrawn, whatever documents say; done concerns what was open by then."""
    found = spans(ASKED, asked, evidence, [Decided(on, state, "desk", "")])
    if state == "done" and asked[0].is_expected:
        # Of a series it is one occurrence or several that are over, and never one to come.
        found = tuple(
            one for one in found if one.occurrence in {each.occurrence for each in found if each.rule == "decided.done"}
        )
        assert all(asked[one.occurrence - 1].due_start <= on for one in found if one.rule == "decided.done")  # type: ignore[operator]
    after = {each.state for each in found if each.until is None and (each.since is None or each.since <= on)}
    assert after <= {"answered" if state == "done" else "withdrawn"}
    assert not any(each.since and each.since > on for each in found)


def test_a_series_is_worked_out_ahead_and_no_further() -> None:
    """The times are the same whenever they are worked out, only more of them; and there is a most."""
    early, late = yearly(today=TODAY), yearly(today=TODAY + timedelta(days=365))
    assert late[: len(early)] == early
    assert len(late) == len(early) + 1
    assert len(yearly(date(1950, 1, 1))) == 40


@pytest.mark.parametrize(
    ("day", "closed", "state_of_second"),
    [
        (date(2026, 6, 1), [1], "open"),  # the first is open then
        (date(2027, 2, 1), [1], "open"),  # it is overdue, so that is what was done
    ],
)
def test_done_closes_one_time_of_a_series(day: date, closed: list[int], state_of_second: str) -> None:
    """What is ticked off this year is expected again next year."""
    asked = yearly(date(2025, 12, 18), date(2028, 6, 1))
    found = spans(date(2025, 12, 18), asked, (), (Decided(day, "done", "Desk", "sent"),))
    held = {each.occurrence for each in found if each.state == "answered"}
    assert held == set(closed)
    assert (state_of_second, "2027-01-01") in states(found, 2)


def test_done_again_closes_the_next_time_of_a_series() -> None:
    """Each year has a decision of its own; dropped ends them all."""
    asked = yearly(date(2025, 12, 18), date(2028, 6, 1))
    done = [Decided(date(year, 6, 1), "done", "Desk", "sent") for year in (2026, 2027)]
    found = spans(date(2025, 12, 18), asked, (), done)
    assert {each.occurrence for each in found if each.state == "answered"} == {1, 2}
    found = spans(date(2025, 12, 18), asked, (), (*done, Decided(date(2028, 1, 5), "dropped", "Desk", "ended")))
    assert states(found, 3)[-1] == ("withdrawn", "2028-01-05")


def test_done_after_an_answer_closes_the_time_that_is_open() -> None:
    """The answered year needs no decision, so it is this year's that was done."""
    asked = yearly(date(2025, 12, 18), date(2028, 6, 1))
    seen = shown("answered", date(2026, 5, 1))
    found = spans(date(2025, 12, 18), asked, (seen,), (Decided(date(2027, 2, 1), "done", "Desk", "sent"),))
    assert states(found, 2)[-1] == ("answered", "2027-02-01")
