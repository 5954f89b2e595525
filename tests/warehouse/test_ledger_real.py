"""The ledger of real documents, where ../shared is there: the seeds and the PDFs, recorded in the normal way."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.sessions import load_sessions
from flows.sessions import known_sessions
from mandates.analysis import analyse
from tests.sites.publisher import files_read
from tests.warehouse.made import nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import Batch, Entry
from warehouse.query.queries import query
from warehouse.store.database import live_path
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

pytestmark = pytest.mark.slow
CALENDAR = Path(__file__).parents[2] / "config" / "sessions.yaml"
LEDGER = """
SELECT task_key, occurrence, due_start, due_end, state, since, rule, note, evidence_document, evidence_words
FROM ledger ORDER BY ALL"""


def _recorded(home: Path, blank: Path, batches: Sequence[Batch]) -> Path:
    home.mkdir()
    shutil.copyfile(blank, live_path(home))
    for batch in batches:
        land(home, batch)
        record(home, nobody, sessions=lambda: known_sessions(CALENDAR), now=lambda: datetime.now(UTC))
    publish(home)
    return home


@pytest.fixture(scope="module")
def homes(shared: Path, blank: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same documents recorded in one go, and one at a time from the last to the first."""
    paths = [*sorted((shared / "seeds").glob("*.txt")), *sorted((shared / "corpus" / "pdf").glob("*.pdf"))]
    harvest, sessions = files_read("local", paths), load_sessions(CALENDAR)
    entries = [
        Entry(publication, analyse(publication.text.text, sessions=sessions))
        for publication in harvest.publications
        if publication.text is not None
    ]
    assert len(entries) >= 30
    one_by_one = [Batch(f"batch-{place}", harvest, (entry,)) for place, entry in enumerate(reversed(entries))]
    folder = tmp_path_factory.mktemp("real")
    return (
        _recorded(folder / "together", blank, [Batch("all", harvest, tuple(entries))]),
        _recorded(folder / "backwards", blank, one_by_one),
    )


def ask(home: Path, sql: str) -> Sequence[tuple[Any, ...]]:
    return query(home, sql).rows


def test_the_order_of_arrival_makes_no_difference(homes: tuple[Path, Path]) -> None:
    """Together or one at a time from the last to the first: the ledger of these documents is the same."""
    together, backwards = (ask(home, LEDGER) for home in homes)
    assert together == backwards
    assert len(together) > 80


def test_what_protection_of_migrants_asks_for_was_asked_again(homes: tuple[Path, Path]) -> None:
    """Each request of A/RES/78/217 is renewed by the paragraph of A/RES/80/218 that a reader would name."""
    sql = """
    SELECT DISTINCT number, state, since::VARCHAR, evidence_symbol, note FROM ledger WHERE symbol = 'A/RES/78/217'
        AND type = 'reporting_request' ORDER BY number"""
    renewed = ("renewed", "2025-12-18", "A/RES/80/218")
    assert ask(homes[0], sql) == [
        ("28", *renewed, "asked again by A/RES/80/218, paragraph 28"),
        ("29", *renewed, "asked again by A/RES/80/218, paragraph 29"),
        ("32", *renewed, "asked again by A/RES/80/218, paragraph 32"),
    ]


def test_a_request_for_two_sessions_has_two_times(homes: tuple[Path, Path]) -> None:
    """A report for the eighty-first and eighty-second sessions is due twice, and open for both."""
    sql = """
    SELECT occurrence, due_end::VARCHAR, state FROM ledger WHERE symbol = 'A/RES/80/218' AND number = '28'
    ORDER BY occurrence"""
    assert ask(homes[0], sql) == [(1, "2027-09-06", "open"), (2, "2028-09-04", "open")]


def test_items_of_aalco_are_on_the_agenda_of_its_next_session(homes: tuple[Path, Path]) -> None:
    """The session after the one that placed them there, with its days."""
    sql = "SELECT session, start_on::VARCHAR, quote FROM session_agendas WHERE body = 'AALCO' ORDER BY session"
    (first, begins, words), (second, after, more) = ask(homes[0], sql)
    assert (first, begins, second, after) == (49, "2010-08-05", 53, "2014-09-15")
    assert "Forty-Ninth Annual Session" in words
    assert "Fifty-Third Annual Session" in more


def test_nothing_is_said_that_the_documents_do_not_say(homes: tuple[Path, Path]) -> None:
    """Nobody watched, so nothing is overdue; drafts ask nothing; what is shown has the words that show it."""
    assert ask(homes[0], "FROM ledger WHERE state = 'overdue' OR stage IN ('preliminary_draft', 'draft')") == []
    past = "SELECT DISTINCT state, rule FROM ledger WHERE due_end < current_date AND evidence_id IS NULL ORDER BY ALL"
    assert ask(homes[0], past) == [("unknown", "calendar.inferred"), ("unknown", "not_watched")]
    shown = """
    SELECT count(*) > 10, count(*) FILTER (NOT EXISTS (
        FROM clauses WHERE clauses.document_id = ledger.evidence_document AND clauses.display = ledger.evidence_words
    )) FROM ledger WHERE evidence_id IS NOT NULL"""
    assert ask(homes[0], shown) == [(True, 0)]
