"""How alike two texts are.

The same words; bands of a MinHash to find candidates by; runs of characters in common to decide.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import rensa

if TYPE_CHECKING:
    from collections.abc import Mapping

# Four bands of six: a pair that is .85 alike becomes a candidate with .85, one that is .95 alike with .995, .3 with
# .003.
bands, _rows = 4, 6
_words_in_run = 5
# A text of fewer words is a title or a teaser, like many others.
_fewest_words = 40
_run = 24
# The longest reports have some two million characters; a list of the runs of thirty million takes gigabytes.
longest = 2_000_000
# Runs that are held at a time, apart from those of the two texts that are being compared: some 200 MB.
_most_held = 2_000_000


def wording(text: str) -> str:
    """The words alone: two layouts of one sentence have the same."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def fingerprint(text: str) -> tuple[int | None, ...]:
    """The bands of a text's beginning, as many as `bands`; None for a text too short to tell."""
    words = wording(text[:longest]).split()
    if len(words) < _fewest_words:
        return (None,) * bands
    runs = [" ".join(words[place : place + _words_in_run]) for place in range(len(words) - _words_in_run + 1)]
    minhash = rensa.RMinHash(num_perm=bands * _rows, seed=1)
    minhash.update(runs)
    digest = minhash.digest()
    return tuple(_band(digest[place : place + _rows]) for place in range(0, bands * _rows, _rows))


class Texts:
    """Texts to be compared, each of which is taken apart once as long as few enough are held."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._held: dict[str, tuple[str, frozenset[str]]] = {}

    def take(self, texts: Mapping[str, str]) -> None:
        """Go on with these texts; what was taken apart of them is still known."""
        self._texts = texts

    def likeness(self, one: str, other: str) -> float:
        """The share of 24-character runs that two of them have in common, layout aside; 1.0 for the same words."""
        (first, these), (second, those) = self._taken(one), self._taken(other)
        if first == second:
            return 1.0
        common = len(these & those)
        return common / (len(these) + len(those) - common) if these and those else 0.0

    def _taken(self, name: str) -> tuple[str, frozenset[str]]:
        """The words of a text, and their runs."""
        # What was asked for last comes last.
        taken = self._held.pop(name, None) or _runs(self._texts[name])
        held = sum(len(runs) for _, runs in self._held.values())
        while self._held and held + len(taken[1]) > _most_held:
            held -= len(self._held.pop(next(iter(self._held)))[1])
        self._held[name] = taken
        return taken


def likeness(one: str, other: str) -> float:
    """The share of 24-character runs that two texts have in common, layout aside; 1.0 for the same words."""
    return Texts({"one": one, "other": other}).likeness("one", "other")


def _runs(text: str) -> tuple[str, frozenset[str]]:
    words = wording(text)
    return words, frozenset(words[place : place + _run] for place in range(len(words) - _run + 1))


def _band(values: list[int]) -> int:
    """Four bytes: a million others bring one in four thousand texts a false candidate, and half of eight are read."""
    seed = f"{rensa.RMinHash.ALGORITHM_VERSION}:{values}".encode()
    return int.from_bytes(hashlib.md5(seed, usedforsecurity=False).digest()[:4], "little")
