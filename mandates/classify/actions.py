"""What is to be done: the deliverable in the document's own words, and its kind from a short list."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from mandates.languages.lexicon import pattern
from mandates.languages.scanning import Scanner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
# "Within existing resources" are spent, and "in consultation with" others something is done: neither is delivered.
_ASIDE = {"budget": "action_means", "consultation": "action_manner", "assistance": "action_manner"}
_PAPERS = frozenset({"report", "oral_update", "study", "summary"})


def find_action(text: str, start: int, end: int, language: str) -> tuple[str | None, tuple[int, int] | None]:
    """The kind of the first deliverable named between `start` and `end`, and the span of the document's words for it."""  # noqa: E501 - a sentence
    limit = min(end, start + 1200)
    found = _any(language).search(text, start, limit)
    while found and (aside := _ASIDE.get(found.lastgroup or "")):
        spans = (each.span() for each in pattern(language, aside).finditer(text, start, limit))
        if not any(first <= found.start() < last for first, last in spans):
            break
        found = _any(language).search(text, found.end(), limit)
    if found is None:
        return None, None
    return found.lastgroup, _words_around(text, start, found.span(), language)


def papers_of_their_own(
    text: str, after: int, deadlines: Sequence[int], end: int, language: str
) -> Iterator[tuple[int, int]]:
    """The papers named after the first one that have their own deadline: "an oral update at … and a report at …".

    `after` is the end of the first paper, `deadlines` are the ends of all deadlines of the mandate. Between two of them
    the first paper counts that is new to the sentence ("a report", not "the report").
    """
    for begin, limit in pairwise((*sorted(deadlines), end)):
        start = max(begin, after)
        papers = (each for each in _any(language).finditer(text, start, limit) if each.lastgroup in _PAPERS)
        spans = (_words_around(text, start, each.span(), language) for each in papers)
        if new := next((span for span in spans if pattern(language, "article_new").match(text, *span)), None):
            yield new


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
