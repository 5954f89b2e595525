"""The documents that one text holds: several resolutions in a file, each with its symbol, its head and its span.

Several organs' lines with clauses of their own are several resolutions, where each has a head: a symbol, or a heading
such as "Draft resolution II". An organ that speaks in an annex has none, and belongs to what precedes it. Clauses
before the first organ's line are the end of a resolution whose head is missing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from mandates.documents import symbols
from mandates.documents.head import leading_act
from mandates.documents.heading import MEETING, read_heading
from mandates.documents.own_symbol import DATE_LINE, NAMED_ACT, ROMAN_SERIAL, SERIAL
from mandates.documents.titles import DRAFT, is_label
from mandates.languages.words import expression
from mandates.model import Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.model import Analysis, Heading, Kind

# Of a resolution among several: its symbol and title before the organ's line, and that line.
LONGEST_HEAD = 1_500
# The resolutions of a session of the General Assembly are some 350; a file with more is not a volume of resolutions.
MOST_DOCUMENTS = 1_000
LONGEST_ORGAN = 200
# What may hold acts of its own; "other" is a page without a head of its own, as one out of a volume.
_ACTS = frozenset({"resolution", "decision", "other"})
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class _Head:
    """Where a resolution begins, and what its head says; `is_headed` where the head names it in any way."""

    start: int
    symbol: str | None
    title: str | None
    kind: Kind
    is_headed: bool = True


def read_documents(
    text: str, opened: Sequence[int], clauses: Sequence[tuple[int, int]], own: Heading
) -> tuple[Part, ...]:
    """The resolutions in `text`, in order; one over the whole text where it holds one.

    `opened` are the places where organs begin to speak, `clauses` the spans of the clauses in order, `own` what the
    head of the whole says.
    """
    heads = _heads(text, sorted(opened), clauses, own)
    if not _are_several(heads):
        return (Part(own.symbol, own.title, own.kind, 0, len(text), tuple(range(len(clauses)))),)
    ends = [*(head.start for head in heads[1:]), len(text)]
    return tuple(
        Part(head.symbol, head.title, head.kind, head.start, end, _within(clauses, head.start, end))
        for head, end in zip(heads, ends, strict=True)
    )


def symbols_of(documents: Sequence[Part], own: str | None) -> dict[int, str | None]:
    """The symbol of the document that each clause belongs to; `own`, that of the text, where no document has one."""
    if not any(part.symbol for part in documents):
        return {place: own for part in documents for place in part.clauses}
    return {place: part.symbol for part in documents for place in part.clauses}


def documents_in(found: Analysis) -> tuple[Part, ...]:
    """The separate documents in an analysed file; empty where it is a single document, or not an act at all.

    A report that quotes resolutions, with their heads, is one document, and so is a file with too many.
    """
    documents = own_documents(found.parts) if found.heading.kind in _ACTS else ()
    return documents if len(documents) <= MOST_DOCUMENTS else ()


def span_in(found: Analysis, symbol: str, *, or_before: bool = False) -> tuple[int, int] | None:
    """The span of the document with that symbol, where a file holds several; None where it is not among them.

    With `or_before`, a symbol that no document has belongs to what precedes the first of them.
    """
    parts = documents_in(found)
    before = (0, parts[0].start) if parts and or_before else None
    return next(((part.start, part.end) for part in parts if part.symbol == symbol), before)


def own_documents(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The separate documents among `parts`, each with the unnamed parts that follow it; empty for a single one.

    A single resolution after the end of another counts as well. All are of one series: a resolution of another body,
    session or year among them is a quotation.
    """
    named = [part for part in parts if part.symbol]
    series = _series(named[0].symbol) if named else None
    begun: dict[str, int] = {}
    for place, part in enumerate(parts):
        if part.symbol and _series(part.symbol) == series:
            begun.setdefault(part.symbol, place)
    is_end_of_another = bool(parts) and parts[0].symbol is None and bool(parts[0].clauses)
    if len(begun) + is_end_of_another < 2:  # noqa: PLR2004 - one document
        return ()
    found: list[Part] = []
    for place, after in pairwise([*begun.values(), len(parts)]):
        one, rest = parts[place], parts[place:after]
        clauses = tuple(each for part in rest for each in part.clauses)
        found.append(replace(one, end=rest[-1].end, clauses=clauses))
    return tuple(found)


def _heads(text: str, opened: Sequence[int], clauses: Sequence[tuple[int, int]], own: Heading) -> list[_Head]:
    """The heads of the resolutions that have clauses, in order; the first may be missing."""
    begun = sorted({bisect_right(opened, start) for start, _ in clauses})
    heads: list[_Head] = []
    if len(begun) < 2:  # noqa: PLR2004 - one resolution, whose head is that of the text
        return heads
    for group in begun:
        if group == 0:
            heads.append(_Head(0, None, None, own.kind, is_headed=False))
            continue
        organ = opened[group - 1]
        last = _first(clauses, organ) - 1
        before = clauses[last][1] if last >= 0 and clauses[last][1] <= organ else 0
        head = _read_head(text, max(before, organ - LONGEST_HEAD), organ)
        if head.is_headed or not heads:
            heads.append(head)
    first, others = heads[:1], {head.symbol for head in heads[1:]}
    if first and begun[0] > 0 and first[0].symbol is None and own.symbol not in others:
        # What the head of the whole says, or its source, is said of the first.
        heads[0] = replace(first[0], symbol=own.symbol)
    return heads


def _first(clauses: Sequence[tuple[int, int]], place: int) -> int:
    """How many clauses begin before `place`."""
    return bisect_right(clauses, (place, place))


def _read_head(text: str, start: int, organ: int) -> _Head:
    """The head before the organ's line."""
    lines = list(_lines(text, start, organ))
    closed = next((at for at in range(len(lines) - 1, -1, -1) if _closes_act(lines[at][1])), -1)
    place = next((at for at in range(closed + 1, len(lines)) if _heads_act(lines[at][1])), None)
    is_headed = place is not None
    place = closed + 1 if place is None else place
    while place > closed + 1 and _is_letterhead(lines[place - 1][1]):
        place -= 1
    while place < len(lines) and not lines[place][1]:
        place += 1
    begin = lines[place][0] if place < len(lines) else organ
    said = read_heading(f"{text[begin:organ]}\n{text[organ : organ + LONGEST_ORGAN]}")
    return _Head(begin, said.symbol, said.title, said.kind, is_headed or said.symbol is not None)


def _are_several(heads: Sequence[_Head]) -> bool:
    """Several symbols, or one after the end of another resolution; without symbols, headings that count them."""
    named = {head.symbol for head in heads} - {None}
    if len(heads) < 2:  # noqa: PLR2004 - one resolution
        return False
    return len(named) > 1 or (bool(named) and not heads[0].is_headed) or all(head.is_headed for head in heads)


def _within(clauses: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, ...]:
    return tuple(range(bisect_right(clauses, (start - 1, len(clauses))), _first(clauses, end - 1)))


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for line in text[start:end].splitlines(keepends=True):
        yield start, line.strip().lstrip("#*_ ").rstrip("*_ ")
        start += len(line)


def _heads_act(line: str) -> bool:
    """Whether a line heads a resolution: "81/202. Protection of …", "Draft resolution II", "Resolution 3"."""
    if not line or expression(DATE_LINE).match(line):
        return False
    if any(expression(each).match(line) for each in (rf"^{DRAFT}", NAMED_ACT, SERIAL, ROMAN_SERIAL)):
        return True
    return leading_act(line) is not None


def _closes_act(line: str) -> bool:
    """Whether a line names the meeting that adopted the act before it; the day may follow on the next."""
    return expression(rf"^\(?{MEETING}").match(line) is not None


def _is_letterhead(line: str) -> bool:
    return not line or (is_label(line, inside=False) and not expression(DATE_LINE).match(line))


def _series(symbol: str | None) -> tuple[str | None, int | str | None]:
    """What resolutions of one collection share: the body, and the session or the year."""
    known = symbols.parse(symbol) if symbol else None
    if known is None:
        return None, None
    year = _YEAR.search(known.text)
    return known.body, known.session or (year[0] if year else None)
