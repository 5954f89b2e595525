"""A text as it is being set: words, line ends and tabs go in, and out come the text and its blocks.

Blanks around a line end are left out, and no more than one line in a row is empty. This is decided before anything is
written, never repaired afterwards, so that 100,000 blanks take the time of 100,000 characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mandates.text.blocks import Block

if TYPE_CHECKING:
    from mandates.text.blocks import BlockKind

BLANKS = " \t\r\f\v\xa0"
# A line end and an empty line; more say nothing more.
_MOST_GAP = 2


class Flow:
    """The text so far. Whoever fills it says where a block begins (`begin`) and what is in it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        # Blanks after the last words may turn out to be the end of a line: `_kept` parts and `_end` characters lead up
        # to the last words, `_size` characters are written.
        self._kept = self._end = self._size = 0
        self._gap = 0
        self._blocks: list[Block] = []
        self._next: tuple[BlockKind, int] | None = ("paragraph", 0)
        self._labels: list[str] = []
        self._open: tuple[BlockKind, int, int, str | None] | None = None
        self._bold = 0

    def begin(self, kind: BlockKind, level: int = 0, *, label: str = "", glue: str = " ") -> None:
        """The next words begin a block; its label ("1.", "(a)") is written before them.

        A label without words of its own goes before the next ones, as in "1. (a) Requests".
        """
        if label:
            self._labels.append(label + glue)
        elif self._labels and self._next is not None:
            return
        self._next = (kind, level)

    def drop_label(self) -> None:
        """An item ends; where it had no words, it has no label either."""
        if self._labels:
            self._labels.pop()

    def line(self, ends: int = 1) -> None:
        """A line ends; two line ends make an empty line."""
        if self._size > self._end:
            del self._parts[self._kept :]
            self._size = self._end
        self._gap = min(_MOST_GAP, self._gap + ends)

    @property
    def begins(self) -> bool:
        """Whether the next words are the first of a block without a label."""
        return self._next is not None and not self._labels

    @property
    def after_empty_line(self) -> bool:
        """Whether the next words come after an empty line."""
        return self._gap == _MOST_GAP

    def tab(self) -> None:
        """The next cell of a row."""
        if self._end and not self._gap:
            self._write("\t")

    def words(self, words: str, *, bold: bool = False) -> None:
        """Words of one line, with the blanks that join them to the words before and after."""
        core = words.strip(BLANKS)
        if not core:
            if words and self._end and not self._gap:
                self._blank(words)
            return
        parts = self._parts
        if self._gap:
            if self._end:
                self._write("\n" * self._gap)
            self._gap = 0
        elif words[0] in BLANKS and self._end:
            self._blank(words[: words.index(core[0])])
        if self._next is not None:
            self._start(*self._next)
        parts.append(core)
        self._kept = len(parts)
        self._size += len(core)
        self._end = self._size
        if bold:
            self._bold += len(core)
        if words[-1] in BLANKS:
            self._blank(words[len(words.rstrip(BLANKS)) :])

    def finished(self) -> tuple[str, tuple[Block, ...]]:
        """The text, with a line end at its end, and its blocks; an empty text where there were no words."""
        self._close()
        return ("".join(self._parts[: self._kept]) + "\n" if self._end else ""), tuple(self._blocks)

    def _write(self, words: str) -> None:
        self._parts.append(words)
        self._size += len(words)

    def _blank(self, blank: str) -> None:
        if blank.startswith(" ") and self._parts[-1][-1] in " \t":
            blank = blank[1:]
        if blank:
            self._write(blank)

    def _start(self, kind: BlockKind, level: int) -> None:
        self._close()
        start, label = self._size, "".join(self._labels)
        if label:
            self._write(label)
        self._labels.clear()
        self._open = (kind, level, start, label.rstrip() or None)
        self._next = None

    def _close(self) -> None:
        if self._open is not None:
            kind, level, start, label = self._open
            bold = 2 * self._bold > self._end - start
            self._blocks.append(Block(kind, start, self._end, level=level, label=label, bold=bold))
        self._open, self._bold = None, 0
