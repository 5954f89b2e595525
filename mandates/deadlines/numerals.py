"""Numbers as resolutions write them: "forty-eighth", "122nd", "soixante-dix-huitième", "octogésimo", "XXIII", "six"."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from mandates.languages.words import expression, files, filled, in_all, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


def plain(words: str) -> str:
    """Small letters without accents."""
    return unaccented(words.lower())


def unaccented(words: str) -> str:
    """The same letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", words) if not unicodedata.combining(c))


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

_SEPARATOR = r"(?:\s*[-‐‑–]\s*|\s+)"
_parted = re.compile(r"([-‐‑–])\s+")
_HUNDRED = 100
_token = re.compile(r"\w+")
_run = re.compile(r"[\w\s‐‑–-]+")
_FIGURE_ENDS = ("st", "nd", "rd", "th")

# In "mid- and long-term" the hyphen refers to a word that comes later, wherever the line ends.
LINE_END = re.compile(r"(?<=\w[-‐‑])[^\S\r\n]*[\r\n]\s*(?=\w)(?!(?:and|or|to|et|ou|y|o)\b)", re.IGNORECASE)
"""What lies between the two parts of a word that the end of a line parted at its own hyphen."""


def in_figures(words: str, language: str | None = None) -> str:
    """Ordinals in figures, as their language writes them: "its One Hundred and Fifteenth" is "its 115th".

    `language` decides where a word is an ordinal of several. Those of a language that is not known stay in words.
    """
    return _said(words, language, _figure)


def rejoined(words: str) -> str:
    """The same words with ordinals whole that the end of a line parted: "eighty- first" is "eighty-first"."""
    return _said(words, None, lambda found: _parted.sub(r"\1", found[0]))


def _said(words: str, language: str | None, say: Callable[[re.Match[str]], str]) -> str:
    """The same words with each ordinal as `say` says it. No ordinal goes beyond a comma or a bracket."""
    if not _may_have_ordinal(words):
        return words
    ordinals = _ordinals(language)
    return _run.sub(lambda run: ordinals.sub(say, run[0]) if _may_have_ordinal(run[0]) else run[0], words)


def _may_have_ordinal(words: str) -> bool:
    """Whether a word ends an ordinal. Most texts have none, and looking each word up takes a thirtieth of the time."""
    found = set(_token.findall(words.lower()))
    figures = (word for word in found if word[0].isdigit())
    return not found.isdisjoint(_last_words()) or any(word.endswith(_FIGURE_ENDS) for word in figures)


@cache
def _last_words() -> frozenset[str]:
    """The words with which the ordinals of all languages end, in small letters."""
    ordinals = (
        first + last for language in files() for last in _ordinal_words(language) for first in ("", *_fusing(language))
    )
    return frozenset(_token.findall(word.lower())[-1] for word in ordinals)


@lru_cache(maxsize=8)
def _ordinals(language: str | None) -> re.Pattern[str]:
    """An ordinal in words, of the numerals of all languages; the group says of which language the last one is."""
    cardinals = {word: number for word, number in _words() if not any(map(_is_ordinal(word), files()))}
    units = _units()
    tens = _any(word for word, number in cardinals.items() if _TEN <= number < _HUNDRED)
    big = _any(word for word, number in cardinals.items() if number >= _HUNDRED)
    joint = rf"(?:{_SEPARATOR}(?:{'|'.join(in_all('and_only'))}))?{_SEPARATOR}"
    # French counts four times twenty, and sixty with ten.
    before = (
        rf"(?:(?:{units}{_SEPARATOR})?{big}{joint})?(?:(?:{units}{_SEPARATOR})?{tens}{joint}(?:{tens}{_SEPARATOR})?)?"
    )
    last = "|".join(
        f"(?P<{code}>{_last(code)})"
        for code in sorted(files(), key=lambda code: (code != language, code != "en", code))
    )
    return re.compile(rf"\b{before}(?:{last})(?!\w)", re.IGNORECASE)


def _last(language: str) -> str:
    """The words with which an ordinal of a language ends; in Spanish each of its numerals is an ordinal."""
    ordinals = _ordinal_words(language)
    round_ones = [word for word, number in ordinals.items() if number % _TEN == 0]
    fused = _fusing(language)
    several = rf"(?:{_any(round_ones)}\s+){{0,2}}(?:{_any(fused)})?" if fused else ""
    figures = r"|\d{1,3}(?:st|nd|rd|th)" if language == "en" else ""
    hundredths = [word for word, number in ordinals.items() if number >= _HUNDRED]
    counted = f"(?:{_units()}{_SEPARATOR}){_any(hundredths)}|" if hundredths else ""
    return f"{counted}{several}{_any(ordinals)}{figures}"


def _ordinal_words(language: str) -> dict[str, int]:
    return {word: number for word, number in _words() if _is_ordinal(word)(language)}


def _fusing(language: str) -> list[str]:
    """Ordinals that are the first part of one word with another: "vigesimo" of "vigesimoquinta"."""
    return [
        plain(word) for word, number in _ordinal_words(language).items() if number % _TEN == 0 and word.endswith("o")
    ]


def _units() -> str:
    """Cardinals below ten."""
    return _any(word for word, number in _words() if number < _TEN and not any(map(_is_ordinal(word), files())))


def _words() -> Iterator[tuple[str, int]]:
    """Every numeral with its number, with accents and without."""
    for language in files():
        for number, words in tree(language)["numbers"].items():
            for word in words.split():
                yield from dict.fromkeys(((word, number), (plain(word), number)))


def _is_ordinal(word: str) -> Callable[[str], bool]:
    return lambda language: re.fullmatch(tree(language)["documents"]["ordinal"], word, re.IGNORECASE) is not None


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word))))})"


def _figure(found: re.Match[str]) -> str:
    number = number_of(found[0])
    say = _FIGURES.get(found.lastgroup or "")
    return found[0] if number is None or say is None else say(number, plain(found[0]))


def _english(number: int, _words: str) -> str:
    teen = number // _TEN % _TEN == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % _TEN, 'th')}"


def _french(number: int, words: str) -> str:
    return f"{number}{'re' if words.endswith('premiere') else 'e'}"


def _spanish(number: int, words: str) -> str:
    return f"{number}.{'er' if words.endswith('er') else 'ª' if words.endswith('a') else 'º'}"


_FIGURES = {"en": _english, "fr": _french, "es": _spanish}
