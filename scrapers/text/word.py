"""The text of a Word document (.docx): paragraphs with their numbers, table rows, and the notes after the body.

What Word counts by itself is written out, as it is printed. What a reader of the printed document does not see (deleted
and hidden words, comments) and what repeats on each page is left out, and listed with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mandates.text.blocks import Block
from scrapers.text.chrome import left_out
from scrapers.text.word_package import Package, W
from scrapers.text.word_pieces import Piece
from scrapers.text.word_walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scrapers.publication import LeftOut

# Words of a comment, or of a paragraph that was deleted; longer ones are cut.
LONGEST_LEFT_OUT = 2_000
_BESIDE = {"header": "running head", "footer": "running foot", "comments": "comment"}


@dataclass(frozen=True, slots=True)
class WordText:
    """The text of a document, its blocks (spans into the text), and what it leaves out."""

    text: str
    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...]


def read_word(raw: bytes) -> WordText:
    """The text of the document in `raw`, with its blocks.

    Raises:
        TextError: it is not a readable .docx, or unpacks to more than the limit.
    """
    package = Package(raw)
    walk = Walk(package)
    pieces = [*walk.through(package.document), *_notes(package, walk)]
    dropped = list(walk.dropped)
    for kind, reason in _BESIDE.items():
        for root in package.parts.get(kind, ()):
            beside = Walk(package, watermarks=kind != "comments")
            whole = root.iter(f"{W}comment") if kind == "comments" else (root,)
            dropped += [(reason, " ".join(piece.written for piece in beside.through(each))) for each in whole]
            dropped += beside.dropped
    text, blocks = _set(pieces)
    return WordText(text, blocks, left_out(dict.fromkeys(dropped), longest=LONGEST_LEFT_OUT))


def _notes(package: Package, walk: Walk) -> Iterator[Piece]:
    """The footnotes, then the endnotes, in the order of their marks."""
    for kind in ("footnote", "endnote"):
        root = package.first(f"{kind}s")
        notes = {note.get(f"{W}id"): note for note in root.iter(W + kind)} if root is not None else {}
        for name, mark in walk.marks[kind].items():
            note = notes.pop(name, None)
            words = " ".join(piece.written for piece in walk.through(note)) if note is not None else ""
            if words:
                yield Piece("footnote", f"[{kind} {mark}] {words}")
        for note in notes.values():
            if note.get(f"{W}type") is None:
                walk.dropped.append((f"{kind} without a mark", " ".join(p.written for p in walk.through(note))))


def _set(pieces: Iterable[Piece]) -> tuple[str, tuple[Block, ...]]:
    """The text of all pieces with an empty line between them; rows of one table are one block."""
    parts: list[str] = []
    blocks: list[Block] = []
    size = 0
    table: int | None = None
    for piece in pieces:
        words = piece.written
        end = size + len(words)
        start = size
        if piece.table is not None and piece.table == table:
            start = blocks.pop().start
        label = piece.label or None
        blocks.append(Block(piece.kind, start, end, None, piece.level, label, bold=piece.bold, size=piece.size))
        parts.append(words)
        size = end + 2
        table = piece.table
    return ("\n\n".join(parts) + "\n" if parts else ""), tuple(blocks)
