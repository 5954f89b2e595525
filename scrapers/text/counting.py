"""Numbers as lists count with them: letters and roman numerals."""

from __future__ import annotations

# fmt: off
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)
# fmt: on
# Beyond these a letter or numeral is unreadable, and word processors and browsers go on with digits.
_MOST_ROMAN = 3999
_ALPHABET = 26


def letters(number: int, *, repeated: bool = False) -> str:
    """1 is "a", 26 "z", 27 "aa"; 28 is "ab" in browsers, "bb" in Word (`repeated`). Digits where there is no letter."""
    if number < 1 or number > _ALPHABET * _ALPHABET:
        return str(number)
    before, place = divmod(number - 1, _ALPHABET)
    letter = chr(ord("a") + place)
    if repeated:
        return letter * (before + 1)
    return (chr(ord("a") + before - 1) if before else "") + letter


def roman(number: int) -> str:
    """4 is "iv". Digits where there is no numeral."""
    if not 0 < number <= _MOST_ROMAN:
        return str(number)
    said = ""
    for value, numeral in _ROMAN:
        times, number = divmod(number, value)
        said += numeral * times
    return said
