"""Whether the letters of a text are those that were printed: what scanners misread, and what wrong encodings garble."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A word with a digit or a capital in its midst, or a letter after one: "Co1nmittee", "l0th", "reqUests".
# It begins with a set of what is rare, so that the engine jumps from one to the next: "pe1mit", "0ffice", "theCouncil".
_MISREAD = re.compile(r"[0-9A-ZÀ-Ý](?=[a-zà-ÿ])(?:(?<=[a-zà-ÿ]{2}.)|(?<=[0-9])(?<!\w.)(?=[a-zà-ÿ]{3}))")
_WORD = re.compile(r"[^\W\d_]{3,}")
SAMPLE = 40_000
FEWEST_MISREAD = 3
MOST_MISREAD = 0.01
# UTF-8 read as Latin-1 or cp1252: "Ã©" for "é", "â€™" for "’", "Â§" for "§".
_DOUBLED = re.compile(r"[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â[€\x80][\x80-\xbf“”™˜œ¦]")
# Letters for which the file has no meaning, within words: bullets are often such too, and no loss.
_LOST = re.compile(r"[\ufffd\ue000-\uf8ff](?:(?<=[^\W\d_].)|(?=[^\W\d_]{2}))|\?(?<=[a-z]\?)(?=[a-z])")
FEWEST_LOST = 3
_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ]")
FEWEST_WORDS = 40
FEWEST_CAPITALS = 0.01
MOST_WORDS_A_LINE = 300


def doubts_of_letters(text: str) -> Iterator[str]:
    """What is wrong with the letters, in words for people."""
    sample = text[:SAMPLE]
    words = len(_WORD.findall(sample))
    misread = len(_MISREAD.findall(sample))
    if misread >= FEWEST_MISREAD and misread > MOST_MISREAD * words:
        yield f"about {misread / words:.0%} of the words are misread, as by a scanner"
    if len(_DOUBLED.findall(sample)) >= FEWEST_LOST:
        yield "the text was read in a wrong encoding (as “Ã©” for “é”)"
    if len(_LOST.findall(sample)) >= FEWEST_LOST:
        yield "letters are lost within words, as where a font has no table of its characters"
    if words >= FEWEST_WORDS and len(_CAPITAL.findall(sample)) < FEWEST_CAPITALS * words:
        yield "the text has no capital letters, by which paragraphs and names are known"
    if words >= MOST_WORDS_A_LINE and "\n" not in text.strip():
        yield "the text has no line breaks, by which paragraphs are known"
