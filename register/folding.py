"""Where the passages of a text begin, and which of them fold away: preambles and annexes."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING, Literal

from mandates.clauses.forms.form import is_annex
from mandates.languages.lexicon import lexicon
from mandates.text.language import is_supported
from mandates.text.lines import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.pages.text import Clause, Text

Fold = Literal["preamble", "annex"]


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a passage begins: a clause, or what is between two clauses. `title` is the heading of its annex."""

    place: int
    fold: Fold | None = None
    title: str | None = None
    clause: Clause | None = None


def begins(text: Text, language: str | None) -> list[Begin]:
    """Where passages begin, the first at 0; a passage without a clause follows each clause that another does not."""
    annexes = list(_annexes(text, language))
    preambles = (fold for fold in _preambles(text) if not any(start < fold[1] <= end for start, end, *_ in annexes))
    found = {0: Begin(0)}
    for start, end, fold, title in sorted([*preambles, *annexes], key=lambda each: each[0]):
        found[start] = Begin(start, fold, title)
        found.setdefault(end, Begin(end))
    folded = [found[place] for place in sorted(found)]
    opened = [begin.place for begin in folded]

    def around(place: int, clause: Clause | None) -> Begin:
        block = folded[bisect_right(opened, place) - 1]
        return Begin(place, block.fold, block.title, clause)

    last = len(text.words)
    for clause, after in zip_longest(text.clauses, text.clauses[1:]):
        found[clause.start] = around(clause.start, clause)
        end = clause.end if after is None else min(clause.end, after.start)
        if end < last and (after is None or not is_tail(text.words[end : after.start])):
            found.setdefault(end, around(end, None))
    return [found[place] for place in sorted(found) if place < last or place == 0]


def is_tail(words: str) -> bool:
    """Whether what is between two clauses is but the number of a footnote on the line of the first."""
    first, _, others = words.partition("\n")
    return not others.strip() and not any(letter.isalpha() for letter in first)


def end_with_tail(words: str, end: int) -> int:
    """The end of what ends there, with the number of a footnote where the rest of the line is but that."""
    until = words.find("\n", end)
    rest = words[end : until if until >= 0 else len(words)]
    return end if any(letter.isalpha() for letter in rest) else end + len(rest.rstrip())


def _preambles(text: Text) -> Iterator[tuple[int, int, Fold, None]]:
    """Paragraphs of a preamble that no clause parts, each from its first to its last."""
    starts = [clause.start for clause in text.clauses]
    held: tuple[int, int] | None = None
    for span in text.preamble:
        if held is not None and bisect_right(starts, held[1]) == bisect_right(starts, span.start):
            held = held[0], end_with_tail(text.words, span.end)
            continue
        if held is not None:
            yield *held, "preamble", None
        held = span.start, end_with_tail(text.words, span.end)
    if held is not None:
        yield *held, "preamble", None


def _annexes(text: Text, language: str | None) -> Iterator[tuple[int, int, Fold, str]]:
    """From the heading of each annex to that of the next, or to the end; none in a text that begins as one."""
    if language is None or not is_supported(language):
        return
    known = lexicon(language)
    clauses = [(clause.start, clause.end) for clause in text.clauses]
    if not clauses:
        return
    first, found = clauses[0][0], []
    for line in lines_of(text.words):
        if line.start > first and is_annex(text.words, line, known):
            at = bisect_right(clauses, (line.start, line.start)) - 1
            if clauses[at][1] <= line.start:
                found.append(line)
    for heading, after in pairwise([*((line.start, line.end) for line in found), (len(text.words), 0)]):
        yield heading[0], after[0], "annex", text.words[slice(*heading)]
