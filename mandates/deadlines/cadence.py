"""The rhythm that the words of a deadline name: so many months, or each session of a body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from mandates.deadlines.numerals import number_of
from mandates.deadlines.sessions import last_organ
from mandates.documents.bodies import organ_in
from mandates.languages.words import files, filled

if TYPE_CHECKING:
    from collections.abc import Mapping

# Rhythms that have a word of their own, by months.
_NAMED = {"quarter": 3, "half_year": 6, "year": 12, "two_years": 24, "three_years": 36}
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_MOST_MONTHS = 120
_YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Cadence:
    """Every `months`, from the year `since` where the words name it; or, with None, each session of `body`.

    `body` is None where the words name no other than the one that asks.
    """

    months: int | None
    body: str | None = None
    since: int | None = None


@lru_cache(maxsize=4_096)
def cadence_of(words: str, before: str = "") -> Cadence | None:
    """The rhythm that a deadline names; None where it names none that can be counted ("regularly").

    `before` are the words that lead to it and may name the body that meets.
    """
    said = " ".join(words.split())
    year = _YEAR.search(said)
    since = int(year[1]) if year else None
    for rhythms in _rhythms():
        if rhythms["session"].search(said):
            return Cadence(None, organ_in(said) or organ_in(last_organ(before)))
        for name, factor in (("years", _YEAR_MONTHS), ("months", 1)):
            if found := rhythms[name].search(said):
                months = (number_of(found["count"]) or 0) * factor
                return Cadence(months, since=since) if 0 < months <= _MOST_MONTHS else None
        for name, months in _NAMED.items():
            if rhythms[name].search(said):
                return Cadence(months, since=since)
    return None


@cache
def _rhythms() -> tuple[Mapping[str, re.Pattern[str]], ...]:
    """The expressions of each language."""
    names = ("session", "years", "months", *_NAMED)
    return tuple(
        {name: re.compile(rf"\b(?:{filled(f'<<rhythm_{name}>>', code)})(?!\w)", re.IGNORECASE) for name in names}
        for code in files()
    )
