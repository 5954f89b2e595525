"""Calendar dates as documents write them: "19 December 2001", "1er juillet 2024", "Sept. 30, 2027", "31.12.2026"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mandates.deadlines.numerals import plain
from mandates.languages.words import filled, in_all

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mandates.model import Precision

_NAMES = tuple(
    tuple(name for names in listed for name in names.split())
    for listed in zip(*(words.split("|") for words in in_all("months")), strict=True)
)
MONTHS = tuple(tuple(dict.fromkeys(map(plain, names))) for names in _NAMES)
"""The names of the months and their short forms, in small letters without accents, the English name first."""

MONTH_NUMBERS = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
# Words like any other without a day and a year beside them ("mar", "ago", "set"): sentences need a full stop there.
_SHORT = frozenset(
    name for names in _NAMES for name in names if any(other.startswith(name) and other != name for other in names)
) - {"may"}


def _any_of(names: Iterable[str]) -> str:
    """The expression for names of months as texts write them, accents or not."""
    return "|".join(
        "".join(letter if letter.isascii() else f"[{letter}{plain(letter)}]" for letter in name)
        for name in sorted(names, key=lambda name: (-len(name), name))
    )


month = (
    f"(?:{_any_of({name for names in _NAMES for name in names} - _SHORT)}"
    rf"|(?:{_any_of(_SHORT)})\.)"
)
day = r"(?:0?[1-9]|[12]\d|3[01])"
year = r"(?:1[89]|20)\d\d"
_SUFFIX = filled("<<date_suffix>>?")
_OF = filled(r"(?:\s+<<date_of_year>>)?,?\s+")
_OF_MONTH = filled(r"(?:\s+<<date_of>>)?")
# In order of trust: a form that says more is looked for before one that may be a part of it.
_FORMS = tuple(
    re.compile(rf"(?<![\d.])(?:{form})(?!\d|\.\d)", re.IGNORECASE)
    for form in (
        rf"(?P<year>{year})-(?P<number>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])",
        rf"(?P<day>{day})\.\s?(?P<number>0?[1-9]|1[0-2])\.\s?(?P<year>{year})",
        rf"(?P<day>{day}){_SUFFIX}{_OF_MONTH}\s+(?P<month>{month}){_OF}(?P<year>{year})",
        rf"(?P<month>{month})\s+(?P<day>{day})(?:st|nd|rd|th)?,?\s+(?P<year>{year})",
        rf"(?P<month>{month}){_OF}(?P<year>{year})",
        rf"(?P<year>{year})",
    )
)
date_words = (
    rf"(?:{year}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|{day}\.\s?(?:0?[1-9]|1[0-2])\.\s?{year}"
    rf"|{day}{_SUFFIX}{_OF_MONTH}\s+{month}{_OF}{year}|{month}\s+{day}(?:st|nd|rd|th)?,?\s+{year}"
    rf"|{month}{_OF}{year})\b"
)
"""A regular expression (ignore case) for a date with at least a month and a year."""

_DATE_OR_YEAR = re.compile(rf"(?<![\d.]){date_words}|\b{year}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """The days a written date covers, both inclusive, and how exact it is."""

    first: date
    last: date
    precision: Precision


def read_date(words: str) -> Span | None:
    """The most exact date in `words`; None where there is none or it is not in the calendar."""
    for form in _FORMS:
        if found := form.search(words):
            return _span(found.groupdict())
    return None


def read_dates(words: str) -> tuple[Span, ...]:
    """All dates in `words`, in order, years alone among them; those that are not in the calendar are left out."""
    return tuple(span for found in _DATE_OR_YEAR.finditer(words) if (span := read_date(found[0])))


def month_number(name: str) -> int | None:
    """The number of a month by its name or short form, accents or not."""
    return MONTH_NUMBERS.get(plain(name).rstrip("."))


def _span(said: dict[str, str | None]) -> Span | None:
    a_year = int(said["year"] or 0)
    name = said.get("month")
    number = month_number(name) if name else int(said.get("number") or 0)
    if not number:
        return Span(date(a_year, 1, 1), date(a_year, 12, 31), "year")
    if not said.get("day"):
        return month_span(a_year, number)
    try:
        the_day = date(a_year, number, int(said["day"] or 0))
    except ValueError:
        return None
    return Span(the_day, the_day, "day")


def month_span(a_year: int, a_month: int) -> Span:
    """All days of one month."""
    following = date(a_year + a_month // 12, a_month % 12 + 1, 1)
    return Span(date(a_year, a_month, 1), following - timedelta(days=1), "month")


def months_after(start: date, months: int) -> date:
    """The day `months` later, earlier where negative, the last of its month where that day does not exist."""
    index = start.month - 1 + months
    last = month_span(start.year + index // 12, index % 12 + 1).last
    return last.replace(day=min(start.day, last.day))
