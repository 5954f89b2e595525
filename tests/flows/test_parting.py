"""A file with several documents as publications: which one stands for the file, and what each of them carries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.analysing import Analysing
from scrapers.crawl.identity import document_id
from tests.warehouse.made import entry

if TYPE_CHECKING:
    from mandates.model import Kind
    from scrapers.publication import Publication

ANALYSE = Analysing(Path(__file__).parents[2] / "config" / "sessions.yaml")
COVER = (
    "Addendum\n\nPart two: Action taken by the Conference of the Parties at its thirty-first session\n\nContents\n\n"
)
DECISIONS = [
    f"Decision {number}/CP.31\n\nMatter {number}\n\nThe Conference of the Parties,\n\nRecalling decision 4/CP.30,\n\n"
    f"1. Requests the secretariat to report on matter {number}.\n\n"
    for number in (7, 8, 9)
]
TEXT = COVER + "".join(DECISIONS)


def _shown(symbol: str | None, text: str = TEXT, kind: Kind = "decision") -> Publication:
    publication = entry(
        symbol, words=text, kind=kind, body="UNFCCC", title="Decisions of the thirty-first session"
    ).publication
    assert publication.text is not None
    page = max(0, text.find("Decision 8"))
    return replace(publication, text=replace(publication.text, page_starts=(0, page)))


def _texts(publication: Publication) -> dict[str | None, str]:
    return {each.symbol: each.text.text for each in publication.documents() if each.text is not None}


@pytest.mark.parametrize("named", ["8/CP.31", "9/CP.31"])
def test_the_document_that_the_source_names_stands_for_the_file(named: str) -> None:
    """It keeps its identity; its neighbours in the file are known by their own symbols."""
    shown = _shown(named)
    first, *others = ANALYSE(shown).documents()
    assert (first.symbol, first.identity, first.document_id) == (named, shown.identity, shown.document_id)
    assert {each.symbol for each in others} == {"7/CP.31", "8/CP.31", "9/CP.31"} - {named}
    assert all(each.document_id == document_id(f"symbol:{each.symbol} en") for each in others)


def test_a_collection_with_a_symbol_of_its_own_keeps_its_cover() -> None:
    """A file that its source calls by a symbol of none of its parts is a document too, with what precedes them."""
    texts = _texts(ANALYSE(_shown("FCCC/CP/2026/10/Add.1")))
    assert texts["FCCC/CP/2026/10/Add.1"] == COVER.strip()
    assert set(texts) == {"FCCC/CP/2026/10/Add.1", "7/CP.31", "8/CP.31", "9/CP.31"}


def test_each_document_has_its_own_words_and_the_bytes_are_carried_once() -> None:
    """The texts together are the file's; every clause leads to its quote and to the page of the file."""
    found = ANALYSE(_shown(None)).documents()
    assert [each.symbol for each in found] == ["7/CP.31", "8/CP.31", "9/CP.31"]
    assert [bool(each.text and each.text.raw) for each in found] == [True, False, False]
    assert len({each.text.raw_sha256 for each in found if each.text}) == 1
    pages = []
    for each, words in zip(found, DECISIONS, strict=True):
        assert each.text is not None
        assert each.analysis is not None
        assert each.text.text == words.strip()
        assert each.text.part == each.symbol
        for clause in each.analysis.clauses:
            assert each.text.text[clause.start : clause.end] == clause.quote
            pages.append(sum(start <= clause.start for start in each.text.page_starts))
    assert pages == [1, 2, 2]


@pytest.mark.parametrize("kind", ["report", "news"])
def test_a_report_that_quotes_decisions_is_one_document(kind: Kind) -> None:
    """What a report quotes with its head was adopted elsewhere."""
    text = TEXT.replace(COVER, "Report of the Secretary-General\n\nSummary\n\nThe decisions are reproduced below.\n\n")
    assert ANALYSE(_shown("FCCC/CP/2026/INF.3", text, kind)).others == ()


def test_one_resolution_is_one_publication() -> None:
    """Nothing changes for a file that holds one document."""
    (only,) = ANALYSE(_shown("7/CP.31", DECISIONS[0])).documents()
    assert only.text is not None
    assert (only.text.part, only.text.raw, only.others) == (None, DECISIONS[0].encode(), ())
