"""Two texts side by side: which clause became which, and which words of it changed; the rest of the text likewise."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import Indel

from warehouse.links.alignment import left_out, steps
from warehouse.links.difference import Change, difference
from warehouse.load.keys import without_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.pages.text import Clause, Text

What = Literal["same", "changed", "new", "dropped"]
# Paragraphs a side, beside the clauses: a resolution has some fifty, a report of 150 pages 2,000.
MOST_PARAGRAPHS = 4_000
# Words against words, in all rows: a resolution of 30 pages that is reworded throughout has some two million. Repeated
# words are the dearest: twenty million pairs of them take seconds.
MOST_PAIRS = 10_000_000
_GAP = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, slots=True)
class Side:
    """A clause or a paragraph on one side, with the words that the other side has otherwise marked."""

    changes: tuple[Change, ...]
    clause: Clause | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a clause or a paragraph; a side where it is missing is None. `whole` are all changes in order."""

    what: What
    earlier: Side | None
    later: Side | None
    whole: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The clauses in the order of the later text, each dropped one where it was; then the paragraphs beside them.

    `is_cut` where a text has more than is compared, or more that is reworded than is compared word by word.
    """

    clauses: tuple[Row, ...]
    paragraphs: tuple[Row, ...]
    is_cut: bool

    def count(self, what: What) -> int:
        """How many clauses are so."""
        return sum(row.what == what for row in self.clauses)


def compared(earlier: Text, later: Text) -> Comparison:
    """Two texts, clause by clause and word by word. Any other word is a change, but not any other blank."""
    before, after = _beside(earlier), _beside(later)
    is_cut = max(len(before), len(after)) > MOST_PARAGRAPHS
    rows = _Rows()
    clauses = tuple(rows.of_clauses(earlier.clauses, later.clauses))
    paragraphs = tuple(rows.of_paragraphs(before[:MOST_PARAGRAPHS], after[:MOST_PARAGRAPHS]))
    return Comparison(clauses, paragraphs, is_cut or rows.left < 0 or rows.left_out > 0)


class _Rows:
    """Rows of one comparison, as long as `left` pairs of words are left to compare; clauses `left_out` have none."""

    def __init__(self) -> None:
        self.left = MOST_PAIRS
        self.left_out = 0

    def of_clauses(self, earlier: Sequence[Clause], later: Sequence[Clause]) -> Iterator[Row]:
        """What became of each clause, those of the later text in order."""
        before, after = ([_bare(each) for each in side] for side in (earlier, later))
        found = steps(before, after, each_word=True)
        self.left_out = left_out(found, before, after)
        dropped = deque(sorted(step.earlier for step in found if step.earlier is not None and step.later is None))
        for step in found:
            if step.later is None:
                continue
            while step.earlier is not None and dropped and dropped[0] < step.earlier:
                place = dropped.popleft()
                yield self._row(before[place], None, earlier[place], None)
            if step.earlier is None:
                yield self._row(None, after[step.later], None, later[step.later])
            else:
                yield self._row(before[step.earlier], after[step.later], earlier[step.earlier], later[step.later])
        for place in dropped:
            yield self._row(before[place], None, earlier[place], None)

    def of_paragraphs(self, before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
        """What is replaced by as many paragraphs is the same paragraph with other words."""
        held: tuple[list[str], list[str]] = [], []
        for block in Indel.opcodes(before, after):
            if block.tag != "equal":
                held[0].extend(before[block.src_start : block.src_end])
                held[1].extend(after[block.dest_start : block.dest_end])
                continue
            yield from self._replaced(*held)
            held = [], []
            yield from (self._row(words, words) for words in after[block.dest_start : block.dest_end])
        yield from self._replaced(*held)

    def _replaced(self, before: Sequence[str], after: Sequence[str]) -> Iterator[Row]:
        yield from (self._row(was, now) for was, now in zip_longest(before, after))

    def _row(
        self, before: str | None, after: str | None, earlier: Clause | None = None, later: Clause | None = None
    ) -> Row:
        whole = self._difference(before or "", after or "")
        what: What = "same"
        if before is None or after is None:
            what = "new" if before is None else "dropped"
        elif any(change.kind != "same" for change in whole):
            what = "changed"
        left = None if before is None else Side(tuple(each for each in whole if each.kind != "in"), earlier)
        right = None if after is None else Side(tuple(each for each in whole if each.kind != "out"), later)
        return Row(what, left, right, whole)

    def _difference(self, before: str, after: str) -> tuple[Change, ...]:
        if before == after:
            return (Change("same", before),) if before else ()
        self.left -= (before.count(" ") + 1) * (after.count(" ") + 1)
        if self.left < 0:
            return tuple(change for change in (Change("out", before), Change("in", after)) if change.words)
        return difference(before, after)


def _bare(clause: Clause) -> str:
    """Its words without its number, which moves when a clause is put in before it."""
    return without_number(clause.number, clause.display).lstrip(". )")


def _beside(text: Text) -> list[str]:
    """The paragraphs that are no clauses, each on one line."""
    found: list[str] = []
    place = 0
    for start, end in [*((clause.start, clause.end) for clause in text.clauses), (len(text.words), len(text.words))]:
        found += [words for each in _GAP.split(text.words[place:start]) if (words := " ".join(each.split()))]
        place = max(place, end)
    return found
