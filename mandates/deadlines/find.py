"""Deadlines as written: dates, sessions, spans of time and rhythms, found in the reach of a mandate's verb.

The words keep "by", "before" and "within", which say what kind of deadline it is; "at" before a session and "until"
before a date are left out. A session at which something was done is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from mandates.deadlines import dates
from mandates.deadlines.numerals import ordinal_words
from mandates.languages.lexicon import holds, pattern
from mandates.languages.lexicon import lexicon as lexicon_of
from mandates.languages.scanning import Scanner
from mandates.languages.words import NEVER, expression, filled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mandates.model import ClauseType

# What may lead to a time that is a deadline, by the kind of time.
_LEADING = {
    "session": "due_session_before",
    "year": "due_year_before",
    "years": "due_year_before",
    "yearless": "sense_until_before",
}
# Expressions that others name in braces; those that are not made here are the language's ("{session}").
_NAMED = re.compile(r"\{([a-z_]+)\}")
_MADE = {
    "date": dates.date_words,
    "yearless": dates.yearless_words,
    "range": dates.range_words,
    "month": dates.month,
    "day": dates.day,
    "year": dates.year,
    "ordinal": ordinal_words,
}
DEPTH = 4
_quoted = re.compile(r"[“«„][^”»]{0,600}[”»]")
_digit = re.compile(r"\d")
_AND_YEAR = expression(r",?(?:\s+<<and_only>>)?\s+")
_NAME = re.compile(r"\s+[A-ZÀ-Ý][a-zà-ÿ]")
_rhythmic: frozenset[ClauseType] = frozenset({"reporting_request", "convening"})
_LASTING: frozenset[ClauseType] = frozenset({"extension_renewal", "establishment"})
_YEARS = frozenset({"year", "years"})
_DATED = frozenset({"date", "dates", "year", "years", "session"})
Time = tuple[re.Match[str], str]
"""A time in words, and its kind."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The words `start`:`end` of the view, and the id of the rule that found them."""

    start: int
    end: int
    rule: str


def find_deadlines(text: str, start: int, end: int, language: str, kind: ClauseType) -> tuple[Deadline, ...]:
    """The deadlines between `start` and `end`, in order; beside others rhythms count for reports and meetings only."""
    found = list(_found(text, start, end, language, kind))
    if kind in _LASTING:
        names = ("due_lasting", "due_extended") if kind == "extension_renewal" else ("due_lasting",)
        lengths = (length for name in names for length in _wordings(text, start, end, language, name))
        length = min(lengths, key=lambda due: due.start, default=None)
        # A mandate that has another end has no length, but a day from which the length counts is part of it.
        if length and all(length.start <= due.start < length.end for due in found):
            found = [length]
    if kind in _rhythmic or not found:
        # "to prepare, regularly update and publish before each session": the adverb says less than the rhythm.
        exact = any(pattern(language, "sense_each").search(text, due.start, due.end) for due in found)
        names = ("due_often", "due_sometimes") if kind in _rhythmic and not exact else ("due_often",)
        often = [due for name in names for due in _wordings(text, start, end, language, name)]
        found = sorted([*found, *often], key=lambda due: due.start)
    if not found:
        names = ("due_reports", "due_periodic")
        found = next(filter(None, (list(_wordings(text, start, end, language, name)) for name in names)), [])
    return tuple(found)


def _found(text: str, start: int, end: int, language: str, kind: ClauseType) -> Iterator[Deadline]:
    """The times that a word before them makes deadlines, and the wordings that are deadlines by themselves."""
    taken, yielded = start, False
    upcoming = [(match, of) for of, times in _times(language).items() if (match := times.search(text, start, end))]
    # Without a digit or one of these words a time is no deadline.
    if not upcoming or not (_digit.search(text, start, end) or holds(language, "due_signs", text[start:end].lower())):
        return
    quotes = [quote.span() for quote in _quoted.finditer(text, start, end)]
    while upcoming:
        time = match, of = min(upcoming, key=lambda each: each[0].start())
        quoted = any(a <= match.start() < b for a, b in quotes)
        described = quoted or (of in _DATED and _describes(text, start, time, kind, language))
        due = None if described else _bounded(text, start, time, language)
        if of == "year" and not due and yielded and _AND_YEAR.fullmatch(text, taken, match.start()):
            due = Deadline(*match.span(), "due-year")  # "in 2031 and 2033"
        yielded = of == "year" and due is not None
        if due and due.start >= taken:
            taken = due.end
            yield due
        # What is no deadline may hold one: "to hold its session in April 2026".
        after = match.end() if due or of != "session" else match.start() + 1
        upcoming = [
            (later, of)
            for match, of in upcoming
            if (later := match if match.start() >= after else _times(language)[of].search(text, after, end))
        ]


def _describes(text: str, start: int, time: Time, kind: ClauseType, language: str) -> bool:
    """Whether a date says when something else is or what money is for: an event's day, a name, a financial period."""
    match, of = time
    before = " ".join(text[max(start, match.start() - 120) : match.start()].split())
    is_session = of == "session"
    if kind == "budget" and not is_session and pattern(language, "due_financial_before").search(before):
        return True
    if kind != "convening" and pattern(language, "due_event_before").search(before):
        return True
    if pattern(language, "due_of_others").search(before):
        return True
    if of in _YEARS and pattern(language, "due_programme_before").search(before):
        return pattern(language, "due_programme_handed").search(before) is None
    if is_session and pattern(language, "due_named_event").search(f"{before} {match[0]}"):
        return True
    # "in the 2030 Agenda" names a year, "in 2030" is one.
    return bool(of == "year" and _NAME.match(text, match.end()) and pattern(language, "article_before").search(before))


def _bounded(text: str, start: int, time: Time, language: str) -> Deadline | None:  # noqa: PLR0911 - one return a kind of time
    """The deadline that a time is, with the words before it that belong to it; None where it is none."""
    match, kind = time
    if kind == "whole":
        return Deadline(match.start(), match.start() + len(match[0].rstrip()), "due-whole")
    window = text[max(start, match.start() - 60) : match.start()]
    before = window.rstrip()
    if len(window) == match.start() - start and before:
        # "By 30 June 2029, the Board shall": the words that lead to a deadline may begin the sentence.
        before = before[0].lower()[0] + before[1:]
    if kept := pattern(language, "due_kept_before").search(before):
        if kept.start() and before[kept.start() - 1].isalnum():
            return None
        due_start = match.start() - len(window) + kept.start()
        with_suffix = pattern(language, "with_suffix").match(kept[0])
        suffix = pattern(language, "session_suffix").match(text, match.end()) if with_suffix else None
        return Deadline(due_start, suffix.end() if suffix else match.end(), f"due-{kind}-kept")
    found = pattern(language, _LEADING.get(kind, "due_date_before")).search(before)
    if kind != "dates" and (not found or (found.start() and before[found.start() - 1].isalnum())):
        return None
    if kind == "session" and _is_past(text, start, match.start(), language):
        return None
    if kind in {"date", "dates"} and pattern(language, "date_past").search(before):
        return None
    return Deadline(*match.span(), f"due-{kind}")


def _is_past(text: str, start: int, due_start: int, language: str) -> bool:
    """Whether what happened at the session is over ("adopted at its fiftieth session"), or it only describes a person."""  # noqa: E501 - a sentence
    before = re.sub(r"\s+", " ", text[max(start, due_start - 140) : due_start]).rstrip()
    before = re.split(r"[,;:](?=[^,;:]*$)", before)[-1]
    return bool(
        pattern(language, "session_past_end").search(before) or pattern(language, "session_attribute").search(before)
    )


def _wordings(text: str, start: int, end: int, language: str, name: str) -> Iterator[Deadline]:
    for match in _pattern(language, name).finditer(text, start, end):
        # What leads to the words, where an expression marks them in it, is no part of the deadline.
        yield Deadline(*match.span("due" if "due" in match.re.groupindex else 0), name.replace("_", "-"))


@cache
def _times(language: str) -> Mapping[str, Scanner]:
    """The expression for each kind of time; of two times that begin at one place the first kind counts.

    Each needs words of its own, so that in most clauses most kinds need not be looked for.
    """
    kinds = {
        "whole": "{due_whole}",
        "session": "{session}",
        "dates": "{range}",
        "date": "{yearly}|{part}|{date}",
        "years": "{due_years}",
        "year": r"(?:early |mid-|late )?{year}\b",
        "yearless": "{yearless}",
    }
    return {
        kind: Scanner(re.compile(rf"(?<![\w/-])(?:{fill(words, language)})(?![\w/])", re.IGNORECASE))
        for kind, words in kinds.items()
    }


@cache
def _pattern(language: str, name: str) -> Scanner:
    words = fill(f"{{{name}}}", language)
    return Scanner(re.compile(rf"(?<![\w-])(?:{words})(?![\w])", re.IGNORECASE))


def fill(words: str, language: str) -> str:
    """Put the language's own expressions and those for dates and numbers in place of their names in braces."""
    patterns = lexicon_of(language).patterns
    for _ in range(DEPTH):
        words = _NAMED.sub(lambda name: f"(?:{_MADE.get(name[1]) or patterns.get(name[1], NEVER).strip()})", words)
    return filled(words, language)
