"""Which clause of a later text follows which clause of an earlier one, and whether its words changed.

What moves with the year is set aside before words are compared: dates, ordinals of sessions, numbers and symbols of
resolutions and reports. Words that few clauses of the two texts have weigh more: "calls upon Member States" says little
of what is asked. The likest clauses are paired first, each once; of equally like ones those at the nearest place.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import Indel

from mandates.deadlines.dates import MONTH_NUMBERS
from mandates.deadlines.numerals import in_figures, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Change = Literal["same", "changed", "new", "dropped"]

# Of the judged clauses the least alike that are one request share .36 of their weight, the likest of two requests
# that no other clause claims .31.
ALIKE = 0.35
# The likest that were judged to have changed in substance share .973 of their words.
SAME = 0.975
# Clauses a side that are compared each with each, some 2 s; a resolution has some twenty, the longest 400.
MOST_COMPARED = 500
_WORD = re.compile(r"[^\W_]+(?:[./,’'-][^\W_]+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Words like any other, besides short names of months.
_MONTHS = frozenset(MONTH_NUMBERS) - {"ago", "mar", "sept", "set"}
_AROUND = 2
_OF_PARAGRAPH = ("paragra", "parraf")


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a clause: places in the earlier and in the later text, None where it has none there.

    `score` says how alike the words are, from 0 to 1; None for a new or dropped clause.
    """

    earlier: int | None
    later: int | None
    change: Change
    score: float | None = None


def steps(earlier: Sequence[str], later: Sequence[str], *, least: float = SAME) -> tuple[Step, ...]:
    """What became of each clause, given the words of both texts' clauses in order: those of the later text first.

    Clauses that share less than `least` of their words have changed; with 1.0 any other word is a change. Of more than
    `MOST_COMPARED` clauses a side the rest is compared with nothing and has no step.
    """
    before = [steady(words) for words in earlier[:MOST_COMPARED]]
    after = [steady(words) for words in later[:MOST_COMPARED]]
    found: dict[int, Step] = {}
    taken: set[int] = set()
    for _, _, was, now in sorted(_alike(before, after)):
        if was not in taken and now not in found:
            taken.add(was)
            found[now] = _step(was, now, before[was], after[now], least)
    new = [Step(None, place, "new") for place in range(len(after)) if place not in found]
    dropped = [Step(place, None, "dropped") for place in range(len(before)) if place not in taken]
    following = sorted([*found.values(), *new], key=lambda step: (step.later is None, step.later or 0))
    return (*following, *dropped)


def steady(words: str) -> tuple[str, ...]:
    """The words of a clause, folded, without what moves with the year."""
    tokens = _WORD.findall(plain(in_figures(words)))
    # A hyphen at the end of a line may be lost: "genderresponsive".
    return tuple(word.replace("-", "") for place, word in enumerate(tokens) if not _moves(tokens, place))


def _moves(tokens: Sequence[str], place: int) -> bool:
    """Whether a word is part of a date, the ordinal of a session, or names a document or paragraph."""
    word = tokens[place]
    if word in _MONTHS:
        return any(near.isdigit() for near in _near(tokens, place))
    if not any(letter.isdigit() for letter in word):
        return False
    if not word.isdigit() or _YEAR.fullmatch(word):
        # "12.5" and "1,000" are amounts; "78/217", "a/78/172" and "78th" are not.
        return not word.replace(".", "").replace(",", "").isdigit() or bool(_YEAR.fullmatch(word))
    is_of_paragraph = place > 0 and tokens[place - 1].startswith(_OF_PARAGRAPH)
    # "from 23 to 25 October": the first day of a range.
    _, last, month = (*tokens[place + 1 : place + 4], "", "", "")[:3]
    is_first_day = last.isdigit() and month in _MONTHS
    return is_of_paragraph or is_first_day or any(near in _MONTHS for near in _near(tokens, place))


def _near(tokens: Sequence[str], place: int) -> Sequence[str]:
    """The words around: in "19 de diciembre de 2023" the month is two words away from the day."""
    return (*tokens[max(place - _AROUND, 0) : place], *tokens[place + 1 : place + 1 + _AROUND])


def _alike(before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> list[tuple[float, float, int, int]]:
    """The pairs that may be one clause: likeness (negative), distance of their places, and both places."""
    weights = _weights([*before, *after])
    former, now = [Counter(words) for words in before], [Counter(words) for words in after]
    sums = [_sum(words, weights) for words in former], [_sum(words, weights) for words in now]
    found = []
    for right, wanted in enumerate(now):
        for left, held in enumerate(former):
            both = sums[0][left] + sums[1][right]
            if 2 * min(sums[0][left], sums[1][right]) < ALIKE * both or not both:
                continue
            common = sum(weights[word] * min(held[word], wanted[word]) for word in held.keys() & wanted.keys())
            if 2 * common >= ALIKE * both:
                apart = abs(left / len(before) - right / len(after))
                found.append((-round(2 * common / both, 6), apart, left, right))
    return found


def _weights(clauses: Sequence[Sequence[str]]) -> dict[str, float]:
    """How much a word says of a clause: the fewer clauses have it, the more."""
    counts = Counter(word for words in clauses for word in set(words))
    return {word: math.log((len(clauses) + 1) / (count + 0.5)) + 0.2 for word, count in counts.items()}


def _sum(words: Mapping[str, int], weights: Mapping[str, float]) -> float:
    return sum(weights[word] * count for word, count in words.items())


def _step(was: int, now: int, before: Sequence[str], after: Sequence[str], least: float) -> Step:
    """A passage that moved within the clause is no change, unless each word counts."""
    score = Indel.normalized_similarity(before, after)
    words = score if least == 1 else Indel.normalized_similarity(sorted(before), sorted(after))
    is_same = words >= least and _amounts(before) == _amounts(after)
    return Step(was, now, "same" if is_same else "changed", round(score, 3))


def _amounts(words: Sequence[str]) -> list[str]:
    return [word for word in words if word[0].isdigit()]
