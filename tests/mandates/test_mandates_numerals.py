"""Ordinals in words become figures, each as its own language writes them."""

from __future__ import annotations

import pytest

from mandates.deadlines.numerals import in_figures, rejoined


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
        ("within ninety days of its 122nd session", "within ninety days of its 122nd session"),
        ("twenty- odd others", "twenty- odd others"),
    ],
)
def test_ordinals_in_words_become_figures(words: str, figures: str) -> None:
    """Half in figures already, over the end of a line, or several in a row: one ordinal is one figure."""
    assert in_figures(words) == figures


def test_the_language_decides_between_two() -> None:
    """The word "second" is an ordinal in English and in French."""
    assert (in_figures("second"), in_figures("second", "fr")) == ("2nd", "2e")


def test_an_ordinal_over_two_lines_is_one_word() -> None:
    """The hyphen at the end of a line belongs to the number; one that stands for a word to come does not."""
    assert rejoined("its eighty- first session") == "its eighty-first session"
    assert rejoined("twenty- odd others") == "twenty- odd others"
