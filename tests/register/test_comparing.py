"""Two texts compared: which clause became which, which words changed, and how much of hostile texts is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from register import comparing
from register.comparing import compared
from tests.register.test_typeset import RESOLUTION, text_of
from warehouse.pages.text import Text

if TYPE_CHECKING:
    import pytest

    from register.comparing import Comparison, Side


def plain(*paragraphs: str) -> Text:
    """A text without clauses."""
    return Text("v", "\n\n".join(paragraphs), (), (), (), ())


def seen(comparison: Comparison) -> list[tuple[str, str, str]]:
    """What became of each paragraph, with the words of both sides."""
    sides = [(row.what, row.earlier, row.later) for row in comparison.paragraphs]
    return [(what, said(before), said(after)) for what, before, after in sides]


def said(side: Side | None) -> str:
    """The words of one side."""
    return " ".join(change.words for change in side.changes) if side else ""


def test_clauses_are_compared_with_those_they_have_become() -> None:
    """Renumbered, reworded, new and dropped ones, each dropped one where it was."""
    later = RESOLUTION.replace("1. Calls upon Member States to keep their lighthouses lit;\n\n", "")
    later = (
        later.replace("2. Requests", "1. Requests").replace("fog horns", "bells").replace("3. Decides", "2. Decides")
    )
    found = compared(text_of(RESOLUTION), text_of(later))
    assert [row.what for row in found.clauses] == ["dropped", "changed", "same"]
    assert found.count("changed") == 1
    _, reworded, _ = found.clauses
    assert [(change.kind, change.words) for change in reworded.whole if change.kind != "same"] == [
        ("out", "fog horns;"), ("in", "bells;"),
    ]  # fmt: skip
    assert {row.what for row in found.paragraphs} == {"same"}
    assert not found.is_cut


def test_paragraphs_beside_clauses_are_compared_in_their_order() -> None:
    """What is put in, taken out and reworded; other blanks are no change."""
    found = compared(plain("One.", "Two  lamps.", "Three."), plain("One.", "Two lamps.", "Other.", "Three.", "Four."))
    assert seen(found) == [
        ("same", "One.", "One."),
        ("same", "Two lamps.", "Two lamps."),
        ("new", "", "Other."),
        ("same", "Three.", "Three."),
        ("new", "", "Four."),
    ]
    assert [row.what for row in compared(plain("A lamp."), plain("A bell.")).paragraphs] == ["changed"]
    assert compared(plain(), plain()).paragraphs == ()


def test_beyond_a_bound_words_are_replaced_as_a_whole_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of reworded paragraphs of one repeated word would take minutes."""
    before = plain(*(f"lamp lamp {number} lamp" for number in range(4)))
    after = plain(*(f"lamp lamp lamp {number}" for number in range(4)))
    assert not compared(before, after).is_cut
    monkeypatch.setattr(comparing, "MOST_PAIRS", 40)
    found = compared(before, after)
    assert found.is_cut
    assert [[change.kind for change in row.whole] for row in found.paragraphs][-1] == ["out", "in"]
    assert seen(found)[-1] == ("changed", "lamp lamp 3 lamp", "lamp lamp lamp 3")
