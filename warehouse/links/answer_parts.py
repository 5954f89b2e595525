"""The two sides of an answer: a document with what its opening says, and the tasks of the resolution that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mandates.deadlines.numerals import number_of
from mandates.deadlines.sessions import session_numbers
from mandates.documents.bodies import named, of_name
from mandates.languages.words import expression

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from mandates.documents.report_opening import Claim, Opening
    from warehouse.findings.finding import Deadline


# Shorter ones are articles and prepositions in all languages.
_WORD = re.compile(r"[^\W\d_]{3,}")
_SHOWN = 3
# An account, what leads to the meeting, and a few adjectives: "Summary of the high-level panel".
_ACCOUNT = (
    r"(?:<<account_of>>)\s(?:(?:<<account_of>>)\s)?(?:<<account_links>>)\s?(?:(?:<<the>>)\s)?"
    r"(?:(?!(?:on|by|sur|par|sobre|por)\b)[\w-]+\s){0,3}?(?:<<meeting_kind>>)\b"
)
_SERIES = re.compile(r"(?<=/)s\d+\Z")


@dataclass(frozen=True, slots=True)
class Answering:
    """A document that may answer. `opening` is what the beginning of its text says."""

    document_id: str
    symbol: str | None
    title: str
    body: str | None
    session: int | None
    day: date | None
    opening: Opening


@dataclass(frozen=True, slots=True)
class Asking:
    """A task of an adopted text, with what of that text it is judged by. `number` is that of its clause, bare."""

    document_id: str
    symbol: str | None
    title: str
    body: str | None
    session: int | None
    day: date | None
    task_key: str
    number: str
    type: str
    quote: str
    addressee: str | None
    addressee_id: str | None
    action: str | None
    deliverable: str | None
    agenda_title: str | None
    deadlines: tuple[Deadline, ...]

    @property
    def subject(self) -> frozenset[str]:
        """The words of what is asked for; those of the resolution's title, too, where it asks about itself."""
        about = expression(r"\b<<own_act>>\b").search(self.quote)
        return subject(f"{self.quote} {self.title}" if about else self.quote)

    @property
    def bodies(self) -> frozenset[str]:
        """The bodies to whose sessions its deadlines may belong: its own, and those that its words name."""
        found = {of_name(each).id for each in named().finditer(self.quote)} | {self.body}
        return frozenset(parent(each) for each in found if each)


def claims_on(answering: Answering, symbol: str) -> tuple[Claim, ...]:
    """What the opening says of the act of that symbol, however it is spaced."""
    return tuple(claim for claim in answering.opening.claims if _bare(claim.symbol) == _bare(symbol))


def parent(body: str) -> str:
    """The body of an organ: UNGA of UNGA-C3."""
    return body.partition("-")[0]


@lru_cache(maxsize=1024)
def subject(words: str) -> frozenset[str]:
    """The words that say what a text is about, without the plural's s; neither ordinals nor what every request has."""
    return frozenset(word.rstrip("s") for word in _matter(words))


def in_full(stems: frozenset[str], words: str) -> str:
    """Up to three of these words of a subject in quotation marks, as `words` have them and in their order."""
    found: dict[str, str] = {}
    for word in _matter(words):
        if word.rstrip("s") in stems:
            found.setdefault(word.rstrip("s"), f"“{word}”")
    return ", ".join(list(found.values())[:_SHOWN])


def reports_on_meeting(lines: Iterable[str]) -> bool:
    """Whether a heading says that the document is an account of a meeting: "Summary of the panel discussion on …"."""
    return any(expression(rf"^(?:\w+\s)?{_ACCOUNT}").match(line) for line in lines)


def wants_account(quote: str) -> bool:
    """Whether a request asks for an account of a meeting, or for a summary."""
    return expression(rf"\b{_ACCOUNT}|\b<<summary_report>>\b").search(quote) is not None


def series_of(symbol: str | None) -> str | None:
    """The code of the item that a symbol ends in, as those of AALCO do: S15 of AALCO/RES/61/S 15."""
    found = _SERIES.search(_bare(symbol or ""))
    return found[0].upper() if found else None


def _matter(words: str) -> list[str]:
    of_none = expression("<<of_no_matter>>|<<small_words>>")
    return [word for word in _WORD.findall(words.casefold()) if not of_none.fullmatch(word) and number_of(word) is None]


@lru_cache(maxsize=1024)
def name_words(words: str) -> frozenset[str]:
    """The words of a name, without articles and the like."""
    small = expression("<<small_words>>")
    return frozenset(word.rstrip("s") for word in _WORD.findall(words.casefold()) if not small.fullmatch(word))


def sessions_of(deadline: Deadline) -> tuple[int, ...]:
    """The ordinals of the sessions that a deadline names."""
    return session_numbers(deadline.words) if deadline.words else ()


def _bare(symbol: str) -> str:
    return "".join(symbol.casefold().split())
