"""Lines that only the width of the page has broken, as readers should see them: in one.

A word that was broken at its own hyphen, as "eighty-first", is whole again; the hyphen of "mid- and long-term" belongs
to a word that comes later, and keeps its blank.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.deadlines.numerals import LINE_END
from mandates.text.page_furniture import find_furniture
from mandates.text.wrapped import unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BREAK = re.compile(r"\s*\n\s*")
# Both ends of what is printed bold or in italics, within a paragraph. A single star after a word leads to a footnote.
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])(?:[^*\n]|\n(?![ \t]*\n)){1,600}(?<=[^\s*])(\1)(?![\w*])")

Span = tuple[int, int]


def on_a_line(words: str) -> str:
    """A quotation on one line, whatever paragraphs it has."""
    return _BREAK.sub(" ", LINE_END.sub("", words))


def flowing(words: str) -> str:
    """A quotation with the line breaks between its paragraphs alone."""
    whole = unwrapped(words)
    return without(whole, 0, len(whole), within_words(words, whole))


def within_words(words: str, whole: str) -> list[Span]:
    """Where a line ends within a word; `whole` are the same words, in which a line break in a paragraph is a blank."""
    spans = (found.span() for found in LINE_END.finditer(words))
    return [span for span in spans if "\n" not in whole[slice(*span)]]


def without(words: str, start: int, end: int, gaps: Iterable[Span]) -> str:
    """The words from `start` to `end` without these gaps, which are in order."""
    parts = []
    for first, last in gaps:
        parts.append(words[start : max(start, min(first, end))])
        start = max(start, min(last, end))
    return "".join([*parts, words[start:end]])


def furniture(words: str) -> Iterator[Span]:
    """The lines that are page numbers, running heads and footnotes, in order."""
    lines, place = words.split("\n"), 0
    found = find_furniture(lines).lines
    for number, line in enumerate(lines):
        if number in found:
            yield place, place + len(line)
        place += len(line) + 1


def emphasis(words: str) -> Iterator[Span]:
    """The stars around words that were bold or in italics before they were written as plain text, in order."""
    if "*" in words:
        for found in _EMPHASIS.finditer(words):
            yield found.span(1)
            yield found.span(2)
