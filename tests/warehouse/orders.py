"""The orders in which three things arrive: forwards, backwards and from the middle; all six in the long runs."""

from __future__ import annotations

from itertools import permutations

import pytest

TRIED = {(0, 1, 2), (2, 1, 0), (1, 2, 0)}
ORDERS = [pytest.param(order, marks=[] if order in TRIED else [pytest.mark.long]) for order in permutations(range(3))]
