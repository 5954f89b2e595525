"""Whether two wordings of a clause ask for the same: of the same people, for the same thing, on the same conditions.

Words that weigh nothing are set aside (`substance.yaml`), besides what moves with the year. Whatever else was added,
left out or exchanged is a change, however long the clause: one "may" for a "shall" among a hundred words is one.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from rapidfuzz.distance import Indel

from warehouse.links.names import is_short_for, makes_a_name_longer
from warehouse.links.wording import listed, spellings, wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from warehouse.links.wording import Wording

_LONGEST_MARK = 2
# Clauses of more words are compared as bags of words: aligning them takes memory by the square. The longest have 800.
MOST_WORDS = 3_000


def is_same(before: str, after: str) -> bool:
    """Whether a clause asks for the same in both wordings, given without its number. Passages may have moved."""
    if before == after:
        return True
    one, other = wording(before), wording(after)
    if one.times != other.times:
        return False
    if max(len(one.words), len(other.words)) > MOST_WORDS:
        return _essential(one.words) == _essential(other.words)
    gone: list[str] = []
    came: list[str] = []
    for was, now in _exchanged(one.words, other.words):
        # "health care" and "healthcare".
        is_joined = "".join(one.words[was]) == "".join(other.words[now])
        if not is_joined and not _says_nothing(one, was, other, now):
            gone += one.words[was]
            came += other.words[now]
    return _essential(gone) == _essential(came)


def _exchanged(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[slice, slice]]:
    """The passages between the words that both have in the same order; one of the two may be empty."""
    was = now = 0
    for block in Indel.opcodes(before, after):
        if block.tag == "equal":
            if (was, now) != (block.src_start, block.dest_start):
                yield slice(was, block.src_start), slice(now, block.dest_start)
            was, now = block.src_end, block.dest_end
    if (was, now) != (len(before), len(after)):
        yield slice(was, len(before)), slice(now, len(after))


def _says_nothing(one: Wording, was: slice, other: Wording, now: slice) -> bool:
    """Whether a passage is the mark of a footnote, a part of a name or short for it."""
    if one.words[was] and other.words[now]:
        before, after = one.written[was], other.written[now]
        return is_short_for(before, after) or is_short_for(after, before)
    clause, place, without = (one, was, other) if one.words[was] else (other, now, one)
    return _is_mark(clause, place) or makes_a_name_longer(clause, place, without)


def _is_mark(clause: Wording, place: slice) -> bool:
    """Whether a lone number follows no noun that it could number, and no noun follows that it could count."""
    number, *others = clause.words[place]
    if others or not number.isdigit() or len(number) > _LONGEST_MARK or not place.start:
        return False
    following = clause.words[place.stop : place.stop + 1]
    numbered = _singular(clause.words[place.start - 1]) in listed("numbered")
    return not numbered and all(word in listed("small") for word in following)


def _essential(words: Sequence[str]) -> Counter[str]:
    """The words that weigh, each in one of its spellings and forms."""
    bare = (word for word in words if word not in listed("small") and word not in listed("texts"))
    return Counter(_spellings().get(stem, stem) for stem in map(_stem, bare))


def _singular(word: str) -> str:
    if word in listed("counted"):
        return word
    return re.sub(r"(?<=\w\w)(?:(?<=ch|sh|ss)es|(?<![sui])s)$", "", re.sub(r"(?<=\w\w)ies$", "y", word))


@lru_cache(maxsize=4_096)
def _stem(word: str) -> str:
    """A word without the endings that change with the sentence or the spelling: "organisations", "convening"."""
    spelt = re.sub(r"mme$", "m", re.sub(r"is(?=e[ds]?$|ing$|ation$)", "iz", _singular(word)))
    stem = re.sub(r"(?<=\w{3})(?:ing|e)$", "", re.sub(r"(?<=\w{2})our", "or", spelt))
    # To note something is not to negate it.
    return "note" if stem == "not" != word else stem


@cache
def _spellings() -> Mapping[str, str]:
    return {_stem(word): _stem(other) for word, other in spellings().items()}
