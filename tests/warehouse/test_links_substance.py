"""Which differences between two wordings of a clause change what it asks for, by kinds of difference."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mandates.languages.words import load
from warehouse.links.substance import MOST_WORDS, is_same

if TYPE_CHECKING:
    from collections.abc import Iterator

PAIRS = Path(__file__).parent / "clause_pairs.yaml"


def pairs() -> Iterator[object]:
    """Each invented pair with what became of it, named after its kind."""
    for kind in load(PAIRS):
        around = kind.get("around", "{}")
        for place, pair in enumerate(kind["pairs"]):
            former, now = (" ".join(around.format(words).split()) for words in pair)
            yield pytest.param(former, now, kind["change"], id=f"{kind['kind']}-{place}")


@pytest.mark.parametrize(("former", "now", "change"), [*pairs()])
def test_what_a_lawyer_would_say(former: str, now: str, change: str) -> None:
    """In both directions: what was put in is as much of a change as what was left out."""
    assert [is_same(former, now), is_same(now, former)] == [change == "same"] * 2


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_wordings_are_compared(one: str, other: str) -> None:
    """Whatever clauses hold, the order of the two makes no difference, and each is the same as itself."""
    assert is_same(one, other) == is_same(other, one)
    assert is_same(one, one)


def test_very_long_clauses_are_compared_without_their_order() -> None:
    """Where aligning the words would take too much memory, an added word is a change still, and a moved one is none."""
    words = [f"quay{letter}" for letter in "abcdefghij"] * (MOST_WORDS // 10 + 1)
    assert is_same(" ".join(words), " ".join(reversed(words)))
    assert not is_same(" ".join(words), " ".join([*words, "voluntarily"]))
