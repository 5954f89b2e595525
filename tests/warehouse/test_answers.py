"""What counts as an answer: documents in the shapes of several bodies, most of which only look like one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.warehouse.answered import FOLDER, Answer, documents, entry_of, expected, found
from tests.warehouse.made import batch, nobody
from warehouse.ledger.recording import rebuild
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from warehouse.model import Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

# Two requests on lighthouses, and nothing says which of them the report answers.
UNDECIDED = {Answer("A/80/620", "A/RES/79/312", number, "unknown") for number in ("5", "6")}
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_answered_and_nothing_else(name: str, recorded: Record, rows: Rows) -> None:
    """Each task has the answers that its file lists, and no document that only cites, recalls or resembles is one."""
    recorded(batch(1, *map(entry_of, documents(name))))
    assert {answer._replace(occurrence=None) for answer in found(rows)} == expected(name)


@pytest.mark.slow
@given(order=st.permutations(range(len(documents("united-nations")))), together=st.integers(1, 4))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_arrival_does_not_matter(order: list[int], together: int, recorded: Record, rows: Rows) -> None:
    """Reports before their resolutions or after them, one a batch or several: the evidence is the same."""
    texts = documents("united-nations")
    entries = [entry_of(texts[place]) for place in order]
    groups = [entries[place : place + together] for place in range(0, len(entries), together)]
    recorded(*(batch(number, *group) for number, group in enumerate(groups, 1)))
    each = {answer._replace(occurrence=None) for answer in found(rows, with_unknown=True)}
    assert each == expected("united-nations") | UNDECIDED


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("late", ["the report", "the resolution"])
def test_a_day_that_is_known_later_counts_as_from_the_start(
    late: str, together: bool, recorded: Record, rows: Rows
) -> None:
    """A document is first listed without its day: once a source states it, states begin when they would have."""
    texts = documents("united-nations")[:2]
    place = 1 if late == "the report" else 0
    dated = [entry_of(text) for text in texts]
    undated = replace(dated[place], publication=replace(dated[place].publication, published=None))
    batches = batch(1, dated[1 - place], undated), batch(2, dated[place])
    for group in [batches] if together else [(each,) for each in batches]:
        recorded(*group)
    day = dated[1].publication.published
    assert day is not None
    assert (
        rows("SELECT says, happened_on FROM task_evidence WHERE retracted_at IS NULL") == [("answered", day.value)] * 2
    )
    assert rows("SELECT since FROM ledger_states WHERE state = 'answered'") == [(day.value,)] * 2


def test_views_name_what_answers_each_request(recorded: Record, rows: Rows) -> None:
    """Sister paragraphs of one resolution have their own answers; what is asked for each year stays open."""
    recorded(batch(1, *map(entry_of, documents("united-nations"))))
    assert rows("SELECT number, answered_by FROM reporting_requests WHERE symbol = 'A/RES/79/311' ORDER BY number") == [
        ("12", ["A/80/618", "A/80/611"]),
        ("13", ["A/80/613"]),
        ("14", ["A/80/612"]),
    ]
    assert rows("SELECT number FROM open_mandates WHERE symbol = 'A/RES/78/320' AND due_sense = 'each'") == [("7",)]
    assert rows("SELECT DISTINCT state FROM ledger WHERE symbol = 'A/RES/79/311'") == [("answered",)]
    assert rows("SELECT DISTINCT state FROM ledger WHERE symbol = 'A/RES/79/312'") == [("unknown",)]


def test_a_delay_is_for_somebody_to_look_at(recorded: Record, rows: Rows) -> None:
    """A note that announces a later report leaves its request unknown, and is quoted with the delay."""
    recorded(batch(1, *map(entry_of, documents("late-and-denied"))))
    late = {
        by: (note, words)
        for by, note, words in rows(
            "SELECT documents.symbol, note, words FROM task_evidence JOIN documents USING (document_id) "
            "WHERE says = 'unknown' AND starts_with(rule, 'answer.') ORDER BY ALL"
        )
    }
    assert late.keys() == {
        "A/80/701", "A/80/702", "A/80/703", "A/80/711", "A/80/712", "A/80/721", "A/80/722",
        "AALCO/62/BANGKOK/2024/SD/S 22", "CL/214/8",
    }  # fmt: skip
    assert all(words in note and "it is late" in note for note, words in late.values())
    assert "could not be prepared" in late["A/80/701"][0]


def test_notes_quote_whole_words_and_the_item(recorded: Record, rows: Rows) -> None:
    """What a note says that both texts name is written as in the document; an item is quoted from its head."""
    asking, *_, report = documents("late-and-denied")[:7]
    spanish = [text for text in documents("french-spanish") if "79/314" in text][:2]
    spanish[1] = spanish[1].replace("el párrafo 6 de la resolución", "la resolución")
    recorded(batch(1, *map(entry_of, (asking, report, *spanish))))
    notes = dict(
        rows("SELECT rule, note FROM task_evidence WHERE rule IN ('answer.report.only', 'answer.agenda.document')")
    )
    assert "both name “salud”, “marinos”" in notes["answer.report.only"]
    assert "“Item 74 of the provisional agenda Harbour pilots”" in notes["answer.agenda.document"]


def test_people_hear_of_each_answer_once(home: Path, recorded: Record) -> None:
    """One finding for each request that is answered; of an item's many documents only the first is news."""
    asking, first, second = documents("united-nations")[:3]
    recorded(batch(1, entry_of(asking)))
    told = []
    for number, text in ((2, first), (3, second), (4, second)):
        land(home, batch(number, entry_of(text)))
        made = [each for each in record(home, nobody).findings if each.kind == "mandate_answered"]
        told.append([(each.clause.number, each.note) for each in made])
    assert told == [
        [("12", "answers A/RES/79/311"), ("15", "answers A/RES/79/311")],
        [("14", "answers A/RES/79/311")],
        [],
    ]


def test_a_text_that_no_longer_says_so_answers_nothing(home: Path, recorded: Record, rows: Rows) -> None:
    """What a report is known to answer goes with the words that say it, and the request is open again."""
    asking, report = documents("united-nations")[:2]
    changed = report.replace("submitted pursuant to paragraph 12 of General Assembly resolution 79/311", "a report")
    recorded(batch(1, entry_of(asking), entry_of(report)))
    assert len(found(rows)) == 2
    land(home, batch(2, entry_of(changed.replace("79/311", "79/340"))))
    record(home, nobody)
    assert found(rows) == set()
    assert rows("SELECT count(*) FROM task_evidence WHERE retracted_at IS NOT NULL") == [(2,)]
    states = rows("SELECT DISTINCT state FROM ledger WHERE symbol = 'A/RES/79/311' AND number IN ('12', '15')")
    assert states == [("unknown",)]


def test_a_resolution_is_answered_in_all_its_languages(recorded: Record, rows: Rows) -> None:
    """The same request in French and in English is one request, whatever the language of the report."""
    asking, report = documents("french-spanish")[:2]
    english = documents("united-nations")[0].replace("79/311", "79/313").replace("12. Requests", "8. Requests")
    recorded(batch(1, entry_of(asking), entry_of(english), entry_of(report)))
    assert rows(
        "SELECT asking.language FROM task_answers JOIN tasks USING (task_key) "
        "JOIN documents AS asking ON asking.document_id = tasks.document_id "
        "WHERE rule = 'answer.report.paragraph' ORDER BY ALL"
    ) == [("en",), ("fr",)]


def test_a_rebuild_finds_the_same(recorded: Record, rows: Rows, home: Path) -> None:
    """Evidence that is lost is found again from the documents."""
    recorded(batch(1, *map(entry_of, documents("united-nations"))))
    before = found(rows, with_unknown=True)
    with session(home) as connection:
        connection.execute("DELETE FROM task_evidence")
        rebuild(connection, datetime.now(UTC))
    assert found(rows, with_unknown=True) == before


def test_each_time_that_is_asked_for_has_its_own_answer(recorded: Record, rows: Rows) -> None:
    """A report to the second of two bodies or sessions answers that deadline; of a series, that of its session."""
    recorded(batch(1, *map(entry_of, documents("second"))))
    assert {(answer.by, answer.occurrence) for answer in found(rows)} == {
        ("A/80/902", 1), ("A/HRC/61/904", 2), ("A/80/903", 1), ("A/81/907", 2),
    }  # fmt: skip
    assert rows("SELECT due_position, answered_by FROM reporting_requests WHERE number = '29' ORDER BY ALL") == [
        (1, ["A/80/903"]),
        (2, None),
    ]
