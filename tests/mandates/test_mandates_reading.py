"""What a reading says of itself: complete, partial or none, with its reasons."""

from __future__ import annotations

import pytest

from benchmarks.damage import ENOUGH, outcomes, own_texts
from mandates.analysis import analyse

WHOLE = (
    "Harbour Council\n\nResolution 7/2. Night ferries\n\nThe Harbour Council,\n\nNoting the storm of last winter,\n\n"
    "1. Requests the Secretariat to map the piers by 1 May 2028;\n\n2. Invites States to light their piers;\n\n"
    "3. Decides to remain seized of the matter.\n"
)
DAMAGED = {
    "begins within": (WHOLE[WHOLE.index("2. Invites") :], "who decides"),
    "breaks off within a clause": (WHOLE[: WHOLE.index(" their piers")], "break off"),
    "breaks off after a clause": (WHOLE[: WHOLE.index("3. Decides")], "break off"),
    "a number is missing": (WHOLE.replace("2. Invites", "2. Qnvites"), "after paragraph 1"),
    "the first is missing": (WHOLE.replace("1. Requests", "1. Qequests"), "the first paragraph"),
    "misread by a scanner": (WHOLE.replace("the", "tbe1e").replace("to ", "t0day "), "misread"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_text_is_partial_and_says_why(damage: str) -> None:
    """A text that lost its beginning, its end or its letters is not taken for a whole one."""
    text, reason = DAMAGED[damage]
    analysis = analyse(text)
    assert analysis.reading == "partial"
    assert any(reason in each for each in analysis.reading_reasons), analysis.reading_reasons


def test_a_whole_text_is_complete() -> None:
    """Nothing is said where nothing is missing."""
    analysis = analyse(WHOLE)
    assert (analysis.reading, analysis.reading_reasons) == ("complete", ())


@pytest.mark.parametrize("end", ["1. Requests", "the storm of last"])
def test_a_body_that_speaks_without_a_clause_is_said(end: str) -> None:
    """A page that ends before the first clause has none, and is not complete."""
    page = WHOLE[WHOLE.index("The Harbour Council,") : WHOLE.index(end)]
    assert analyse(page).reading == "none"


def test_texts_that_lose_clauses_say_so() -> None:
    """Cut, misread or joined, a text in which fewer than nine in ten clauses are found says so, nearly always."""
    texts = (each for each in own_texts() if len(each[2]) > 4)
    lost = [each for each in outcomes(texts) if each.found < ENOUGH and each.damage != "whole"]
    assert len(lost) > 50
    assert sum(each.is_said for each in lost) >= 0.65 * len(lost)
