"""Ordinals in words become figures, each as its own language writes them."""

from __future__ import annotations

import re

import pytest

from mandates.deadlines.numerals import in_figures, rejoined
from mandates.languages.words import files, tree


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("its Fifty-Third Annual Session", "its 53rd Annual Session"),
        ("its One Hundred and Fifteenth Session", "its 115th Session"),
        ("its One Hundred and 15th Session", "its 115th Session"),
        ("its one hundred\nand eighty- second session", "its 182nd session"),
        ("its eighty-first and eighty-second sessions", "its 81st and 82nd sessions"),
        ("its thirtieth and thirty-first sessions", "its 30th and 31st sessions"),
        ("the two hundredth meeting", "the 200th meeting"),
        ("sa première session", "sa 1re session"),
        ("sa quatre-vingt-dix-septième session", "sa 97e session"),
        ("sa cent vingt et unième session", "sa 121e session"),
        ("sa soixante et onzième session", "sa 71e session"),
        ("su octogésimo primer período de sesiones", "su 81.er período de sesiones"),
        ("su centésima decimoquinta Asamblea", "su 115.ª Asamblea"),
        ("su vigésima quinta reunión", "su 25.ª reunión"),
        ("SU VIGESIMOQUINTA REUNIÓN", "SU 25.ª REUNIÓN"),
        (
            "its quays (the first, and in the seventy-\nthird), and twenty, third of all",
            "its quays (the 1st, and in the 73rd), and twenty, 3rd of all",
        ),
        ("within ninety days of its 122nd session", "within ninety days of its 122nd session"),
        ("twenty- odd others", "twenty- odd others"),
    ],
)
def test_ordinals_in_words_become_figures(words: str, figures: str) -> None:
    """Half in figures already, over the end of a line, or several in a row: one ordinal is one figure."""
    assert in_figures(words) == figures


@pytest.mark.parametrize("language", [*files()])
def test_no_ordinal_of_a_language_stays_in_words(language: str) -> None:
    """Each that its file lists, in small letters and in capitals, with other words around it."""
    is_ordinal = re.compile(tree(language)["documents"]["ordinal"], re.IGNORECASE)
    listed = [word for words in tree(language)["numbers"].values() for word in words.split()]
    ordinals = [word for word in listed if is_ordinal.fullmatch(word)]
    assert len(ordinals) > 10
    said = [in_figures(f"quays ({each}) of ports", language) for word in ordinals for each in (word, word.upper())]
    assert [words for words in said if not any(letter.isdigit() for letter in words)] == []


def test_the_language_decides_between_two() -> None:
    """The word "second" is an ordinal in English and in French."""
    assert (in_figures("second"), in_figures("second", "fr")) == ("2nd", "2e")


def test_an_ordinal_over_two_lines_is_one_word() -> None:
    """The hyphen at the end of a line belongs to the number; one that stands for a word to come does not."""
    assert rejoined("its eighty- first session") == "its eighty-first session"
    assert rejoined("twenty- odd others") == "twenty- odd others"
