"""How alike two texts are.

The same words; bands of a MinHash to find candidates by; runs of characters in common to decide.
"""

from __future__ import annotations

import hashlib
import re

import rensa

# Four bands of six: a pair that is .85 alike becomes a candidate with .85, one that is .95 alike with .995, .3 with
# .003.
bands, _rows = 4, 6
_words_in_run = 5
# A text of fewer words is a title or a teaser, like many others.
_fewest_words = 40
_run = 24
# The longest reports have some two million characters; a list of the runs of thirty million takes gigabytes.
_LONGEST = 2_000_000


def wording(text: str) -> str:
    """The words alone: two layouts of one sentence have the same."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def fingerprint(text: str) -> tuple[int | None, ...]:
    """The bands of a text's beginning, as many as `bands`; None for a text too short to tell."""
    words = wording(text[:_LONGEST]).split()
    if len(words) < _fewest_words:
        return (None,) * bands
    runs = [" ".join(words[place : place + _words_in_run]) for place in range(len(words) - _words_in_run + 1)]
    minhash = rensa.RMinHash(num_perm=bands * _rows, seed=1)
    minhash.update(runs)
    digest = minhash.digest()
    return tuple(_band(digest[place : place + _rows]) for place in range(0, bands * _rows, _rows))


def likeness(one: str, other: str) -> float:
    """The share of 24-character runs that two texts have in common, layout aside; 1.0 for the same words."""
    first, second = wording(one), wording(other)
    if first == second:
        return 1.0
    these, those = (
        {words[place : place + _run] for place in range(len(words) - _run + 1)} for words in (first, second)
    )
    return len(these & those) / len(these | those) if these and those else 0.0


def _band(values: list[int]) -> int:
    """Four bytes: a million others bring one in four thousand texts a false candidate, and half of eight are read."""
    seed = f"{rensa.RMinHash.ALGORITHM_VERSION}:{values}".encode()
    return int.from_bytes(hashlib.md5(seed, usedforsecurity=False).digest()[:4], "little")
