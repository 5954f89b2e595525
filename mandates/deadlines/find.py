"""Deadlines as written: dates, sessions, spans of time and rhythms, found in the reach of a mandate's verb.

The words keep "by", "before" and "within", which say what kind of deadline it is; "at" before a session and "until"
before a date are
left out. A session at which something was done is none.
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.model import ClauseType

longest_adverb = 12
_quoted = re.compile(r"[“«„][^”»]{0,600}[”»]")
# Without a digit or one of these no deadline can be there; most phrases have none.
_digit = re.compile(r"\d")
_time_like = (
    *("sessi", "sesi", "assembl", "asambl", "asamb", "meeting", "conf", "every", "within", "before", "prior"),
    *("advance", "ahead", "end", "réunion", "reuni", "chaque", "tous", "cada", "avant", "antes", "plazo"),
    *("délai", "delai", "période", "período", "periodo", "later", "month", "week", "year", "days", "hours", "summit"),
    *("mois", "semaine", "jours", "heures", "tard", "meses", "semanas", "días", "año", "cumbre", "sommet"),
    *(" fin ", "d'ici", "d’ici", "fois", "veces", " vez", "trimest", "semest"),
)
_rhythmic: frozenset[ClauseType] = frozenset({"reporting_request", "convening"})


@dataclass(frozen=True, slots=True)
class Deadline:
    """The words `start`:`end` of the view, and the id of the rule that found them."""

    start: int
    end: int
    rule: str


def find_deadlines(text: str, start: int, end: int, language: str, kind: ClauseType) -> tuple[Deadline, ...]:
    """The deadlines between `start` and `end`, in order; rhythms ("annually") count for reports and meetings only."""
    found = list(_found(text, start, end, language))
    if kind in _rhythmic or not found:
        often = [
            due
            for due in _wordings(text, start, end, language, "due_often")
            if kind in _rhythmic or due.end - due.start > longest_adverb
        ]
        found = sorted([*found, *often], key=lambda due: due.start)
    if not found:
        found = list(_wordings(text, start, end, language, "due_reports"))
    return tuple(found)


def _found(text: str, start: int, end: int, language: str) -> Iterator[Deadline]:
    """The times that a word before them makes deadlines, and the wordings that are deadlines by themselves."""
    if not _digit.search(text, start, end):
        words = text[start:end].lower()
        if not any(sign in words for sign in _time_like):
            return
    quotes = [quote.span() for quote in _quoted.finditer(text, start, end)]
    taken = start
    times = _times(language)
    match = times.search(text, start, end)
    while match:
        quoted = any(a <= match.start() < b for a, b in quotes)
        due = None if quoted else _bounded(text, start, match, match.lastgroup or "whole", language)
        if due and due.start >= taken:
            taken = due.end
            yield due
        # What is no deadline may hold one: "to hold its session in April 2026".
        after = match.end() if due or match.lastgroup != "session" else match.start() + 1
        match = times.search(text, after, end)


def _bounded(  # noqa: PLR0911 - one return a kind of time
    text: str, start: int, match: re.Match[str], kind: str, language: str
) -> Deadline | None:
    """The deadline that a time is, with the words before it that belong to it; None where it is none."""
    if kind == "whole":
        return Deadline(*match.span(), "due-whole")
    window = text[max(start, match.start() - 60) : match.start()]
    before = window.rstrip()
    if kept := pattern(language, "due_kept_before").search(before):
        if kept.start() and before[kept.start() - 1].isalnum():
            return None
        due_start = match.start() - len(window) + kept.start()
        with_suffix = pattern(language, "with_suffix").match(kept[0])
        suffix = pattern(language, "session_suffix").match(text, match.end()) if with_suffix else None
        return Deadline(due_start, suffix.end() if suffix else match.end(), f"due-{kind}-kept")
    name = {"session": "due_session_before", "year": "due_year_before"}.get(kind, "due_date_before")
    found = pattern(language, name).search(before)
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
def _times(language: str) -> re.Pattern[str]:
    patterns = lexicon_of(language).patterns
    words = rf"(?P<whole>{patterns['due_whole']})|(?P<session>{{session}})|(?P<dates>{patterns['dates']})|(?P<date>{{date}})|(?P<year>(?:early |mid-|late )?{{year}}(?:(?:,|,? and|,? et|,? y) {{year}})*\b)"  # noqa: E501 - read as a whole
    return re.compile(rf"(?<![\w/-])(?:{fill(words, language)})(?![\w/])", re.IGNORECASE)


@cache
def _pattern(language: str, name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{fill(lexicon_of(language).patterns[name], language)})(?![\w])", re.IGNORECASE)


def fill(words: str, language: str) -> str:
    """Put the expressions for dates, sessions and counts into `words`."""
    patterns = lexicon_of(language).patterns
    for _ in range(3):
        for name in ("when", "session", "event", "count"):
            words = words.replace("{" + name + "}", f"(?:{patterns[name].strip()})")
    for name, expression in (
        ("date", dates.date_words),
        ("month", dates.month),
        ("day", dates.day),
        ("year", dates.year),
        ("ordinal", ordinal_words),
    ):
        words = words.replace("{" + name + "}", expression)
    return words
