"""Hits are found once for all pages of a question, and are those that plain SQL finds, in the same order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

import pytest

from scrapers.publication import PublishedOn
from tests.warehouse.made import batch, due, entry, nobody, today
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.pages import search
from warehouse.pages.facets import facets_of, total_of
from warehouse.pages.search import PAGE_ROWS, Question, found_documents, found_mandates
from warehouse.query.filters import Filters, condition
from warehouse.query.ledger_today import ledger_today, one_ledger
from warehouse.query.queries import query
from warehouse.query.search import ranking
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.pages.search import Sort

DAYS = [date(1999, 5, 4), date(2025, 12, 18), today.replace(year=today.year + 2, day=1)]
TEXT = "Travel\n\n1. Requests the Secretary-General to report;\n2. Decides to include an item on a report.\n"
GIVEN: list[dict[str, object]] = [
    {}, {"body": "HRC"}, {"year": 2010}, {"due": str(DAYS[2].year)}, {"state": ("open", "unknown"), "body": "UNGA"},
    {"topic": "migration"}, {"type": "agenda_placement", "year": (2010, 2012)}, {"body": "nobody"},
]  # fmt: skip
ORDERS = {
    "relevance": "list_position($ids, mandate_id), occurrence",
    "date": "published_on DESC NULLS LAST, mandate_id, occurrence",
    "deadline": """
        due_end IS NULL, due_end < current_date, abs(date_diff('day', current_date, due_end)),
        mandate_id, occurrence""",
}


@pytest.fixture
def shelf(home: Path) -> Path:
    """Documents of several bodies and years, some without a day, whose mandates have several deadlines or none."""
    made = [
        entry(
            f"A/RES/{number}",
            body=("UNGA", "HRC")[number % 2],
            published=PublishedOn(date(2008 + number % 6, 1 + number, 9), "day", "document") if number % 4 else None,
            topics=["migration", "labour"][: number % 3],
            words=TEXT,
        )
        for number in range(1, 12)
    ]
    land(home, batch(0, *(due(each, *DAYS[: place % 4]) if place % 4 else each for place, each in enumerate(made))))
    record(home, nobody)
    publish(home)
    return home


@pytest.mark.parametrize("words", ["report", "requests -item"])
def test_each_page_has_its_part_of_what_sql_finds(shelf: Path, words: str) -> None:
    """In each order, whichever page is asked for first; and so has a question that was asked before."""
    sorts: tuple[Sort, ...] = ("relevance", "date", "deadline")
    for given, sort in product(GIVEN, sorts):
        filters = Filters.of(**given)
        ids = list(ranking(shelf, words, filters, unit="mandate").ids)
        wanted = condition(filters, documents="ledger", mandate_ids=ids)
        sql = f"SELECT mandate_id, occurrence FROM today.ledger WHERE {wanted.sql} ORDER BY {ORDERS[sort]}"
        expected = ledger_today(shelf, sql, wanted.values | ({"ids": ids} if sort == "relevance" else {}))
        for page in (2, 1, 3, 1):
            found = found_mandates(shelf, Question(words, filters, sort, page))
            shown = [(row.mandate_id, row.occurrence) for row in found.rows]
            assert shown == expected[(page - 1) * PAGE_ROWS : page * PAGE_ROWS], (given, sort, page)
            assert found.total == len(expected)


def test_nothing_of_a_page_but_its_rows_is_asked_for_again(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the hits nor the counts, with words and without."""
    questions = [
        Question(words, filters) for words, filters in product(["report", ""], [Filters(), Filters.of(due="1999")])
    ]
    first = [(found_mandates(shelf, each), found_documents(shelf, each)) for each in questions]
    for name in ("hits_of", "facets_of", "ranking"):
        monkeypatch.delattr(search, name)
    assert [(found_mandates(shelf, each), found_documents(shelf, each)) for each in questions] == first
    assert {found.total > 0 for found, _ in first} == {True}


def test_rows_that_are_alike_are_counted_together(shelf: Path) -> None:
    """The counts and totals are those of all rows, which are asked only where rows that are alike differ in it."""
    again = PublishedOn(date(2009, 9, 1), "day", "document")
    land(shelf, batch(1, entry("A/RES/21", body="HRC", published=again, topics=["migration"], words=TEXT)))
    record(shelf, nobody)
    publish(shelf)
    day = DAYS[2]
    apart: list[dict[str, object]] = [
        {"due": f"{day:%Y-%m}"}, {"due": str(day)}, {"due_after": DAYS[1]}, {"due_before": DAYS[1], "body": "UNGA"},
        {"symbol": "A/RES/1*"}, {"session": 80},
    ]  # fmt: skip
    together: list[dict[str, object]] = [{"addressee": "secretary"}, {"responsible": "nobody"}, {"language": "en"}]
    asked: list[str] = []
    ledger = one_ledger(shelf)

    def ask(sql: str, values: dict[str, object]) -> list[tuple[object, ...]]:
        asked.append(sql)
        return ledger.ask(sql, values)

    alike = search._MANDATES
    single = replace(alike, alike=None)
    totals = set()
    for given in (*GIVEN, *together, *apart):
        filters = Filters.of(**given)
        assert facets_of(ask, alike, filters) == facets_of(ask, single, filters), given
        asked.clear()
        totals.add(total_of(ask, alike, filters))
        assert ("today.counts" in asked[0]) == (given not in apart), given
        assert total_of(ask, single, filters) in totals
    assert len(totals) > 5
    ((kinds, rows, every),) = ledger.ask(
        "SELECT count(*), sum(rows), (SELECT count(*) FROM today.ledger) FROM today.counts", {}
    )
    assert kinds < rows == every


def test_a_document_is_found_when_its_day_is_known_better(shelf: Path) -> None:
    """Older rows than the oldest hit are left out, and which one that is follows the snapshot."""
    before = found_mandates(shelf, Question("report", Filters.of(body="IPU"), "date"))
    assert before.total == 0
    for number, (day, precision) in enumerate([(date(2020, 1, 1), "year"), (date(1987, 3, 2), "day")], 1):
        known = PublishedOn(day, precision, "listing")  # type: ignore[arg-type]
        land(shelf, batch(number, entry("A/RES/50", body="IPU", published=known)))
        record(shelf, nobody)
        publish(shelf)
        (days,) = query(shelf, "SELECT published_on FROM documents WHERE body = 'IPU'").rows
        assert days == (day,)
        found = found_mandates(shelf, Question("report", Filters.of(body="IPU"), "date"))
        assert [row.published_on for row in found.rows] == [day]
