"""Calendar dates as documents write them: "19 December 2001", "1er juillet 2024", "Sept. 30, 2027", "31.12.2026"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mandates.deadlines.numerals import number_of, plain
from mandates.languages.words import expression, in_all

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
_DAY = rf"(?:{day}<<date_suffix>>?|<<day_word>>)"
_DAY_ALONE = rf"(?P<day>{day}|\b<<day_word>>)<<date_suffix>>?"
_OF = r"(?:\s+<<date_of_year>>)?,?\s+"
_OF_MONTH = r"(?:\s+<<date_of>>)?"
_WEEKDAY = r"(?:<<weekday>>,?\s+)?"
_AFTER_MONTH = rf"{_OF_MONTH}\s+{month}"
# Beside its day and month a year may be in letters: "this fifth day of May, two thousand and thirty".
_YEAR = rf"(?:{year}|<<year_word>>)"
# Between the figures of a day: "31.12.2026", "31. 12. 2026", "31/12/2026", "31-12-2026".
_MARK = r"(?:\.\s?|[/-])"
_NUMBER = r"(?:0?[1-9]|1[0-2])"
_IN_FIGURES = rf"(?<!/)(?:{day}{_MARK}{_NUMBER}|{_NUMBER}/(?:1[3-9]|2\d|3[01])(?=/)){_MARK}{year}(?!/)"
# In order of trust: a form that says more is looked for before one that may be a part of it.
_FORMS = tuple(
    expression(rf"(?<![\d.])(?:{form})(?!\d|\.\d)")
    for form in (
        rf"(?P<year>{year})-(?P<number>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])",
        rf"(?<!/)(?P<day>{day}){_MARK}(?P<number>{_NUMBER}){_MARK}(?P<year>{year})(?!/)",
        # The day is first unless that cannot be.
        rf"(?<!/)(?P<number>{_NUMBER})/(?P<day>1[3-9]|2\d|3[01])/(?P<year>{year})(?!/)",
        rf"{_DAY_ALONE}{_OF_MONTH}\s+(?P<month>{month}){_OF}(?P<year>{_YEAR})",
        rf"(?P<month>{month})\s+{_DAY_ALONE},?\s+(?P<year>{year})",
        rf"(?P<month>{month}){_OF}(?P<year>{year})",
        rf"(?P<year>{year})",
    )
)
date_words = (
    rf"(?:{year}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|{_IN_FIGURES}"
    rf"|{_WEEKDAY}(?:{_DAY}{_AFTER_MONTH}{_OF}{_YEAR}|{month}\s+{_DAY},?\s+{year})|{month}{_OF}{year})\b"
)
"""The template of an expression (ignore case) for a date with at least a month and a year."""

yearless_words = rf"(?:{_DAY}{_AFTER_MONTH}|{month}\s+{_DAY})\b"
"""The same for a day and its month alone."""

# "5 and", "28 May to", "March to" before the date that ends the range and has the year.
_FIRST = (
    rf"{_WEEKDAY}(?:{_DAY}{_AFTER_MONTH}(?:{_OF}{year})?|(?!{_DAY}{_AFTER_MONTH}){_DAY}"
    rf"|{month}(?:\s+{_DAY})?(?:{_OF}{year})?)"
)
_TO = r"(?:,?\s+<<range_to>>\s+|\s?[-–/]\s?)"
range_words = rf"(?:<<range_first>>)?{_FIRST}(?:,\s+{_FIRST}){{0,4}}{_TO}{date_words}"
"""The same for several days or months: "5 and 9 June 2027", "May to July 2027"."""

_RANGE = expression(rf"(?<![\d.])(?P<first>{_FIRST})(?:,\s+{_FIRST}){{0,4}}{_TO}(?P<last>{date_words})")
_HAS_YEAR = expression(_YEAR)
_DATE_OR_YEAR = expression(rf"(?<![\d.]){date_words}|\b{year}\b")
_YEARLESS = expression(rf"(?<![\d.]){yearless_words}")


@dataclass(frozen=True, slots=True)
class Span:
    """The days a written date covers, both inclusive, and how exact it is."""

    first: date
    last: date
    precision: Precision


def read_date(words: str) -> Span | None:
    """The most exact date in `words`; None where there is none or it is not in the calendar."""
    for form in _FORMS if _HAS_YEAR.search(words) else ():
        if found := form.search(words):
            return _span(found.groupdict())
    return None


def read_dates(words: str) -> tuple[Span, ...]:
    """All dates in `words`, in order, years alone among them; those that are not in the calendar are left out."""
    if not _HAS_YEAR.search(words):
        return ()
    return tuple(span for found in _DATE_OR_YEAR.finditer(words) if (span := read_date(found[0])))


def read_range(words: str) -> Span | None:
    """From the first to the last day, where `words` name several dates; the first may have no month or year of its own."""  # noqa: E501 - a sentence
    if not _HAS_YEAR.search(words):
        return None
    if (found := _RANGE.search(words)) and (last := read_date(found["last"])):
        first = _completed(found["first"], last.first)
        if first and first.first > last.last:
            first = _completed(found["first"], last.first.replace(year=last.first.year - 1, day=1))
        if first and first.first <= last.last:
            return Span(first.first, last.last, "day")
    dates = read_dates(words)
    if len(dates) > 1 and dates[0].first <= dates[-1].last:
        return Span(dates[0].first, dates[-1].last, "day")
    return None


def read_yearless(words: str, on: date) -> Span | None:
    """The next day, from `on`, of a date without a year; None where there is none."""
    found = _YEARLESS.search(words)
    spans = (read_date(f"{found[0]} {a_year}") for a_year in (on.year, on.year + 1)) if found else ()
    return next((span for span in spans if span and span.precision == "day" and span.first >= on), None)


def month_number(name: str) -> int | None:
    """The number of a month by its name or short form, accents or not."""
    return MONTH_NUMBERS.get(plain(name).rstrip("."))


def _completed(words: str, last: date) -> Span | None:
    """The first date of a range, with the month and the year of its `last` day where it has none."""
    for known in ("", f" {last.year}", f" {MONTHS[last.month - 1][0]} {last.year}"):
        span = read_date(words + known)
        if span and span.precision != "year":
            return span
    return None


def _span(said: dict[str, str | None]) -> Span | None:
    a_year = number_of(said["year"] or "") or 0
    name = said.get("month")
    number = month_number(name) if name else int(said.get("number") or 0)
    if not number:
        return Span(date(a_year, 1, 1), date(a_year, 12, 31), "year")
    if not said.get("day"):
        return month_span(a_year, number)
    try:
        the_day = date(a_year, number, number_of(said["day"] or "") or 0)
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
