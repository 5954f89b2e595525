"""The footnotes of a PDF page: below a rule, or a run of smaller type at the bottom that a mark leads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scrapers.publication import LeftOut
from scrapers.text.pdf_lines import superscripts

if TYPE_CHECKING:
    from scrapers.text.pdf_furniture import Page
    from scrapers.text.pdf_lines import Line

_RULE = re.compile(r"[_\-—–\s]{6,}")
_MARK = re.compile(r"(?:(\d{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|[*†‡]{1,3})\s+|([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}|[*†‡]{1,3}))(?=\S)")
_SMALL = 0.93
# Below a written rule, type that is smaller at all.
_SMALL_BELOW_RULE = 0.95
# The lowest rules of a page that are tried: there are one or two, or there is a form to fill in.
_RULES = 4
_CELLS = 0.3


def split_footnotes(page: Page, size: float) -> tuple[list[Line], list[str], list[LeftOut]]:
    """The lines of the page's body, its footnotes, each on one line with its mark, and the rules that were left out."""
    rules = [line for line in page.lines if _RULE.fullmatch(line.text)]
    for rule in reversed(rules[-_RULES:]):
        below = [line for line in page.lines if line.y < rule.y - 1]
        if below and (_MARK.match(below[0].text) or below[0].size < _SMALL_BELOW_RULE * size):
            body = [line for line in page.lines if line.y >= rule.y - 1 and line is not rule]
            return body, _joined(below, page.number), [LeftOut(rule.text, "rule", page.number)]
    ruled = {id(line) for line in rules}
    lines = [line for line in page.lines if id(line) not in ruled]
    out = [LeftOut(line.text, "rule", page.number) for line in rules]
    first = _first_of_foot(page.lines, size)
    foot = page.lines[first:]
    # Without a rule above it, small type that fills the page is an annex, and rows of cells are a table.
    if not foot or len(foot) > len(page.lines) / 2 or _is_table(foot):
        return lines, [], out
    return [line for line in page.lines[:first] if id(line) not in ruled], _joined(foot, page.number), out


def _first_of_foot(lines: list[Line], size: float) -> int:
    """Where the run of small type at the bottom begins that a mark leads."""
    first = len(lines)
    while first and lines[first - 1].size < _SMALL * size:
        first -= 1
    while first < len(lines) and not _MARK.match(lines[first].text):
        first += 1
    return first


def _is_table(foot: list[Line]) -> bool:
    """Whether lines have cells: wide gaps beside the one that follows a mark."""
    cells = sum(1 for line in foot if len(line.parts) > (2 if _MARK.match(line.text) else 1))
    return cells >= _CELLS * len(foot)


def _joined(foot: list[Line], page: int) -> list[str]:
    notes: list[list[str]] = []
    for line in foot:
        if _MARK.match(line.text) or not notes:
            notes.append([line.text])
        else:
            notes[-1].append(line.text)
    return [_footnote(" ".join(note), page) for note in notes]


def _footnote(note: str, page: int) -> str:
    match = _MARK.match(note)
    if match is None:
        return f"[footnote, page {page}] {note}"
    mark = (match.group(1) or match.group(2)).translate(superscripts)
    return f"[footnote {mark}, page {page}] {note[match.end() :]}"
