"""What a resolution is about, by its title, its wording and its abbreviations: the words that come back each year."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from typing import TYPE_CHECKING

from mandates.deadlines.numerals import plain
from warehouse.links.steady import steady

if TYPE_CHECKING:
    from collections.abc import Collection

# Words of a title that say nothing of its matter, in English, French and Spanish.
_EMPTY_WORDS = (
    "a an and as at by de del des du el en et for from in la las le les los of on or para par pour the their to un une "
    "una with y decision decisions draft proyecto projet resolution resolutions resolucion decisiones"
)
_EMPTY = frozenset(_EMPTY_WORDS.split())
_NUMBERED = re.compile(r"\b(?:resolution|decision|resolucion)\s+(?:n[o°º]?\.?\s*)?\d+")
_IN_A_ROW = 3
_LONGEST_TITLE = 1_000
_RUN = 5
# Shares of a long text are .02 off at the most; of a short one every run counts.
_ONE_IN = 8
_FEW = 1_000
# Of a longer text the beginning is compared: resolutions have some 20,000 characters.
_LONGEST = 400_000
_WORD = re.compile(r"[^\W\d_]+")
# Not a part of a symbol, as in S/PRST/2006/33, and not COVID-19.
_ABBREVIATION = re.compile(r"(?<![\w/-])[A-Z]{4,12}(?![\w/-])")
_ROMAN = re.compile(r"[IVXLC]+")
# A text about a mission names it in most paragraphs; others are mentioned once or twice.
_OFTEN = 5


def matter(title: str) -> tuple[str, ...]:
    """The words of a title that say what it is about, folded and in order, without dates and ordinals."""
    words = [word for word in steady(_NUMBERED.sub("", plain(title[:_LONGEST_TITLE]))) if word not in _EMPTY]
    return () if all(map(str.isdigit, words)) else tuple(words)


def matter_key(title: str) -> int | None:
    """The same number for titles with the same words; None where none of its words says anything."""
    words = sorted(set(matter(title)))
    return _number(" ".join(words)) if words else None


def near_keys(title: str, subject: str | None) -> list[int]:
    """Numbers of which titles that are partly the same have one in common: three words in a row, or the subject."""
    words = matter(title)
    threes = {" ".join(words[place : place + _IN_A_ROW]) for place in range(len(words) - _IN_A_ROW + 1)}
    if not words and subject is not None:
        threes.add(subject)
    return sorted(map(_number, threes))


def runs(text: str) -> bytes:
    """Hashes of the runs of five words of a text, four bytes each; of a long text one in eight, the same everywhere.

    Figures do not count as words.
    """
    words = _WORD.findall(text[:_LONGEST].casefold())
    hashes = {
        zlib.crc32(" ".join(words[place : place + _RUN]).encode("utf-8", errors="replace"))
        for place in range(len(words) - _RUN + 1)
    }
    kept = sampled(hashes) if len(hashes) > _FEW else hashes
    return b"".join(number.to_bytes(4, "little") for number in sorted(kept))


def unpacked(runs: bytes) -> frozenset[int]:
    """The hashes that `runs` packed."""
    return frozenset(int.from_bytes(runs[place : place + 4], "little") for place in range(0, len(runs), 4))


def sampled(hashes: Collection[int]) -> frozenset[int]:
    """One in eight, the same everywhere."""
    return frozenset(number for number in hashes if number % _ONE_IN == 0)


def subject(text: str) -> str | None:
    """The abbreviation that a text uses most, if it does so often; None where several are used as often, or none."""
    counts = Counter(word for word in _ABBREVIATION.findall(text[:_LONGEST]) if not _ROMAN.fullmatch(word))
    most = max(counts.values(), default=0)
    first, *others = [word for word, count in counts.items() if count == most] or [""]
    return first if most >= _OFTEN and not others else None


def _number(words: str) -> int:
    return int.from_bytes(hashlib.md5(words.encode(), usedforsecurity=False).digest()[8:], "little")
