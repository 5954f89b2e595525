"""A term of a topic as a regular expression: `*` the rest of a word, `...` up to four words, `(a|b)` either."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Between the words of a term: blanks and hyphens, or up to four words for an ellipsis. All is bounded, so that a page
# of blanks costs no more than a page of words.
_BETWEEN: Final = r"[\s\-\u2010\u2011\u2013]{1,8}"
_SOME_WORDS: Final = rf"(?:{_BETWEEN}[\w'/]{{1,40}},?){{0,4}}?{_BETWEEN}"
_PART: Final = re.compile(r"[()|]|\.\.\.|[^\s()|]+")


def expressible(term: str) -> str:
    """The term, if it can be understood.

    Raises:
        ValueError: it cannot; the sentence says why.
    """
    expression(term)
    return term


@lru_cache(maxsize=4096)
def expression(term: str) -> str:
    """The regular expression, over words that `folded` gives.

    Raises:
        ValueError: a parenthesis is open or closed twice, or there is nothing to look for.
    """
    made: list[str] = []
    # What joins the next word to what stands before it; nothing at the beginning of an alternative.
    joint = ""
    depth = 0
    for part in _PART.findall(folded(term.replace("\u2026", " ... ").replace("-", " "))):
        if part == "(":
            depth += 1
            made.append(f"{joint}(?:")
            joint = ""
        elif part in ")|":
            if not depth or (made and made[-1][-1] in ":|"):
                raise ValueError(f"{term!r} cannot be understood: write alternatives as (one|other)")
            depth -= part == ")"
            made.append(part)
            joint = _BETWEEN if part == ")" else ""
        elif part == "...":
            joint = _SOME_WORDS
        else:
            made.append(joint + re.escape(part).replace(r"\*", r"\w{0,40}"))
            joint = _BETWEEN
    if depth or joint == _SOME_WORDS or not any(map(str.isalnum, term)):
        raise ValueError(f"{term!r} cannot be understood: a parenthesis is open, or it ends in an ellipsis")
    return "".join(made)


def folded(words: str) -> str:
    """The words in small letters without accents, each character in its place."""
    return words.lower() if words.isascii() else "".join(map(_plain, words))


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    small = unicodedata.normalize("NFKD", character.lower())[:1]
    return "'" if small == "\u2019" else small or character
