"""Deadlines: the words, and the days they stand for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from config.sessions import SessionDates, load_sessions
from config.strict_yaml import ConfigError
from mandates.analysis import analyse
from mandates.deadlines.find import find_deadlines
from mandates.deadlines.resolve import Resolver

calendar = (
    SessionDates("UNGA", 80, date(2025, 9, 9), date(2026, 9, 7), "listed", "example"),
    SessionDates("UNGA", 81, date(2026, 9, 8), date(2027, 9, 6), "computed", "example"),
    SessionDates("HRC", 58, date(2025, 2, 24), date(2025, 4, 4), "listed", "example"),
    SessionDates("HRC", 61, date(2026, 2, 23), date(2026, 4, 2), "listed", "example"),
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("to submit, by 30 June 2027, a report", ["by 30 June 2027"]),
        ("to report to the Assembly at its eighty-first session on fares", ["its eighty-first session"]),
        ("to report at their eighty-second and sixty-sixth sessions, respectively", ["their eighty-second and sixty-sixth sessions, respectively"]),  # noqa: E501 - read as a whole
        ("to report within six months of the adoption of the present resolution", ["within six months of the adoption of the present resolution"]),  # noqa: E501 - read as a whole
        ("to provide updates every three months", ["every three months"]),
        ("to extend the mandate until 12 March 2029", ["12 March 2029"]),
        ("to report annually", ["annually"]),
        ("to implement the plan adopted at its fiftieth session", []),
        ("the measures in resolution 70/1 of 25 September 2015", []),
    ],
)  # fmt: skip
def test_deadlines_as_written(words: str, expected: list[str]) -> None:
    """Of "By" and "within" stay, "at" and "until" do not, and what is past is no deadline."""
    found = find_deadlines(words, 0, len(words), "en", "reporting_request")
    assert [words[due.start : due.end] for due in found] == expected


def test_stated_date() -> None:
    """A stated date is its own day."""
    (days,) = Resolver(calendar, "UNGA", date(2025, 12, 1)).resolve("by 30 June 2027")
    assert (days.first, days.last, days.basis) == (date(2027, 6, 30), date(2027, 6, 30), "stated date")


def test_session_of_the_calendar_and_one_that_follows_from_a_rule() -> None:
    """Listed sessions count as the calendar's, computed ones are marked as inferred."""
    resolver = Resolver(calendar, "UNGA", date(2025, 1, 1))
    assert resolver.resolve("its eightieth session")[0].basis == "session calendar"
    assert resolver.resolve("its eighty-first session")[0].basis == "inferred"


def test_session_beyond_the_calendar_is_inferred_from_the_cadence() -> None:
    """Three sessions a year: the sixty-fourth falls a year after the sixty-first."""
    (days,) = Resolver(calendar, "HRC", date(2026, 1, 1)).resolve("its sixty-fourth session")
    assert (days.first, days.basis) == (date(2027, 2, 23), "inferred")


def test_session_of_the_organ_that_is_named() -> None:
    """Of "Its" session is that of the organ named last; one that no calendar holds stays open."""
    resolver = Resolver(calendar, "HRC", date(2025, 1, 1))
    assert resolver.resolve("its eightieth session", "to report to the General Assembly at ")[0].first == date(
        2025, 9, 9
    )
    assert (
        resolver.resolve("its eightieth session", "requests the Statistical Commission to decide at ")[0].basis
        == "none"
    )


@pytest.mark.parametrize(
    "words",
    [
        "the eightieth meeting of the Standing Committee",
        "the eightieth session of the Commission on Human Settlements",
        "the eightieth ASEAN Meeting",
        "la quatre-vingtième session de la Commission des fleuves",
    ],
)
def test_a_session_of_another_organ_stays_open(words: str) -> None:
    """A number is not taken for the document's own body where another is named with it."""
    assert Resolver(calendar, "UNGA", date(2025, 1, 1)).resolve(words)[0].basis == "none"
    assert Resolver(calendar, "UNGA", date(2025, 1, 1)).resolve("the eightieth session of the Assembly")[0].first


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("31 May 2027", date(2027, 5, 31), date(2027, 5, 31)),
        ("1 July 2026 to 30 June 2027", date(2026, 7, 1), date(2027, 6, 30)),
        ("4 to 6 November 2026", date(2026, 11, 4), date(2026, 11, 6)),
        ("16 November to 31 December 2026", date(2026, 11, 16), date(2026, 12, 31)),
        ("4-6 May 2027", date(2027, 5, 4), date(2027, 5, 6)),
        ("du 4 au 6 mai 2027", date(2027, 5, 4), date(2027, 5, 6)),
    ],
)
def test_spans_of_days(words: str, first: date, last: date) -> None:
    """A span has both its ends; the last letter of a month joins nothing."""
    (days,) = Resolver(calendar, "UNGA", date(2025, 1, 1)).resolve(words)
    assert (days.first, days.last, days.basis) == (first, last, "stated date")


def test_nothing_is_due_before_it_was_asked() -> None:
    """A session that ended before the document's day is not the one meant."""
    assert Resolver(calendar, "UNGA", date(2030, 1, 1)).resolve("its eightieth session")[0].first is None


def test_two_bodies_respectively() -> None:
    """Each number is that of its own body."""
    assembly, council = Resolver(calendar, "HRC", date(2025, 1, 1)).resolve(
        "their eightieth and sixty-first sessions, respectively",
        "to submit to the General Assembly and the Human Rights Council at ",
    )
    assert (assembly.first, assembly.last) == (date(2025, 9, 9), date(2026, 9, 7))
    assert (council.first, council.last) == (date(2026, 2, 23), date(2026, 4, 2))


def test_open_deadlines_are_not_guessed() -> None:
    """Rhythms, unknown bodies and missing dates give no day."""
    resolver = Resolver((), None, None)
    for words in ("annually", "its next session", "within six months", "its fifth session"):
        assert resolver.resolve(words)[0].first is None


def test_this_item_is_the_documents_own_title() -> None:
    """Of "This item" stands for the title at the head of the document."""
    text = (Path(__file__).parent / "gold" / "en_markdown.txt").read_bytes().decode("utf-8")
    placed = analyse(text).clauses[-1].mandates[0]
    assert (placed.agenda_item, placed.agenda_title) == ("this item", "CROSS-BORDER PAYMENT OF WAGES")


def test_calendar_that_ships_names_its_sources() -> None:
    """Every session of the calendar has a source, and the bodies that the project follows are there."""
    sessions = load_sessions(Path(__file__).parents[2] / "config" / "sessions.yaml")
    assert {session.body for session in sessions} == {"UNGA", "HRC", "ECOSOC", "IPU", "IOM", "ILO", "AALCO"}
    assert all(session.source for session in sessions)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("{body: HRC, number: 3, start: 2020-01-02, end: 2019-01-01, confidence: listed, source: x}", "ends before"),
        ("{body: HRC, number: 3, start: 2020-01-02, end: 2020-01-05, confidence: sure, source: x}", "confidence"),
        ("{body: HRC, number: 3, start: 2020-01-02, end: 2020-01-05, confidence: listed, sauce: x}", "sauce"),
    ],
)
def test_damaged_calendar_names_the_line(tmp_path: Path, row: str, problem: str) -> None:
    """A calendar that cannot be used is refused with file and line."""
    path = tmp_path / "sessions.yaml"
    path.write_text(f"sessions:\n  - {row}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=problem) as caught:
        load_sessions(path)
    assert "sessions.yaml:2" in str(caught.value)


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("report to the General\nAssembly at its eighty-first session", date(2027, 9, 6)),
        ("report to the Assembly at its eighty-first session", date(2027, 9, 6)),
        ("report to the Council at its eighty-first session", None),
        ("report by the middle of 2027", date(2027, 6, 30)),
        ("report in the second quarter of 2027", date(2027, 6, 30)),
    ],
)
def test_days_of_deadlines_as_they_stand_in_papers(words: str, last: date | None) -> None:
    """A name broken over a line counts as one, a short one is the document's own body, a part of a year has its end."""
    text = (
        "A/RES/80/500\n\nResolution adopted by the General Assembly on 18 December 2025\n\nThe General Assembly,\n\n"
        f"Recalling its resolution 70/1,\n\n1. Requests the Secretary-General to {words};\n"
    )
    calendar = load_sessions(Path(__file__).parent.parent.parent / "config" / "sessions.yaml")
    (clause,) = analyse(text, sessions=calendar).clauses
    assert clause.dues[0].due_end == last
