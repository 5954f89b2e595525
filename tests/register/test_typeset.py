"""The text of a document set for reading: every word is there once, each clause at its place, and folds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandates.analysis import analyse
from register.typeset import typeset
from tests.growth import grows_no_faster
from warehouse.pages.text import Clause, Due, Named, Span, Task, Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from register.typeset import Block, Kind

RESOLUTION = """A/RES/80/901

Keepers of lighthouses

The General Assembly,

Recalling its resolution 70/1 of 25 September 2015,

Noting that lamps burn oil,

1. Calls upon Member States to keep their lighthouses lit;

2. Requests the Secretary-General to submit to it, at its eighty-first
session, a report on fog horns;

3/14

26-01234

3. Decides to include the item in the provisional agenda of its eighty-first session.

105th plenary meeting
18 December 2025

Annex I

Rules for lamps

A lamp is lit at dusk.

Annex II

Requests the keepers to read these rules.
"""


BROKEN = """1. Requests the Secretary-General to submit to it, at its eighty-
first session, a report on fog horns, on mid-
and long-term work and on the shore;
"""


def test_a_word_that_a_line_broke_at_its_hyphen_is_whole() -> None:
    """In the words of a mandate and of a deadline, and in no other place."""
    blocks = typeset(text_of(BROKEN), "en", {})
    words = words_in(blocks)
    assert "at its eighty-first session, a report on fog horns, on mid- and long-term work" in words
    assert marked(blocks, "due") == ["its eighty-first session"]
    assert solid(words) == solid(BROKEN)


STARRED = """**Keepers of lighthouses,
and of lamps**

*The General Assembly,*

**Recalling** its resolution 70/1 of 25 September 2015,

1. **Requests** the Secretary-General to submit a report* on fog horns at its eighty-first session;

2. Decides to count 3 * 4 lamps and 2*2 **bells;

* A/80/1.
"""


def test_stars_of_bold_words_are_set_apart() -> None:
    """Both of a pair; not those of footnotes, of products, and one without another."""
    blocks = typeset(text_of(STARRED), "en", {})
    assert solid(words_in(blocks)) == solid(STARRED)
    assert marked(blocks, "markup") == ["**", "**", "*", "*", "**", "**", "**", "**"]
    others: tuple[Kind, ...] = ("plain", "task", "due", "furniture", "cited")
    shown = [words for kind in others for words in marked(blocks, kind) if "*" in words]
    assert sum(words.count("*") for words in shown) == STARRED.count("*") - 14
    assert any("report* on" in words for words in shown)
    assert any("3 * 4 lamps and 2*2 **bells" in words for words in shown)


def text_of(words: str) -> Text:
    """A text as the warehouse holds it, read by the project's own rules."""
    found = analyse(words)
    clauses = tuple(
        Clause(
            each.start, each.end, f"key-{each.position}", each.number, None, each.display, each.verb, each.type,
            each.is_mandate, each.addressee, each.addressee_id, each.confidence, each.review, (),
            tuple(
                Task(
                    task.start, task.end, f"key-{each.position}:x:1", task.verb, task.type, task.addressee,
                    task.addressee_id, None, task.deliverable, None, None, task.rule,
                    tuple(Due(due.quote, due.due_start, due.due_end, due.basis, None, due.start, due.end)
                          for due in task.dues),
                )
                for task in each.mandates
            ),
        )
        for each in found.clauses
    )  # fmt: skip
    citations = tuple(Named(each.start, each.end, each.symbol) for each in found.citations)
    return Text(
        "v", words, (0, words.find("3. Decides")), tuple(Span(*each) for each in found.preamble), clauses, citations
    )


def words_in(blocks: tuple[Block, ...]) -> str:
    """All words of all pieces, without blanks."""
    passages = (passage for block in blocks for passage in block.passages)
    return "".join("".join(piece.words for each in passage.paragraphs for piece in each) for passage in passages)


def solid(words: str) -> str:
    """Without blanks."""
    return "".join(words.split())


def marked(blocks: tuple[Block, ...], kind: Kind) -> list[str]:
    """What is marked so, in order; the numbers of pages where it is pages."""
    passages = (passage for block in blocks for passage in block.passages)
    pieces = (piece for passage in passages for each in passage.paragraphs for piece in each if piece.kind == kind)
    return [piece.to or "" if kind == "page" else piece.words for piece in pieces]


def test_each_clause_has_the_words_of_its_place() -> None:
    """No more and no less than the text between its offsets."""
    text = text_of(RESOLUTION)
    set_ = typeset(text, "en", {})
    shown = {
        passage.clause.clause_key: "".join(piece.words for each in passage.paragraphs for piece in each)
        for block in set_
        for passage in block.passages
        if passage.clause
    }
    assert {key: solid(words) for key, words in shown.items()} == {
        each.clause_key: solid(RESOLUTION[each.start : each.end]) for each in text.clauses
    }
    assert solid(words_in(set_)) == solid(RESOLUTION)


def test_preamble_and_annexes_fold_away_and_one_that_asks_is_open() -> None:
    """What is read first is the dispositif."""
    blocks = typeset(text_of(RESOLUTION), "en", {})
    folds = [(block.fold, block.title) for block in blocks]
    assert folds == [
        (None, None), ("preamble", None), (None, None), ("annex", "Annex I"), ("annex", "Annex II"),
    ]  # fmt: skip
    preamble = blocks[1]
    assert solid(words_in((preamble,))).startswith("Recallingitsresolution")
    assert not preamble.is_open
    assert not blocks[3].is_open
    assert blocks[2].is_open


def test_deadlines_citations_pages_and_furniture_are_marked() -> None:
    """A citation only where the document is recorded."""
    blocks = typeset(text_of(RESOLUTION), "en", {"A/RES/70/1": "the-document"})
    assert [solid(each) for each in marked(blocks, "due")] == ["itseighty-firstsession"] * 2
    assert "70/1" in "".join(marked(blocks, "cited"))
    assert marked(blocks, "page") == ["1", "2"]
    assert {"3/14", "26-01234"} <= set(marked(blocks, "furniture"))
    assert marked(typeset(text_of(RESOLUTION), "en", {}), "cited") == []


def test_the_number_of_a_footnote_stays_with_its_clause() -> None:
    """Pale, and no paragraph of its own between two clauses."""
    text = text_of(RESOLUTION.replace("lighthouses lit;", "lighthouses lit;²³"))
    blocks = typeset(text, "en", {})
    passages = [passage for block in blocks for passage in block.passages if passage.paragraphs]
    (calls,) = (each for each in passages if each.clause and each.clause.number == "1")
    assert passages[passages.index(calls) + 1].clause is text.clauses[1]
    assert any("²³" in words for words in marked(blocks, "furniture"))


def test_the_number_of_a_footnote_folds_with_the_preamble_that_it_ends() -> None:
    """Not a paragraph of its own under the fold."""
    blocks = typeset(text_of(RESOLUTION.replace("burn oil,", "burn oil,¹")), "en", {})
    (preamble,) = (block for block in blocks if block.fold == "preamble")
    assert words_in((preamble,)).rstrip().endswith("oil,¹")
    assert "¹" in marked(blocks, "furniture")


def test_a_line_that_the_page_has_broken_is_one() -> None:
    """Else a phone breaks each line twice."""
    blocks = typeset(text_of(RESOLUTION), "en", {})
    assert any("eighty-first session" in words for words in marked(blocks, "due"))


@st.composite
def strange_texts(draw: st.DrawFn) -> Text:
    """Any words, with spans that overlap, touch, are empty or reach to the end."""
    words = draw(st.text(st.sampled_from("Aa1. \n\té–<&"), max_size=60))
    place = st.integers(0, len(words))

    def spans(most: int) -> list[tuple[int, int]]:
        pairs = draw(st.lists(st.tuples(place, place).map(sorted), max_size=most))
        return [(start, end) for start, end in sorted(pairs) if start < end]

    starts = dict(spans(4))
    clauses = tuple(
        Clause(start, end, f"{start}", None, None, "", "", "statement", False, None, None, None, (), (),
               tuple(Task(*each, "t", "", "", None, None, None, None, None, None, "", ()) for each in spans(2)))
        for start, end in starts.items()
    )  # fmt: skip
    citations = tuple(Named(*each, "S") for each in spans(3))
    preamble = tuple(Span(*each) for each in spans(3))
    return Text("v", words, tuple(draw(st.lists(place, max_size=3))), preamble, clauses, citations)


@given(strange_texts(), st.sampled_from(["en", "ar", None]))
def test_no_word_is_lost_or_said_twice(text: Text, language: str | None) -> None:
    """Whatever the spans, all words are there once, in order."""
    assert solid(words_in(typeset(text, language, {"S": "d"}))) == solid(text.words)


def test_a_long_text_takes_as_much_longer_as_it_is() -> None:
    """Twice the text takes about twice as long."""

    def make(pages: int) -> Callable[[], object]:
        words = RESOLUTION * pages
        text = Text("v", words, (), (), (), ())
        assert solid(words_in(typeset(text, "en", {}))) == solid(words)
        return lambda: typeset(text, "en", {})

    grows_no_faster(make, 50)


@pytest.mark.slow
def test_real_texts_are_set_without_a_loss(shared: Path) -> None:
    """Every word of every publication of the corpus is there once."""
    for file in sorted((shared / "corpus" / "texts").glob("*.txt")):
        words = file.read_text(encoding="utf-8", errors="replace")
        assert solid(words_in(typeset(text_of(words), "en", {}))) == solid(words), file.name
