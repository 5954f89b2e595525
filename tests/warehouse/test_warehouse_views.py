"""What analysts open: views, macros, comments, the dictionary and the worked queries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scrapers.publication import ItemState
from tests.alerts.test_outbox_due import due
from tests.warehouse.made import batch, entry, nobody, report, start, text, with_items
from tests.warehouse.test_ledger_queries import ANSWERS
from tests.warehouse.test_warehouse_review import unread
from warehouse.load.decisions import land_decisions, record_decisions
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.review.decision import Decision
from warehouse.store.database import session
from warehouse.store.dictionary import dictionary
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

docs = Path(__file__).parent.parent.parent / "docs"
worked = sorted((docs / "queries").glob("*.sql"))
# Those on the ledger have homes of their own.
of_documents = [path for path in worked if path.stem not in ANSWERS]
views = (
    "open_mandates", "mandates_by_body", "agenda_placements", "reporting_requests", "document_history",
    "citations_resolved", "source_health", "items_not_taken",
)  # fmt: skip
exhorting = "Beacons\n\nThe Assembly,\n1. Calls upon all States to light their beacons by 31 December 2099.\n"
overdue = text.replace("at the next session", "at a session long ago")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot with a renewed resolution, its draft, an answer, an unanswered request, and an item that failed."""
    home = tmp_path_factory.mktemp("published")
    failed = ItemState("s21", None, "RES/64/S 21", "failed", "status 404", start, start, tries=3)
    land(home, with_items(batch(-1), failed))
    land(
        home,
        batch(
            0,
            entry("A/RES/79/1", session=79),
            entry("A/C.3/80/L.1", stage="draft", body="UNGA-C3", words=text.replace("Welcomes", "Notes")),
            entry("A/RES/80/1"),
            entry("A/RES/80/2", title="Harbours", words=text.replace("A/RES/70/1", "A/RES/80/1")),
            unread("A/RES/80/3"),
            entry("A/RES/80/4", title="Beacons", words=exhorting),
            entry("A/RES/75/9", title="Lighthouses", session=75, words=overdue),
            report("A/80/5", "A/RES/79/1", session=80),
        ),
    )
    record(home, nobody)
    publish(home)
    return home


def ask(home: Path, sql: str) -> Sequence[tuple[Any, ...]]:
    return query(home, sql).rows


def test_drafts_and_answered_requests_are_not_open(published: Path) -> None:
    """What is open is adopted, not past, and not answered."""
    found = ask(published, "SELECT symbol, type FROM open_mandates ORDER BY symbol, type")
    placements = [(symbol, "agenda_placement") for symbol in ("A/RES/79/1", "A/RES/80/1", "A/RES/80/2")]
    placements.append(("A/RES/75/9", "agenda_placement"))
    requests = [(symbol, "reporting_request") for symbol in ("A/RES/80/1", "A/RES/80/2")]
    assert found == sorted(placements + requests)


def test_only_the_newest_text_counts(home: Path) -> None:
    """After a text has changed the views show its words, and the tables keep the former ones."""
    for number, words in enumerate((text, text.replace("travellers in the", "seafarers in the"))):
        land(home, batch(number, entry(words=words)))
        record(home, nobody)
    publish(home)
    assert ask(home, "SELECT count(*) FROM current_mandates WHERE contains(quote, 'seafarers')") == [(1,)]
    assert ask(home, "SELECT count(*) FROM current_mandates") == [(2,)]
    assert ask(home, "SELECT count(*) FROM mandates") == [(4,)]


def test_reports_are_shown_with_what_they_answer(published: Path) -> None:
    """A reporting request names the reports that answer it; what a draft would ask for is not asked yet."""
    sql = "SELECT symbol, answered_by FROM reporting_requests ORDER BY symbol"
    assert ask(published, sql) == [
        ("A/RES/75/9", None),
        ("A/RES/79/1", ["A/80/5"]),
        ("A/RES/80/1", None),
        ("A/RES/80/2", None),
    ]


def test_a_corrigendum_shows_beside_the_mandates_it_touches(home: Path) -> None:
    """Whoever reads an open mandate sees that its document was corrected, and by what."""
    land(home, batch(0, entry(), entry("A/RES/80/2", title="Harbours")))
    land(home, batch(1, entry("A/RES/80/1/Corr.1", title="Corrigendum", words="In paragraph 2, read 2027 for 2026.\n")))
    record(home, nobody)
    publish(home)
    sql = "SELECT DISTINCT symbol, corrected_by FROM {} ORDER BY symbol"
    shown = [("A/RES/80/1", ["A/RES/80/1/Corr.1"]), ("A/RES/80/2", None)]
    for view in ("open_mandates", "current_mandates", "agenda_placements", "reporting_requests"):
        assert ask(home, sql.format(view)) == shown


def test_citations_lead_to_recorded_documents(published: Path) -> None:
    """A cited symbol is resolved to its document where that is recorded."""
    sql = "SELECT citing_symbol, cited_title FROM citations_resolved WHERE cited_document IS NOT NULL"
    assert sorted(ask(published, sql)) == [
        ("A/80/5", "Care of travellers at sea"),
        ("A/RES/80/2", "Care of travellers at sea"),
    ]


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ("FROM mandates_with('REPORT session')", 5),
        ("FROM mandates_with('report nowhere')", 0),
        ("FROM documents_with('a/res/80/2 harbours')", 1),
        ("SELECT * FROM due_within(1000000)", 2),
        ('SELECT * FROM (SELECT passage(version_id, "start", "end") AS p FROM mandates) WHERE p IS NULL', 0),
    ],
)
def test_macros_search(published: Path, sql: str, count: int) -> None:
    """Macros find all words in any order, and what is due."""
    assert len(ask(published, sql)) == count


@pytest.mark.parametrize("view", views)
def test_the_promised_views_give_rows(published: Path, view: str) -> None:
    """Each view that analysts were promised exists and has something to show."""
    assert ask(published, f"FROM {view}")


def test_everything_has_a_comment(published: Path) -> None:
    """No table, view, column or macro is left unexplained."""
    for kind, name in (("tables", "table_name"), ("views", "view_name"), ("columns", "column_name")):
        sql = f"SELECT {name} FROM duckdb_{kind}() WHERE NOT internal AND coalesce(comment, '') = ''"
        assert ask(published, sql) == []
    macros = "SELECT function_name FROM duckdb_functions() WHERE suffix(function_type, 'macro') AND NOT internal"
    assert len(ask(published, macros)) >= 8
    assert ask(published, f"{macros} AND comment IS NULL") == []


def test_the_data_dictionary_is_current(home: Path) -> None:
    """docs/data-dictionary.md is what `python -m warehouse.store.dictionary` prints."""
    with session(home) as connection:
        assert (docs / "data-dictionary.md").read_text(encoding="utf-8") == dictionary(connection)


def test_the_readme_lists_each_worked_query() -> None:
    """Each query is listed with its question, and nothing else is."""
    listed = (docs / "queries" / "README.md").read_text(encoding="utf-8")
    assert listed.count(".sql](") == len(worked) >= 22
    for path in worked:
        question = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("-- ")
        assert f"| [{path.name}]({path.name}) | {question} |" in listed


@pytest.mark.parametrize("path", of_documents, ids=lambda path: path.stem)
def test_worked_queries_run_and_answer(published: Path, path: Path) -> None:
    """Each worked query runs as it stands on a snapshot and finds something there."""
    answer = query(published, path.read_text(encoding="utf-8"))
    assert answer.columns
    assert answer.rows


def test_every_deadline_has_a_row(home: Path) -> None:
    """Views have one row for each task and deadline: one that is past is gone, the one ahead stays and sorts."""
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=9), today + timedelta(days=20), today + timedelta(days=200)]
    land(home, batch(0, due(entry(), *days)))
    record(home, nobody)
    publish(home)
    rows = ask(home, "SELECT due_position, days_left FROM open_mandates WHERE type = 'reporting_request' ORDER BY ALL")
    assert rows == [(2, 20), (3, 200)]
    assert ask(home, "SELECT DISTINCT days_left FROM due_within(30)") == [(20,)]
    assert ask(home, "SELECT count(*) FROM agenda_placements") == [(3,)]
    assert ask(home, "SELECT count(*), max(len(deadlines)) FROM current_mandates") == [(2, 3)]


def test_a_decided_deadline_takes_the_place_of_the_first(home: Path) -> None:
    """What a person decides about a deadline leaves the second one alone; that there is none leaves none."""
    days = [date(2099, 1, 1), date(2099, 6, 1)]
    land(home, batch(0, due(entry(), *days)))
    record(home, nobody)
    with session(home) as connection:
        rows = connection.execute("SELECT type, task_key FROM current_mandates").fetchall()
    keys = dict(rows)
    at = datetime.now(UTC)
    land_decisions(
        home,
        [
            Decision(keys["reporting_request"], "due_end", "2099-02-02", "a reader", at, "the text says so"),
            Decision(keys["agenda_placement"], "due_end", "none", "a reader", at, "no day is meant"),
        ],
    )
    record_decisions(home)
    publish(home)
    sql = "SELECT type, due_position, due_end, due_basis FROM current_deadlines ORDER BY ALL"
    assert ask(home, sql) == [
        ("agenda_placement", None, None, "none"),
        ("reporting_request", 1, date(2099, 2, 2), "decided"),
        ("reporting_request", 2, date(2099, 6, 1), "stated date"),
    ]
