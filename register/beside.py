"""The paragraphs of a text beside its clauses, for comparing: its head, its preamble, and what is left.

Page numbers, running heads and the lines at the foot of pages say nothing of the matter and are left out. A preamble is
parted at its own paragraphs, as they were read, whether or not blank lines are between them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from register.lines import emphasis, furniture, on_a_line, without

if TYPE_CHECKING:
    from warehouse.pages.text import Text

_GAP = re.compile(r"\n[ \t]*\n\s*")
# Where a line breaks, a blank may have come before the mark of a footnote, which says as little as any other blank.
_BEFORE_MARK = re.compile(r"(?<!\[footnote)[ \u00a0]+(?=[⁰¹²³⁴-⁹])")
_HYPHENS = str.maketrans("‐‑", "--")
_NOTE = re.compile(r"^\[footnote [^\],]{1,9}, page \d{1,5}\]")


@dataclass(frozen=True, slots=True)
class Beside:
    """Paragraphs, each on one line: `head` are those before the preamble, or before the clauses where there is none."""

    head: tuple[str, ...]
    preamble: tuple[str, ...]
    rest: tuple[str, ...]


def beside(text: Text) -> Beside:
    """All paragraphs that are no clauses. A text without preamble and clauses has no head."""
    gaps = sorted([*furniture(text.words), *emphasis(text.words)])
    parts = sorted(
        [(span.start, span.end, True) for span in text.preamble]
        + [(clause.start, clause.end, False) for clause in text.clauses]
    )
    head: list[str] = []
    preamble: list[str] = []
    rest: list[str] = []
    place = 0
    for start, end, is_preamble in [*parts, (len(text.words), len(text.words), False)]:
        between = _GAP.split(without(text.words, place, max(start, place), _within(gaps, place, start)))
        (head if parts and not place else rest).extend(words for each in between if _says(words := one_line(each)))
        if is_preamble and start >= place:
            preamble.append(one_line(without(text.words, start, end, _within(gaps, start, end))))
        place = max(place, end)
    return Beside(tuple(head), tuple(filter(None, preamble)), tuple(rest))


def one_line(words: str) -> str:
    """A paragraph on one line, as it is compared: without other blanks and hyphens, and the numbers of footnotes."""
    flat = " ".join(on_a_line(words).split()).translate(_HYPHENS)
    return _NOTE.sub("[footnote]", _BEFORE_MARK.sub("", flat))


def _says(words: str) -> bool:
    """Whether it is more than the mark of a footnote that was raised out of its line."""
    return any(letter.isalpha() or letter.isdecimal() for letter in words)


def _within(gaps: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    found = gaps[bisect_left(gaps, (start, 0)) : bisect_left(gaps, (end, 0))]
    return [gap for gap in found if gap[1] <= end]
