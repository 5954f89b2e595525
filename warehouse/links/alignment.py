"""Which clause of a later text follows which clause of an earlier one, and whether it changed.

What moves with the year is set aside before words are compared: dates, ordinals of sessions, numbers and symbols of
resolutions and reports. Words that few clauses of the two texts have weigh more: "calls upon Member States" says little
of what is asked. The likest clauses are paired first, each once; of equally like ones those at the nearest place.

Between a draft and its adopted text, clauses grow, are merged and split. What is left without a counterpart there is
looked for inside other clauses (`containment`).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import Indel

from warehouse.links.containment import kept_in
from warehouse.links.steady import steady
from warehouse.links.substance import is_same

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    Change = Literal["same", "changed", "new", "dropped"]

# Of the judged clauses the least alike that are one request share .36 of their weight, the likest of two requests
# that no other clause claims .31.
ALIKE = 0.35
# Clauses a side that are compared; a resolution has some twenty, the longest 400.
MOST_COMPARED = 5_000
# Of two texts with more pairs of clauses than this (500 a side) each clause is compared with as many others as make
# that number: with those that have its rarest words, and of these with the nearest.
MOST_PAIRS = 250_000
# Words of clauses that are looked for in clauses of another text, some 2 s: clauses may be very long.
MOST_WORK = 10_000_000
# Pairs of clauses with the same words that are ordered by their places.
MOST_REPEATED = 10_000
# Words of a clause up to which their order is compared, which takes the square of them.
MOST_WORDS = 5_000
# Sums of floating-point numbers are a little off.
_ROUNDING = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a clause: places in the earlier and in the later text, None where it has none there.

    `score` says how alike the words are, from 0 to 1; None for a new or dropped clause. `inside` are the clauses of the
    other text, by their places, in which the words of one without a counterpart live on all the same, or in which those
    of an earlier clause go on beside its counterpart.
    """

    earlier: int | None
    later: int | None
    change: Change
    score: float | None = None
    inside: tuple[int, ...] = ()


class Work:
    """How much may be compared: so many words of one clause looked for in another."""

    def __init__(self, words: int = MOST_WORK) -> None:
        self.left = words

    def does(self, words: int) -> bool:
        """Whether so much is left, which is then spent."""
        if words > self.left:
            return False
        self.left -= words
        return True


def steps(
    earlier: Sequence[str], later: Sequence[str], *, each_word: bool = False, work: Work | None = None
) -> tuple[Step, ...]:
    """What became of each clause, given the words of both texts' clauses in order: those of the later text first.

    A clause has changed if its words ask for something else; with `each_word`, if any word is another one or in another
    place. One beyond the first `MOST_COMPARED`, or for which no `work` is left, is compared with nothing; of more than
    `MOST_PAIRS` pairs some are left out. Then clauses that may have a counterpart have no step.
    """
    work = Work() if work is None else work
    before = [steady(words) for words in earlier[:MOST_COMPARED]]
    after = [steady(words) for words in later[:MOST_COMPARED]]
    follows = {now: was for was, now in _same(before, after)}
    taken = set(follows.values())
    alike, passed_over = _alike(before, after, follows.keys(), taken, work)
    for _, _, was, now in sorted(alike):
        if was not in taken and now not in follows:
            taken.add(was)
            follows[now] = was
    kept, parted = _inside(before, after, follows) if each_word else ({}, {})
    taken |= set(follows.values())
    found: dict[int, Step] = {}
    for now, was in follows.items():
        is_kept = before[was] == after[now] if each_word else is_same(earlier[was], later[now])
        beside = tuple(place for place in kept.get(was, ()) if place != now)
        found[now] = Step(was, now, "same" if is_kept else "changed", _score(before[was], after[now]), beside)
    unpaired = [place for place in range(len(after)) if place not in found and place not in passed_over]
    new = [Step(None, place, "new", inside=parted.get(place, ())) for place in unpaired if len(earlier) == len(before)]
    left = [place for place in range(len(before)) if place not in taken]
    dropped = [
        Step(place, None, "dropped", inside=kept.get(place, ()))
        for place in left
        if len(later) == len(after) and not passed_over
    ]
    following = sorted([*found.values(), *new], key=lambda step: (step.later is None, step.later or 0))
    return (*following, *dropped)


def _inside(
    before: Sequence[Sequence[str]], after: Sequence[Sequence[str]], follows: dict[int, int]
) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[int, ...]]]:
    """Where clauses without a counterpart live on: those of the earlier text, and those of the later one.

    One that lives on in a clause which has no counterpart either is given this one, in `follows`.
    """
    weights = _weights([*before, *after])
    partners = set(follows.values())
    left = [place for place in range(len(before)) if place not in partners]
    kept = kept_in(before, after, left, follows, weights)
    for was in left:
        if was in kept and kept[was].best not in follows:
            follows[kept[was].best] = was
    unpaired = [place for place in range(len(after)) if place not in follows]
    parted = kept_in(after, before, unpaired, {was: now for now, was in follows.items()}, weights)
    lost = set(left) - set(follows.values()) - kept.keys()
    for now in unpaired:
        if now in parted and parted[now].best in lost:
            follows[now] = parted[now].best
            lost.discard(parted.pop(now).best)
    return {was: each.places for was, each in kept.items()}, {now: each.places for now, each in parted.items()}


def left_out(found: Sequence[Step], earlier: Sequence[object], later: Sequence[object]) -> int:
    """How many clauses of both texts have no step."""
    sides = sum((step.earlier is not None) + (step.later is not None) for step in found)
    return len(earlier) + len(later) - sides


def _same(before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    """The pairs of clauses with the same words in any order: those at the nearest places first, each clause once."""
    places: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}
    for side, clauses in enumerate((before, after)):
        for place, words in enumerate(clauses):
            if words:
                places.setdefault(tuple(sorted(words)), ([], []))[side].append(place)
    for former, now in places.values():
        if len(former) * len(now) > MOST_REPEATED:
            # Hundreds of clauses with the same words: which of them follows which, only their order can say.
            yield from zip(former, now, strict=False)
            continue
        pairs = sorted((abs(was / len(before) - is_ / len(after)), was, is_) for was in former for is_ in now)
        taken: tuple[set[int], set[int]] = set(), set()
        for _, was, is_ in pairs:
            if was not in taken[0] and is_ not in taken[1]:
                taken[0].add(was)
                taken[1].add(is_)
                yield was, is_


def _alike(
    before: Sequence[Sequence[str]],
    after: Sequence[Sequence[str]],
    found: Collection[int],
    taken: Collection[int | None],
    work: Work,
) -> tuple[list[tuple[float, float, int, int]], set[int]]:
    """The pairs that may be one clause: likeness (negative), distance of their places, and both places.

    Clauses that have been paired (later ones are `found`, earlier ones `taken`) are left out. The second are the later
    clauses that were not compared with all that may be alike.

    A pair has at least `ALIKE` of its weight in common, so it has at least this share of the later clause's:
    ALIKE / (2 - ALIKE), where the earlier clause has no other words. The rarest words of a clause, down to where the
    rest weighs less, are enough to find all that may be alike.
    """
    weights = _weights([*before, *after])
    former, now = [Counter(words) for words in before], [Counter(words) for words in after]
    sums = [_sum(words, weights) for words in former], [_sum(words, weights) for words in now]
    having: dict[str, list[int]] = {}
    for left, held in enumerate(former):
        for word in held if left not in taken else ():
            having.setdefault(word, []).append(left)
    pairs, passed_over = [], set()
    most = len(former) if len(former) * len(now) <= MOST_PAIRS else MOST_PAIRS // len(now)
    for right, wanted in enumerate(now):
        if right in found:
            continue
        rare = _rarest(wanted, weights, sums[1][right] * ALIKE / (2 - ALIKE))
        lefts, are_all = _having(rare, having, right * len(before) // len(after), most)
        is_done = work.does(len(wanted) + sum(min(len(former[left]), len(wanted)) for left in lefts))
        if not (is_done and are_all):
            passed_over.add(right)
        for left in lefts if is_done else ():
            held, both = former[left], sums[0][left] + sums[1][right]
            if 2 * min(sums[0][left], sums[1][right]) < ALIKE * both or not both:
                continue
            common = sum(weights[word] * min(held[word], wanted[word]) for word in held.keys() & wanted.keys())
            if 2 * common >= ALIKE * both:
                apart = abs(left / len(before) - right / len(after))
                pairs.append((-round(2 * common / both, 6), apart, left, right))
    return pairs, passed_over


def _having(words: Iterable[str], having: Mapping[str, list[int]], near: int, most: int) -> tuple[set[int], bool]:
    """At most so many places of clauses that have one of these words, and whether these are all.

    The first words go first; of the clauses that have one word those around the place `near`.
    """
    found: set[int] = set()
    for word in words:
        places = [place for place in having.get(word, ()) if place not in found]
        room = most - len(found)
        first = max(min(bisect_left(places, near) - room // 2, len(places) - room), 0)
        found.update(places[first : first + room])
        if len(places) > room:
            return found, False
    return found, True


def _rarest(clause: Mapping[str, int], weights: Mapping[str, float], least: float) -> Iterator[str]:
    """The words of a clause that weigh most, until the rest weighs less than `least`."""
    rest = _sum(clause, weights)
    for word in sorted(clause, key=lambda word: (-weights[word], word)):
        if rest < least * _ROUNDING:
            return
        rest -= weights[word] * clause[word]
        yield word


def _weights(clauses: Sequence[Sequence[str]]) -> dict[str, float]:
    """How much a word says of a clause: the fewer clauses have it, the more."""
    counts = Counter(word for words in clauses for word in set(words))
    return {word: math.log((len(clauses) + 1) / (count + 0.5)) + 0.2 for word, count in counts.items()}


def _sum(words: Mapping[str, int], weights: Mapping[str, float]) -> float:
    return sum(weights[word] * count for word, count in words.items())


def _score(before: Sequence[str], after: Sequence[str]) -> float:
    """How alike the words are, in their order where they are not too many for that."""
    if max(len(before), len(after)) > MOST_WORDS:
        common = (Counter(before) & Counter(after)).total()
        return round(2 * common / (len(before) + len(after)), 3)
    return round(Indel.normalized_similarity(before, after), 3)
