"""Numbers as resolutions write them: "forty-eighth", "122nd", "soixante-dix-huitième", "octogésimo", "XXIII", "six"."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mandates.languages.words import expression, files, filled, tree


def plain(words: str) -> str:
    """Small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", words.lower()) if not unicodedata.combining(c))


_WORDS = {
    plain(word): number
    for language in files()
    for number, words in tree(language)["numbers"].items()
    for word in words.split()
}
_AND = expression("<<and_only>>")
_digits = re.compile(rf"(\d{{1,4}})\s*\^?(?:{plain(filled('<<ordinal_suffix>>'))}|a)?\^?\.?")
_TEN = 10
_SHORTEST = 4
_roman = re.compile(r"(?=[IVXLC])(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_roman_values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@lru_cache(maxsize=4096)
def number_of(words: str) -> int | None:
    """The number that cardinal or ordinal words, or digits, stand for; None where they are no number."""
    bare = plain(words.strip())
    if digits := _digits.fullmatch(bare):
        return int(digits[1])
    total = 0
    for part in re.split(r"[\s\-‐‑–]+", bare):
        if _AND.fullmatch(part):
            continue
        value = _WORDS.get(part)
        if value is None and (digits := _digits.fullmatch(part)):
            value = int(digits[1])  # "One Hundred and 15th"
        if value is None and (value := _fused(part)) is None:
            return None
        # "one hundred and …", and the four twenties of French: a smaller number before them multiplies them.
        total = total * value if value in {20, 100, 1000} and 0 < total < _TEN else total + value
    return total or None


def _fused(word: str) -> int | None:
    """The value of two numerals in one word: "vigesimoquinta" is "vigesimo" and "quinta"."""
    pairs = ((_WORDS.get(word[:cut]), _WORDS.get(word[cut:])) for cut in range(_SHORTEST, len(word) - _SHORTEST + 1))
    return next((tens + ones for tens, ones in pairs if tens and ones and ones < _TEN <= tens), None)


def roman(numeral: str) -> int | None:
    """The value of a Roman numeral below one hundred and fifty, as sessions and sections bear it."""
    if not _roman.fullmatch(numeral):
        return None
    values = [_roman_values[letter] for letter in numeral]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


ordinal_words = r"(?:\d{1,3}\s?<<ordinal_suffix>>(?![A-Za-z])|<<ordinal>>)"
"""The template of an expression (ignore case) for an ordinal in figures or letters; hyphens may break lines."""

TENS = "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
ENGLISH_ORDINAL = (
    r"(?:(?:(?:(?:one|two)[\s-]+)?hundred(?:[\s-]+and)?[\s-]+)?"
    rf"(?:(?:{TENS}[-‑–\s]+)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
    r"|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth"
    r"|(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ieth)"
    r"|(?:one[\s-]+)?hundredth)"
)
"""A regular expression (ignore case) for an ordinal in English words, up to "one hundred and ninety-ninth"."""
