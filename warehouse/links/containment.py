"""Clauses that live on inside others: in a longer one, beside another that was merged with them, or in two parts.

Likeness cannot show these: a request of twelve words inside a paragraph of eighty has a seventh of its words. So the
words of one clause are looked for in another, two in a row at least. What the other has from its own counterpart is not
counted, on either side: otherwise, "Requests the Secretary-General to report on" would keep every such request alive.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Words = Sequence[str]

# The share of the weight of a clause's own words that lives on. In renewals, which are reworded more freely than
# drafts, 3 of 30 clauses found in this way are others to a reader; from .55 on 8 of 44.
KEPT = 0.7
# Less than this share of a clause is its own: it is the same request as another, which has its own counterpart.
LEAST_OWN = 0.25
# What is left of a clause, and how much of that the next clause has, if it goes on there.
LEAST_REST, NEXT_HAS = 0.1, 0.5
# A clause that is parted between several is to this share of its own words in one of them.
LEAST_BEST = 0.4
# Words that are looked for, some 2 s: beyond that clauses are looked for in no other. A look costs as much as so many.
MOST_WORK, A_LOOK = 3_000_000, 20
# Sums of floating-point numbers are a little off.
_ROUNDING = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the words of a clause live on: places in the other text, in order. `best` has most of them."""

    places: tuple[int, ...]
    best: int


def kept_in(
    here: Sequence[Words],
    there: Sequence[Words],
    sought: Iterable[int],
    partners: Mapping[int, int],
    weights: Mapping[str, float],
) -> dict[int, Kept]:
    """Which clauses of the other text keep the words of those `sought`, which have no counterpart.

    `partners` are the counterparts of clauses there, by their places; `weights` say how much a word says of a clause.
    """
    sides = [_Host(words, here[partners[place]] if place in partners else ()) for place, words in enumerate(there)]
    having: dict[str, list[int]] = {}
    for place, words in enumerate(there):
        for word in set(words):
            having.setdefault(word, []).append(place)
    left, found = MOST_WORK, {}
    for place in sought:
        hosts = sorted({host for word in _telling(here[place], weights) for host in having.get(word, ())})
        left -= (len(here[place]) + A_LOOK) * len(hosts)
        if left < 0:
            break
        kept = _kept(here[place], sides, hosts, weights)
        if kept is not None:
            found[place] = kept
    return found


def _telling(words: Words, weights: Mapping[str, float]) -> Iterator[str]:
    """The words that weigh most, at least one of which a clause has that keeps enough of these words."""
    counts = Counter(words)
    whole = rest = sum(weights[word] * count for word, count in counts.items())
    for word in sorted(counts, key=lambda word: (-weights[word], word)):
        if rest < whole * LEAST_OWN * LEAST_BEST * _ROUNDING:
            return
        yield word
        rest -= weights[word] * counts[word]


class _Host:
    """A clause in which others may live on, beside the counterpart that it has."""

    def __init__(self, words: Words, partner: Words) -> None:
        self.pairs = set(pairwise(words))
        self.partner = Counter(partner)
        self.free = Counter(words) - self.partner

    def has_of(self, words: Words) -> Counter[str]:
        """The words that stand in it with a neighbour of theirs, apart from those of its counterpart."""
        are_near = [pair in self.pairs for pair in pairwise(words)]
        runs = zip(words, [False, *are_near], [*are_near, False], strict=True)
        return Counter(word for word, before, after in runs if before or after) & self.free


def _kept(words: Words, sides: Sequence[_Host], hosts: Sequence[int], weights: Mapping[str, float]) -> Kept | None:
    all_words = Counter(words)
    best, most, held, own = -1, 0.0, Counter[str](), all_words
    for place in hosts:
        side = sides[place]
        its_own = all_words - side.partner
        has = side.has_of(words) & its_own
        if (share := _share(has, its_own, weights)) > most and _share(its_own, all_words, weights) >= LEAST_OWN:
            best, most, held, own = place, share, has, its_own
    rest, places = own - held, {best}
    for place in (best + 1, best - 1):
        goes_on = rest & sides[place].free if best >= 0 and 0 <= place < len(sides) else Counter[str]()
        if _share(rest, own, weights) >= LEAST_REST and _share(goes_on, rest, weights) >= NEXT_HAS:
            rest -= goes_on
            places.add(place)
    is_kept = most >= LEAST_BEST and 1 - _share(rest, own, weights) >= KEPT
    return Kept(tuple(sorted(places)), best) if is_kept else None


def _share(some: Counter[str], words: Counter[str], weights: Mapping[str, float]) -> float:
    whole = sum(weights[word] * count for word, count in words.items())
    return sum(weights[word] * count for word, count in some.items()) / whole if whole else 0.0
