"""A strip of numbers or days, in which what is missing can be seen.

A strip has at most `CELLS` cells. Where there are more numbers than that, a cell covers several and shows the worst
of them, so that no gap is too narrow to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CELLS = 250
LENGTH = 1000.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Cells beside one another in the same state, in thousandths of the strip."""

    x: float
    width: float
    state: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The figure; `each` is how many numbers a cell covers at most."""

    stretches: tuple[Stretch, ...]
    each: int


def strip(first: int, last: int, exceptions: Iterable[tuple[int, int, str]], worst: Sequence[str]) -> Strip:
    """The numbers from `first` to `last`, with those of each `(from, to, state)` in that state.

    `worst` has all states, the worst first; the last of them is that of all other numbers. Of two states that are given
    for a cell the worse one is shown.
    """
    numbers = last - first + 1
    each = max(-(-numbers // CELLS), 1)
    cells = [len(worst) - 1] * -(-numbers // each)
    for begin, end, state in exceptions:
        rank = worst.index(state)
        for place in range((max(begin, first) - first) // each, (min(end, last) - first) // each + 1):
            cells[place] = min(cells[place], rank)
    found, at = [], 0
    for rank, group in groupby(cells):
        count = len(list(group))
        x = at / len(cells) * LENGTH
        found.append(Stretch(round(x, 2), round(count / len(cells) * LENGTH, 2), worst[rank]))
        at += count
    return Strip(tuple(found), each)
