"""Chains of resolutions and the lives of their clauses, whatever the order in which documents arrive."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.publication import PublishedOn
from tests.warehouse.made import batch, entry
from tests.warehouse.orders import ORDERS
from warehouse.links import near_acts
from warehouse.links.rebuild import link_all
from warehouse.store.database import live_path, session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from warehouse.model import Entry, Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

REPORT = "Requests the Secretary-General to report on harbours and their lights to the Assembly at its {} session;"
QUAYS = "Calls upon the harbour masters of all coasts to keep the quays lit from dusk to dawn for those at sea;"
WELLS = "Requests the Commission on Wells to list each well along the dry valley road with its depth and its keeper;"
FERRIES = "Invites the ferry companies to carry children and their mothers without asking for any fare in winter;"

RELATIONS = """
SELECT origin.symbol, relation, target.symbol FROM relations
JOIN documents AS origin ON origin.document_id = from_document
JOIN documents AS target ON target.document_id = to_document
WHERE relation IN ('renews', 'draft_of', 'corrects') ORDER BY ALL"""
CLAUSES = """
SELECT later.symbol, earlier.symbol, relation, later_clause, earlier_clause, change, round(score, 6), words, evidence
FROM clause_links JOIN documents AS later ON later.document_id = later_document
JOIN documents AS earlier ON earlier.document_id = earlier_document ORDER BY ALL"""


def resolution(session: int, *clauses: str, title: str = "Safe harbours", recalls: str = "", **more: Any) -> Entry:
    """A resolution of a session with these clauses."""
    numbered = "\n".join(f"{number}. {words}" for number, words in enumerate(clauses, 1))
    words = f"{title}\n\nThe Assembly,\nRecalling {recalls or 'the sea'},\n{numbered}\n"
    symbol = more.pop("symbol", f"A/RES/{session}/7")
    published = PublishedOn(date(1945 + session, 12, 1), "day", "document")
    return entry(symbol, title=title, words=words, session=session, published=published, **more)


FIRST = resolution(76, REPORT.format("seventy-seventh"), QUAYS)
SECOND = resolution(78, REPORT.format("seventy-ninth"), QUAYS.replace("dusk", "sunset"), FERRIES)
DRAFT = resolution(80, REPORT.format("eighty-first"), WELLS, symbol="A/C.3/80/L.5", stage="draft", body="UNGA-C3")
THIRD = resolution(80, REPORT.format("eighty-first"), QUAYS.replace("dusk", "sunset"), WELLS)
CORRIGENDUM = entry(
    "A/RES/80/7/Corr.1",
    title="Safe harbours: corrigendum",
    words="Corrigendum\n\nParagraph 1\n\nFor eighty-first read eighty-second\n",
    session=80,
    published=PublishedOn(date(2026, 1, 9), "day", "document"),
)
SISTER = resolution(80, WELLS, title="Wells", symbol="A/RES/80/8")
OTHER_BODY = resolution(79, REPORT.format("eightieth"), QUAYS, symbol="A/HRC/RES/79/3", body="HRC")
RENAMED = resolution(
    81,
    REPORT.format("eighty-second"),
    QUAYS.replace("dusk", "sunset"),
    WELLS,
    title="Lights for those at sea",
    recalls="its resolution A/RES/80/7 on safe harbours",
)
ALL = (FIRST, SECOND, DRAFT, THIRD, CORRIGENDUM, SISTER, OTHER_BODY, RENAMED)
FOUND = [
    ("A/C.3/80/L.5", "draft_of", "A/RES/80/7"),
    ("A/RES/78/7", "renews", "A/RES/76/7"),
    ("A/RES/80/7", "renews", "A/RES/78/7"),
    ("A/RES/80/7/Corr.1", "corrects", "A/RES/80/7"),
    ("A/RES/81/7", "renews", "A/RES/80/7"),
]


def test_a_chain_and_the_lives_of_its_clauses(recorded: Record, rows: Rows) -> None:
    """Each resolution is linked with the one before, each clause with the one that it follows."""
    recorded(batch(0, *ALL))
    assert rows(RELATIONS) == FOUND
    assert rows("SELECT step, symbol, renews FROM chains ORDER BY step") == [
        (1, "A/RES/76/7", None),
        (2, "A/RES/78/7", "A/RES/76/7"),
        (3, "A/RES/80/7", "A/RES/78/7"),
        (4, "A/RES/81/7", "A/RES/80/7"),
    ]
    life = "SELECT symbol, change, first_symbol, is_over FROM clause_life WHERE {} ORDER BY first_clause, step"
    assert rows(life.format("contains(quote, 'quays')")) == [
        ("A/RES/76/7", "first", "A/RES/76/7", False),
        ("A/RES/78/7", "changed", "A/RES/76/7", False),
        ("A/RES/80/7", "same", "A/RES/76/7", False),
        ("A/RES/81/7", "same", "A/RES/76/7", False),
    ]
    assert {row[1] for row in rows(life.format("contains(quote, 'report on harbours')"))} == {"first", "same"}
    assert rows("SELECT dropped_by, last_symbol, number, first_symbol, times, is_mandate FROM dropped_clauses") == [
        ("A/RES/80/7", "A/RES/78/7", "3", "A/RES/78/7", 1, False)
    ]
    changes = "SELECT draft_symbol, adopted_symbol, change, draft_number, adopted_number FROM adoption_changes"
    assert rows(changes) == [("A/C.3/80/L.5", "A/RES/80/7", "new", None, "2")]


def test_a_corrigendum_changes_the_clause(recorded: Record, rows: Rows) -> None:
    """Whoever asks later sees the words as corrected, and by which corrigendum; the printed words stay beside them."""
    recorded(batch(0, *ALL))
    asked = "SELECT quote, printed, corrected_by, is_plain FROM clauses_today WHERE corrected_by IS NOT NULL"
    ((quote, printed, by, is_plain),) = rows(asked)
    assert "at its eighty-second session" in quote
    assert "at its eighty-first session" in printed
    assert (by, is_plain) == (["A/RES/80/7/Corr.1"], True)
    mandate = "SELECT symbol, type, corrected_by, quote = ?, is_due_kept FROM corrected_mandates"
    assert rows(mandate, [quote]) == [("A/RES/80/7", "reporting_request", by, True, True)]


def test_a_deadline_that_was_corrected_away(recorded: Record, rows: Rows) -> None:
    """The printed deadline is called kept only while the corrected words have it."""
    asking = resolution(80, "Requests the Commission to report on all harbours at the next session;")
    words = "Corrigendum\n\nParagraph 1\n\nFor at the next session read at once\n"
    recorded(batch(0, asking, entry("A/RES/80/7/Corr.1", title="Corrigendum", words=words)))
    ((due, is_kept, quote),) = rows("SELECT due, is_due_kept, quote FROM corrected_mandates")
    assert (due, is_kept) == ("at the next session", False)
    assert quote.endswith("harbours at once;")


def test_later_corrigenda_correct_what_earlier_ones_left(recorded: Record, rows: Rows) -> None:
    """The second starts from the words of the first, whichever was recorded first; what is not plain is only shown."""
    second = entry(
        "A/RES/80/7/Corr.2",
        title="Corrigendum",
        words="Paragraph 1\n\nFor eighty-second read eighty-third\n\nParagraph 2\n\nRead it aloud.\n",
        published=PublishedOn(date(2026, 2, 9), "day", "document"),
    )
    recorded(batch(0, second))
    recorded(batch(1, THIRD))
    recorded(batch(2, CORRIGENDUM))
    asked = "SELECT number, quote, corrected_by, is_plain FROM clauses_today WHERE corrected_by IS NOT NULL ORDER BY 1"
    first, other = rows(asked)
    assert "eighty-third session" in first[1]
    assert first[2:] == (["A/RES/80/7/Corr.1", "A/RES/80/7/Corr.2"], True)
    assert "sunset" in other[1]
    assert other[2:] == (["A/RES/80/7/Corr.2"], False)


def _linked(rows: Rows) -> tuple[list[Any], list[Any], list[Any]]:
    return rows(RELATIONS), rows(CLAUSES), rows("SELECT document_id, renews FROM acts ORDER BY ALL")


@pytest.mark.slow
@pytest.mark.parametrize("orders", [4, pytest.param(40, marks=pytest.mark.long)])
def test_any_order_of_arrival_gives_the_same_links(
    home: Path, blank: Path, recorded: Record, rows: Rows, orders: int
) -> None:
    """One by one or together, forwards or backwards: relations, links between clauses and chains are the same."""
    recorded(batch(0, *ALL))
    wanted = _linked(rows)

    @settings(max_examples=orders, deadline=None)
    @given(order=st.permutations(ALL), cut=st.lists(st.integers(2, 4), min_size=4, max_size=4))
    def arrive(order: list[Entry], cut: list[int]) -> None:
        shutil.copyfile(blank, live_path(home))
        left = list(order)
        for number, size in enumerate(cut, 1):
            recorded(batch(number, *left[:size]))
            left = left[size:]
        assert _linked(rows) == wanted

    arrive()


@pytest.mark.parametrize("order", ORDERS)
def test_what_arrives_late_takes_its_place(recorded: Record, rows: Rows, order: tuple[int, ...]) -> None:
    """The resolution between two others is put between them, and the link across it falls away with its clauses."""
    for number, place in enumerate(order):
        recorded(batch(number, (FIRST, SECOND, THIRD)[place]))
    assert rows(RELATIONS) == FOUND[1:3]
    pairs = (
        "SELECT DISTINCT later.symbol FROM clause_links JOIN documents AS later ON later.document_id = later_document"
    )
    assert sorted(rows(pairs)) == [("A/RES/78/7",), ("A/RES/80/7",)]
    assert rows("SELECT count(DISTINCT (later_document, earlier_document)) FROM clause_links") == [(2,)]


def test_only_the_latest_of_a_title_are_compared(
    recorded: Record, rows: Rows, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many acts with one title the latest by session are fetched, whatever the order of arrival; links hold."""
    monkeypatch.setattr(near_acts, "MOST_ALIKE", 3)
    acts = [resolution(session_, QUAYS, title="Safe harbours for small boats") for session_ in range(60, 72)]
    for number, act in enumerate([*acts[:11:2], *acts[1:11:2]]):
        recorded(batch(number, act))
    with session(home) as connection:
        newest = near_acts.acts_where(connection, "session", {70})
        found = {act.session for act in near_acts.candidates(connection, newest).acts}
    assert found == {68, 69, 70}
    recorded(batch(20, acts[11]))
    assert ("A/RES/71/7", "renews", "A/RES/70/7") in rows(RELATIONS)


def test_a_corrected_text_is_linked_again(recorded: Record, rows: Rows) -> None:
    """A new version of a text brings its own links; those of the former one are gone."""
    recorded(batch(0, FIRST, SECOND))
    assert rows("SELECT count(*) FROM clause_links WHERE change = 'new'") == [(1,)]
    shorter = resolution(78, REPORT.format("seventy-ninth"), QUAYS)
    recorded(batch(1, shorter))
    assert rows("SELECT change, count(*) FROM clause_links GROUP BY change") == [("same", 2)]


def test_the_same_again_changes_nothing(recorded: Record, rows: Rows) -> None:
    """A crawl that shows known documents brings no relation and no link, and finds no renewal a second time."""
    recorded(batch(0, *ALL))
    before = _linked(rows)
    assert recorded(batch(1, *ALL)).findings == ()
    assert _linked(rows) == before


def test_facts_that_come_later_bring_the_link(recorded: Record, rows: Rows) -> None:
    """A document whose organ was not known at first is linked when a source states it."""
    unknown = resolution(80, REPORT.format("eighty-first"), QUAYS, body=None)
    recorded(batch(0, FIRST, unknown))
    assert rows(RELATIONS) == []
    recorded(batch(1, resolution(80, REPORT.format("eighty-first"), QUAYS)))
    assert rows(RELATIONS) == [("A/RES/80/7", "renews", "A/RES/76/7")]
    assert rows("SELECT DISTINCT change FROM clause_links") == [("same",)]


@pytest.mark.parametrize("emptied", [("acts", "recalls", "title_keys", "clause_links"), ()], ids=["former", "today"])
def test_all_links_can_be_made_again(home: Path, recorded: Record, rows: Rows, emptied: tuple[str, ...]) -> None:
    """A home of a former version gets the links of today in the place of its own; one of today gets the same again."""
    recorded(batch(0, *ALL))
    wanted = _linked(rows)
    with session(home) as connection:
        for table in emptied:
            connection.execute(f"DELETE FROM {table}")
        connection.execute("UPDATE relations SET from_document = to_document WHERE relation = 'renews'")
        assert link_all(connection, datetime.now(UTC)) > len(FOUND)
    assert _linked(rows) == wanted
