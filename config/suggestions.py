"""The words that somebody may have meant: what is nearest to a name that is not known."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Below it, other words come up than the one that was meant: "kinds" for "links".
_CUTOFF = 0.6
_LONGEST = 200


def nearest(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """The known words most like `word`, best first; letter case aside, and a beginning counts as likeness."""
    by_folded = {each.casefold(): each for each in known}
    folded = word.casefold()[:_LONGEST]
    near = get_close_matches(folded, by_folded, n=most, cutoff=_CUTOFF)
    near += [each for each in by_folded if folded and each.startswith(folded) and each not in near]
    return [by_folded[each] for each in near[:most]]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A question to end a sentence with, such as "; did you mean kind?"; empty where nothing is like it."""
    near = nearest(word, known)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def or_known(word: str, known: Iterable[str]) -> str:
    """The same; where nothing is like it, what is known."""
    names = list(known)
    return did_you_mean(word, names) or f"; known: {', '.join(names) or 'none'}"
