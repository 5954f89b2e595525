"""What differs between two readings of a text, told in clauses and mandates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import Indel

from warehouse.likeness import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.clause_rows import ClauseRow, MandateRow

# Below this share of common words, in their order, two passages are two, not one in other words.
ALIKE = 0.6

_of_clause = ("number", "display", "verb", "type", "addressee", "agenda_item")
_of_mandate = ("verb", "type", "addressee", "addressee_id", "due", "due_start", "due_end", "agenda_item", "action")


@dataclass(frozen=True, slots=True)
class Change:
    """One clause or mandate gained, lost or changed by reading a text again. `detail` says what of it changed."""

    unit: Literal["clause", "mandate"]
    change: Literal["gained", "lost", "changed"]
    document_id: str
    symbol: str | None
    number: str | None
    quote: str
    detail: str | None = None


def compare(symbol: str | None, before: Sequence[ClauseRow], after: Sequence[ClauseRow]) -> Iterator[Change]:
    """The changes from one reading of a text to another, paired by their words."""
    left = list(before)
    for clause in after:
        place = twin(clause.display, [candidate.display for candidate in left])
        was = None if place is None else left.pop(place)
        if was is None:
            yield Change("clause", "gained", clause.document_id, symbol, clause.number, clause.display)
        elif detail := _differences(was, clause, _of_clause):
            yield Change("clause", "changed", clause.document_id, symbol, clause.number, clause.display, detail)
        yield from _mandates(symbol, clause, was.mandates if was else (), clause.mandates)
    for clause in left:
        yield Change("clause", "lost", clause.document_id, symbol, clause.number, clause.display)
        yield from _mandates(symbol, clause, clause.mandates, ())


def untold(known: Sequence[ClauseRow], after: Sequence[ClauseRow]) -> Iterator[tuple[ClauseRow, MandateRow]]:
    """The mandates of a reading that nobody can have been told of, in whatever words they were read before."""
    told = [mandate.quote for clause in known for mandate in clause.mandates]
    for clause in after:
        for mandate in clause.mandates:
            if twin(mandate.quote, told) is None:
                yield clause, mandate


def twin(words: str, candidates: Sequence[str]) -> int | None:
    """The place of the passage that this one is, word for word or nearly so."""
    wanted, held = wording(words), [wording(candidate) for candidate in candidates]
    if wanted in held:
        return held.index(wanted)
    tokens = wanted.split()
    best, place = ALIKE, None
    for number, candidate in enumerate(held):
        likeness = Indel.normalized_similarity(candidate.split(), tokens, score_cutoff=best)
        if likeness >= best:
            best, place = likeness, number
    return place


def _mandates(
    symbol: str | None, clause: ClauseRow, before: Sequence[MandateRow], after: Sequence[MandateRow]
) -> Iterator[Change]:
    left = list(before)
    for mandate in after:
        place = twin(mandate.quote, [candidate.quote for candidate in left])
        was = None if place is None else left.pop(place)
        if was is None:
            yield Change("mandate", "gained", clause.document_id, symbol, clause.number, mandate.quote)
        elif detail := _differences(was, mandate, _of_mandate):
            yield Change("mandate", "changed", clause.document_id, symbol, clause.number, mandate.quote, detail)
    for mandate in left:
        yield Change("mandate", "lost", clause.document_id, symbol, clause.number, mandate.quote)


def _differences(was: ClauseRow | MandateRow, now: ClauseRow | MandateRow, names: Sequence[str]) -> str:
    """What differs, for people: "due: None → by May 2027"."""
    return "; ".join(
        f"{name}: {getattr(was, name)} → {getattr(now, name)}"
        for name in names
        if getattr(was, name) != getattr(now, name)
    )
