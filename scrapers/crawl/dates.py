"""Dates as publishers write them. What is ambiguous loses precision, what is missing stays missing.

The day is the day where it was published, as the words give it: zones are not converted. A day is claimed only where
the words give one: "7-8 May 2018" is known to the month, "30 June to 2 July 2026" and "07/01/2017" to the year, a span
over two years not at all (docs/decisions/dates.md).
"""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from mandates.deadlines.dates import MONTH_NUMBERS, MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.model import Precision

_WEEKDAYS = (
    ("monday", "mon", "lundi", "lunes"),
    ("tuesday", "tues", "tue", "mardi", "martes"),
    ("wednesday", "wed", "mercredi", "miercoles"),
    ("thursday", "thurs", "thur", "thu", "jeudi", "jueves"),
    ("friday", "fri", "vendredi", "viernes"),
    ("saturday", "sat", "samedi", "sabado"),
    ("sunday", "sun", "dimanche", "domingo"),
)
_ENGLISH = {name: names[0] for names in (*MONTHS, *_WEEKDAYS) for name in names}


def _any(names: Iterator[str]) -> str:
    return "(?:" + "|".join(sorted(names, key=len, reverse=True)) + ")"


_MONTH = _any(iter(MONTH_NUMBERS))
# Without a day beside them these are words: "five years ago 2026".
_PLAIN_MONTH = _any(name for name in MONTH_NUMBERS if name not in {"ago", "set"})
_WEEKDAY = re.compile(rf"\b{_any(name for names in _WEEKDAYS for name in names)}\b[.,]*")
_NAME = re.compile(rf"\b{_any(iter(_ENGLISH))}\b")
_YEAR = r"(?P<year>(?:18|19|20)\d\d)(?!\d)"
_ORDINAL = r"(?:st|nd|rd|th|er|ro|o|a|°)?"
_DAY = rf"(?P<day>\d{{1,2}})(?!\d){_ORDINAL}"
_FIRST = rf"(?P<first>0?[1-9]|[12]\d|3[01])(?!\d){_ORDINAL}"
_TO = r"(?: ?[-‐-―−/&] ?| (?:to|and|until|through|au|et|al?|y|hasta el) )"
_OF = r"(?: (?:of |de |du )?| ?[-/.] ?)"
_IN = r"(?:\.?,? (?:of |de |del )?|\.?[-/.] ?)"
# Not a page, a part of a symbol or the minutes of a time: "09:57 - 12 May 2026".
_SINCE = rf"(?<![\d:/.]){_FIRST}(?:{_OF}(?P<from>{_MONTH})\.?)?"
_CLOCK = r"(?: \d\d:\d\d(?::\d\d)?(?: [a-z]{1,5})?)?"
# In order: a day before a month before a year, and what is said whole before what may be a part of something else.
_PATTERNS = tuple(
    map(
        re.compile,
        (
            rf"(?:{_SINCE}{_TO})?(?<!\d){_DAY}{_OF}(?P<month>{_MONTH}){_IN}{_YEAR}",
            rf"\b(?P<from>{_MONTH})\.? (?:{_FIRST}{_TO}(?:(?P<month>{_MONTH})\.? )?)?{_DAY}{_CLOCK},? {_YEAR}",
            rf"(?<!\d){_YEAR}(?P<between>[-/.])(?:(?P<number>\d{{1,2}})|(?P<month>{_MONTH}))(?P=between){_DAY}",
            rf"(?<!\d){_YEAR}-?w(?P<week>\d\d)(?!\d)(?:-(?P<weekday>[1-7])(?!\d))?",
            rf"\b(?:(?P<from>{_PLAIN_MONTH})\.?{_TO})?(?P<month>{_PLAIN_MONTH}){_IN}{_YEAR}",
            rf"^{_YEAR}[-/](?P<number>\d\d)$",
            rf"^(?P<number>\d\d?)[-/.]{_YEAR}$",
            rf"^\(?{_YEAR}\)?$",
            r"^(?P<year>(?:19|20)\d\d)(?P<number>\d\d)(?P<day>\d\d)(?:t?\d{4}(?:\d\d)?(?:z|[+-]\d{4})?)?$",
            # RFC 822 has years of two digits, and RSS names it.
            rf"^{_DAY}[- ](?P<month>{_MONTH})[- ](?P<short>\d\d) \d\d:\d\d(?::\d\d)? (?:[a-z]{{1,5}}|[+-]\d{{4}})$",
            # Seconds or milliseconds since 1970, as they are in JSON and as some frameworks wrap them.
            r"^(?:/date\()?(?P<epoch>\d{10})(?:\d{3})?(?:[.+-]\d{1,9})?(?:\)/)?$",
        ),
    )
)
_NUMERIC = re.compile(rf"(?<!\d)(?P<one>\d\d?)(?P<between>[-/.])(?P<two>\d\d?)(?P=between){_YEAR}")
_BETWEEN = re.compile(_TO)
# Nothing this project reads is older than the League of Nations. The day on which computers begin to count is that of a
# clock that was never set, and what lies ahead is a meeting: only papers for one are dated a few weeks early.
_OLDEST = date(1900, 1, 1)
_UNSET = date(1970, 1, 1)
_FURTHEST = 31

Span = tuple[date, date]


def read(words: str, formats: Sequence[str] = (), *, day_first: bool | None = None) -> tuple[date, Precision] | None:
    """The date in `words` and how exact it is; None where there is none, or none that fits `formats`.

    Without formats ISO 8601, RFC 822, seconds since 1970 and written months (English, French, Spanish) are understood;
    a month or a year is the first day of it, with that precision. `day_first` reads "07/01/2017"; without it such a
    date is known to the year only, unless one number is over 12.
    """
    said = " ".join(html.unescape(words).split())
    if formats:
        found = next((hit for text in formats if (hit := _by_format(said, text)) is not None), None)
    else:
        span = _span_in(" ".join(_WEEKDAY.sub("", _bare(said.casefold())).split()), day_first=day_first)
        found = _known(*span) if span is not None else None
    return found if found is not None and _likely(*found) else None


def _bare(words: str) -> str:
    """Words without accents; "1º" and "1ᵉʳ" are "1o" and "1er"."""
    return "".join(char for char in unicodedata.normalize("NFKD", words) if not unicodedata.combining(char))


def _by_format(words: str, text: str) -> tuple[date, Precision] | None:
    if not re.search(r"%[YyGcx]", text):
        return None

    def _english(name: re.Match[str]) -> str:
        return _ENGLISH[name[0]][: 3 if ("%b" if name[0] in MONTH_NUMBERS else "%a") in text else None]

    said = _NAME.sub(_english, _bare(words.casefold()))
    try:
        # The zone does not matter: a publication is dated where it was published.
        found = datetime.strptime(said, _bare(" ".join(text.split()))).date()  # noqa: DTZ007 - see above
    except ValueError:
        return None
    if re.search(r"%[djcx]", text):
        return found, "day"
    return (found, "month") if re.search(r"%[mbB]", text) else (found, "year")


def _span_in(words: str, *, day_first: bool | None) -> Span | None:
    """The days that the first date covers, the first and the last.

    What looks like a date and is none, as "31 February 2026" does, is put out of sight: a part of it is no date either.
    """
    for pattern in (*_PATTERNS, _NUMERIC):
        spans = [(match, _days(match.groupdict(), day_first=day_first)) for match in pattern.finditer(words)]
        for number, (match, span) in enumerate(spans):
            if span is None:
                continue
            if number + 1 < len(spans) and _BETWEEN.fullmatch(words, match.end(), spans[number + 1][0].start()):
                end = spans[number + 1][1]
                return (span[0], end[1]) if end is not None and span[0] <= end[1] else None
            return span
        words = pattern.sub("|", words)
    return None


def _days(said: dict[str, str | None], *, day_first: bool | None) -> Span | None:
    """The days of one match; None where they are not in the calendar."""
    try:
        if epoch := said.get("epoch"):
            day = datetime.fromtimestamp(int(epoch), UTC).date()
            return day, day
        short = int(said.get("short") or 0)
        year = int(said.get("year") or (2000 if short < 50 else 1900) + short)  # noqa: PLR2004 - RFC 2822, 4.3
        if week := said.get("week"):
            monday = date.fromisocalendar(year, int(week), int(said["weekday"] or 1))
            return monday, monday if said["weekday"] else monday + timedelta(days=6)
        if said.get("one"):
            return _numbers(year, int(said["one"] or 0), int(said["two"] or 0), day_first=day_first)
        return _named(said, year)
    except ValueError:
        return None


def _named(said: dict[str, str | None], year: int) -> Span | None:
    before = said.get("from")
    month = MONTH_NUMBERS[name] if (name := said.get("month") or before) else int(said.get("number") or 0)
    if not month:
        return (date(year, 1, 1), date(year, 12, 31)) if said.get("number") is None else None
    start = MONTH_NUMBERS[before] if before else month
    if said.get("day") is None:
        return date(year, start, 1), date(year, month, 28)  # in each month, and enough to tell which
    last = date(year, month, int(said["day"] or 0))
    first = date(year, start, int(said["first"] or 0)) if said.get("first") else last
    return (first, last) if first <= last else None


def _numbers(year: int, one: int, two: int, *, day_first: bool | None) -> Span:
    if day_first is None and one != two and max(one, two) <= 12:  # noqa: PLR2004 - months
        return date(year, 1, 1), date(year, 12, 31)
    is_day_first = one > two if day_first is None else day_first
    day, month = (one, two) if is_day_first else (two, one)
    return date(year, month, day), date(year, month, day)


def _known(first: date, last: date) -> tuple[date, Precision] | None:
    """How exact a span is known: to the day, month or year that both its ends are in."""
    if first == last:
        return first, "day"
    if first.year != last.year:
        return None
    return (first.replace(day=1), "month") if first.month == last.month else (date(first.year, 1, 1), "year")


def _likely(found: date, precision: Precision) -> bool:
    if found == _UNSET and precision == "day":
        return False
    return found >= _OLDEST and (found - datetime.now(UTC).date()).days <= _FURTHEST
