"""From a deadline as written to days.

Stated dates, sessions by the calendar, and what the cadence of a body lets one infer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from mandates.deadlines.dates import Span, month_numbers, months_after, read_date
from mandates.deadlines.numerals import number_of, ordinal_words
from mandates.documents.bodies import organ_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.model import Basis, Session

_ordinal = re.compile(ordinal_words, re.IGNORECASE)
_session_word = re.compile(
    r"session|assembl|meeting|conference|conférence|période|período|reunión|asamblea|séance|sesiones", re.IGNORECASE
)
_within = re.compile(
    r"(?:within|dans (?:un délai de|les)|en (?:un|el) plazo de|after|following)\b.*?(?P<count>\d+|[a-zé-]+)(?:\s*\(\d+\))?[\s-]+(?P<unit>day|week|month|year|jour|semaine|mois|an|día|semana|mes|año)",  # noqa: E501 - read as a whole
    re.IGNORECASE,
)
_before = re.compile(r"(?:before|prior to|in advance of|ahead of|avant|antes de)\b", re.IGNORECASE)
_next = re.compile(r"\b(?:next|following|coming|forthcoming|upcoming|prochaine?|próxim[oa]|siguiente)\b", re.IGNORECASE)
_end_of = re.compile(r"\bend of\b|\bfin de\b|\bfinal(?:es)? de\b", re.IGNORECASE)
_recurring = re.compile(
    r"\b(?:every|annual\w*|biennial\w*|regular\w*|quarterly|monthly|periodic\w*|chaque|tous les|cada|anual\w*|annuel\w*)\b",  # noqa: E501 - read as a whole
    re.IGNORECASE,
)
_year = re.compile(r"\b((?:19|20)\d\d)\b")
_organ_name = re.compile(
    r"(?:[A-ZÀ-Ý][\w-]+\s+(?:(?:of|on|and|for|the|de|des|du|la|les|y|et)\s+){0,2}){0,6}"
    r"(?:[Cc]ommittee|[Cc]ommission|[Bb]oard|[Bb]ody|[Ff]orum|[Cc]onference|[Cc]ouncil|[Aa]ssembly|[Ww]orking [Gg]roup|[Pp]arties|Congress|Assemblée générale|Assemblée|Conseil des droits de l.homme"  # noqa: E501 - read as a whole
    r"|Conseil|Comité|Asamblea General|Asamblea|Consejo de Derechos Humanos|Consejo|Comisión|Junta|Conférence|Conferencia)\b"  # noqa: E501 - read as a whole
)
_part_of_year = re.compile(r"\b(?P<ordinal>first|second|third|fourth)\s+(?:(?P<half>half)|quarter)\b", re.IGNORECASE)
_middle = re.compile(r"\bmiddle of\b|\bmid-|\bmilieu\b|\bmediados\b", re.IGNORECASE)
_articles = frozenset({"the", "its", "la", "le", "l'assemblée"})
_assembly, _council = ("assembly", "assemblée", "asamblea"), ("council", "conseil", "consejo")
_short_names = {
    "UNGA": _assembly,
    "IPU": _assembly,
    "UNSC": _council,
    "HRC": _council,
    "ECOSOC": _council,
    "IOM": _council,
    "ILO": ("conference", "conférence", "conferencia"),
}
_unknown = "?"
_from_to = re.compile(r"\s+(?:to|au|al|hasta el|jusqu['’]au)\s+")
_of = re.compile(r"\b(?:of|de|du|del)\s+(?:the\s+|its\s+|la\s+|l['’])?(?P<name>[^\d()]+?)(?:\s+in\b.*)?$")
_capitalised = re.compile(r"\b[A-ZÀ-Ý][\w-]*")
# Words with a capital that say what kind of session it is, not whose.
_of_sessions = frozenset(
    (
        *("session", "sessions", "annual", "ordinary", "regular", "special", "emergency", "resumed", "plenary", "main"),
        *("substantive", "part", "high-level", "meeting", "assembly", "assemblée", "asamblea", "council", "conseil"),
        *("consejo", "conference", "conférence", "conferencia", "séance", "réunion", "reunión", "période", "período"),
        *("the", "its", "la", "le", "sa", "su", "by", "before", "at", "no", "not", "avant", "antes"),
    )
)
_month_names = {number: name for name, number in reversed(month_numbers.items())}
_most_years = 6
_united_nations = frozenset({"UNGA", "UNSC", "HRC", "ECOSOC", "CHR"})


@dataclass(frozen=True, slots=True)
class Days:
    """The days a deadline covers, both inclusive; None where it stays open."""

    first: date | None
    last: date | None
    basis: Basis


open_days = Days(None, None, "none")


class Resolver:
    """Resolves the deadlines of one document of `body`, dated `on`, by the calendar `sessions`."""

    def __init__(self, sessions: Sequence[Session], body: str | None, on: date | None) -> None:
        self.body = "UNGA" if body and body.startswith("UNGA") else body
        self.on = on
        self.sessions: dict[str, dict[int, Session]] = {}
        for session in sessions:
            self.sessions.setdefault(session.body, {})[session.number] = session

    def resolve(self, words: str, before: str = "") -> Days:
        """The days of `words`; `before` are the words of the mandate that precede it, which name the body that meets."""  # noqa: E501 - a sentence
        # The name of a body may be broken over a line.
        days = self._resolve(" ".join(words.split()), " ".join(before.split()))
        # Nothing is due before the document that asks for it: then another body's session of that number was meant.
        return open_days if self.on and days.last and days.last < self.on else days

    def is_past(self, words: str) -> bool:
        """Whether the words state a time before the document's own day: history, no deadline ("occupied in 1967")."""
        span = None if _session_word.search(words) else read_date(words)
        return bool(self.on and span and span.last < self.on)

    def _resolve(self, words: str, before: str) -> Days:
        if within := _within.match(words):
            return self._span_of_time(within)
        if _session_word.search(words) and not read_date_of_day(words):
            return self._session(words, before)
        if _recurring.search(words):
            return open_days
        span = read_date(words)
        if span is None:
            return open_days
        return self._stated(words, span)

    def _stated(self, words: str, span: Span) -> Days:
        ends = [found for part in _from_to.split(words) if (found := read_date(part)) and found.precision == "day"]
        if len(ends) == 2:  # noqa: PLR2004 - "1 July 2024 to 30 June 2025"
            return Days(ends[0].first, ends[1].last, "stated date")
        if _before.match(words) and span.precision == "day":
            return Days(None, span.first - timedelta(days=1), "stated date")
        if _end_of.search(words):
            return Days(span.last, span.last, "stated date")
        if part := _part_of_year.search(words):
            return _part(span, part)
        if span.precision == "year" and _middle.search(words):
            return Days(span.first, span.first.replace(month=6, day=30), "stated date")
        later = read_date(words.rsplit(" and ", maxsplit=1)[-1]) if " and " in words else None
        return Days(_first_day(words, span), later.last if later else span.last, "stated date")

    def _span_of_time(self, found: re.Match[str]) -> Days:
        count = 1 if found["count"].lower() in {"a", "an", "un", "une"} else number_of(found["count"])
        if self.on is None or count is None:
            return open_days
        unit = found["unit"].lower()
        if unit.startswith(("month", "mois", "mes")):
            last = months_after(self.on, count)
        elif unit.startswith(("year", "an", "año")):
            last = months_after(self.on, 12 * count)
        else:
            last = self.on + timedelta(days=count * (7 if unit.startswith(("week", "semain")) else 1))
        # It counts from this document only where nothing else is named; that reading is ours, so it is marked.
        return Days(self.on, last, "inferred")

    def _session(self, words: str, before: str) -> Days:
        body = self._meeting_body(words, before)
        if body is None:
            return open_days
        numbers = [number for found in _ordinal.finditer(words) if (number := number_of(found[0]))]
        if not numbers and body == "ECOSOC" and (year := _year.search(words)):
            numbers = [int(year[1])]
        if "respectively" in words.lower() and len(numbers) > 1:
            bodies = _bodies_in(before)
            found = [self._days(each, number) for each, number in zip(bodies, numbers, strict=False)]
            return _joined([days for days in found if days.first])
        if numbers:
            days = _joined([day for number in numbers if (day := self._days(body, number)).first])
        elif _next.search(words):
            days = self._next_session(body)
        else:
            return open_days
        if _before.match(words) and days.first:
            return Days(None, days.first - timedelta(days=1), days.basis)
        if _end_of.search(words) and days.last:
            return Days(days.last, days.last, days.basis)
        return days

    def _meeting_body(self, words: str, before: str) -> str | None:
        named = organ_in(words)
        if named is None and self._names_another(words):
            return None
        named = named or (self.body if self._names_own(words) else self._nearest(before))
        if named == _unknown:
            return None
        if named == "UNGA" and self.body is not None and self.body not in _united_nations:
            return self.body  # the general assembly of another organization
        return named or self.body

    def _nearest(self, before: str) -> str | None:
        """The organ named last before "its … session"; `_unknown` where it is one that no calendar holds."""
        last = max(_organ_name.finditer(before), key=lambda each: each.start(), default=None)
        if last is None:
            return None
        return organ_in(last[0]) or (self.body if self._names_own(last[0]) else _unknown)

    def _names_another(self, words: str) -> bool:
        """Whether whose session it is stands beside it: "the 57th meeting of the Standing Committee"."""
        of = _of.search(words)
        if of and self._names_own(of["name"]):
            return False
        named = (word.lower() for word in _capitalised.findall(words))
        return any(
            word not in _of_sessions and not _ordinal.fullmatch(word) and word not in month_numbers for word in named
        )

    def _names_own(self, words: str) -> bool:
        """Whether the words are the short name of the document's own body: "the Assembly", "the 153rd Assembly"."""
        named = [word for word in words.lower().split() if word not in _articles and not _ordinal.fullmatch(word)]
        return len(named) == 1 and named[0] in _short_names.get(self.body or "", ())

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
            return open_days
        later = sorted((s for s in self.sessions.get(body, {}).values() if s.start > self.on), key=lambda s: s.start)
        return Days(later[0].start, later[0].end, "session calendar") if later else open_days


def read_date_of_day(words: str) -> bool:
    """Whether the words state a day; a year after a session's name is none."""
    span = read_date(words)
    return span is not None and span.precision == "day"


def _part(span: Span, found: re.Match[str]) -> Days:
    """The days of a half or a quarter of the year that `span` covers."""
    months = 6 if found["half"] else 3
    order = number_of(found["ordinal"]) or 1
    first = months_after(span.first.replace(month=1, day=1), months * (order - 1))
    return Days(first, months_after(first, months) - timedelta(days=1), "stated date")


def _first_day(words: str, span: Span) -> date:
    # "Monday, 24 November, and Tuesday, 25 November 2025": the first day has no year of its own.
    found = re.match(
        r"(?:\w+day, |du |del )?(\d{1,2})(?:er)?(?: (?:de )?([A-Za-zéû]+))?(?:,? (?:and|to|et|y|au|al) | ?[-–] ?\d)",
        words,
    )
    month = found[2] or _month_names[span.first.month] if found else ""
    if found and (first := read_date(f"{found[1]} {month} {span.first.year}")):
        return first.first
    return span.first


def _bodies_in(words: str) -> list[str]:
    bodies = []
    for part in re.split(r"\band\b|,|\bet\b|\by\b", words):
        if (body := organ_in(part)) and body not in bodies:
            bodies.append(body)
    return bodies


def _joined(days: list[Days]) -> Days:
    if not days:
        return open_days
    firsts = [each.first for each in days if each.first]
    lasts = [each.last for each in days if each.last]
    basis: Basis = "inferred" if any(each.basis == "inferred" for each in days) else "session calendar"
    return Days(min(firsts), max(lasts), basis)


def _inferred(known: dict[int, Session], number: int) -> Days:
    """A session that the calendar does not hold, from the one whole years before or after it that is nearest."""
    if len(known) < 2:  # noqa: PLR2004 - no cadence in one session
        return open_days
    newest = max(known)
    a_year_before = [
        n
        for n in known
        if known[newest].start - timedelta(days=400) < known[n].start <= known[newest].start - timedelta(days=330)
    ]
    if not a_year_before:
        return open_days
    per_year = newest - max(a_year_before)
    for years in range(1, _most_years + 1):
        for base, sign in ((number - years * per_year, 1), (number + years * per_year, -1)):
            if session := known.get(base):
                return Days(
                    months_after(session.start, 12 * years * sign),
                    months_after(session.end, 12 * years * sign),
                    "inferred",
                )
    return open_days
