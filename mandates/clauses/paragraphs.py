"""From where clauses and preambular paragraphs begin to where they end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mandates.clauses.endings import clause_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mandates.clauses.leads import Lead

_anew = re.compile(r"\.\s+(?=[A-ZÀ-Ý][^\n]{0,2000}?\s1\.\s+[A-ZÀ-Ý])")
# Quotation marks by those that close them.
_OPENING = {"”": "“", "»": "«", '"': '"'}


@dataclass(frozen=True, slots=True)
class Start:
    """Where a clause begins in the view, with its number as written and its lead phrase."""

    place: int
    number: str | None
    lead: Lead
    told: bool = False
    """Whether it is told in the past ("decided to")."""
    sentence: int | None = None
    """Where its sentence begins, if before its place ("The Council further requests")."""
    more: tuple[Lead, ...] = ()
    """Verbs of later sentences that ask ("We welcome …. We request …", "The Office is requested to …")."""
    annexed: bool = False
    """Whether it is in an annex, where only the paragraphs that ask are clauses."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """An operative paragraph at `start`:`end` of the view, with its number as written and the lead phrase it begins with."""  # noqa: E501 - a sentence

    number: str | None
    start: int
    end: int
    lead: Lead
    told: bool
    more: tuple[Lead, ...] = ()
    annexed: bool = False


def paragraphs(text: str, starts: Iterable[Start], stops: Iterable[int]) -> Iterator[Paragraph]:
    """The clauses that begin at `starts`, in order; none goes on beyond the next one or a place of `stops`."""
    ordered = sorted(starts, key=lambda start: start.place)
    limits = sorted({*stops, len(text)})
    place = 0
    for this, after in zip(ordered, [*ordered[1:], None], strict=False):
        while limits[place] <= this.place:
            place += 1
        following = len(text) if after is None else after.place if after.sentence is None else after.sentence
        limit = min(limits[place], following)
        followed = after is not None and limit == following
        if after is None and this.number and not _begins_line(text, this.place):
            # The last of several paragraphs on one line; where the numbers begin again, its sentence was the end.
            last = _anew.search(text, this.lead.end, limit)
            limit = last.start() + 1 if last else limit
        end = clause_end(text, this.lead, limit, followed=followed, commas=this.number is None)
        end = _before_mark(text, this.place, end)
        more = tuple(lead for lead in this.more if lead.end < end)
        yield Paragraph(this.number, this.place, end, this.lead, this.told, more, this.annexed)


def _before_mark(text: str, start: int, end: int) -> int:
    """The end of a clause without the mark that closes a quotation which was opened before it."""
    mark = text[end - 1]
    opening = _OPENING.get(mark)
    if opening is None:
        return end
    words = text[start:end]
    is_open = words.count(mark) % 2 == 1 if opening == mark else words.count(mark) > words.count(opening)
    return start + len(words[:-1].rstrip()) if is_open else end


def _begins_line(text: str, place: int) -> bool:
    return text[max(0, place - 40) : place].rstrip(" ")[-1:] in {"", "\n"}


def preamble_spans(text: str, preambles: Iterable[int], stops: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """The spans of the preambular paragraphs that begin at `preambles`; each ends at the next or a place of `stops`."""
    ordered = sorted(preambles)
    ends = sorted([*ordered[1:], *stops, len(text)])
    spans: list[tuple[int, int]] = []
    place = 0
    for start in ordered:
        while ends[place] <= start:
            place += 1
        spans.append((start, start + len(text[start : ends[place]].rstrip())))
    return tuple(spans)
