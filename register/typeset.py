"""A text set for reading: each clause at its exact place, what folds away, the pages, and what is only furniture.

One pass over the text: all that is known of its characters is put in order once, and each piece between two changes is
taken once. No word is left out, added or moved; only a line break within a paragraph is shown as a blank, and within a
word as nothing.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from mandates.text.wrapped import unwrapped
from register.folding import begins, end_with_tail, is_tail
from register.lines import emphasis, furniture, within_words, without

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from register.folding import Fold
    from warehouse.pages.text import Clause, Text

Kind = Literal["plain", "markup", "furniture", "task", "due", "cited", "page"]
# What is shown where several things are true of the same words: the first of these.
_STRENGTH: tuple[Kind, ...] = ("markup", "cited", "due", "furniture", "task", "plain")
_GAP = re.compile(r"\n[ \t]*\n\s*")


class Piece(NamedTuple):
    """Some words of which one thing is true; `to` is the document cited, or the number of the page that begins."""

    kind: Kind
    words: str
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """The paragraphs of one clause, or those between two clauses (`clause` is None)."""

    clause: Clause | None
    paragraphs: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Passages that are read together, or fold away together. `title` is the heading of an annex.

    One that holds a mandate is open.
    """

    fold: Fold | None
    title: str | None
    passages: tuple[Passage, ...]

    @property
    def is_open(self) -> bool:
        """Whether something in it is asked of somebody."""
        return any(each.clause is not None and each.clause.is_mandate for each in self.passages)


class _Mark(NamedTuple):
    """Where something begins (1) or ends (-1) to be true of the words, or where a page begins (0)."""

    place: int
    turn: int
    kind: Kind
    to: str | None


def typeset(text: Text, language: str | None, recorded: Mapping[str, str]) -> tuple[Block, ...]:
    """The text in blocks, in order; `recorded` are the documents that it names, id by symbol.

    All words of all pieces together are those of the text, but for white space.
    """
    words = text.words
    opened = begins(text, language)
    sweep = _Sweep(words, _marks(text, recorded))
    ends = [*(begin.place for begin in opened[1:]), len(words)]
    blocks = groupby(zip(opened, ends, strict=True), key=lambda each: (each[0].fold, each[0].title))
    return tuple(
        Block(*named, tuple(Passage(begin.clause, sweep.paragraphs(end)) for begin, end in passages))
        for named, passages in blocks
    )


class _Sweep:
    """The one pass over the text: each call goes on where the one before has ended."""

    def __init__(self, words: str, marks: Sequence[_Mark]) -> None:
        self._words, self._marks = unwrapped(words), marks
        self._gaps = deque(within_words(words, self._words))
        self._place = self._next = 0
        self._true: dict[Kind, list[str | None]] = {kind: [] for kind in _STRENGTH}

    def paragraphs(self, end: int) -> tuple[tuple[Piece, ...], ...]:
        """The paragraphs up to there."""
        found: list[list[Piece]] = [[]]
        while self._place < end:
            while self._next < len(self._marks) and self._marks[self._next].place <= self._place:
                self._turn(self._marks[self._next], found[-1])
                self._next += 1
            after = self._marks[self._next].place if self._next < len(self._marks) else end
            until = min(after, end)
            kind: Kind = next((each for each in _STRENGTH if self._true[each]), "plain")
            to = self._true[kind][-1] if self._true[kind] else None
            first, *others = _GAP.split(self._between(self._place, until))
            found[-1].append(Piece(kind, first, to))
            found += [[Piece(kind, each, to)] for each in others]
            self._place = until
        kept = (tuple(piece for piece in each if piece.words or piece.kind == "page") for each in found)
        return tuple(each for each in kept if any(piece.words.strip() or piece.kind == "page" for piece in each))

    def _between(self, start: int, end: int) -> str:
        """The words without the line breaks within them; one call begins where the one before has ended."""
        gaps = []
        while self._gaps and self._gaps[0][0] < end:
            gaps.append(self._gaps.popleft())
        if gaps and gaps[-1][1] > end:
            self._gaps.appendleft((end, gaps[-1][1]))
        return without(self._words, start, end, gaps)

    def _turn(self, mark: _Mark, paragraph: list[Piece]) -> None:
        if mark.turn > 0:
            self._true[mark.kind].append(mark.to)
        elif mark.turn < 0:
            self._true[mark.kind].remove(mark.to)
        else:
            paragraph.append(Piece("page", "", mark.to))


def _marks(text: Text, recorded: Mapping[str, str]) -> list[_Mark]:
    """All marks in order; what ends at a place comes before what begins there."""
    spans: list[tuple[int, int, Kind, str | None]] = [
        (named.start, named.end, "cited", recorded[named.symbol])
        for named in text.citations
        if named.symbol in recorded
    ]
    tasks = [task for clause in text.clauses for task in clause.tasks]
    spans += [(task.start, task.end, "task", None) for task in tasks]
    dues = (due for task in tasks for due in task.dues)
    spans += [(due.start, due.end, "due", None) for due in dues if due.start is not None and due.end is not None]
    spans += [(*span, "furniture", None) for span in furniture(text.words)]
    spans += [(*span, "markup", None) for span in emphasis(text.words)]
    between = ((clause.end, after.start) for clause, after in pairwise(text.clauses))
    spans += [(*span, "furniture", None) for span in between if is_tail(text.words[slice(*span)])]
    spans += [(span.end, end_with_tail(text.words, span.end), "furniture", None) for span in text.preamble]
    marks = [_Mark(start, 0, "page", str(number)) for number, start in enumerate(text.page_starts, start=1)]
    for start, end, kind, to in spans:
        if start < end:
            marks += [_Mark(start, 1, kind, to), _Mark(end, -1, kind, to)]
    return sorted(marks, key=lambda mark: mark[:2])
