"""Two texts compared: which clause became which, which words changed, and how much of hostile texts is looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from register import comparing
from register.comparing import compared
from tests.register.test_typeset import RESOLUTION, text_of
from tests.register.two_texts import ADOPTED, DRAFT
from warehouse.pages.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from register.comparing import Comparison, Row, Side


def plain(*paragraphs: str) -> Text:
    """A text without clauses."""
    return Text("v", "\n\n".join(paragraphs), (), (), (), ())


def seen(comparison: Comparison) -> list[tuple[str, str, str]]:
    """What became of each paragraph, with the words of both sides."""
    sides = [(row.what, row.earlier, row.later) for row in comparison.rest]
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
    _, reworded, _ = found.clauses
    assert [(change.kind, change.words) for change in reworded.whole if change.kind != "same"] == [
        ("out", "fog horns;"), ("in", "bells;"),
    ]  # fmt: skip
    beside = (*found.preamble, *found.rest, *found.head)
    assert {row.what for row in beside} == {"same"}
    assert len(beside) > 5
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
    reworded = compared(plain("A lamp burns oil at night."), plain("A lamp burns gas at night."))
    assert [row.what for row in reworded.rest] == ["changed"]
    assert compared(plain(), plain()).rest == ()


def test_beyond_a_bound_words_are_replaced_as_a_whole_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of reworded paragraphs of one repeated word would take minutes."""
    before = plain(*(f"lamp lamp {number} lamp" for number in range(4)))
    after = plain(*(f"lamp lamp lamp {number}" for number in range(4)))
    assert not compared(before, after).is_cut
    monkeypatch.setattr(comparing, "MOST_PAIRS", 40)
    found = compared(before, after)
    assert found.is_cut
    assert [[change.kind for change in row.whole] for row in found.rest][-1] == ["out", "in"]
    assert seen(found)[-1] == ("changed", "lamp lamp 3 lamp", "lamp lamp lamp 3")


def rows_of(rows: Sequence[Row]) -> list[tuple[str, str | None, str | None, list[str | None]]]:
    """What became of each clause: the number that it had, the one that it has, and those in which it lives on."""
    return [(row.what, number(row.earlier), number(row.later), [each.number for each in row.elsewhere]) for row in rows]


def number(side: Side | None) -> str | None:
    """The number of a clause that is there."""
    return side.clause.number if side and side.clause else None


def marked(side: Side | None) -> list[str]:
    """The words of one side that the other has otherwise."""
    return [change.words for change in side.changes if change.kind != "same"] if side else []


def test_a_draft_and_what_was_adopted() -> None:
    """A short paragraph inside a long one, one that was split, two that were merged, dropped and new ones."""
    found = compared(text_of(DRAFT), text_of(ADOPTED))
    assert rows_of(found.clauses) == [
        ("changed", "1", "1", []),
        ("parted", None, "2", ["2"]),
        ("changed", "2", "3", ["2"]),
        ("new", None, "4", []),
        ("changed", "3", "5", []),
        ("new", None, "6", []),
        ("kept", "4", None, ["5"]),
        ("changed", "5", "7", []),
        ("dropped", "6", None, []),
        ("same", "7", "8", []),
    ]
    _, part, split, _, merged, _, kept, *_ = found.clauses
    assert (marked(part.later), marked(split.earlier)) == (["horns", "colour;"], ["horns, and invites"])
    assert (marked(kept.earlier), marked(merged.later)) == ([], ["months and"])


def test_a_preamble_is_compared_paragraph_by_paragraph() -> None:
    """Whether or not blank lines part it, and wherever a paragraph has moved."""
    found = compared(text_of(DRAFT), text_of(ADOPTED))
    begun = [(row.what, said(row.later or row.earlier).split()[0]) for row in found.preamble]
    assert begun == [
        ("same", "Recalling"),
        ("same", "Deeply"),
        ("changed", "Noting"),
        ("new", "Mindful"),
        ("same", "Alarmed"),
        ("dropped", "Convinced"),
    ]


def test_what_is_on_every_page_is_not_compared() -> None:
    """Page numbers, running heads and lines at the foot; what the heads say is kept apart."""
    found = compared(text_of(DRAFT), text_of(ADOPTED))
    shown = [said(side) for row in (*found.preamble, *found.rest, *found.head) for side in (row.earlier, row.later)]
    assert not [words for words in shown if "25-18001" in words or "*2520999*" in words or "2/2" in words]
    assert [(row.what, said(row.later)) for row in found.rest] == [("new", "66th plenary meeting 18 December 2025")]
    assert ("dropped", "Original: English", "") in [
        (row.what, said(row.earlier), said(row.later)) for row in found.head
    ]


def test_blanks_hyphens_and_places_of_footnotes_are_no_change() -> None:
    """The layout of a page decides them, and the footnotes that come before."""
    before = plain("The Covenant on Lamps, ³ and non\u2011flammable oil burn.", "[footnote ³, page 1] See the annex.")
    after = plain("The Covenant on Lamps,³ and non-flammable oil burn.", "³", "[footnote ⁴, page 2] See the annex.")
    assert [row.what for row in compared(before, after).rest] == ["same", "same"]
