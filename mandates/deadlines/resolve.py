"""From a deadline as written to days.

Stated dates, spans that count from a day, sessions by the calendar, and times that the document has named before.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mandates.deadlines.dates import Span, months_after, read_date, read_range, read_yearless
from mandates.deadlines.numerals import number_of
from mandates.deadlines.sense import ends, excludes, sense_of
from mandates.deadlines.sessions import OPEN, Calendar, Days, is_session
from mandates.languages.lexicon import pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from mandates.model import Sense, Session

_ONE_DAY = timedelta(days=1)
_UNITS = {"hours": 1 / 24, "days": 1, "weeks": 7}
_MIDDLE = {"year": {"month": 6, "day": 30}, "month": {"day": 15}}
# Months in a part of a year.
_PARTS = {"half": 6, "third": 4, "quarter": 3}
_HALF_A_MONTH = 15


class Resolver:
    """Resolves the deadlines of one document of `body`, dated `on`, by the calendar `sessions`.

    Deadlines are handed over in the document's order: "at the end of this period" is the end that came before.
    """

    def __init__(self, sessions: Sequence[Session], body: str | None, on: date | None, language: str = "en") -> None:
        self.on = on
        self.language = language
        self._calendar = Calendar(sessions, body, on)
        self._period: Days = OPEN
        self._events: list[tuple[str, Days]] = []

    def resolve(self, words: str, before: str = "") -> tuple[Days, ...]:
        """The days of `words`, one window for each session that they name.

        `before` are the words of the mandate that precede it, which name the body that meets.
        """
        # The name of a body may be broken over a line.
        said, led = " ".join(words.split()), " ".join(before.split())
        sense = sense_of(said, led, self.language)
        # Nothing is due before the document that asks for it: then another body's session of that number was meant.
        found = tuple(days for days in self._resolve(said, led, sense) if not self._is_over(days)) or (OPEN,)
        if found[-1].last and sense in {"until", "within"}:
            self._period = found[-1]
        return tuple(replace(days, sense=sense) for days in found)

    def remember(self, event: str, days: Days) -> None:
        """Keep the days on which the document convenes `event`: "before the high-level meeting" is a deadline by them."""  # noqa: E501 - a sentence
        if days.first:
            self._events.append((" ".join(event.lower().split()), days))

    def is_past(self, words: str) -> bool:
        """Whether the words state a time before the document's own day: history, no deadline ("occupied in 1967")."""
        span = None if is_session(words) else read_date(words)
        return bool(self.on and span and span.last < self.on)

    def _is_over(self, days: Days) -> bool:
        end = days.last or days.first
        return self.on is not None and end is not None and end < self.on

    def _resolve(self, words: str, before: str, sense: Sense) -> tuple[Days, ...]:
        if span := pattern(self.language, "due_span").match(words):
            return (self._counted(span, before),)
        span_of_date = read_date(words)
        exact = span_of_date is not None and span_of_date.precision == "day"
        if is_session(words) and not exact:
            found = self._calendar.sessions_in(words, before, self.language)
            if found:
                return tuple(self._bounded(days, words, sense) for days in found)
        if sense == "each":
            return (OPEN,)
        if span_of_date is None:
            return (self._bounded(self._named_before(words), words, sense),)
        stated = self._stated(words, span_of_date)
        inside = span_of_date.precision != "day" and not excludes(words, sense, self.language)
        if sense == "by" and inside and stated.last:
            return (replace(stated, first=stated.last),)
        ranged = read_range(words) is not None or (stated.first != stated.last and sense == "from" and exact)
        return (stated if ranged else self._bounded(stated, words, sense),)

    def _bounded(self, days: Days, words: str, sense: Sense) -> Days:
        """The days with the side open that the sense leaves open."""
        if days.first is None or days.last is None:
            return days
        if ends(words, self.language):
            return replace(days, first=days.last)
        outside = excludes(words, sense, self.language)
        if sense == "not before":
            return replace(days, first=days.last + _ONE_DAY if outside else days.first, last=None)
        if sense == "from":
            return replace(days, last=None)
        return replace(days, first=None, last=days.first - _ONE_DAY) if outside else days

    def _stated(self, words: str, span: Span) -> Days:
        if part := pattern(self.language, "due_part").search(words):
            days = _part(span, part)
        elif span.precision == "year" and pattern(self.language, "due_season").search(words):
            return OPEN  # which months it has depends on the hemisphere
        else:
            covered = read_range(words) or span
            days = Days(covered.first, covered.last, "stated date")
            if covered.precision in _MIDDLE and pattern(self.language, "due_middle").search(words):
                days = replace(days, last=covered.first.replace(**_MIDDLE[covered.precision]))
        return replace(days, first=days.last) if ends(words, self.language) else days

    def _counted(self, found: re.Match[str], before: str) -> Days:
        """A span of time, counted from this document's day or from the day that its words name."""
        count = number_of(found["count"]) or 1  # "a", "another"
        unit = next(name for name in ("hours", "days", "weeks", "months", "years") if found[name])
        anchor = found["anchor"].strip()
        if found["before"]:
            (start, *_) = self._resolve(anchor, before, "on")
            return Days(None, _moved(start.first, -count, unit), start.basis) if start.first else OPEN
        if anchor and not pattern(self.language, "due_adoption").search(anchor):
            (start, *_) = self._resolve(anchor, before, "on")
            begin = start.last or start.first
            return Days(None, _moved(begin, count, unit), start.basis) if begin else OPEN
        # Where no other day is named it counts from this document; that reading is ours, so it is marked.
        return Days(None, _moved(self.on, count, unit), "inferred") if self.on else OPEN

    def _named_before(self, words: str) -> Days:
        """The days of a time that only the document knows: the end of the year, this period, the meeting it convenes."""  # noqa: E501 - a sentence
        if self.on and (day := read_yearless(words, self.on)):
            return Days(day.first, day.last, "inferred")
        if self.on and pattern(self.language, "due_coming_year").search(words):
            year = self.on.year + 1
            return Days(date(year, 1, 1), date(year, 12, 31), "inferred")
        if self.on and pattern(self.language, "due_this_year").search(words):
            return Days(self.on, self.on.replace(month=12, day=31), "inferred")
        if self._period.last and pattern(self.language, "due_this_period").search(words):
            return replace(self._period, basis="inferred")
        event = pattern(self.language, "due_event_name").search(words.lower())
        meant = {days for said, days in self._events if event and event["name"] in said}
        return replace(meant.pop(), basis="inferred") if len(meant) == 1 else OPEN


def _moved(start: date, count: int, unit: str) -> date:
    if unit in _UNITS:
        return start + timedelta(days=round(count * _UNITS[unit]))
    return months_after(start, count * (12 if unit == "years" else 1))


def _part(span: Span, found: re.Match[str]) -> Days:
    """The days of a part of the year or the month that `span` covers: a half, a quarter, a week, its first or last day."""  # noqa: E501 - a sentence
    unit = next((name for name, words in found.groupdict().items() if words and name != "ordinal"), "quarter")
    order = number_of(found["ordinal"])  # None for the last
    if span.precision == "year" and unit in _PARTS:
        months = _PARTS[unit]
        first = months_after(span.first.replace(month=1, day=1), months * ((order or 12 // months) - 1))
        return Days(first, months_after(first, months) - _ONE_DAY, "stated date")
    if unit == "half":
        middle = span.first + timedelta(days=_HALF_A_MONTH)
        days = (span.first, middle - _ONE_DAY) if order == 1 else (middle, span.last)
        return Days(*days, "stated date")
    length = timedelta(days=1 if unit == "day" else 7)
    begins = span.first + length * (order - 1) if order else span.last + _ONE_DAY - length
    return Days(begins, min(begins + length - _ONE_DAY, span.last), "stated date")
