"""A resolution with all that it renews and that renews it, clause by clause, as the published snapshot has them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.load.keys import without_number
from warehouse.query.opening import one_look
from warehouse.query.queries import query

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

# A draft is asked for by its own symbol, and leads to the chain of the text that was adopted from it.
_ASKED = """
WITH asked AS (
    SELECT document_id FROM documents WHERE replace(lower(symbol), ' ', '') = replace(lower($symbol), ' ', '')
)
SELECT DISTINCT chain_id FROM chains
WHERE document_id IN (FROM asked) OR document_id IN (
    SELECT to_document FROM relations WHERE relation = 'draft_of' AND from_document IN (FROM asked)
)"""
_RECORDED = """
SELECT 1 FROM documents WHERE replace(lower(symbol), ' ', '') = replace(lower($symbol), ' ', '') LIMIT 1"""
_RESOLUTIONS = """
SELECT document_id, symbol, title, body, session, published_on, url, step, renews FROM chains
WHERE chain_id IN (SELECT unnest($chains)) ORDER BY step, published_on, document_id"""
_STEPS = """
WITH worded AS (
    SELECT clauses.document_id, clause_key, number, display, is_mandate, position
    FROM clauses SEMI JOIN current_versions USING (document_id, version_id)
    WHERE clauses.document_id IN (SELECT unnest($documents))
)
SELECT
    later_document, clause_links.change, clause_links.score, now.number, now.display, was.number, was.display,
    coalesce(now.is_mandate, was.is_mandate, false), life.first_symbol, life.since
FROM clause_links
LEFT JOIN worded AS now ON now.document_id = later_document AND now.clause_key = later_clause
LEFT JOIN worded AS was ON was.document_id = earlier_document AND was.clause_key = earlier_clause
LEFT JOIN clause_life AS life ON life.document_id = earlier_document AND life.clause_key = earlier_clause
WHERE relation = 'renews' AND later_document IN (SELECT unnest($documents))
ORDER BY later_document, now.position NULLS LAST, was.position"""


@dataclass(frozen=True, slots=True)
class ClauseStep:
    """What a resolution made of one clause: same, changed, new or dropped, with its number and words on both sides.

    `since_symbol` and `since` are the resolution with which the clause began, None for a new one.
    """

    change: str
    score: float | None
    number: str | None
    words: str | None
    former_number: str | None
    former_words: str | None
    is_mandate: bool
    since_symbol: str | None
    since: date | None


@dataclass(frozen=True, slots=True)
class Resolution:
    """One resolution of a chain; `step` is its place in it, `renews` the symbol of the one before, if there is one."""

    document_id: str
    symbol: str | None
    title: str
    body: str | None
    session: int | None
    published_on: date | None
    url: str
    step: int
    renews: str | None
    clauses: tuple[ClauseStep, ...]


def is_recorded(home: Path, symbol: str) -> bool:
    """Whether a document of this symbol is recorded, in a chain or not; raises as `chain_of`."""
    return bool(query(home, _RECORDED, {"symbol": symbol}).rows)


def chain_of(home: Path, symbol: str) -> tuple[Resolution, ...]:
    """The chain of a resolution, or of the text adopted from a draft, oldest first; empty where there is none.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    with one_look(home):
        chains = [row[0] for row in query(home, _ASKED, {"symbol": symbol}).rows]
        if not chains:
            return ()
        rows = query(home, _RESOLUTIONS, {"chains": chains}).rows
        steps = query(home, _STEPS, {"documents": sorted({row[0] for row in rows})}).rows
    made: dict[str, list[ClauseStep]] = {}
    for document, change, score, now, words, was, former, *more in steps:
        bare = words and without_number(now, words).lstrip(". )"), former and without_number(was, former).lstrip(". )")
        made.setdefault(document, []).append(ClauseStep(change, score, now, bare[0], was, bare[1], *more))
    return tuple(Resolution(*(*row, tuple(made.get(row[0], ())))) for row in rows)
