"""How much longer something takes for twice as much, whatever else the machine does.

What is measured is growth, never a time: processor time for n, 2n and 4n, the best of several, and again where a busy
machine blurs it. Linear is a ratio of 2 for each doubling, quadratic 4.
"""

from __future__ import annotations

import contextlib
import gc
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from scrapers.publication import ScraperError

if TYPE_CHECKING:
    from collections.abc import Callable

# Above the 2 of linear time and well below the 4 of quadratic time.
MOST = 2.8
# Seconds below which a clock says nothing about growth.
FLOOR = 0.004
# Each keeps the best of all before, so that a busy machine blurs less and less; most need one.
TRIES = 60
# Noise does not look like that, in seconds; another look would take as long again.
HOPELESS = 4.0
FEWEST = 3


def grows_no_faster(make: Callable[[int], Callable[[], object]], size: int) -> None:
    """Fail where twice the size takes more than `MOST` times as long, at each of several attempts.

    `make` gives what is to be measured for a size, which is prepared beforehand.
    """
    reads = [make(size), make(2 * size), make(4 * size)]
    best = [float("inf")] * len(reads)
    for tries in range(TRIES):
        best = [min(before, _seconds(read)) for before, read in zip(best, reads, strict=True)]
        if is_in_proportion(best):
            return
        if tries >= FEWEST and best[-1] > HOPELESS:
            break
    ratios = " and ".join(f"{after / max(before, FLOOR):.1f}" for before, after in pairwise(best))
    pytest.fail(f"at {size:,}, twice and four times that: ratios {ratios}")


def is_in_proportion(best: list[float]) -> bool:
    """Whether times for a size, twice and four times as much, in seconds, grow as the size does."""
    if all(after < MOST * max(before, FLOOR) for before, after in pairwise(best)):
        return True
    # What no longer fits into a busy processor's memory costs one step of the two, and not the other.
    return best[0] >= FLOOR and best[-1] < MOST**2 * best[0]


def _seconds(read: Callable[[], object]) -> float:
    # What other tests left behind is not looked through in between.
    gc.disable()
    began = time.process_time()
    try:
        # A refusal is an answer too, if it comes in time.
        with contextlib.suppress(ScraperError):
            read()
        return time.process_time() - began
    finally:
        gc.enable()
