"""What the search page shows: mandates and documents with their words marked, counted, sorted and page by page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import feedparser
import pyarrow.parquet as pq
import pytest
from icalendar import Calendar

from tests.warehouse.asking import resolution
from tests.warehouse.chronicle import TODAY
from tests.warehouse.made import batch, entry, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import QueryError
from warehouse.pages.search import PAGE_ROWS, Question, count, found_documents, found_mandates
from warehouse.pages.search_files import matrix_rows, write_deadlines, write_entries, write_parquet
from warehouse.query.filters import NO_FILTERS, Filters
from warehouse.query.queries import query
from warehouse.query.search_volumes import MARK_CLOSE, MARK_OPEN
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.pages.facets import Facet


def bare(text: str) -> str:
    """A text without its marks."""
    return text.replace(MARK_OPEN, "").replace(MARK_CLOSE, "")


def values(facets: tuple[Facet, ...], field: str) -> dict[str, int]:
    """The counts of one field."""
    return {each.value: each.rows for facet in facets if facet.field == field for each in facet.values}


def test_mandates_are_quoted_whole_with_the_words_marked(chronicle: Path) -> None:
    """The quote, the place, who, by when and the state are those of the ledger."""
    found = found_mandates(chronicle, Question("fog horns"))
    (row,) = found.rows
    assert found.total == 1
    assert f"{MARK_OPEN}fog{MARK_CLOSE} {MARK_OPEN}horns{MARK_CLOSE}" in row.quote
    columns = "quote, task_key, number, page, addressee, state, due_end, document_id, symbol, url"
    ((*ledger,),) = query(chronicle, f"SELECT {columns} FROM ledger WHERE quote LIKE '%fog horns%'").rows
    shown = [bare(row.quote), row.task_key, row.number, row.clause_page, row.addressee, row.state, row.due.last]
    assert [*shown, row.document_id, row.symbol, row.url] == ledger
    ((key,),) = query(chronicle, "SELECT clause_key FROM clauses WHERE quote LIKE '%a report on fog horns%'").rows
    assert row.clause_key == key


@pytest.mark.parametrize("words", ["report", "fog horns", "re* -fog", "nowhere"])
@pytest.mark.parametrize("given", [{}, {"body": "UNGA"}, {"body": "U*"}, {"kind": "resolution", "state": "open"}])
def test_documents_are_counted_without_ranking_them(chronicle: Path, words: str, given: dict[str, str]) -> None:
    """The number beside the list of mandates is that of the list of documents, also for filters of mandates."""
    question = Question(words, Filters.of(**given))
    assert count(chronicle, question, "document") == found_documents(chronicle, question).total


def test_the_other_pages_of_the_same_words_are_not_looked_for_again(
    chronicle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the index found is kept until the next publication."""
    first = found_mandates(chronicle, Question("report"))
    number = count(chronicle, Question("report"), "document")
    with monkeypatch.context() as patched:
        for name in ("ranking", "documents_with"):
            patched.delattr(f"warehouse.pages.search.{name}")
        assert found_mandates(chronicle, Question("report", page=2)).total == first.total
        assert count(chronicle, Question("report", page=2), "document") == number
    publish(chronicle)
    with monkeypatch.context() as patched:
        patched.delattr("warehouse.pages.search.ranking")
        with pytest.raises(NameError):
            found_mandates(chronicle, Question("report"))


def test_every_row_of_the_ledger_is_found_with_its_words(chronicle: Path) -> None:
    """Without words and filters, all pages together are the ledger."""
    ledger = query(chronicle, "SELECT task_key, occurrence, quote FROM ledger WHERE NOT is_expected").rows
    rows = []
    for page in range(1, 10):
        rows += found_mandates(chronicle, Question(page=page)).rows
    assert {(row.task_key, row.occurrence, row.quote) for row in rows} >= set(ledger)
    assert (
        len({(row.task_key, row.occurrence) for row in rows})
        == len(rows)
        == found_mandates(chronicle, Question()).total
    )


def test_mandates_of_one_clause_have_their_own_words(home: Path) -> None:
    """A clause with two mandates shows each with its part, as the ledger does; one with a single one shows it whole."""
    two = (
        "Requests the Secretary-General to report on lamps, and decides to include an item on oil in the agenda of its"
    )
    asked = resolution(f"{two} eighty-first session", "Requests the Secretary-General to submit a report on fog horns")
    land(home, batch(0, asked))
    record(home, nobody)
    publish(home)
    ledger = query(home, "SELECT task_key, occurrence, quote FROM ledger WHERE number = '1'").rows
    assert len({quote for _, _, quote in ledger}) > 1
    rows = {(row.task_key, row.occurrence, row.quote) for row in found_mandates(home, Question()).rows}
    assert rows >= set(ledger)


def test_deadlines_come_nearest_first(chronicle: Path) -> None:
    """What is due comes before what was due, and what has no deadline comes last."""
    rows = found_mandates(chronicle, Question(sort="deadline")).rows
    order = [(row.due.last is None, row.due.last is not None and row.due.last < TODAY) for row in rows]
    assert order == sorted(order)
    coming = [row.due.last for row in rows if row.due.last is not None and row.due.last >= TODAY]
    assert coming == sorted(coming)
    assert len(coming) > 1


def test_the_newest_come_first_and_relevance_needs_words(chronicle: Path) -> None:
    """An order that makes no sense is the order by date."""
    days = [row.published_on for row in found_mandates(chronicle, Question(sort="date")).rows]
    assert days == sorted(days, reverse=True)
    assert found_mandates(chronicle, Question(sort="relevance")) == found_mandates(chronicle, Question(sort="date"))


def test_counts_are_of_what_another_value_would_leave(chronicle: Path) -> None:
    """A field is counted without its own filter, so that a second value can be added; each count holds."""
    asked = Filters.of(type="agenda_placement", year=TODAY.year)
    facets = found_mandates(chronicle, Question(filters=asked)).facets
    types = values(facets, "type")
    assert len(types) > 1
    for field in ("type", "state", "body", "addressee", "due", "year", "language"):
        for value, number in values(facets, field).items():
            one = asked.without(field).given | {field: int(value) if field == "year" else value}
            if field == "due":
                one["due"] = value
            assert count(chronicle, Question(filters=Filters.of(**one)), "mandate") == number
    labels = {
        each.value: each.label
        for facet in found_mandates(chronicle, Question()).facets
        if facet.field == "addressee"
        for each in facet.values
    }
    assert labels["un:secretary-general"] == "the Secretary-General"


@pytest.mark.parametrize("words", ["", "report"])
def test_counts_hold_for_any_number_of_filters(chronicle: Path, words: str) -> None:
    """For none, for some, and for all fields at a time; with words the hits are counted, and else all rows."""
    row = next(
        each for each in found_mandates(chronicle, Question("report")).rows if each.due.last and each.published_on
    )
    asked: dict[str, str | int | None] = {"topic": None, "language": row.language, "year": row.published_on.year}
    asked |= {"type": row.type, "state": row.state, "body": row.body, "due": str(row.due.last.year)}
    asked |= {"addressee": row.addressee_id}
    for fields in ([], ["type"], ["type", "year"], list(asked)):
        filters = Filters.of(**{field: asked[field] for field in fields})
        found = found_mandates(chronicle, Question(words, filters))
        assert found.total
        for facet in found.facets:
            for each in facet.values:
                value = int(each.value) if facet.field == "year" else each.value
                other = Filters.of(**({field: asked[field] for field in fields} | {facet.field: value}))
                assert each.rows == count(chronicle, Question(words, other), "mandate"), (fields, facet.field, value)
        assert {facet.field for facet in found.facets} >= {"type", "state", "body", "language", "year"}


def test_an_empty_answer_says_what_would_bring_more(chronicle: Path) -> None:
    """Each filter, and the words, without which there would be something."""
    found = found_mandates(chronicle, Question("fog horns", Filters.of(type="agenda_placement", state="answered")))
    assert (found.rows, found.total, found.facets) == ((), 0, ())
    only = count(chronicle, Question(filters=Filters.of(type="agenda_placement", state="answered")), "mandate")
    assert dict(found.without) == ({"words": only} if only else {})
    assert dict(found_mandates(chronicle, Question("fog horns", Filters.of(type="budget"))).without) == {"type": 1}


def test_documents_are_found_with_a_passage(chronicle: Path) -> None:
    """A document shows where it holds the words."""
    found = found_documents(chronicle, Question("lamps cost more"))
    assert [row.symbol for row in found.rows] == ["A/79/801"]
    assert f"{MARK_OPEN}Lamps{MARK_CLOSE}" in (found.rows[0].passage or "")
    every = found_documents(chronicle, Question())
    assert every.total == count(chronicle, Question(), "document") == 6
    assert values(every.facets, "kind")["resolution"] == 5


def test_pages_hold_so_many_rows(home: Path) -> None:
    """The rows of all pages are all rows, each once, and a page beyond them is empty but knows how many there are."""
    land(home, batch(0, *(entry(f"A/RES/80/{n}", title=f"Lamp {n}") for n in range(1, PAGE_ROWS + 3))))
    record(home, nobody)
    publish(home)
    pages = [found_documents(home, Question("lamp", sort="relevance", page=page)) for page in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [PAGE_ROWS, 2, 0]
    assert len({row.document_id for page in pages for row in page.rows}) == PAGE_ROWS + 2
    assert {page.total for page in pages} == {PAGE_ROWS + 2}


def test_a_new_snapshot_is_seen(home: Path) -> None:
    """What is kept in memory is worked out again for another snapshot."""
    for number in (1, 2):
        land(home, batch(number, entry(f"A/RES/80/{number}", title=f"Lamp {number}")))
        record(home, nobody)
        publish(home)
        assert found_mandates(home, Question()).total == 2 * number


def test_words_that_hold_nothing_are_refused(chronicle: Path) -> None:
    """So they are not taken for a search without words."""
    with pytest.raises(QueryError, match="contains no words"):
        found_mandates(chronicle, Question("?!"))


@pytest.mark.parametrize("question", [Question(), Question("report"), Question(filters=Filters.of(state="overdue"))])
def test_files_hold_what_the_search_finds(chronicle: Path, tmp_path: Path, question: Question) -> None:
    """The same mandates are in the sheet, in the Parquet file, in the calendar and in the feed."""
    found = found_mandates(chronicle, question)
    keys = {row.task_key for row in found.rows}
    assert 0 < found.total <= PAGE_ROWS
    assert {row.task_key for row in matrix_rows(chronicle, question)} == keys
    write_parquet(chronicle, question, tmp_path / "a.parquet")
    assert set(pq.read_table(tmp_path / "a.parquet", columns=["task_key"])["task_key"].to_pylist()) == keys
    write_entries(chronicle, question, tmp_path / "a.atom", "Lamps", "https://example.org/search.atom")
    feed = feedparser.parse((tmp_path / "a.atom").read_bytes())
    assert (feed.bozo, len(feed.entries)) == (False, len(keys))
    write_deadlines(chronicle, question, tmp_path / "a.ics", "Lamps")
    events = Calendar.from_ical((tmp_path / "a.ics").read_bytes()).walk("VEVENT")
    assert {re.search(r"Key: (\S+)", str(event["DESCRIPTION"]))[1] for event in events} <= keys  # type: ignore[index]
    assert events


def test_the_same_snapshot_gives_the_same_files(chronicle: Path, tmp_path: Path) -> None:
    """So a reader that has a file need not fetch it again."""
    for name in ("a", "b"):
        write_entries(chronicle, Question(), tmp_path / f"{name}.atom", "All", "https://example.org/search.atom")
        write_deadlines(chronicle, Question(filters=NO_FILTERS), tmp_path / f"{name}.ics", "All")
    assert (tmp_path / "a.atom").read_bytes() == (tmp_path / "b.atom").read_bytes()
    assert (tmp_path / "a.ics").read_bytes() == (tmp_path / "b.ics").read_bytes()
