"""Whether two wordings of a clause ask for the same: of the same people, for the same thing, on the same conditions.

Words that weigh nothing are set aside (`substance.yaml`), besides what moves with the year. Whatever else was added,
left out or exchanged is a change, however long the clause: one "may" for a "shall" among a hundred words is one.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rapidfuzz.distance import Indel

from mandates.deadlines.numerals import in_figures, unaccented
from mandates.languages.words import load
from warehouse.links.steady import lasting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FILE = Path(__file__).with_name("substance.yaml")
# Marks of footnotes: "authority3", "authority,12", "2016,37", "[3]", and raised figures.
_MARKS = re.compile(
    r"(?<=[a-zà-ÿ]{3})([,;.:)”\"’]?)\d{1,2}(?![\w/]|-\w|[.,]\d)"
    r"|(?<=\b(?:19|20)\d\d,)\d{1,2}(?=\s)"
    r"|\[\d{1,3}\]|[¹²³⁰⁴-⁹]+"
)
# "(a)" and "(iv)" before an item, "(IHO)" after a name.
_IN_BRACKETS = re.compile(r"\((?:[a-z]|[ivx]{1,5}|[A-Z][A-Z-]+)\)(?=\W|$)")
# "a 30-day period" has an amount.
_AMOUNT = re.compile(r"\b(\d+)-(?=[^\W\d_]{3})")
# How often something is asked for: "its 81st and 82nd sessions".
_TIMES = re.compile(r"\d(?:st|nd|rd|th|re|e|\.[ªº])(?!\w)(?=[^.;:]{0,60}\bsess?ion)", re.IGNORECASE)
# Before what completes a name: "the Convention against Corruption".
_COMPLETING = frozenset({"of", "for", "on", "against", "under"})
_LONGEST_MARK = 2
# Clauses of more words are compared as bags of words: aligning them takes memory by the square. The longest have 800.
MOST_WORDS = 3_000


class _Clause(NamedTuple):
    """A clause without what moves with the year, folded and as written, and how many sessions it counts."""

    words: tuple[str, ...]
    written: tuple[str, ...]
    times: int


def is_same(before: str, after: str) -> bool:
    """Whether a clause asks for the same in both wordings, given without its number. Passages may have moved."""
    if before == after:
        return True
    one, other = _clause(before), _clause(after)
    if one.times != other.times:
        return False
    if max(len(one.words), len(other.words)) > MOST_WORDS:
        return _essential(one.words) == _essential(other.words)
    gone: list[str] = []
    came: list[str] = []
    for was, now in _exchanged(one.words, other.words):
        # "health care" and "healthcare".
        is_joined = "".join(one.words[was]) == "".join(other.words[now])
        if not is_joined and not _says_nothing(one, was, other, now):
            gone += one.words[was]
            came += other.words[now]
    return _essential(gone) == _essential(came)


def _clause(words: str) -> _Clause:
    bare = _AMOUNT.sub(r"\1 ", _IN_BRACKETS.sub(" ", _MARKS.sub(r"\1", words))).replace("’", " ").replace("'", " ")
    text = _phrases().sub(" ", unaccented(in_figures(bare)))
    for term, other in _terms():
        text = term.sub(other, text)
    written = lasting(text)
    return _Clause(tuple(word.lower() for word in written), written, len(_TIMES.findall(text)))


def _exchanged(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[slice, slice]]:
    """The passages between the words that both have in the same order; one of the two may be empty."""
    was = now = 0
    for block in Indel.opcodes(before, after):
        if block.tag == "equal":
            if (was, now) != (block.src_start, block.dest_start):
                yield slice(was, block.src_start), slice(now, block.dest_start)
            was, now = block.src_end, block.dest_end
    if (was, now) != (len(before), len(after)):
        yield slice(was, len(before)), slice(now, len(after))


def _says_nothing(one: _Clause, was: slice, other: _Clause, now: slice) -> bool:
    """Whether a passage that only one wording has is the mark of a footnote, or completes a name."""
    if one.words[was] and other.words[now]:
        return False
    clause, place = (one, was) if one.words[was] else (other, now)
    return _is_mark(clause, place) or _is_of_name(clause, place)


def _is_mark(clause: _Clause, place: slice) -> bool:
    """Whether a lone number follows no noun that it could number, and no noun follows that it could count."""
    number, *others = clause.words[place]
    if others or not number.isdigit() or len(number) > _LONGEST_MARK or not place.start:
        return False
    following = clause.words[place.stop : place.stop + 1]
    numbered = _singular(clause.words[place.start - 1]) in _list("numbered")
    return not numbered and all(word in _list("small") for word in following)


def _is_of_name(clause: _Clause, place: slice) -> bool:
    """Whether it makes a name longer: "Agenda for Sustainable Development", "United Nations High Commissioner"."""
    passage = clause.words[place]
    if passage == ("united", "nations"):
        return any(word[0].isupper() for word in clause.written[place.stop : place.stop + 1])
    if passage[0] not in _COMPLETING or not place.start:
        return False
    name = clause.written[place.start - 1]
    content = [word for word in clause.written[place] if word not in _list("small")]
    # Of several ("the States of the coast") some are chosen, and there is a secretary-general of each organization.
    is_one = name[0].isupper() and not name.endswith(("s", "general", "General"))
    return is_one and bool(content) and all(word[0].isupper() for word in content)


def _essential(words: Sequence[str]) -> Counter[str]:
    """The words that weigh, each in one of its spellings and forms."""
    bare = (word for word in words if word not in _list("small") and word not in _list("texts"))
    return Counter(_spellings().get(stem, stem) for stem in map(_stem, bare))


def _singular(word: str) -> str:
    if word in _list("counted"):
        return word
    return re.sub(r"(?<=\w\w)(?:(?<=ch|sh|ss)es|(?<![sui])s)$", "", re.sub(r"(?<=\w\w)ies$", "y", word))


def _stem(word: str) -> str:
    """A word without the endings that change with the sentence or the spelling: "organisations", "convening"."""
    stem = re.sub(r"mme$", "m", re.sub(r"is(?=e[ds]?$|ing$|ation$)", "iz", _singular(word)))
    return re.sub(r"(?<=\w{3})(?:ing|e)$", "", re.sub(r"(?<=\w{2})our", "or", stem))


@cache
def _list(name: str) -> frozenset[str]:
    """The words that the file lists under a name."""
    return frozenset(_file()[name].split())


@cache
def _spellings() -> Mapping[str, str]:
    return {_stem(word): _stem(other) for word, other in _file()["written"].items()}


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
