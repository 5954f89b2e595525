"""Which reader took a text, and the words by which two readings of one text are known to be the same.

Bytes read otherwise by a better reader are not news: warehouses keep the reader's version beside each text.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

# Raised when a reader gives other words, lines or blanks for the same bytes. Texts recorded before versions were kept
# count as 1.
READERS = {
    "application/pdf": 2,
    "text/html": 2,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": 2,
    "text/plain": 1,
}
FIRST = 1

_MARKS = re.compile(r"[\W_]+")


def reader_of(media_type: str | None) -> int:
    """The version of today's reader of that media type."""
    return READERS.get(media_type or "", FIRST)


def solid_words(text: str) -> str:
    """The words of a text as one run of letters and digits, the same for all its layouts.

    NFKC, case folded; without blanks, hyphens and punctuation, except one mark between two digits.
    """
    solid = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _MARKS.sub(_between_digits, solid)


def _between_digits(found: re.Match[str]) -> str:
    """One mark between two digits, which counts as part of a word: "1.5 million" corrected to "15 million" is news."""
    words, start, end = found.string, found.start(), found.end()
    is_kept = end == start + 1 and words[start - 1 : start].isdecimal() and words[end : end + 1].isdecimal()
    return found[0] if is_kept else ""


def words_sha256(text: str) -> str:
    """One hash (hex) for all layouts of the same words."""
    return hashlib.sha256(solid_words(text).encode("utf-8", errors="replace")).hexdigest()


NO_WORDS = words_sha256("")
