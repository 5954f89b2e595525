"""The words of a clause as they are compared: without what moves with the year, marks of footnotes and mere phrases."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mandates.deadlines.numerals import in_figures, unaccented
from mandates.languages.words import load
from warehouse.links.steady import lasting

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = Path(__file__).with_name("substance.yaml")
# Marks of footnotes: "authority3", "authority,12", "2016,37", "Compact, 8 adopted", "2014–20242", "[3]", and "³".
_MARKS = re.compile(
    r"(?<=[a-zà-ÿ]{3})([,;.:)”\"’]?)\d{1,2}(?![\w/]|-\w|[.,]\d)"
    r"|(?<=\b(?:19|20)\d\d,)\d{1,2}(?=\s)"
    r"|(?<=[a-z],) \d{1,2}(?= (?:adopted|affirmed|endorsed|proclaimed)\b)"
    r"|(?<=\b(?:19|20)\d\d[-–](?:19|20)\d\d)\d{1,2}\b"
    r"|\[\d{1,3}\]|[¹²³⁰⁴-⁹]+"
)
# "(a)" and "(iv)" before an item, "(IHO)" after a name.
_IN_BRACKETS = re.compile(r"\((?:[a-z]|[ivx]{1,5}|[A-Z][A-Z-]+)\)(?=\W|$)")
# A resolution of the Security Council: "2626 (2022)".
_NUMBER_AND_YEAR = re.compile(r"\b\d{1,4} \((?:19|20)\d\d\)")
# "a 30-day period" has an amount.
_AMOUNT = re.compile(r"\b(\d+)-(?=[^\W\d_]{3})")
# How often something is asked for: "its 81st and 82nd sessions".
_TIMES = re.compile(r"\d(?:st|nd|rd|th|re|e|\.[ªº])(?!\w)(?=[^.;:]{0,60}\bsess?ion)", re.IGNORECASE)


class Wording(NamedTuple):
    """A clause without what moves with the year: folded, as written, in one line, and how many sessions it counts."""

    words: tuple[str, ...]
    written: tuple[str, ...]
    times: int
    line: str

    def times_said(self, *words: str) -> int:
        """How often it has these folded words one after the other."""
        return self.line.count(f" {' '.join(words)} ")


def wording(text: str) -> Wording:
    """The words of a clause, given without its number."""
    bare = _IN_BRACKETS.sub(" ", _MARKS.sub(r"\1", _NUMBER_AND_YEAR.sub(" ", text)))
    apart = _AMOUNT.sub(r"\1 ", bare).replace("’", " ").replace("'", " ")
    said = _phrases().sub(" ", unaccented(in_figures(apart)))
    for term, other in _terms():
        said = term.sub(other, said)
    written = lasting(said)
    words = tuple(word.lower() for word in written)
    return Wording(words, written, len(_TIMES.findall(said)), f" {' '.join(words)} ")


@cache
def listed(name: str) -> frozenset[str]:
    """The words that `substance.yaml` lists under a name."""
    return frozenset(_file()[name].split())


@cache
def spellings() -> Mapping[str, str]:
    """Words that are written in more than one way, each with the one that stands for all."""
    found: Mapping[str, str] = _file()["written"]
    return found


@cache
def _terms() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"\b{term}(?!\w)", re.IGNORECASE), other) for term, other in _file()["terms"].items())


@cache
def _phrases() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_file()['phrases'])})(?!\w)", re.IGNORECASE)


@cache
def _file() -> Mapping[str, Any]:
    found: Mapping[str, Any] = load(_FILE)
    return found
