"""Sessions in words, and their days by the calendar or by what the cadence of a body lets one infer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mandates.deadlines.dates import month_number, months_after
from mandates.deadlines.numerals import number_of, ordinal_words
from mandates.documents.bodies import abbreviated_in, is_united_nations, organ_in
from mandates.documents.bodies import body as body_of
from mandates.languages.lexicon import pattern
from mandates.languages.words import exactly, expression

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mandates.model import Basis, Sense, Session

_ordinal = expression(ordinal_words)
_session_word = expression("<<session_word>>")
_year = re.compile(r"\b((?:19|20)\d\d)\b")
_organ_name = exactly(r"(?:[A-ZÀ-Ý][\w-]+\s+(?:<<calendar_joining>>\s+){0,2}){0,6}<<calendar_organ>>\b")
_articles = expression("<<calendar_articles>>")
_unknown = "?"
_and = exactly(r",|\b<<and_only>>\b")
_of = expression(r"\b<<calendar_of>>\s+<<calendar_the>>?(?P<name>[^\d()]+?)(?:\s+in\b.*)?\Z")
_capitalised = re.compile(r"\b[A-ZÀ-Ý][\w-]*")
# Words with a capital that say what kind of session it is, not whose.
_of_sessions = expression("<<of_sessions>>")
_most_years = 6
# Annual sessions begin some weeks earlier or later than the year before: AALCO's in October 2023 and September 2024.
_SHORT_YEAR, _LONG_YEAR = timedelta(days=300), timedelta(days=430)


@dataclass(frozen=True, slots=True)
class Days:
    """The days a deadline covers, both inclusive (None where it stays open), how they are known, and its sense."""

    first: date | None
    last: date | None
    basis: Basis
    sense: Sense = "on"


OPEN = Days(None, None, "none")


def is_session(words: str) -> bool:
    """Whether the words name a session or a meeting."""
    return _session_word.search(words) is not None


def session_numbers(words: str) -> tuple[int, ...]:
    """The ordinals of the sessions that the words name, in order: 79 and 80 of "its 79th and eightieth sessions"."""
    return tuple(number for found in _ordinal.finditer(words) if (number := number_of(found[0])))


class Calendar:
    """The sessions of all bodies, as a document of `body`, dated `on`, means them."""

    def __init__(self, sessions: Sequence[Session], body: str | None, on: date | None) -> None:
        self.body = "UNGA" if body and body.startswith("UNGA") else body
        self.on = on
        self.sessions: dict[str, dict[int, Session]] = {}
        for session in sessions:
            self.sessions.setdefault(session.body, {})[session.number] = session

    def sessions_in(self, words: str, before: str, language: str) -> tuple[Days, ...]:
        """The days of each session that `words` name, in order; empty where none is known.

        `before` are the words that precede it and may name the body that meets.
        """
        committee = pattern(language, "due_main_committee").search(words + " | " + last_organ(before))
        body = "UNGA" if committee else self._meeting_body(words, before)
        # No calendar has the meetings that a body holds with others, or beside its sessions.
        if body is None or pattern(language, "due_apart").search(words):
            return ()
        numbers = list(session_numbers(words))
        if not numbers and body == "ECOSOC" and (year := _year.search(words)):
            numbers = [int(year[1])]
        if len(numbers) > 1 and pattern(language, "due_respectively").search(words):
            found = [self._days(each, number) for each, number in zip(_bodies_in(before), numbers, strict=False)]
        elif numbers:
            found = [self._days(body, number) for number in numbers]
        else:
            found = [self._next_session(body)] if pattern(language, "due_next").search(words) else []
        known = [days for days in found if days.first]
        # The Main Committees of the Assembly sit in the main part of its session, which ends with the year.
        if body == "UNGA" and (committee or pattern(language, "due_main_part").search(words)):
            known = [_main_part(days) for days in known]
        return tuple(known)

    def _meeting_body(self, words: str, before: str) -> str | None:
        named = organ_in(words) or abbreviated_in(words)
        if named is None and self._names_another(words):
            return None
        named = named or (self.body if self._names_own(words) else self._nearest(before))
        if named == _unknown:
            return None
        if named == "UNGA" and not is_united_nations(self.body):
            return self.body  # the general assembly of another organization
        return named or self.body

    def _nearest(self, before: str) -> str | None:
        """The organ named last before "its … session"; `_unknown` where it is one that no calendar holds."""
        last = last_organ(before)
        if not last:
            return None
        return organ_in(last) or (self.body if self._names_own(last) else _unknown)

    def _names_another(self, words: str) -> bool:
        """Whether whose session it is stands beside it: "the 57th meeting of the Standing Committee"."""
        of = _of.search(words)
        if of and self._names_own(of["name"]):
            return False
        named = (word.lower() for word in _capitalised.findall(words))
        return any(
            not _of_sessions.fullmatch(word) and not _ordinal.fullmatch(word) and not month_number(word)
            for word in named
        )

    def _names_own(self, words: str) -> bool:
        """Whether the words are the short name of the document's own body: "the Assembly", "the 153rd Assembly"."""
        named = [
            word for word in words.lower().split() if not _articles.fullmatch(word) and not _ordinal.fullmatch(word)
        ]
        own = body_of(self.body)
        if own is None or own.meets_as is None or len(named) != 1:
            return False
        return expression(f"<<{own.meets_as}>>").fullmatch(named[0]) is not None

    def _days(self, body: str, number: int) -> Days:
        known = self.sessions.get(body, {})
        if session := known.get(number):
            # A calendar may hold sessions that follow from a rule; what is resolved by them is inferred all the same.
            return Days(
                session.start, session.end, "inferred" if getattr(session, "inferred", False) else "session calendar"
            )
        return _inferred(known, number)

    def _next_session(self, body: str) -> Days:
        if self.on is None:
            return OPEN
        later = sorted((s for s in self.sessions.get(body, {}).values() if s.start > self.on), key=lambda s: s.start)
        return Days(later[0].start, later[0].end, "session calendar") if later else OPEN


def last_organ(before: str) -> str:
    """The organ that these words name last, as written; empty where they name none."""
    last = max(_organ_name.finditer(before), key=lambda each: each.start(), default=None)
    return last[0] if last else ""


def _bodies_in(words: str) -> list[str]:
    bodies = []
    for part in _and.split(words):
        if (body := organ_in(part)) and body not in bodies:
            bodies.append(body)
    return bodies


def _main_part(days: Days) -> Days:
    return replace(days, last=days.first.replace(month=12, day=31)) if days.first else days


def expected_sessions(known: Mapping[int, Session]) -> Iterator[tuple[int, date, date]]:
    """The sessions of a body after the last one listed, with their first and last days, as deadlines infer them."""
    number = max(known, default=0) + 1
    while (days := _inferred(known, number)).first and days.last:
        yield number, days.first, days.last
        number += 1


def _inferred(known: Mapping[int, Session], number: int) -> Days:
    """A session that the calendar does not hold, from the one whole years before or after it that is nearest."""
    if len(known) < 2:  # noqa: PLR2004 - no cadence in one session
        return OPEN
    newest = max(known)
    a_year_before = [
        n for n in known if known[newest].start - _LONG_YEAR < known[n].start <= known[newest].start - _SHORT_YEAR
    ]
    if not a_year_before:
        return OPEN
    per_year = newest - max(a_year_before)
    for years in range(1, _most_years + 1):
        for base, sign in ((number - years * per_year, 1), (number + years * per_year, -1)):
            if session := known.get(base):
                return Days(
                    months_after(session.start, 12 * years * sign),
                    months_after(session.end, 12 * years * sign),
                    "inferred",
                )
    return OPEN
