"""The lines of a view and the labels before them: "4.", "OP4", "(b)", "IV."."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from mandates.languages.words import exactly

if TYPE_CHECKING:
    from collections.abc import Iterator

_label = exactly(
    r"(?:OP\s?\.?\s?|(?P<article><<article_label>>))?(?:"
    r"(?P<digits>\d{1,3})(?:\s?(?:bis|ter|quater))?(?P<dot>\s?[.)\]:°]|\s?[–—-](?=\s))?(?=\s|[A-ZÀ-Ý])"
    r"|[(\[](?P<bracketed>\d{1,3})[)\]]"
    r"|(?P<roman>[IVX]{1,5})\."
    r"|(?P<small>[ivx]{1,5}|[a-z])\.(?=\s)"
    r"|\(?(?P<letter>[a-z]{1,2}|[ivx]{1,4})\)"
    r")\s*"
)
_first_letter = re.compile(r"\(a\)\s*")
_line = re.compile(r"[^\n]+")
_own_number = re.compile(r"\(?(\d{1,2})[.)]\s")
# Where paragraphs were joined to one line: "…; 2. Requests …", "…, in particular, 1." and the verb on the next line.
_inline_number = exactly(
    r"[;:,.][ ]+(?:[-–]\s?\d{1,3}[ ]+|<<and>>,?[ ]+)?(?P<number>\d{1,2}\.|\(\d{1,2}\))(?=[ ]+[A-ZÀ-Ý]|$)"
)
longest_paragraph = 240
BULLETS = "-–—•·∙*◦▪■□●○►➢✓\uf0b7\uf0a7"


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, without the spaces around it."""

    start: int
    end: int
    after_gap: bool
    """Whether a blank line or the beginning of the text stands before it."""


@dataclass(frozen=True, slots=True)
class Label:
    """A label as `shown` to people.

    The words begin at `end`, after the letter of a first sub-paragraph ("11. (a) Expresses"). `value` is that of the
    digits; `closed` is whether a point or bracket follows.
    """

    value: int | None
    kind: Literal["digits", "roman", "letter"]
    shown: str
    end: int
    closed: bool


def lines_of(text: str) -> Iterator[Line]:
    """The lines of `text` that are not blank."""
    end = -1
    for found in _line.finditer(text):
        words = found[0].rstrip()
        bare = words.lstrip()
        if not bare:
            continue
        start = found.start() + len(words) - len(bare)
        after_gap = end < 0 or text.count("\n", end, found.start()) > 1
        end = start + len(bare)
        if len(bare) < longest_paragraph:
            yield Line(start, end, after_gap)
            continue
        starts = [start, *_inline_numbers(text, start, end)]
        for begin, after in zip(starts, [*starts[1:], end], strict=True):
            yield Line(begin, after, after_gap or begin != start)


def _inline_numbers(text: str, start: int, end: int) -> list[int]:
    """Where numbered paragraphs begin within a long line: numbers that follow each other, from 1 or the line's own."""
    own = _own_number.match(text, start)
    expected = int(own[1]) + 1 if own else 1
    places: list[int] = []
    for found in _inline_number.finditer(text, start, end):
        if int(found["number"].strip("().")) == expected:
            places.append(found.start("number"))
            expected += 1
    return places


@lru_cache(maxsize=1024)
def read_label(text: str, start: int) -> Label | None:
    """The label that begins at `start`; None where none does."""
    found = _label.match(text, start)
    if not found:
        return None
    words = re.sub(r"\s+", " ", found[0]).strip()
    if found["letter"] or found["small"]:
        return Label(None, "letter", words, found.end(), closed=True)
    shown = words.strip("()[].: °–—-")
    if found["roman"]:
        return Label(None, "roman", shown, found.end(), closed=True)
    closed = bool(found["dot"] or found["bracketed"])
    letter = _first_letter.match(text, found.end())
    end = letter.end() if letter else found.end()
    return Label(int(found["digits"] or found["bracketed"]), "digits", shown, end, closed)
