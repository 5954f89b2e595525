"""What changed in a clause, word by word."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

# Beyond it (500 words against 500) the middle counts as replaced: matching one word repeated took two seconds.
most_pairs = 250_000


@dataclass(frozen=True, slots=True)
class Change:
    """Some words of a changed clause: kept, taken out or put in."""

    kind: Literal["same", "out", "in"]
    words: str


def difference(before: str, now: str) -> tuple[Change, ...]:
    """The words of both texts in order: kept and taken out make the former, kept and put in the present one."""
    old, new = before.split(), now.split()
    begin = _alike(old, new)
    end = _alike(old[begin:][::-1], new[begin:][::-1])
    changes = [
        Change("same", " ".join(old[:begin])),
        *_middle(old[begin : len(old) - end], new[begin : len(new) - end]),
        Change("same", " ".join(old[len(old) - end :])),
    ]
    return tuple(change for change in changes if change.words)


def _middle(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    if len(old) * len(new) > most_pairs:
        return [Change("out", " ".join(old)), Change("in", " ".join(new))]
    changes = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            changes.append(Change("same", " ".join(new[new_from:new_to])))
        else:
            changes.append(Change("out", " ".join(old[old_from:old_to])))
            changes.append(Change("in", " ".join(new[new_from:new_to])))
    return changes


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words they have in common from the start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
