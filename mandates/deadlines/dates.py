"""Calendar dates as documents write them, in English, French and Spanish: "19 December 2001", "1er juillet 2024"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mandates.model import Precision

_months = (
    ("january", "janvier", "enero"),
    ("february", "février", "fevrier", "febrero"),
    ("march", "mars", "marzo"),
    ("april", "avril", "abril"),
    ("may", "mai", "mayo"),
    ("june", "juin", "junio"),
    ("july", "juillet", "julio"),
    ("august", "août", "aout", "agosto"),
    ("september", "septembre", "septiembre", "setiembre"),
    ("october", "octobre", "octubre"),
    ("november", "novembre", "noviembre"),
    ("december", "décembre", "decembre", "diciembre"),
)
month_numbers = {name: number for number, names in enumerate(_months, 1) for name in names}
month = "(?:" + "|".join(sorted(month_numbers, key=len, reverse=True)) + ")"
day = r"(?:0?[1-9]|[12]\d|3[01])"
year = r"(?:1[89]|20)\d\d"
date_words = (
    rf"(?:{day}(?:st|nd|rd|th|er|º)?(?:\s+(?:of|de))?\s+{month}(?:\s+(?:de|del))?,?\s+{year}"
    rf"|{month}\s+{day}(?:st|nd|rd|th)?,?\s+{year}"
    rf"|{month}(?:\s+(?:of|de|del))?,?\s+{year})\b"
)
"""A regular expression (ignore case) for a date with at least a month and a year."""

_day_first = re.compile(
    rf"({day})(?:st|nd|rd|th|er|º)?(?:\s+(?:of|de))?\s+({month})(?:\s+(?:de|del))?,?\s+({year})", re.IGNORECASE
)
_month_first = re.compile(rf"({month})\s+({day})(?:st|nd|rd|th)?,?\s+({year})", re.IGNORECASE)
_month_only = re.compile(rf"({month})(?:\s+(?:of|de|del))?,?\s+({year})", re.IGNORECASE)
_year_only = re.compile(rf"\b({year})\b")


@dataclass(frozen=True, slots=True)
class Span:
    """The days a written date covers, both inclusive, and how exact it is."""

    first: date
    last: date
    precision: Precision


def read_date(words: str) -> Span | None:
    """The first date in `words`; None where there is none or it is no day of the calendar."""
    try:
        if found := _day_first.search(words):
            the_day = date(int(found[3]), month_numbers[found[2].lower()], int(found[1]))
            return Span(the_day, the_day, "day")
        if found := _month_first.search(words):
            the_day = date(int(found[3]), month_numbers[found[1].lower()], int(found[2]))
            return Span(the_day, the_day, "day")
    except ValueError:
        return None
    if found := _month_only.search(words):
        return month_span(int(found[2]), month_numbers[found[1].lower()])
    if found := _year_only.search(words):
        return Span(date(int(found[1]), 1, 1), date(int(found[1]), 12, 31), "year")
    return None


def month_span(a_year: int, a_month: int) -> Span:
    """All days of one month."""
    following = date(a_year + a_month // 12, a_month % 12 + 1, 1)
    return Span(date(a_year, a_month, 1), following - timedelta(days=1), "month")


def months_after(start: date, months: int) -> date:
    """The day `months` later, the last of its month where that day does not exist."""
    index = start.month - 1 + months
    last = month_span(start.year + index // 12, index % 12 + 1).last
    return last.replace(day=min(start.day, last.day))
