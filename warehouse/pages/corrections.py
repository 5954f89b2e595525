"""How the clauses of a document read with its corrigenda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.query.queries import query

if TYPE_CHECKING:
    from pathlib import Path

_CORRECTIONS = """
SELECT earlier_clause, later_document, coalesce(symbol, title), words, evidence
FROM clause_links JOIN documents ON documents.document_id = later_document
WHERE relation = 'corrects' AND earlier_document = $document AND earlier_clause IS NOT NULL
ORDER BY published_on, symbol, document_id"""


@dataclass(frozen=True, slots=True)
class Correction:
    """What a corrigendum says of a clause; `words` are how the clause reads since, None where it is not said plainly.

    `passage` are the corrigendum's own words.
    """

    document_id: str
    name: str
    words: str | None
    passage: str


def corrections_of(home: Path, document_id: str) -> dict[str, tuple[Correction, ...]]:
    """The corrections of each corrected clause, by its key, in order.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    found: dict[str, list[Correction]] = {}
    for clause_key, *facts in query(home, _CORRECTIONS, {"document": document_id}).rows:
        found.setdefault(clause_key, []).append(Correction(*facts))
    return {key: tuple(each) for key, each in found.items()}
