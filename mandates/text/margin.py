"""Line numbers in the margin, as drafts have them on every line: "12  2. Requests the Treasurer"."""

from __future__ import annotations

import re
from itertools import pairwise

_NUMBERED = re.compile(r"[ ]{0,8}(?P<number>\d{1,4})(?=[ ]{2,}\S|[ \t]|[ ]*$)")
FEWEST = 8
SHARE = 0.8


def margin_numbers(raw: list[str]) -> list[tuple[int, int]]:
    """The spans of the numbers in the text whose lines are `raw`; none where lines are not numbered in turn."""
    if len(raw) < FEWEST:
        return []
    spans: list[tuple[int, int]] = []
    numbers: list[int] = []
    place = filled = 0
    for line in raw:
        found = _NUMBERED.match(line)
        if found:
            spans.append((place + found.start("number"), place + found.end("number")))
            numbers.append(int(found["number"]))
        filled += bool(line.strip())
        place += len(line) + 1
    in_turn = sum(after == before + 1 for before, after in pairwise(numbers))
    return spans if len(numbers) >= FEWEST and in_turn >= SHARE * filled - 1 else []
