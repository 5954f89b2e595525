"""The words of mandates with where they are, by the ids alone: their clauses and their documents.

They are as the view `current_mandates` has them, which reads all texts for that. One table is asked after the other, as
a join reads a whole column of all mandates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.load.keyed import rows_of
from warehouse.query.queries import asker

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

_MANDATES = """
SELECT mandate_id, task_key, quote, verb, deliverable, agenda_item, action FROM mandates WHERE {condition}"""
_CLAUSES = """
SELECT clause_id, document_id, clause_key, number, page, display, verb, agenda_item FROM clauses WHERE {condition}"""
_DOCUMENTS = """
SELECT document_id, symbol, title, body, kind, language, published_on, published_precision, url FROM documents
WHERE {condition}"""


@dataclass(frozen=True, slots=True)
class InDocument:
    """A document as it is named beside what it asks for."""

    document_id: str
    symbol: str | None
    title: str
    body: str | None
    kind: str
    language: str | None
    published_on: date | None
    published_precision: str | None
    url: str


@dataclass(frozen=True, slots=True)
class InWords:
    """A mandate in the words of its clause; in its own where the clause has others, too."""

    task_key: str
    clause_key: str
    number: str | None
    page: int | None
    quote: str
    verb: str
    deliverable: str | None
    agenda_item: str | None
    action: str | None
    document: InDocument


def words_of(home: Path, mandate_ids: Iterable[str]) -> dict[str, InWords]:
    """The words of those of these mandates that the snapshot has; what a person called one has the id of its clause.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    ask, asked = asker(home), {*mandate_ids}
    clause_of = {mandate: mandate.rpartition(":")[0] for mandate in asked}
    # The mandates of a clause are numbered from 1, so one with a second is shared.
    seconds = {f"{clause}:2": clause for clause in clause_of.values()}
    mandates = _by_key(rows_of(ask, _MANDATES, "mandate_id", asked | {*seconds}))
    shared = {seconds[mandate] for mandate in mandates if mandate in seconds}
    clauses = _by_key(rows_of(ask, _CLAUSES, "clause_id", asked | {*clause_of.values()}))
    rows = rows_of(ask, _DOCUMENTS, "document_id", {row[0] for row in clauses.values()})
    documents = {row[0]: InDocument(*row) for row in rows}
    found = {}
    for mandate in asked:
        is_clause = mandate in clauses
        clause = mandate if is_clause else clause_of[mandate]
        if clause not in clauses or not (is_clause or mandate in mandates):
            continue
        document, key, number, page, display, verb, agenda_item = clauses[clause]
        task, quote, *more = (key, display, verb, None, agenda_item, None) if is_clause else mandates[mandate]
        words = quote if clause in shared else display
        found[mandate] = InWords(*(task, key, number, page, words, *more, documents[document]))
    return found


def _by_key(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in rows}
