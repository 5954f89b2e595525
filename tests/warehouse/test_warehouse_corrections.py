"""What a corrigendum says of a paragraph, and how the paragraph reads with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.links.corrections import corrected, passages

clause = "3. Requests the Commission to adopt a short list at its fifty-ninth session;"


def test_each_paragraph_gets_its_own_words() -> None:
    """A heading goes with the block below it, and a passage ends where the next paragraph is named."""
    text = (
        "Corrigendum\n\nParagraph 3\n\nFor ninth read tenth\n\nParagraphs 5 to 7\nDelete the words now.\n\n26-90163\n"
    )
    assert passages(text) == {
        "3": "Paragraph 3 For ninth read tenth",
        "5": "Paragraphs 5 to 7 Delete the words now.",
        "6": "Paragraphs 5 to 7 Delete the words now.",
        "7": "Paragraphs 5 to 7 Delete the words now.",
    }


@pytest.mark.parametrize(
    ("passage", "now"),
    [
        ("Paragraph 3 For fifty-ninth session read sixtieth session", "at its sixtieth session;"),
        ("Paragraph 3, line 2: for “fifty-ninth”, read “sixtieth”.", "at its sixtieth session;"),
        ("Paragraphe 3 : au lieu de « fifty-ninth », lire « sixtieth ».", "at its sixtieth session;"),
        ("Párrafo 3: donde dice «fifty-ninth» debe decir «sixtieth»", "at its sixtieth session;"),
        (
            "Paragraph 3 For a short list read a list and for fifty-ninth read sixtieth",
            "a list at its sixtieth session;",
        ),
    ],
)
def test_for_and_read_are_carried_out(passage: str, now: str) -> None:
    """The three languages' ways of saying it, with and without quotation marks, several at once."""
    assert (corrected(clause, passage) or "").endswith(now)


@pytest.mark.parametrize(
    "passage",
    [
        "Paragraph 3 The paragraph should begin with the word Invites.",
        "Paragraph 3 For sixty-first read sixtieth",
        "Paragraph 3 For a read the",
    ],
    ids=["said otherwise", "words that are not there", "words that stand there more than once"],
)
def test_what_is_not_plain_is_left_to_people(passage: str) -> None:
    """Nothing is guessed: the words of the corrigendum are shown instead."""
    assert corrected(clause, passage) is None


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    """Whatever a file holds, reading ends and passages are words of the text."""
    words = " ".join(text.split())
    assert all(
        said in words for said in passages(f"paragraph 1\n{text}").values() if not said.startswith("paragraph 1")
    )
    corrected(clause, text)
