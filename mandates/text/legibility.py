"""Whether the letters of a text are those that were printed: what scanners misread, and what wrong encodings garble."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING

from mandates.text.signs import unusual

if TYPE_CHECKING:
    from collections.abc import Iterator

# A word with a digit or a capital in its midst, or a letter after one: "Co1nmittee", "l0th", "reqUests".
# It begins with a set of what is rare, so that the engine jumps from one to the next: "pe1mit", "0ffice", "theCouncil".
_MISREAD = re.compile(r"[0-9A-ZÀ-Ý](?=[a-zà-ÿ])(?:(?<=[a-zà-ÿ]{2}.)|(?<=[0-9])(?<!\w.)(?=[a-zà-ÿ]{3}))")
SHORTEST_WORD = 3
_WORD = re.compile(rf"[^\W\d_]{{{SHORTEST_WORD},}}")
SAMPLE = 40_000
FEWEST_MISREAD = 3
MOST_MISREAD = 0.01
# UTF-8 read as Latin-1 or cp1252: "Ã©" for "é", "â€™" for "’", "Â§" for "§".
_DOUBLED_BEGIN = frozenset({"\xc2", "\xc3", "\xe2"})
_DOUBLED = re.compile(r"[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â[€\x80][\x80-\xbf“”™˜œ¦]")
# Letters for which the file has no meaning, within words: bullets are often such too, and no loss.
_PRIVATE, _AFTER_PRIVATE = "\ue000", "\uf900"
_LOST = re.compile(r"[\ufffd\ue000-\uf8ff](?:(?<=[^\W\d_].)|(?=[^\W\d_]{2}))|\?(?<=[a-z]\?)(?=[a-z])")
FEWEST_LOST = 3
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")
FEWEST_WORDS = 40
FEWEST_CAPITALS = 0.01
MOST_WORDS_A_LINE = 300


def doubts_of_letters(text: str) -> Iterator[str]:
    """What is wrong with the letters, in words for people."""
    sample = text[:SAMPLE]
    signs = unusual(sample)
    misread = len(_MISREAD.findall(sample))
    if misread >= FEWEST_MISREAD and misread > MOST_MISREAD * _words(sample):
        yield f"about {misread / _words(sample):.0%} of the words are misread, as by a scanner"
    if signs & _DOUBLED_BEGIN and len(_DOUBLED.findall(sample)) >= FEWEST_LOST:
        yield "the text was read in a wrong encoding (as “Ã©” for “é”)"
    may_be_lost = "?" in sample or any(sign == "\ufffd" or _PRIVATE <= sign < _AFTER_PRIVATE for sign in signs)
    if may_be_lost and len(_LOST.findall(sample)) >= FEWEST_LOST:
        yield "letters are lost within words, as where a font has no table of its characters"
    if _lacks_capitals(sample):
        yield "the text has no capital letters, by which paragraphs and names are known"
    if "\n" not in text.strip() and _words(sample) >= MOST_WORDS_A_LINE:
        yield "the text has no line breaks, by which paragraphs are known"


def _lacks_capitals(sample: str) -> bool:
    # Each word is followed by something else, so that there are no more of them than this.
    enough = ceil(FEWEST_CAPITALS * (len(sample) + 1) / (SHORTEST_WORD + 1))
    capitals = sum(1 for _ in islice(_CAPITAL.finditer(sample), enough))
    return capitals < enough and _words(sample) >= FEWEST_WORDS and capitals < FEWEST_CAPITALS * _words(sample)


@lru_cache(maxsize=1)
def _words(sample: str) -> int:
    return len(_WORD.findall(sample))
