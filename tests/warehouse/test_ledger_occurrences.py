"""What a task asks for, one time each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from warehouse.ledger.occurrences import Due, occurrences

ASKED = date(2025, 12, 18)
TODAY = date(2026, 11, 26)


@dataclass(frozen=True)
class Sitting:
    """A session."""

    body: str
    number: int
    start: date
    end: date


COUNCIL = tuple(
    Sitting("HRC", number, date(2025, 9, 8), date(2025, 10, 8))
    if number == 60
    else Sitting("HRC", number, date(2026, 2 + 4 * (number - 61), 23), date(2026, 3 + 4 * (number - 61), 31))
    for number in (60, 61, 62)
)


def times(
    words: str, *more: Due, led_by: str = "", asked: date | None = ASKED
) -> list[tuple[str | None, str | None, bool]]:
    """First and last day of each time that deadlines make, and whether it is expected."""
    dues = [Due(words, None, None, "none", "each", led_by), *more]
    found = occurrences(dues, asked, "UNGA", TODAY, lambda body: COUNCIL if body == "HRC" else ())
    assert [each.number for each in found] == list(range(1, len(found) + 1))
    return [(str(each.due_start), str(each.due_end), each.is_expected) for each in found]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("annually", ("2026-01-01", "2026-12-31", True)),
        ("every two years", ("2026-01-01", "2027-12-31", True)),
        ("tous les deux ans", ("2026-01-01", "2027-12-31", True)),
        ("cada dos años", ("2026-01-01", "2027-12-31", True)),
        ("quarterly", ("2026-01-01", "2026-03-31", True)),
        ("every six months", ("2026-01-01", "2026-06-30", True)),
        ("every year beginning in 2028", ("2028-01-01", "2028-12-31", True)),
        ("regularly", ("None", "None", False)),
        ("monthly", ("None", "None", False)),
        ("on a biannual basis", ("None", "None", False)),
        ("every second session", ("None", "None", False)),
        ("at each of its sessions", ("None", "None", False)),
    ],
)
def test_a_rhythm_makes_times_where_it_can_be_counted(words: str, first: tuple[str, str, bool]) -> None:
    """From the calendar year after the request; where nobody can count, it is one time without days."""
    assert times(words)[0] == first


@pytest.mark.parametrize(
    ("words", "led_by"),
    [
        ("at each session of the Human Rights Council", ""),
        ("at each of its sessions", "to report to the Human Rights Council "),
        ("à chaque session", "de faire rapport au Conseil des droits de l’homme "),
        ("en cada período de sesiones", "que informe al Consejo de Derechos Humanos "),
    ],
)
def test_each_session_is_a_time_by_the_calendar_of_the_body_that_is_named(words: str, led_by: str) -> None:
    """Those that open after the request, as far as they are known."""
    expected = [("2026-02-23", "2026-03-31", True), ("2026-06-23", "2026-07-31", True)]
    assert times(words, led_by=led_by) == expected


def test_what_is_written_is_not_expected_as_well() -> None:
    """A year in which a written deadline lies is not a second time; two deadlines with one rhythm are one series."""
    written = Due("by 1 May 2026", None, date(2026, 5, 1), "stated date", "by")
    assert times("annually", written)[:2] == [("None", "2026-05-01", False), ("2027-01-01", "2027-12-31", True)]
    assert times("annually", Due("every year", None, None, "none", "each")) == times("annually")


def test_an_undated_document_has_no_series() -> None:
    """Nobody can say which year is the first."""
    assert times("annually", asked=None) == [("None", "None", False)]
