"""Search: words, phrases, prefixes, filters, marks; an index that follows the snapshot and can be thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.made import batch, entry, nobody, text
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import QueryError
from warehouse.query.search import Filters, mark_close, mark_open, search
from warehouse.query.search_index import index_path, refresh
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


def symbols(home: Path, words: str, **filters: object) -> list[str | None]:
    """The symbols of the hits, by name: their order has a test of its own."""
    found = [hit.symbol for hit in search(home, words, Filters(**filters)).hits]  # type: ignore[arg-type]
    return sorted(found, key=lambda symbol: symbol or "~")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("travellers provisional", ["A/RES/80/1"]),
        ("travellers harbours", []),
        ('"along the coast"', ["E/RES/2025/4"]),
        ('"coast the along"', []),
        ("harb*", ["E/RES/2025/4", None]),
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
        ({"addressee_id": "un:secretary-general"}, ["E/RES/2025/4"]),
        ({"unit": "document", "body": "ECOSOC"}, ["E/RES/2025/4"]),
        ({"kind": "news"}, [None]),
        ({"year": 2019}, []),
    ],
)
def test_filters_narrow(library: Path, filters: dict[str, object], found: list[str | None]) -> None:
    """A filter leaves only hits that are what it says."""
    assert symbols(library, "harbours", **filters) == found


def test_the_words_are_marked_in_their_passage(library: Path) -> None:
    """A hit shows the words where they stand, and a mandate its clause and page."""
    (hit,) = search(library, '"along the coast"', Filters(unit="mandate")).hits
    assert f"{mark_open}along the coast{mark_close}" in hit.passage
    assert (hit.number, hit.page, hit.type) == ("1", 2, "reporting_request")


def test_mandates_are_shown_as_people_see_them(home: Path) -> None:
    """The number of a clause and wide gaps are no part of its words in the passage of a mandate."""
    words = harbour.replace("harbours along", "harbours    along")
    land(home, batch(0, entry("E/RES/2025/4", title="Harbours", words=words, body="ECOSOC")))
    record(home, nobody)
    publish(home)
    hits = search(home, "coast", Filters(unit="mandate")).hits
    assert [hit.passage.replace(mark_open, "").replace(mark_close, "") for hit in hits] == [
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


def test_in_a_large_index_rare_words_rank_and_common_ones_only_choose(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What every second entry holds has no weight; asked for alone it brings up titles, then what is newest."""
    monkeypatch.setattr("warehouse.query.search.sampled", 4)
    words = ["Coasts and lamps, lamps, lamps.", "Coasts and a lamp.", "Coasts and lamps once more.", "Only harbours."]
    titles = ["First", "Coasts", "Third", "Fourth"]
    land(home, batch(0, *(entry(f"A/1/{n}", title=titles[n], words=words[n], kind="news") for n in range(4))))
    land(home, batch(1, entry("A/1/9", title="Ninth", words="Coasts.", kind="news")))
    record(home, nobody)
    publish(home)
    assert [hit.title for hit in search(home, "lamps coasts").hits] == ["First", "Third"]
    found = [hit.title for hit in search(home, "coasts").hits]
    assert (found[0], set(found[1:])) == ("Coasts", {"First", "Third", "Ninth"})


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


def test_nothing_to_look_for_is_said(library: Path, tmp_path: Path) -> None:
    """No word, or no snapshot: a clear error."""
    with pytest.raises(QueryError, match="contains no words"):
        search(library, ' "" - ')
    with pytest.raises(QueryError, match=r"tr\*: a prefix needs at least 3 letters"):
        search(library, "tr*")
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
