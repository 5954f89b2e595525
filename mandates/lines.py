"""The lines of a view and the labels before them: "4.", "OP4", "(b)", "IV."."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

_label = re.compile(
    r"(?:OP\s?\.?\s?)?(?:"
    r"(?P<digits>\d{1,3})(?:\s?(?:bis|ter|quater))?(?P<dot>\s?[.)\]:°])?(?=\s|[A-ZÀ-Ý])"
    r"|[(\[](?P<bracketed>\d{1,3})[)\]]"
    r"|(?P<roman>[IVX]{1,5})\."
    r"|(?P<small>[ivx]{1,5})\.(?=\s)"
    r"|\(?(?P<letter>[a-z]{1,2}|[ivx]{1,4})\)"
    r")\s*"
)
_first_letter = re.compile(r"\(a\)\s*")
_line = re.compile(r"[^\n]+")


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

    The words begin at `end`. `value` counts digits, `closed` tells of a point or bracket.
    """

    value: int | None
    kind: Literal["digits", "roman", "letter"]
    shown: str
    end: int
    closed: bool
    lettered: bool = False
    """Whether the first sub-paragraph's letter stands on the same line: "11. (a) Expresses"."""


def lines_of(text: str) -> Iterator[Line]:
    """The lines of `text` that are not blank."""
    end = -1
    for found in _line.finditer(text):
        words = found[0]
        bare = words.strip()
        if not bare:
            continue
        start = found.start() + words.index(bare[0])
        yield Line(start, start + len(bare), end < 0 or "\n" in text[end : found.start()].replace("\n", "", 1))
        end = start + len(bare)


def read_label(text: str, start: int) -> Label | None:
    """The label that begins at `start`; None where none does."""
    found = _label.match(text, start)
    if not found:
        return None
    words = re.sub(r"\s+", " ", found[0]).strip()
    if found["letter"] or found["small"]:
        return Label(None, "letter", words, found.end(), closed=True)
    shown = words.strip("()[].: °")
    if found["roman"]:
        return Label(None, "roman", shown, found.end(), closed=True)
    closed = bool(found["dot"] or found["bracketed"])
    letter = _first_letter.match(text, found.end())
    end = letter.end() if letter else found.end()
    return Label(int(found["digits"] or found["bracketed"]), "digits", shown, end, closed, letter is not None)
