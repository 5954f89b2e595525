"""Agenda items: "this item", "item 5", "the sub-item entitled “…”", as written and what they stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.languages.lexicon import pattern
from mandates.languages.words import expression

if TYPE_CHECKING:
    from mandates.model import ClauseType


def find_agenda_item(text: str, start: int, end: int, language: str, kind: ClauseType) -> tuple[int, int] | None:
    """The span of the agenda item that is placed, or under which something is due; None where none is named."""
    found = list(pattern(language, "agenda_item").finditer(text, start, end))
    if not found:
        return None
    chosen = found[0]
    if kind == "agenda_placement":
        # "under the item entitled …, the sub-item entitled …": the sub-item is placed, the item is where.
        placed = [
            item
            for item in found
            if not pattern(language, "under").search(text[max(start, item.start() - 12) : item.start()])
        ]
        chosen = placed[0] if placed else chosen
    return chosen.span()


def title_of(item: str, document_title: str | None) -> str | None:
    """What an item as written stands for: its quoted title, or the document's own for "this item"."""
    if quoted := re.search(r"[“«„\"]\s*(.+?)\s*[”»\"]", item, re.DOTALL):
        return re.sub(r"\s+", " ", quoted[1])
    if expression(r"<<this_item>>\b").match(item):
        return document_title
    return None
