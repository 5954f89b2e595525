"""The sense of deadlines, the forms in which they are written, and what looks like one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from config.sessions import load_sessions
from mandates.analysis import analyse
from mandates.deadlines.dates import read_date, read_dates
from mandates.deadlines.numerals import number_of
from mandates.deadlines.resolve import Resolver

if TYPE_CHECKING:
    from mandates.model import Clause

_CALENDAR = load_sessions(Path(__file__).parents[2] / "config" / "sessions.yaml")
_HEADS = {
    "en": "Resolution on orchards\n\nAdopted on 12 May 2026\n\nThe Pear Council,\n\nRecalling its charter,\n\n1. {}\n",
    "fr": "Sur les vergers\n\nAdoptée le 12 mai 2026\n\nLe Conseil des vergers,\n\nRappelant sa charte,\n\n1. {}\n",
    "es": "Resolución sobre los huertos\n\nAprobada el 12 de mayo de 2026\n\nEl Consejo de los Huertos,\n\n"
    "Recordando su carta,\n\n1. {}\n",
}
_ASKS = {
    "en": "Requests the Secretariat to publish the register of the trees {};",
    "fr": "Prie le Secrétariat de publier le registre des arbres {} ;",
    "es": "Pide a la Secretaría que publique el registro de los árboles {};",
}


def _clause(language: str, words: str) -> Clause:
    (clause,) = analyse(_HEADS[language].format(words), sessions=_CALENDAR).clauses
    return clause


def _assembly(*paragraphs: str) -> tuple[Clause, ...]:
    numbered = "\n\n".join(f"{number}. {words}" for number, words in enumerate(paragraphs, 1))
    head = "A/RES/81/300\n\nResolution adopted by the General Assembly on 17 December 2026\n\nThe General Assembly,\n\n"
    return analyse(f"{head}Recalling its resolution 80/1,\n\n{numbered}\n", sessions=_CALENDAR).clauses


_KINDS = YAML(typ="safe").load(Path(__file__).with_name("deadlines.yaml").read_text(encoding="utf-8"))
_CASES = [
    pytest.param(language, case[language], case, id=f"{kind}: {case[language][:80]}")
    for kind, cases in _KINDS.items()
    for case in cases
    for language in case
    if language in _HEADS
]


@pytest.mark.parametrize(("language", "words", "expected"), _CASES)
def test_a_time_is_read_by_its_kind(language: str, words: str, expected: dict[str, Any]) -> None:
    """Each time of the list is the first deadline of its clause, in the words and on the days that its kind has."""
    dues = _clause(language, words if words[0].isupper() else _ASKS[language].format(words)).dues
    wanted = expected.get("due", words)
    # A list has all deadlines of the clause.
    listed = wanted if isinstance(wanted, list) else [wanted] if wanted else []
    assert [due.quote for due in dues][: None if isinstance(wanted, list) else 1] == listed
    if "days" in expected:
        assert [dues[0].due_start, dues[0].due_end] == expected["days"]


@pytest.mark.parametrize(
    ("language", "words", "sense", "first", "last"),
    [
        ("en", "by 1 March 2027", "by", "2027-03-01", "2027-03-01"),
        ("en", "on or before 1 March 2027", "by", "2027-03-01", "2027-03-01"),
        ("en", "by March 2027", "by", "2027-03-31", "2027-03-31"),
        ("en", "before 2028", "by", None, "2027-12-31"),
        ("en", "before the end of 2027", "by", "2027-12-31", "2027-12-31"),
        ("en", "not before 1 March 2027", "not before", "2027-03-01", None),
        ("en", "after 1 March 2027", "not before", "2027-03-02", None),
        ("en", "from 1 March 2027", "from", "2027-03-01", None),
        ("en", "until 1 March 2027", "until", "2027-03-01", "2027-03-01"),
        ("en", "in March 2027", "on", "2027-03-01", "2027-03-31"),
        ("en", "within three weeks", "within", None, "2026-06-02"),
        ("en", "no earlier than 2027 and no later than 2028", "within", "2027-01-01", "2028-12-31"),
        ("en", "every six months", "each", None, None),
        ("fr", "avant le 1er mars 2027", "by", None, "2027-02-28"),
        ("fr", "au plus tard le 1er mars 2027", "by", "2027-03-01", "2027-03-01"),
        ("fr", "pas avant le 1er mars 2027", "not before", "2027-03-01", None),
        ("fr", "à compter du 1er mars 2027", "from", "2027-03-01", None),
        ("fr", "jusqu’au 1er mars 2027", "until", "2027-03-01", "2027-03-01"),
        ("fr", "tous les six mois", "each", None, None),
        ("es", "antes del 1 de marzo de 2027", "by", None, "2027-02-28"),
        ("es", "a más tardar el 1 de marzo de 2027", "by", "2027-03-01", "2027-03-01"),
        ("es", "no antes del 1 de marzo de 2027", "not before", "2027-03-01", None),
        ("es", "a partir del 1 de marzo de 2027", "from", "2027-03-01", None),
        ("es", "hasta el 1 de marzo de 2027", "until", "2027-03-01", "2027-03-01"),
        ("es", "cada seis meses", "each", None, None),
    ],
)
def test_sense_decides_the_days(language: str, words: str, sense: str, first: str | None, last: str | None) -> None:
    """A first day has no last one, what lies before a day ends on the eve, a month to act by ends with its last day."""
    (due, *_) = _clause(language, _ASKS[language].format(words)).dues
    days = [day.isoformat() if day else None for day in (due.due_start, due.due_end)]
    assert (due.sense, *days) == (sense, first, last)


@pytest.mark.parametrize(
    ("language", "words", "last"),
    [
        ("en", "by Sept. 3, 2027", "2027-09-03"),
        ("en", "by 03.09.2027", "2027-09-03"),
        ("en", "by 2027-09-03", "2027-09-03"),
        ("en", "no later than the first quarter of 2027", "2027-03-31"),
        ("en", "in the second half of 2027", "2027-12-31"),
        ("en", "in the biennium 2028–2029", "2029-12-31"),
        ("en", "by the end of the current year", "2026-12-31"),
        ("en", "no later than eleven months after the adoption of the present resolution", "2027-04-12"),
        ("en", "within forty-five days of the adoption of the present resolution", "2026-06-26"),
        ("en", "within ten days of 1 June 2027", "2027-06-11"),
        ("en", "two weeks before 15 June 2027", "2027-06-01"),
        ("fr", "d’ici à la fin de l’année", "2026-12-31"),
        ("fr", "au cours du deuxième trimestre de 2027", "2027-06-30"),
        ("fr", "dans un délai de trois mois", "2026-08-12"),
        ("es", "antes del fin del año", "2026-12-31"),
        ("es", "en el segundo trimestre de 2027", "2027-06-30"),
        ("es", "en un plazo de tres meses", "2026-08-12"),
    ],
)
def test_forms_of_days(language: str, words: str, last: str) -> None:
    """Short months, figures, parts of years and spans that count from the adoption or a day all have their last day."""
    (due, *_) = _clause(language, _ASKS[language].format(words)).dues
    assert due.due_end is not None
    assert due.due_end.isoformat() == last


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("Requests the Secretariat to align the register with the 2030 Agenda for Sustainable Development;", None),
        ("Requests the Secretariat to take part in the work described in the 2030 Strategy;", None),
        (
            "Requests the Secretariat to use the work of the Pear Conference, to be held in Amra in 2027;",
            None,
        ),
        ("Decides to appropriate the amount of 20,000 dollars for the period from 1 July 2026 to 30 June 2027;", None),
        ("Decides to appropriate the amount of 20,000 dollars for the biennium 2028–2029;", None),
        ("Requests the Secretariat to convene a conference to be held in Amra in 2027;", "2027"),
    ],
)
def test_what_is_no_deadline(words: str, due: str | None) -> None:
    """The day of an event, a year in a name and the period of a budget are not deadlines; a meeting's own day is."""
    found = _clause("en", words).dues
    assert [each.quote for each in found] == ([due] if due else [])


def test_days_that_the_document_does_not_give_stay_open() -> None:
    """A span counts from this document only where it names no other beginning."""
    (due,) = _clause("en", _ASKS["en"].format("within ten days of the entry into force of the treaty")).dues
    assert (due.due_start, due.due_end, due.sense) == (None, None, "within")


def test_each_session_has_its_own_window() -> None:
    """Two sessions are two deadlines with the same words."""
    (clause,) = _assembly("Requests the Secretary-General to report at its eighty-second and eighty-fourth sessions;")
    assert [due.due_start for due in clause.dues] == [date(2027, 9, 7), date(2029, 9, 11)]
    assert {due.quote for due in clause.dues} == {"its eighty-second and eighty-fourth sessions"}


@pytest.mark.parametrize(
    "words",
    [
        "to report to the General Assembly at the main part of its eighty-second session",
        "to report to the Third Committee at the eighty-second session",
    ],
)
def test_main_part_of_the_assembly(words: str) -> None:
    """The main part, in which the Main Committees sit, ends with the year."""
    (clause,) = _assembly(f"Requests the Secretary-General {words};")
    assert (clause.dues[0].due_start, clause.dues[0].due_end) == (date(2027, 9, 7), date(2027, 12, 31))


def test_end_of_a_period_and_day_of_a_meeting_that_the_document_gave_before() -> None:
    """The end of "this period" is that of the extension before it, and "the dialogue" is the one it convenes."""
    *_, report, list_of_speakers = _assembly(
        "Decides to extend the mandate of the Panel until 30 November 2027;",
        "Decides to convene a high-level dialogue on 12 May 2027;",
        "Requests the Secretary-General to report at the end of this period;",
        "Requests the Secretary-General to circulate a list of speakers before the high-level dialogue;",
    )
    assert (report.dues[0].due_end, report.dues[0].basis) == (date(2027, 11, 30), "inferred")
    assert (list_of_speakers.dues[0].due_end, list_of_speakers.dues[0].sense) == (date(2027, 5, 11), "by")


def test_length_of_a_mandate_ends_where_it_can_be_counted() -> None:
    """A mandate prolonged for a period has the period as its deadline."""
    (clause,) = _assembly("Decides to extend the mandate of the Panel for a further period of one year;")
    assert (clause.dues[0].quote, clause.dues[0].due_end) == ("a further period of one year", date(2027, 12, 17))


@pytest.mark.parametrize("words", ["31 February 2027", "2027-02-30", "31.02.2027", "version 1.2.2027.4"])
def test_what_is_not_in_the_calendar_is_no_day(words: str) -> None:
    """Figures that look like a day but are not one give no day."""
    span = read_date(words)
    assert span is None or span.precision != "day"


def test_all_dates_in_order() -> None:
    """Dates of several forms are read in the order in which they come, years among them."""
    assert [span.first for span in read_dates("from 2027-01-02 to Sept. 3, 2027 or 2028")] == [
        date(2027, 1, 2),
        date(2027, 9, 3),
        date(2028, 1, 1),
    ]


@pytest.mark.parametrize(
    ("words", "number"), [("One Hundred and 15th", 115), ("one hundred and fifteenth", 115), ("Twenty–first", 21)]
)
def test_ordinals_half_in_figures(words: str, number: int) -> None:
    """An ordinal may be half in words and half in figures."""
    assert number_of(words) == number


def test_time_counts_from_the_adoption_of_its_own_resolution() -> None:
    """Of several resolutions in one text each counts from the day on which it was adopted itself."""
    text = "\n".join(
        f"Resolution 12/{number}\n\nAdopted on {day} March 2027\n\nThe Pear Council,\n\nRecalling its charter,\n\n"
        "1. Requests the Secretariat to count the trees within thirty days of the adoption of this resolution;\n"
        for number, day in ((4, 3), (5, 10))
    )
    assert [clause.dues[0].due_end for clause in analyse(text).clauses] == [date(2027, 4, 2), date(2027, 4, 9)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "to submit, in September 2027, a report on pears and apples to the Assembly at its eighty-second session",
            ["September 2027"],
        ),
        (
            "to publish a report in October 2027 and a study at its eighty-second session",
            ["October 2027", "its eighty-second session"],
        ),
        (
            "to publish a report in October 2027 and to inform the Assembly at its eighty-second session",
            ["October 2027", "its eighty-second session"],
        ),
        (
            "to publish a report in March 2027 for the Assembly at its eighty-second session",
            ["March 2027", "its eighty-second session"],
        ),
    ],
)
def test_one_deadline_that_is_named_twice_is_one(words: str, expected: list[str]) -> None:
    """Of a date and the session in which it falls the date stays, unless each has something of its own."""
    (clause,) = _assembly(f"Requests the Secretary-General {words};")
    assert [due.quote for due in clause.mandates[0].dues] == expected


@pytest.mark.parametrize(
    "words", ["the 154th IPU Assembly", "the 154th Assembly of the IPU", "the 154th Assembly", "its 154th Assembly"]
)
def test_an_abbreviation_says_whose_session_it_is(words: str) -> None:
    """Two assemblies a year: the 154th is two years after the 150th, which the calendar has."""
    (days,) = Resolver(_CALENDAR, "IPU", date(2026, 1, 1)).resolve(words)
    assert (days.first, days.basis) == (date(2027, 4, 5), "inferred")


@pytest.mark.parametrize(
    ("language", "words", "deliverable"),
    [
        ("en", "Requests the Secretariat, within existing resources, to convene a meeting of growers;", "a meeting"),
        ("en", "Requests the Secretariat to go on with it within the limits of the available resources;", None),
        ("en", "Requests the Secretariat to provide the necessary resources for it;", "the necessary resources"),
        ("fr", "Prie le Secrétariat de tenir, dans la limite des ressources disponibles, une réunion ;", "une réunion"),
        ("es", "Pide a la Secretaría que convoque, con los recursos existentes, una reunión;", "una reunión"),
    ],
)  # fmt: skip
def test_the_means_are_not_what_is_delivered(language: str, words: str, deliverable: str | None) -> None:
    """Resources within which something is done are none that are asked for."""
    assert _clause(language, words).mandates[0].deliverable == deliverable


@pytest.mark.parametrize(
    ("language", "words", "deliverable"),
    [
        ("en", "Requests the Secretariat to prepare, in consultation with the growers, terms of sale;", None),
        ("en", "Requests the Secretariat to prepare, in close cooperation with the growers, a handbook;", "a handbook"),
        ("en", "Requests the Secretariat to hold a consultation with the growers;", "a consultation"),
        ("en", "Requests the Secretariat to strengthen its cooperation with the growers;", "its cooperation"),
        ("fr", "Prie le Secrétariat de tenir, en coopération étroite avec les États, une réunion ;", "une réunion"),
        ("es", "Pide a la Secretaría que convoque, en cooperación con los Estados, una reunión;", "una reunión"),
    ],
)  # fmt: skip
def test_with_whom_it_is_done_is_not_what_is_delivered(language: str, words: str, deliverable: str | None) -> None:
    """A consultation is delivered only where one is to be held."""
    assert _clause(language, words).mandates[0].deliverable == deliverable


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "to submit a full report at its 84th session, and to give an oral report at its 83rd session",
            "a full report; an oral report",
        ),
        (
            "to submit, at its eighty-third session, a short study, and, at its eighty-fourth session, a full report",
            "a short study; a full report",
        ),
        (
            "to submit a report at its eighty-third session and to complete the report at its eighty-fourth session",
            "a report",
        ),
        ("to submit an oral update and a report at its eighty-third session", "an oral update"),
    ],
)
def test_papers_with_deadlines_of_their_own_are_all_named(words: str, expected: str) -> None:
    """No deadline has only the name of a paper that is due at another one."""
    (clause,) = _assembly(f"Requests the Secretary-General {words};")
    assert clause.mandates[0].deliverable == expected
