"""Numbers as resolutions write them: "forty-eighth", "122nd", "soixante-dix-huitième", "octogésimo", "XXIII", "six"."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ones = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"  # noqa: E501 - read as a whole
_tens = "twenty thirty forty fifty sixty seventy eighty ninety"
_irregular = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
_french_ones = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
_french_tens = {
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "nonante": 90,
}
_spanish_ones = {
    **dict.fromkeys(("primer", "primero", "primera"), 1),
    **dict.fromkeys(("segundo", "segunda"), 2),
    **dict.fromkeys(("tercer", "tercero", "tercera"), 3),
    "cuarto": 4,
    "cuarta": 4,
    "quinto": 5,
    "quinta": 5,
    "sexto": 6,
    "sexta": 6,
    "septimo": 7,
    "septima": 7,
    "octavo": 8,
    "octava": 8,
    "noveno": 9,
    "novena": 9,
}
_spanish_tens = {
    "decimo": 10,
    "undecimo": 11,
    "duodecimo": 12,
    "vigesimo": 20,
    "trigesimo": 30,
    "cuadragesimo": 40,
    "quincuagesimo": 50,
    "sexagesimo": 60,
    "septuagesimo": 70,
    "octogesimo": 80,
    "nonagesimo": 90,
    "centesimo": 100,
}
_spanish_cardinals = "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"


def _english() -> dict[str, int]:
    words = {word: number for number, word in enumerate(_ones.split(), 1)}
    words |= {word: 10 * number for number, word in enumerate(_tens.split(), 2)}
    ordinals = {word + "th": number for word, number in words.items() if number not in {1, 2, 3, 5, 8, 9, 12}}
    ordinals |= {word[:-1] + "ieth": number for word, number in words.items() if word.endswith("y")}
    return words | ordinals | _irregular


def _french() -> dict[str, int]:
    words = {word: number for number, word in enumerate(_french_ones.split(), 1)} | _french_tens
    ordinals = {word.removesuffix("e") + "ième": number for word, number in words.items()}
    ordinals |= {"premier": 1, "première": 1, "second": 2, "seconde": 2, "unième": 1, "cinquième": 5, "neuvième": 9}
    plain = {_bare(word): number for word, number in (words | ordinals).items()}
    return plain | {"vingts": 20, "cents": 100, "une": 1}


def _bare(word: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))


_words = (
    {word: number for number, word in enumerate(_spanish_cardinals.split(), 1)}
    | _french()
    | _spanish_ones
    | {stem[:-1] + end: number for stem, number in _spanish_tens.items() for end in "oa"}
    | _english()
)
_hundred = {"hundred", "hundredth", "cent", "centieme"}
_digits = re.compile(r"(\d{1,4})\s*\^?(?:st|nd|rd|th|e|er|re|eme|ieme|o|a|[ºª°])?\^?\.?")
_roman = re.compile(r"(?=[IVXLC])(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_roman_values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


@lru_cache(maxsize=4096)
def number_of(words: str) -> int | None:
    """The number that cardinal or ordinal words, or digits, stand for; None where they are no number."""
    bare = _bare(words.strip())
    if digits := _digits.fullmatch(bare):
        return int(digits[1])
    total = 0
    for part in re.split(r"[\s\-‐‑–]+", bare):
        if part in {"and", "et", "y"}:
            continue
        if part in _hundred:
            total = (total or 1) * 100
            continue
        value = _words.get(part)
        if value is None and (digits := _digits.fullmatch(part)):
            value = int(digits[1])  # "One Hundred and 15th"
        if value is None:
            return None
        # French counts four twenties: quatre-vingt(s).
        total = 80 if value == 20 and total == 4 else total + value  # noqa: PLR2004 - the arithmetic of the language
    return total or None


def roman(numeral: str) -> int | None:
    """The value of a Roman numeral below one hundred and fifty, as sessions and sections bear it."""
    if not _roman.fullmatch(numeral):
        return None
    values = [_roman_values[letter] for letter in numeral]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


ordinal_words = (
    r"(?:\d{1,3}\s?(?:st|nd|rd|th|e|er|re|ème|ième|\^(?:st|nd|rd|th|er?|ème)\^|[ºª°o]\.?)(?![A-Za-z])"
    r"|(?:one[ -]hundred(?:[ -]and)?[ -])?(?:(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)y[ \-‐‑]?\s?)?"
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth"
    r"|(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ieth)"
    r"|one[ -]hundredth"
    r"|(?:cent[ -])?(?:(?:quatre[ -]vingts?|soixante|cinquante|quarante|trente|vingt)(?:[ -]et)?[ -])?"
    r"(?:première?|unième|deuxième|seconde?|troisième|quatrième|cinquième|sixième|septième|huitième|neuvième|dixième|dix-(?:sept|huit|neuv)ième"
    r"|onzième|douzième|treizième|quatorzième|quinzième|seizième|vingtième|trentième|quarantième|cinquantième|soixantième)"
    r"|quatre-vingtième|centième"
    r"|(?:(?:d[ée]cim|vig[ée]sim|trig[ée]sim|cuadrag[ée]sim|quincuag[ée]sim|sexag[ée]sim|septuag[ée]sim|octog[ée]sim|nonag[ée]sim|cent[ée]sim)[oa]\s)?"
    r"(?:primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|quint[oa]|sext[oa]|s[ée]ptim[oa]|octav[oa]|noven[oa]"
    r"|(?:un|duo)?d[ée]cim[oa]|(?:vig|trig|cuadrag|quincuag|sexag|septuag|octog|nonag|cent)[ée]sim[oa]))"
)
"""A regular expression (ignore case) for an ordinal in English, French or Spanish.

Line breaks may stand after hyphens.
"""

TENS = "(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
ENGLISH_ORDINAL = (
    r"(?:(?:(?:(?:one|two)[\s-]+)?hundred(?:[\s-]+and)?[\s-]+)?"
    rf"(?:(?:{TENS}[-‑–\s]+)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)"
    r"|tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth"
    r"|(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ieth)"
    r"|(?:one[\s-]+)?hundredth)"
)
"""A regular expression (ignore case) for an ordinal in English words, up to "one hundred and ninety-ninth"."""
