"""The words of a clause or a title without what moves with the year: dates, ordinals of sessions, numbers of texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.deadlines.dates import MONTH_NUMBERS
from mandates.deadlines.numerals import in_figures, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+(?:[./,’'-][^\W_]+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Words like any other, besides short names of months.
_MONTHS = frozenset(MONTH_NUMBERS) - {"ago", "mar", "sept", "set"}
_AROUND = 2
_OF_PARAGRAPH = ("paragra", "parraf")


def steady(words: str) -> tuple[str, ...]:
    """The words of a clause, folded, without what moves with the year."""
    return lasting(plain(in_figures(words)))


def lasting(text: str) -> tuple[str, ...]:
    """The same of a text without accents and with ordinals in figures, in capitals and small letters as it is."""
    written = _WORD.findall(text)
    tokens = [word.lower() for word in written]
    # A hyphen at the end of a line may be lost: "genderresponsive".
    return tuple(word.replace("-", "") for place, word in enumerate(written) if not _moves(tokens, place))


def _moves(tokens: Sequence[str], place: int) -> bool:
    """Whether a word is part of a date, the ordinal of a session, or names a document or paragraph."""
    word = tokens[place]
    if word in _MONTHS:
        return any(near.isdigit() for near in _near(tokens, place))
    if not any(letter.isdigit() for letter in word):
        return False
    if not word.isdigit() or _YEAR.fullmatch(word):
        # "12.5" and "1,000" are amounts; "78/217", "a/78/172" and "78th" are not.
        return not word.replace(".", "").replace(",", "").isdigit() or bool(_YEAR.fullmatch(word))
    is_of_paragraph = place > 0 and tokens[place - 1].startswith(_OF_PARAGRAPH)
    # "from 23 to 25 October": the first day of a range.
    _, last, month = (*tokens[place + 1 : place + 4], "", "", "")[:3]
    is_first_day = last.isdigit() and month in _MONTHS
    return is_of_paragraph or is_first_day or any(near in _MONTHS for near in _near(tokens, place))


def _near(tokens: Sequence[str], place: int) -> Sequence[str]:
    """The words around: in "19 de diciembre de 2023" the month is two words away from the day."""
    return (*tokens[max(place - _AROUND, 0) : place], *tokens[place + 1 : place + 1 + _AROUND])
