"""From the printed lines of a PDF to one text and its blocks."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mandates.text.blocks import Block, label_of
from scrapers.text.pdf_lines import Line, leading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.text.blocks import BlockKind
    from scrapers.text.pdf_furniture import Page

# The least first-line indent, in points.
_INDENT = 3
_ENDS_PARAGRAPH = re.compile(r"[.;:,!?”\"’)\]]$")
# In type sizes: how far a quotation is set in on both sides; and how much larger a heading is.
_SET_IN = 1.5
_LARGER = 1.12
_HEADING_CHARS = 250
_LETTERHEAD = 0.895
_ROMAN = re.compile(r"[ivxl]+")


@dataclass(slots=True)
class _Placed:
    """A line in the text: where it begins, on which page, and whether an empty line is before it."""

    line: Line
    start: int
    page: int
    apart: bool
    label: str | None
    kind: BlockKind | None = None


def set_text(pages: list[Page], notes: list[tuple[int, str]], size: float) -> tuple[str, tuple[int, ...], list[Block]]:
    """One text of all pages, the footnotes after it; the offset of each page; and the blocks.

    An empty line is where the space between two lines says that a paragraph ends. `notes` are (page, words).
    """
    parts: list[str] = []
    starts: list[int] = []
    placed: list[_Placed] = []
    length = 0
    for page in pages:
        usual = leading(page.lines)
        for number, line in enumerate(page.lines):
            apart = False
            if placed:
                apart = _starts_paragraph(placed[-1].line, line, usual, new_page=number == 0)
                parts.append("\n\n" if apart else "\n")
                length += len(parts[-1])
            if number == 0:
                starts.append(length)
            parts.append(line.text)
            placed.append(_Placed(line, length, page.number, apart, label_of(line.text)))
            length += len(line.text)
        if not page.lines:
            starts.append(length)
    if placed:
        parts.append("\n")
    _mark_layout(pages, placed)
    edges = {page.number: _edges(page.lines) for page in pages}
    depths = _Depths()
    blocks = _ranked([_block(group, edges[group[0].page], size, depths) for group in _groups(placed)])
    for page_number, note in notes:
        parts.append(note if not parts else "\n" + note)
        length += 2
        blocks.append(Block("footnote", length, length + len(note), page_number))
        length += len(note)
        parts.append("\n")
    return "".join(parts), tuple(starts), blocks


def _starts_paragraph(before: Line, line: Line, usual: float, *, new_page: bool) -> bool:
    gap = before.y - line.y
    if new_page or gap < -usual:
        # The next page or column: a sentence may run on.
        return bool(_ENDS_PARAGRAPH.search(before.text)) and abs(line.x - before.x) > _INDENT
    return gap > 1.25 * usual or abs(line.size - before.size) > 0.2 * before.size


def _mark_layout(pages: list[Page], placed: list[_Placed]) -> None:
    """Mark what shows line by line: the letterhead at the top of page 1, and the rows of tables."""
    for each in placed:
        if len(each.line.parts) > (2 if each.label else 1):
            each.kind = "table"
    top = pages[0].height * _LETTERHEAD
    for each in placed:
        if each.page != 1 or not (each.line.y > top or each.kind == "table"):
            break
        each.kind = "letterhead"
    for number, each in enumerate(placed):
        if each.kind == "table" and not any(
            other.kind == "table" for other in (*placed[max(0, number - 1) : number], *placed[number + 1 : number + 2])
        ):
            each.kind = None


def _groups(placed: list[_Placed]) -> Iterator[list[_Placed]]:
    """The lines of each block: up to an empty line, a label after the end of a sentence, another weight or kind."""
    group: list[_Placed] = []
    for each in placed:
        if group:
            before = group[-1]
            labelled = each.label is not None and _ENDS_PARAGRAPH.search(before.line.text) is not None
            together = each.kind is not None and each.kind == before.kind
            weight = each.line.bold != before.line.bold
            if not together and (each.apart or each.kind != before.kind or labelled or weight):
                yield group
                group = []
        group.append(each)
    if group:
        yield group


def _edges(lines: list[Line]) -> tuple[float, float]:
    """Where most lines of a page begin, and where they end."""
    if not lines:
        return 0.0, 0.0
    left = Counter(round(line.x) for line in lines).most_common(1)[0][0]
    rights = sorted(line.right for line in lines)
    return float(left), rights[len(rights) * 9 // 10]


def _block(group: list[_Placed], edges: tuple[float, float], size: float, depths: _Depths) -> Block:
    lines = [each.line for each in group]
    own = statistics.median(line.size for line in lines)
    bold = sum(len(line.text) for line in lines if line.bold) > sum(len(line.text) for line in lines) / 2
    start, end = group[0].start, group[-1].start + len(lines[-1].text)
    label = group[0].label if group[0].kind is None else None
    kind: BlockKind = group[0].kind or "paragraph"
    if group[0].kind is None:
        if end - start < _HEADING_CHARS and not lines[-1].text.endswith((";", ",")) and (bold or own > _LARGER * size):
            kind = "heading"
        elif label is not None:
            kind = "item"
        elif _is_set_in(lines, edges, size):
            kind = "quotation"
    level = depths.of(kind, label, lines[0].x)
    return Block(kind, start, end, group[0].page, level, label, bold, round(own, 1))


def _is_set_in(lines: list[Line], edges: tuple[float, float], size: float) -> bool:
    """Whether lines are indented on both sides, flush with each other."""
    left, right = edges
    return (
        len(lines) > 1
        and all(line.x >= left + _SET_IN * size and line.right <= right - _SET_IN * size for line in lines)
        and all(abs(line.x - lines[-1].x) < 1 for line in lines[1:])
    )


def _ranked(blocks: list[Block]) -> list[Block]:
    """The blocks, headings with their ranks by size."""
    sizes = sorted({block.size or 0 for block in blocks if block.kind == "heading"}, reverse=True)
    ranks = {size: rank for rank, size in enumerate(sizes, start=1)}
    return [replace(block, level=ranks[block.size or 0]) if block.kind == "heading" else block for block in blocks]


class _Depths:
    """The depth of items, by the kinds of label above them and by their indentation; a heading begins a new list."""

    def __init__(self) -> None:
        self._above: list[tuple[str, float, str]] = []

    def of(self, kind: BlockKind, label: str | None, x: float) -> int:
        above = self._above
        if kind == "heading":
            above.clear()
        if kind != "item" or label is None:
            return 0
        family = self._family(label)
        known = [number for number, (other, _, _) in enumerate(above) if other == family]
        if known:
            del above[known[-1] :]
        while above and x < above[-1][1] - 2 * _INDENT:
            above.pop()
        above.append((family, x, label))
        return len(above)

    def _family(self, label: str) -> str:
        """The marks around digits, letters or Roman numerals ("(i)" after "(h)" is a letter)."""
        core = label.strip("().")
        marks = label.replace(core, "_") if core else label
        if core.isdigit() or "." in core:
            return f"{marks}1{'.1' * core.count('.')}"
        if not core.isalpha():
            return label
        letters = f"{marks}{'A' if core[0].isupper() else 'a'}"
        before = next((other for family, _, other in reversed(self._above) if family == letters), None)
        follows = before is not None and len(core) == 1 and ord(core) - ord(before.strip("().")[0]) == 1
        return (
            f"{marks}{'I' if core[0].isupper() else 'i'}" if _ROMAN.fullmatch(core.lower()) and not follows else letters
        )
