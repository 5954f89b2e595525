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
from mandates.languages.lexicon import lexicon as lexicon_of
from mandates.languages.lexicon import pattern
from mandates.languages.scanning import Scanner
from mandates.languages.words import NEVER, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_NAME = re.compile(r"\s+[A-ZÀ-Ý][a-zà-ÿ]")
_rhythmic: frozenset[ClauseType] = frozenset({"reporting_request", "convening"})
_LASTING: frozenset[ClauseType] = frozenset({"extension_renewal", "establishment"})
_DATED = frozenset({"date", "dates", "year", "years", "session"})


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
        found = list(_wordings(text, start, end, language, "due_reports"))
    return tuple(found)


def _found(text: str, start: int, end: int, language: str, kind: ClauseType) -> Iterator[Deadline]:
    """The times that a word before them makes deadlines, and the wordings that are deadlines by themselves."""
    # Without a digit or one of these words no deadline can be there; most phrases have none.
    if not _digit.search(text, start, end) and not pattern(language, "due_signs").search(text[start:end].lower()):
        return
    quotes = [quote.span() for quote in _quoted.finditer(text, start, end)]
    taken = start
    times = _times(language)
    match = times.search(text, start, end)
    while match:
        quoted = any(a <= match.start() < b for a, b in quotes)
        due = (
            None if quoted or _describes(text, start, match, kind, language) else _bounded(text, start, match, language)
        )
        if due and due.start >= taken:
            taken = due.end
            yield due
        # What is no deadline may hold one: "to hold its session in April 2026".
        after = match.end() if due or match.lastgroup != "session" else match.start() + 1
        match = times.search(text, after, end)


def _describes(text: str, start: int, match: re.Match[str], kind: ClauseType, language: str) -> bool:
    """Whether a date says when something else is or what money is for: an event's day, a name, a financial period."""
    if match.lastgroup not in _DATED:
        return False
    before = " ".join(text[max(start, match.start() - 120) : match.start()].split())
    is_session = match.lastgroup == "session"
    if kind == "budget" and not is_session and pattern(language, "due_financial_before").search(before):
        return True
    if kind != "convening" and pattern(language, "due_event_before").search(before):
        return True
    if pattern(language, "due_of_others").search(before):
        return True
    # "in the 2030 Agenda" names a year, "in 2030" is one.
    return bool(
        match.lastgroup == "year"
        and _NAME.match(text, match.end())
        and pattern(language, "article_before").search(before)
    )


def _bounded(text: str, start: int, match: re.Match[str], language: str) -> Deadline | None:  # noqa: PLR0911 - one return a kind of time
    """The deadline that a time is, with the words before it that belong to it; None where it is none."""
    kind = match.lastgroup or "whole"
    if kind == "whole":
        return Deadline(match.start(), match.start() + len(match[0].rstrip()), "due-whole")
    window = text[max(start, match.start() - 60) : match.start()]
    before = window.rstrip()
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
        yield Deadline(*match.span(), name.replace("_", "-"))


@cache
def _times(language: str) -> Scanner:
    words = (
        "(?P<whole>{due_whole})|(?P<session>{session})|(?P<dates>{range})|(?P<date>{yearly}|{part}|{date})"
        r"|(?P<years>{due_years})|(?P<year>(?:early |mid-|late )?{year}(?:,?(?: <<and_only>>)? {year})*\b)"
        "|(?P<yearless>{yearless})"
    )
    return Scanner(re.compile(rf"(?<![\w/-])(?:{fill(words, language)})(?![\w/])", re.IGNORECASE))


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
