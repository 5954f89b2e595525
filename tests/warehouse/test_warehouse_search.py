"""Search: words, phrases, prefixes, filters, marks; an index that follows the snapshot and can be thrown away."""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrapers.publication import PublishedOn
from tests.warehouse.made import batch, deadlines, entry, nobody, text
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import QueryError
from warehouse.query.filters import Filters
from warehouse.query.search import marked, passages, ranking, search
from warehouse.query.search_index import refresh
from warehouse.query.search_volumes import MARK_CLOSE, MARK_OPEN, Unit, facets, index_path, opened, volumes
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

harbour = (
    "Harbours\n1. Requests the Secretariat to describe café harbours along the coast;\n2. Decides to meet again.\n"
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot with three documents, one of them without a text."""
    home = tmp_path_factory.mktemp("library")
    port = entry("E/RES/2025/4", title="Harbours", words=harbour, body="ECOSOC", session=2025)
    land(home, batch(0, entry(), port, entry(None, title="A bare teaser on harbours", words=None, kind="news")))
    record(home, nobody)
    publish(home)
    return home


def symbols(home: Path, words: str, *, unit: Unit | None = None, **filters: object) -> list[str | None]:
    """The symbols of the hits, by name: their order has a test of its own."""
    found = [hit.symbol for hit in search(home, words, Filters.of(**filters), unit=unit).hits]
    return sorted(found, key=lambda symbol: symbol or "~")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("travellers provisional", ["A/RES/80/1"]),
        ("travellers harbours", []),
        ('"along the coast"', ["E/RES/2025/4"]),
        ('"coast the along"', []),
        ("harb*", ["E/RES/2025/4", None]),
        ("co*", ["E/RES/2025/4"]),
        ("harbour*", ["E/RES/2025/4", None]),
        ("HARBOURS", ["E/RES/2025/4", None]),
        ("cafe", ["E/RES/2025/4"]),
        ("harbours -coast", [None]),
        ("A/RES/80/1", ["A/RES/80/1"]),
        ("next OR coast", []),
    ],
)
def test_all_words_must_be_there(library: Path, words: str, found: list[str | None]) -> None:
    """Words, phrases, prefixes, accents, capitals, symbols and exclusions; operators are only words."""
    assert symbols(library, words, unit="document") == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"unit": "mandate"}, ["E/RES/2025/4"]),
        ({"unit": "mandate", "type": "agenda_placement"}, []),
        ({"addressee": "un:secretary-general"}, ["E/RES/2025/4"]),
        ({"unit": "document", "body": ["ECOSOC", "UNGA"]}, ["E/RES/2025/4", None]),
        ({"unit": "document", "body": "ECOSOC"}, ["E/RES/2025/4"]),
        ({"kind": "news"}, [None]),
        ({"year": 2019}, []),
        ({"year": 2025, "kind": "resolution", "unit": "document"}, ["E/RES/2025/4"]),
        ({"due": "1999"}, []),
    ],
)
def test_filters_narrow(library: Path, filters: dict[str, Any], found: list[str | None]) -> None:
    """A filter leaves only hits that are what it says."""
    assert symbols(library, "harbours", **filters) == found


def test_mandates_are_found_by_the_year_the_month_and_the_day_of_their_deadline(library: Path) -> None:
    """A deadline counts where it ends."""
    (_, _, end), *_ = deadlines
    for when in (f"{end:%Y}", f"{end:%Y-%m}", f"{end:%Y-%m-%d}"):
        (hit,) = search(library, "report", Filters(due=when)).hits
        assert (hit.unit, hit.symbol) == ("mandate", "A/RES/80/1")
    assert not search(library, "report", Filters(due=f"{end + timedelta(days=1):%Y-%m-%d}")).hits


def test_the_words_are_marked_in_their_passage(library: Path) -> None:
    """A hit shows the words where they stand, and a mandate its clause and page."""
    (hit,) = search(library, '"along the coast"', unit="mandate").hits
    assert f"{MARK_OPEN}along the coast{MARK_CLOSE}" in hit.passage
    assert (hit.number, hit.page, hit.type) == ("1", 2, "reporting_request")


def test_a_ranking_has_all_hits_and_texts_are_marked_whole(library: Path) -> None:
    """The ids come in the order of the search; filters that only the ledger knows do not narrow, nor do patterns."""
    every = search(library, "harb*", unit="document").hits
    assert ranking(library, "harb*", Filters(), unit="document").ids == tuple(hit.document_id for hit in every)
    (mandate,) = search(library, "coast", unit="mandate").hits
    for filters in (Filters.of(type="budget"), Filters.of(body="ECO*"), Filters.of(body=["ECOSOC", "IPU"])):
        assert ranking(library, "coast", filters, unit="mandate").ids == (mandate.mandate_id,)
    assert ranking(library, "coast", Filters.of(body="IPU"), unit="mandate").ids == ()
    assert passages(library, "harb*", [hit.document_id for hit in every]) == {
        hit.document_id: hit.passage for hit in every
    }
    whole, other = marked("lamp* coast", ["Lamps are lit\nalong the coast", "Lamps are lit"])
    assert (whole, other) == (
        f"{MARK_OPEN}Lamps{MARK_CLOSE} are lit\nalong the {MARK_OPEN}coast{MARK_CLOSE}",
        "Lamps are lit",
    )


def test_mandates_are_shown_as_people_see_them(home: Path) -> None:
    """The number of a clause and wide gaps are no part of its words in the passage of a mandate."""
    words = harbour.replace("harbours along", "harbours    along")
    land(home, batch(0, entry("E/RES/2025/4", title="Harbours", words=words, body="ECOSOC")))
    record(home, nobody)
    publish(home)
    hits = search(home, "coast", unit="mandate").hits
    assert [hit.passage.replace(MARK_OPEN, "").replace(MARK_CLOSE, "") for hit in hits] == [
        "Requests the Secretariat to describe café harbours along the coast;"
    ]


def test_the_title_counts_for_more_than_the_text(home: Path) -> None:
    """A document about lighthouses comes before one that names them once, though that one is newer."""
    about = entry("A/RES/80/2", title="Lighthouses", words="The lamps are lit at dusk along the whole coast.\n")
    land(
        home,
        batch(0, about, entry("A/RES/80/3", title="Lamps", words="There are lighthouses along the whole coast.\n")),
    )
    record(home, nobody)
    publish(home)
    assert [hit.title for hit in search(home, "lighthouses").hits] == ["Lighthouses", "Lamps"]


def test_rare_words_rank_and_common_ones_only_select(home: Path) -> None:
    """What every second entry holds has no weight; asked for alone it brings up titles."""
    words = ["Coasts and lamps, lamps, lamps.", "Coasts and a lamp.", "Coasts and lamps once more.", "Only harbours."]
    titles = ["First", "Coasts", "Third", "Fourth"]
    land(home, batch(0, *(entry(f"A/1/{n}", title=titles[n], words=words[n], kind="news") for n in range(4))))
    land(home, batch(1, entry("A/1/9", title="Ninth", words="Coasts.", kind="news")))
    record(home, nobody)
    publish(home)
    assert [hit.title for hit in search(home, "lamps coasts").hits] == ["First", "Third"]
    found = [hit.title for hit in search(home, "coasts").hits]
    assert (found[0], set(found[1:])) == ("Coasts", {"First", "Third", "Ninth"})


def shelf(home: Path, count: int, *, first: int = 0) -> None:
    """Publish so many news about lamps, each a day newer than the one before and with a number in its text."""
    days = [PublishedOn(date(2025, 1, 1) + timedelta(days=n), "day", "document") for n in range(first, first + count)]
    news = [
        entry(f"A/{n}", title=f"News {n}", words=f"A lamp, number n{n}.\n", kind="news", published=day)
        for n, day in enumerate(days, first)
    ]
    land(home, batch(first, *news))
    record(home, nobody)
    publish(home)


def test_volumes_change_no_answer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hits come from all volumes, old entries leave theirs, and new ones open new volumes."""
    monkeypatch.setattr("warehouse.query.search_volumes.VOLUME", 3)
    shelf(home, 7)
    assert search(home, "lamp").total == 7
    with opened(index_path(home)) as index:
        assert list(volumes(index, "document")) == [1, 0]
    assert symbols(home, "n0") == ["A/0"]
    shelf(home, 2, first=7)
    assert search(home, "lamp").total == 9
    with opened(index_path(home)) as index:
        assert list(volumes(index, "document")) == [2, 1, 0]
    changed = [entry(f"A/{n}", words=f"A torch, number n{n}.\n", kind="news") for n in (0, 8)]
    land(home, batch(9, *changed))
    record(home, nobody)
    publish(home)
    assert symbols(home, "lamp") == [f"A/{n}" for n in range(1, 8)]
    assert symbols(home, "torch") == ["A/0", "A/8"]
    assert (search(home, "lamp").total, search(home, "n0").total) == (7, 1)


def test_a_word_of_the_newest_entries_is_not_taken_for_a_common_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What all entries of the last days have, and few before them, ranks these first and not last."""
    monkeypatch.setattr("warehouse.query.search_volumes.VOLUME", 8)
    shelf(home, 15)
    land(home, batch(15, entry("B/1", title="One", words="A zeppelin beside a lamp and another lamp.\n", kind="news")))
    record(home, nobody)
    publish(home)
    refresh(home)
    about = [entry(f"B/{n}", title=f"B {n}", words="Zeppelin, zeppelin!\n", kind="news") for n in (2, 3)]
    land(home, batch(16, *about))
    record(home, nobody)
    publish(home)
    assert [hit.symbol for hit in search(home, "zeppelin").hits] == ["B/3", "B/2", "B/1"]


def test_what_bm25_need_not_count_changes_no_hit(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words and filters that most entries have are left out of the ranking, never out of the question."""
    shelf(home, 9)
    asked = [("lamp n3", Filters.of(kind="news")), ("lamp", Filters()), ("nu* -n4", Filters.of(language="en"))]
    whole = [search(home, words, filters, unit="document") for words, filters in asked]
    monkeypatch.setattr("warehouse.query.search.SAMPLED", 5)
    assert [search(home, words, filters, unit="document") for words, filters in asked] == whole
    assert [answer.total for answer in whole] == [1, 9, 8]


def test_of_too_many_hits_the_newest_are_ranked_and_the_answer_says_so(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bounded answer has `more` set, and holds the newest documents, whatever the order in which they came."""
    monkeypatch.setattr("warehouse.query.search.RANKED_HITS", 2)
    monkeypatch.setattr("warehouse.query.search_volumes.VOLUME", 2)
    shelf(home, 5)
    answer = search(home, "lamp")
    assert ({hit.symbol for hit in answer.hits}, answer.total, answer.more) == ({"A/3", "A/4"}, 2, True)
    exact = search(home, "lamp -n4 -n3 -n2")
    assert ({hit.symbol for hit in exact.hits}, exact.total, exact.more) == ({"A/0", "A/1"}, 2, False)


def test_no_text_passes_for_a_facet_or_a_mark(home: Path) -> None:
    """A text that holds the words behind the filters, or the signs around a found word, has them as blanks."""
    forged = facets([("body", "IPU"), ("unit", "mandate")])
    words = f"A lamp {forged} and {MARK_OPEN}more{MARK_CLOSE}.\n"
    land(home, batch(0, entry("A/1", title=f"Lamp {forged}", words=words, kind="news")))
    record(home, nobody)
    publish(home)
    assert symbols(home, "lamp", body="IPU") == symbols(home, "lamp", unit="mandate") == []
    assert symbols(home, facets([("unit", "document")])[1:]) == []
    (hit,) = search(home, "lamp", Filters.of(body="UNGA")).hits
    assert hit.passage.count(MARK_OPEN) == hit.passage.count(MARK_CLOSE) == 1
    with pytest.raises(QueryError, match="contains no words"):
        search(home, facets([("unit", "document")])[0])


def test_a_late_text_is_found(home: Path) -> None:
    """A text that an earlier crawl of another source showed counts although its batch was recorded later."""
    land(home, batch(5, entry("A/1", title="Lamps", words=None, kind="news")))
    record(home, nobody)
    land(home, batch(1, entry("A/1", title="Lamps", words="They are lit at dusk.\n", kind="news"), source="other"))
    record(home, nobody)
    publish(home)
    assert symbols(home, "dusk") == ["A/1"]


def test_the_index_of_a_former_version_is_made_again_and_that_is_said(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever the tables of an older version look like, they are left behind with a line that says so."""
    shelf(home, 2)
    with contextlib.closing(sqlite3.connect(index_path(home))) as former:
        former.execute("CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT)")
        former.execute("CREATE VIRTUAL TABLE words USING fts5 (symbol, title, passage, content = '')")
        former.execute("INSERT INTO state VALUES ('identity', '4 2026-01-01'), ('snapshot', '')")
        former.commit()
    assert search(home, "lamp").total == 2
    assert "made by another version" in caplog.text
    assert "rebuilding it" in caplog.text


def test_the_index_follows_the_snapshot(home: Path) -> None:
    """A changed text is found by its new words and no more by its old ones; only what changed is indexed."""
    land(home, batch(0, entry(), entry("A/RES/80/2", title="Other")))
    record(home, nobody)
    publish(home)
    assert refresh(home) == 2
    assert refresh(home) == 0
    land(home, batch(1, entry(words=text.replace("next session", "following assembly"))))
    record(home, nobody)
    publish(home)
    assert symbols(home, '"following assembly"', unit="document") == ["A/RES/80/1"]
    assert symbols(home, '"next session"', unit="document") == ["A/RES/80/2"]


def test_a_lost_or_damaged_index_is_made_anew(home: Path) -> None:
    """The index can be thrown away at any time."""
    land(home, batch(0, entry()))
    record(home, nobody)
    publish(home)
    refresh(home)
    index_path(home).unlink()
    assert symbols(home, "travellers", unit="document") == ["A/RES/80/1"]
    index_path(home).write_bytes(b"no database" * 1000)
    assert symbols(home, "travellers", unit="document") == ["A/RES/80/1"]
    whole = index_path(home).read_bytes()
    # The first page says what tables there are; all others are lost.
    index_path(home).write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert symbols(home, "travellers", unit="document") == ["A/RES/80/1"]


def test_nothing_to_look_for_is_said(library: Path, tmp_path: Path) -> None:
    """No word, or no snapshot: a clear error."""
    with pytest.raises(QueryError, match="contains no words"):
        search(library, ' "" - ')
    with pytest.raises(QueryError, match=r"t\*: a prefix needs at least 2 letters"):
        search(library, "t*")
    with pytest.raises(QueryError, match="no snapshot yet"):
        search(tmp_path, "word")


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_is_words(library: Path, words: str) -> None:
    """No input breaks out of the words into the query language."""
    try:
        search(library, words, limit=2)
    except QueryError as error:
        assert "no word" in str(error) or "a prefix needs" in str(error)


def test_documents_and_mandates_take_turns(home: Path) -> None:
    """However many documents have the words, the best mandates come among the first hits, too; and the other way."""
    shelf(home, 3)
    asks = entry("A/RES/80/7", title="Lights", words="1. Requests the Secretariat to light a lamp;\n", body="UNGA")
    land(home, batch(9, asks))
    record(home, nobody)
    publish(home)
    answer = search(home, "lamp", limit=4)
    assert ([hit.unit for hit in answer.hits], answer.total) == (["document", "mandate", "document", "document"], 5)
    assert [hit.unit for hit in search(home, "lamp", limit=2).hits] == ["document", "mandate"]
    assert [hit.unit for hit in search(home, "secretariat", unit="mandate").hits] == ["mandate"]
