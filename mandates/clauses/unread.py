"""Paragraphs that look like decisions and are no clauses: numbered or closed before, and led by a usual verb."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from mandates.clauses.forms.form import is_annex
from mandates.clauses.leads import read_lead
from mandates.languages.words import expression
from mandates.text.lines import read_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mandates.clauses.forms.choice import Parts
    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Line

# A number within a line, after what may end a paragraph: "…; (2) Requests", "…; and 4. Decides".
_NUMBER_WITHIN = re.compile(r"[;.,:]\s+(?:[^\W\d_]{1,3}\s)?(?P<number>\(?\d{1,2}[.)]\s+(?=[A-ZÀ-Ý]))")
LIST_AFTER = 12
# "Decision 4/CX.2 Rules of the pool" on a line of its own.
_HEADING = expression(r"^(?:<<decision>>|<<resolution>>)[ ](?:no\.?[ ])?\S{0,12}\d[^.;\n]{0,100}$")


def unread_decision(text: str, parts: Parts, lexicon: Lexicon) -> int | None:
    """Where the first paragraph begins that is led by a usual verb and is no clause; None where all are.

    What precedes the line of the first organ may be the end of another document, and an annex decides nothing.
    """
    known = sorted({place for each in parts.clauses for place in (each.start, each.lead.start)})
    preamble = [start for start, _ in parts.preamble]
    for start in _paragraphs(text, parts, lexicon):
        after = _next(known, start)
        # "Decides:" above a list leads its items, which are clauses.
        if after < start + LIST_AFTER or _next(preamble, start) < after:
            continue  # a clause; or among what is recalled: "Recalls that …," before "Recalling"
        label = read_label(text, start)
        at = label.end if label else start
        if not text[at : at + 1].isupper() or (label is not None and label.kind == "letter"):
            continue
        lead = read_lead(text, at, lexicon)
        if lead and lead.lemma in lexicon.following and after >= lead.end + LIST_AFTER:
            return start
    return None


def unread_heading(text: str, parts: Parts) -> int | None:
    """Where, after the first clause, a decision has a heading and no clause; None where each has."""
    starts = [each.start for each in parts.clauses]
    begins = (line.start for line in parts.lines if text[line.start].isupper())
    headings = [start for start in begins if _HEADING.match(text, start)]
    for start, after in pairwise([*headings, len(text)]):
        at = bisect_left(starts, start)
        is_within = at > 0 and parts.clauses[at - 1].end > start
        if at > 0 and not is_within and (at == len(starts) or starts[at] > after):
            return start
    return None


def _next(places: Sequence[int], start: int) -> float:
    """The first of the ordered `places` from `start` on."""
    at = bisect_left(places, start)
    return places[at] if at < len(places) else inf


def _paragraphs(text: str, parts: Parts, lexicon: Lexicon) -> Iterator[int]:
    """Where paragraphs may begin from the first organ's line on, but for annexes."""
    begins = min(parts.opened, default=0)
    opened = frozenset(parts.opened)
    is_annexed = False
    for place, line in enumerate(parts.lines):
        # A text that begins with "Annex" is a document of its own.
        is_annexed = line.start not in opened and (is_annexed or (place > 0 and is_annex(text, line, lexicon)))
        if line.start < begins or is_annexed:
            continue
        if line.after_gap or _is_closed_before(text, line):
            yield line.start
        yield from (found.start("number") for found in _NUMBER_WITHIN.finditer(text, line.start, line.end))


def _is_closed_before(text: str, line: Line) -> bool:
    return text[max(0, line.start - 40) : line.start].rstrip()[-1:] in {"", ".", ";", ":", ","}
