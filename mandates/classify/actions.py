"""What is to be done: the deliverable in the document's own words, and its kind from a short list."""

from __future__ import annotations

import re
from functools import cache

from mandates.languages.lexicon import pattern
from mandates.languages.scanning import Scanner

names = (
    "report",
    "oral_update",
    "study",
    "summary",
    "list",
    "meeting",
    "committee",
    "consultation",
    "plan",
    "guidance",
    "assistance",
    "information",
    "statement",
    "agenda_item",
    "mandate_extension",
    "budget",
    "opinion",
    "campaign",
    "support",
)
"""The kinds of action; the language files say by which words each is known."""


def find_action(text: str, start: int, end: int, language: str) -> tuple[str | None, tuple[int, int] | None]:
    """The kind of the first deliverable named between `start` and `end`, and the span of the document's words for it."""  # noqa: E501 - a sentence
    limit = min(end, start + 1200)
    first = _any(language).search(text, start, limit)
    if first is None:
        return None, None
    return first.lastgroup, _words_around(text, start, first.span(), language)


@cache
def _any(language: str) -> Scanner:
    """The words of all kinds; where two begin at one place, the kind that is listed first."""
    return Scanner(re.compile("|".join(f"(?P<{name}>{pattern(language, f'action_{name}').pattern})" for name in names)))


def _words_around(text: str, start: int, noun: tuple[int, int], language: str) -> tuple[int, int]:
    """The noun with the words before it, back to its article ("a comprehensive, analytical and thematic report")."""
    window = text[max(start, noun[0] - 90) : noun[0]]
    found = max(pattern(language, "article").finditer(window), key=lambda each: each.start(), default=None)
    if found is None or re.search(r"[;:]", window[found.start() :]):
        return noun
    return noun[0] - len(window) + found.start(), noun[1]
