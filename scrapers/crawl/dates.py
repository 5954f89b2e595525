"""Dates as publishers write them. What is ambiguous loses precision, what is missing stays missing.

A day is claimed only where the words give one: "7-8 May 2018" is a month, "07/01/2017" without a rule a year.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.model import Precision

_months = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}
_month = "|".join(sorted(_months, key=len, reverse=True))
_year = r"(?P<year>(?:18|19|20)\d\d)"
_day = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_dash = r"\s*(?:-|–|—|to|and|/)\s*"
# In order: a range of days is looked for before a day, so that its last day is not taken for the date.
_patterns = (
    ("month", rf"\b[0-3]?\d(?:st|nd|rd|th)?{_dash}{_day}\s+(?:of\s+)?(?P<month>{_month})\.?,?\s+{_year}\b"),
    ("month", rf"\b(?P<month>{_month})\.?\s+[0-3]?\d{_dash}{_day},?\s+{_year}\b"),
    ("year", rf"\b[0-3]?\d\s+(?:{_month})\.?{_dash}{_day}\s+(?P<month>{_month})\.?,?\s+{_year}\b"),
    ("day", rf"\b{_day}\s+(?:of\s+)?(?P<month>{_month})\.?,?\s+{_year}\b"),
    ("day", rf"\b(?P<month>{_month})\.?\s+{_day},?\s+{_year}\b"),
    ("day", r"\b(?P<year>(?:18|19|20)\d\d)[-/.](?P<number>[01]?\d)[-/.](?P<day>[0-3]?\d)(?!\d)"),
    ("month", rf"\b(?P<month>{_month})\.?,?\s+{_year}\b"),
    ("month", r"^\s*(?P<year>(?:18|19|20)\d\d)[-/](?P<number>[01]\d)\s*$"),
    ("year", rf"^\s*\(?{_year}\)?\s*$"),
)
_compiled: tuple[tuple[Precision, re.Pattern[str]], ...] = tuple(
    (precision, re.compile(pattern, re.IGNORECASE))  # type: ignore[misc]
    for precision, pattern in _patterns
)
_numeric = re.compile(rf"\b(?P<first>[0-3]?\d)[/.](?P<second>[0-3]?\d)[/.]{_year}\b")
# Nothing this project reads is older than the League of Nations. The day on which computers begin to count is that of a
# clock that was never set, and what lies ahead is a meeting: only papers for one are dated a few weeks early.
_oldest = date(1900, 1, 1)
_unset = date(1970, 1, 1)
_furthest = 31


def read(words: str, formats: Sequence[str] = (), *, day_first: bool | None = None) -> tuple[date, Precision] | None:
    """The date in `words` and how exact it is; None where there is none, or none that fits `formats`.

    Without formats, ISO, RFC 2822 and written months are understood; a month is the first of it with precision month.
    `day_first` reads "07/01/2017"; without it such a date is known to the year only, unless one number is over 12.
    """
    plain = " ".join(words.replace("\xa0", " ").split())
    if formats:
        found = next((hit for text in formats if (hit := _by_format(plain, text)) is not None), None)
    else:
        found = _written(plain) or _numbers(plain, day_first=day_first)
    return found if found is not None and _likely(*found) else None


def moment(words: str) -> datetime | None:
    """A point in time as feeds and JSON write it (ISO 8601, RFC 2822), in UTC; None where it is none."""
    try:
        found = datetime.fromisoformat(words.strip())
    except ValueError:
        try:
            found = parsedate_to_datetime(words.strip())
        except (ValueError, TypeError, IndexError):
            return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _by_format(words: str, text: str) -> tuple[date, Precision] | None:
    try:
        # The zone does not matter: a publication is dated where it was published.
        found = datetime.strptime(words, " ".join(text.split())).date()  # noqa: DTZ007 - see above
    except ValueError:
        return None
    if not re.search(r"%[YyGcx]", text):
        return None
    if re.search(r"%[djcxaAuwe]", text) and re.search(r"%[dj]|%[cx]", text):
        return found, "day"
    return (found, "month") if re.search(r"%[mbB]", text) else (found, "year")


def _written(words: str) -> tuple[date, Precision] | None:
    for precision, pattern in _compiled:
        match = pattern.search(words)
        if match is None:
            continue
        named = match.groupdict()
        month = _months[named["month"].lower()] if named.get("month") else int(named.get("number") or 1)
        day = int(match["day"]) if precision == "day" else 1
        found = _date(int(match["year"]), 1 if precision == "year" else month, day)
        if found is not None:
            return found, precision
    at = moment(words) if re.search(r"\d\d:\d\d", words) else None
    return (at.date(), "day") if at else None


def _numbers(words: str, *, day_first: bool | None) -> tuple[date, Precision] | None:
    match = _numeric.search(words)
    if match is None:
        return None
    first, second, year = int(match["first"]), int(match["second"]), int(match["year"])
    if day_first is None and first == second:
        day_first = True
    if day_first is None and max(first, second) > 12:  # noqa: PLR2004 - months
        day_first = first > second
    if day_first is None:
        return date(year, 1, 1), "year"
    day, month = (first, second) if day_first else (second, first)
    found = _date(year, month, day)
    return (found, "day") if found else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _likely(found: date, precision: Precision) -> bool:
    if found == _unset and precision == "day":
        return False
    return found >= _oldest and (found - datetime.now(UTC).date()).days <= _furthest
