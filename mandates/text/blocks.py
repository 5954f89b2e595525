"""The typed pieces of a text, as its layout shows them: spans into the text, which itself never changes.

A reader of PDF, HTML or Word fills the kinds that layout alone decides: letterhead, heading, paragraph, item,
quotation, footnote, table. The other kinds need the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

BlockKind = Literal[
    "letterhead",
    "title",
    "speaker",
    "paragraph",
    "item",
    "heading",
    "quotation",
    "footnote",
    "vote",
    "annex",
    "furniture",
    "table",
]
BLOCK_KINDS: frozenset[str] = frozenset(get_args(BlockKind))

# The label in front of an item: "1.", "12)", "(a)", "(iv)", "B.", "1.2.", "1 bis.", "•", and "1.2" before a capital.
_LABEL = re.compile(
    r"(\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}(?: ?(?:bis|ter|quater))?|[a-zA-Z]{1,2}|[ivxlcIVXLC]{1,6})[.)]"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}(?=\s+[A-Z])"
    r"|[•·▪●○■□–—-])(?=\s)"
)


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a text: `text[start:end]`.

    `page` counts from 1; None where the format has no pages. `level` is the depth of an item, or the rank of a heading
    (1 is the highest); 0 where there is no depth. `label` is the item's own, as written ("1.", "(a)"). `bold` says
    that most of the block is; `size` is its type size in points, None where unknown.
    """

    kind: BlockKind
    start: int
    end: int
    page: int | None = None
    level: int = 0
    label: str | None = None
    bold: bool = False
    size: float | None = None


def label_of(words: str) -> str | None:
    """The label in front of an item ("1.", "(a)", "•"), or None."""
    match = _LABEL.match(words)
    return match.group(1) if match else None


def check(blocks: Iterable[Block], text: str) -> None:
    """Check the contract of all readers: spans lie in the text, in order, and do not overlap; kinds are known.

    Raises:
        ValueError: naming the first block that breaks it.
    """
    end = 0
    for block in blocks:
        if block.kind not in BLOCK_KINDS:
            raise ValueError(f"not a kind of block: {block}")
        if not end <= block.start < block.end <= len(text):
            raise ValueError(f"out of order, overlapping, empty or outside the text of {len(text)} characters: {block}")
        if block.label is not None and not text.startswith(block.label, block.start):
            raise ValueError(f"does not begin with its label: {block}")
        end = block.end
