"""Whether all words of a document arrived: what a second reader finds against the text and what the text leaves out.

Words are compared by their letters and digits, in any order, for readers differ in hyphens, ligatures and footnotes.
Where they differ in the end of a word, neighbours are joined and words are cut before one counts as missing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapers.publication import TextError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrapers.publication import LeftOut

_FOOTNOTE = re.compile(r"^\[footnote(?: (\S+))?, page \d+\]", re.MULTILINE)
# Hyphens, and the characters that PDFium gives for one at the end of a line: the word goes on after the break.
_HYPHEN = re.compile(r"[-\xad\u2010\x02\ufffe]\s*")
_SAMPLES = 12
# How many neighbours can be one word, and after how many characters a word is cut at the latest.
_NEIGHBOURS = 4
_CUT = 60


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of what a second reader finds is in the text or listed as left out.

    `words` is how many it finds, `share` (0 to 1) how many of them arrived, `missing` has samples of the others.
    """

    words: int
    share: float
    missing: tuple[str, ...] = ()


def compare(words_in: Iterable[str], text: str, left_out: Sequence[LeftOut]) -> Completeness:
    """Compare a second reader's words (from `words_of`) with a text and what it leaves out; each counts once."""
    given = list(words_in)
    arrived = Counter(words_of(_FOOTNOTE.sub(r"\1 ", text)))
    for each in left_out:
        arrived.update(words_of(each.words))
    rest = [word for word in given if not _take(arrived, word)]
    missing: Counter[str] = Counter()
    at = 0
    while at < len(rest):
        joined = _joined(rest, at, arrived)
        if not joined and not _cut(rest[at], arrived):
            missing[rest[at]] += 1
        at += joined or 1
    # Which of several equal words is the missing one is not known: its neighbour may be another's.
    for word in list(missing and arrived.elements()):
        _cut(word, missing)
    lost = list(missing.elements())
    count = len(given)
    return Completeness(count, 1 - len(lost) / count if count else 1.0, tuple(lost[:_SAMPLES]))


def words_of(text: str) -> list[str]:
    """The words of a text as letters and digits: hyphens joined, ligatures and raised digits as plain ones."""
    return [word for each in _HYPHEN.sub("", text).split() if (word := _letters(each))]


def pdf_words(raw: bytes) -> list[str]:
    """The words of a PDF as bare PDFium gives them page by page: a second reader that needs no other program.

    Raises:
        TextError: the file is damaged or needs a password.
    """
    import pypdfium2  # noqa: PLC0415 - loading PDFium takes 40 ms that other texts need not pay

    words: list[str] = []
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        raise TextError(f"the PDF cannot be read: {error}") from error
    try:
        for page in document:
            textpage = page.get_textpage()
            words += words_of(textpage.get_text_range(errors="ignore"))
            textpage.close()
            page.close()
    except pypdfium2.PdfiumError as error:
        raise TextError(f"a page of the PDF cannot be read: {error}") from error
    finally:
        document.close()
    return words


def _letters(word: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", word).casefold()))


def _take(arrived: Counter[str], word: str) -> bool:
    if arrived[word] <= 0:
        return False
    arrived[word] -= 1
    return True


def _joined(words: list[str], at: int, arrived: Counter[str]) -> int:
    """How many words from here on are together one word that arrived; 0 where none are."""
    for count in range(2, min(_NEIGHBOURS, len(words) - at) + 1):
        if _take(arrived, "".join(words[at : at + count])):
            return count
    return 0


def _cut(word: str, among: Counter[str]) -> bool:
    """Whether two parts of the word are among others; they are taken from there."""
    for cut in range(1, min(len(word), _CUT)):
        one, other = word[:cut], word[cut:]
        if among[one] > 0 and among[other] > (one == other):
            among[one] -= 1
            among[other] -= 1
            return True
    return False
