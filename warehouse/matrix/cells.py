"""A cell of a sheet that came back: its text, and the days that it may mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Days are numbers in spreadsheets: from the end of 1899, or of 1903 where a file was once made on a Mac.
_FIRST_DAYS = (date(1899, 12, 30), date(1904, 1, 1))
# 1954 to 2119.
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_CENTURY = 100
_PIECE = re.compile(r"\d+|[^\W\d_]+")
_MOST_PIECES = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows. A formula is never run and its result never trusted, so its text is not read."""

    text: str = ""
    is_formula: bool = False


def day_of(serial: float, *, from_1904: bool = False) -> date | None:
    """The day of a number in a spreadsheet; None where it is none of our time."""
    if not _FIRST_SERIAL <= serial < _LAST_SERIAL:
        return None
    return _FIRST_DAYS[from_1904] + timedelta(days=int(serial))


def days_in(text: str, months: Mapping[str, int]) -> Iterator[date]:
    """The days that a cell may mean: a number of days, or a date in any order ("14/05/2027", "14-mai-27").

    `months` leads from the names of months, in small letters, to their numbers.
    """
    plain = text.strip()
    if re.fullmatch(r"\d{5}(\.\d{1,12})?", plain):
        yield from filter(None, (day_of(float(plain), from_1904=early) for early in (False, True)))
        return
    # A time of day is left out: "2027-05-14T00:00:00", "14.05.2027 00:00".
    pieces = [piece.casefold() for piece in _PIECE.findall(re.split(r"[T ]\d\d?:", plain[:60])[0])][:_MOST_PIECES]
    numbers = [int(piece) for piece in pieces if piece.isdecimal() and len(piece) <= 4]  # noqa: PLR2004 - digits of a year
    named = next((months[name] for piece in pieces if (name := _month(piece, months))), None)
    if named is not None and len(numbers) == 2:  # noqa: PLR2004 - day and year
        yield from _dates((numbers[1], named, numbers[0]), (numbers[0], named, numbers[1]))
    elif len(numbers) == 3:  # noqa: PLR2004 - day, month and year
        first, second, third = numbers
        yield from _dates((first, second, third), (third, second, first), (third, first, second))


def _month(piece: str, months: Mapping[str, int]) -> str | None:
    """The month whose name begins so: "mai", "sept"."""
    if len(piece) < 3 or piece.isdecimal():  # noqa: PLR2004 - the shortest abbreviation
        return None
    return next((name for name in months if name.startswith(piece)), None)


def _dates(*parts: tuple[int, int, int]) -> Iterator[date]:
    for year, month, day in parts:
        try:
            yield date(year + 2000 if year < _CENTURY else year, month, day)
        except ValueError:
            continue
