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

# One mark between two digits counts as part of a word: "1.5 million" corrected to "15 million" is news.
_beside_words = re.compile(r"(?<!\d)[\W_]+|[\W_]+(?!\d)")


def reader_of(media_type: str | None) -> int:
    """The version of today's reader of that media type."""
    return READERS.get(media_type or "", FIRST)


def solid_words(text: str) -> str:
    """The words of a text as one run of letters and digits, the same for all its layouts.

    NFKC, case folded; without blanks, hyphens and punctuation, except one mark between two digits.
    """
    solid = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _beside_words.sub("", solid)


def words_sha256(text: str) -> str:
    """One hash (hex) for all layouts of the same words."""
    return hashlib.sha256(solid_words(text).encode("utf-8", errors="replace")).hexdigest()


NO_WORDS = words_sha256("")
