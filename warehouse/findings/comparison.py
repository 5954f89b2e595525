"""What differs between two readings of a text, by clauses and mandates."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

from rapidfuzz.distance import Indel

from scrapers.text.readers import solid_words
from warehouse.links.similarity import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from warehouse.findings.clause_rows import ClauseRow, MandateRow

Row = TypeVar("Row")

# Below this share of common words, in their order, two passages are two, not one in other words.
ALIKE = 0.6
# Passages a side that are compared each with each, some .5 s; a text has some twenty clauses, the longest 400.
MOST_COMPARED = 500

_of_clause = ("number", "display", "verb", "type", "addressee", "agenda_item")
_of_mandate = ("verb", "type", "addressee", "addressee_id", "due", "agenda_item", "action")


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
    paired = _former_of([clause.display for clause in before], [clause.display for clause in after])
    for place, clause in enumerate(after):
        was = before[paired[place]] if place in paired else None
        if was is None:
            yield Change("clause", "gained", clause.document_id, symbol, clause.number, clause.display)
        elif detail := _differences(was, clause, _of_clause):
            yield Change("clause", "changed", clause.document_id, symbol, clause.number, clause.display, detail)
        yield from _mandates(symbol, clause, was.mandates if was else (), clause.mandates)
    for clause in _others(before, paired):
        yield Change("clause", "lost", clause.document_id, symbol, clause.number, clause.display)
        yield from _mandates(symbol, clause, clause.mandates, ())


def pairs(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, float]]:
    """Which passages of two readings are one: places in both and the share of words in common, each passage once.

    Those with the same words first, in their order; of the others the most alike. Of more than `MOST_COMPARED` others a
    side the rest has no pair.
    """
    same: dict[str, deque[int]] = {}
    for place, words in enumerate(before):
        same.setdefault(solid_words(words), deque()).append(place)
    found = [
        (held.popleft(), place, 1.0) for place, words in enumerate(after) if (held := same.get(solid_words(words)))
    ]
    left = sorted(place for places in same.values() for place in places)[:MOST_COMPARED]
    paired = {place for _, place, _ in found}
    right = [place for place in range(len(after)) if place not in paired][:MOST_COMPARED]
    former_tokens = {place: wording(before[place]).split() for place in left}
    alike: list[tuple[float, int, int]] = []
    for place in right:
        wanted = wording(after[place]).split()
        for former, tokens in former_tokens.items():
            score = Indel.normalized_similarity(tokens, wanted, score_cutoff=ALIKE)
            if score >= ALIKE:
                alike.append((-score, former, place))
    for score, former, place in sorted(alike):
        if former in former_tokens and place not in paired:
            del former_tokens[former]
            paired.add(place)
            found.append((former, place, -score))
    return found


def never_notified(known: Sequence[ClauseRow], after: Sequence[ClauseRow]) -> Iterator[tuple[ClauseRow, MandateRow]]:
    """The mandates of a reading that nobody can have been notified of, in whatever words they were read before."""
    known_quotes = [mandate.quote for clause in known for mandate in clause.mandates]
    for clause in after:
        for mandate in clause.mandates:
            if twin(mandate.quote, known_quotes) is None:
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
    paired = _former_of([mandate.quote for mandate in before], [mandate.quote for mandate in after])
    for place, mandate in enumerate(after):
        was = before[paired[place]] if place in paired else None
        if was is None:
            yield Change("mandate", "gained", clause.document_id, symbol, clause.number, mandate.quote)
        elif detail := _differences(was, mandate, _of_mandate):
            yield Change("mandate", "changed", clause.document_id, symbol, clause.number, mandate.quote, detail)
    for mandate in _others(before, paired):
        yield Change("mandate", "lost", clause.document_id, symbol, clause.number, mandate.quote)


def _former_of(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """The place in the former reading of each passage that has one there."""
    return {place: former for former, place, _ in pairs(before, after)}


def _others(before: Sequence[Row], paired: dict[int, int]) -> Iterator[Row]:
    kept = set(paired.values())
    return (row for place, row in enumerate(before) if place not in kept)


def _differences(was: ClauseRow | MandateRow, now: ClauseRow | MandateRow, names: Sequence[str]) -> str:
    """What differs, for people: "due: None → by May 2027"."""
    return "; ".join(
        f"{name}: {getattr(was, name)} → {getattr(now, name)}"
        for name in names
        if getattr(was, name) != getattr(now, name)
    )
