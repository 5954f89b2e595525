"""How a document hangs together with others: relations, the documents that it names, and those that name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.load.arrivals import among
from warehouse.query.queries import query

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from warehouse.pages.document import Document

# A resolution that all others recall is named by thousands.
MOST_NAMED = 200
_RELATIONS = """
SELECT
    relation, from_document = $document AS is_first, CASE WHEN from_document = $document THEN to_document
        ELSE from_document END AS other, named_symbol, evidence, first_seen
FROM relations WHERE from_document = $document OR to_document = $document ORDER BY first_seen, relation_id"""
_DOCUMENTS = "SELECT document_id, symbol, title, kind, stage, published_on FROM documents WHERE {condition}"
_CITED = """
WITH named AS (
    SELECT symbol, count(*) AS times, md5_number_lower(replace(lower(symbol), ' ', '')) AS key, min("start") AS place
    FROM citations WHERE citation_id BETWEEN $version || ':' AND $version || ':~' GROUP BY symbol
)
SELECT named.symbol, named.times, min_by(document_id, (first_seen, document_id)) AS document_id,
    min_by(title, (first_seen, document_id)) AS title
FROM named LEFT JOIN documents ON documents.symbol_key = named.key AND documents.document_id <> $document
GROUP BY named.symbol, named.times, named.place ORDER BY named.place"""
# Of each document that names it the newest text counts.
_CITING = """
WITH naming AS (
    SELECT document_id, version_id, count(*) AS times FROM citations
    WHERE symbol IN ($symbol, $spaceless) AND document_id <> $document GROUP BY document_id, version_id
), current AS (
    SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id FROM sightings
    WHERE version_id IS NOT NULL AND document_id IN (SELECT document_id FROM naming) GROUP BY document_id
)
SELECT document_id, symbol, title, times, count(*) OVER () AS documents
FROM naming JOIN current USING (document_id, version_id) JOIN documents USING (document_id)
ORDER BY published_on DESC NULLS LAST, symbol, document_id LIMIT $most"""


@dataclass(frozen=True, slots=True)
class Other:
    """Another document of the register."""

    document_id: str
    symbol: str | None
    title: str
    kind: str
    stage: str | None
    published_on: date | None

    @property
    def name(self) -> str:
        """What people call it: its symbol, else its title."""
        return self.symbol or self.title


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation. `is_first`: this document has it (it amends, corrects, renews …), else the other one has it to this.

    `other` is None while the document of `named_symbol` has not been seen.
    """

    relation: str
    is_first: bool
    other: Other | None
    named_symbol: str | None
    evidence: str
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class Citation:
    """A document that is named, or that names; `document_id` is None where it is not recorded, `times` how often."""

    document_id: str | None
    symbol: str | None
    title: str | None
    times: int

    @property
    def name(self) -> str:
        """What people call it."""
        return self.symbol or self.title or self.document_id or ""


@dataclass(frozen=True, slots=True)
class Ties:
    """All that hangs together with a document; of the `citing_all` that name it the newest `MOST_NAMED` are listed."""

    relations: tuple[Tie, ...]
    cited: tuple[Citation, ...]
    citing: tuple[Citation, ...]
    citing_all: int

    def has(self, relation: str, *, is_first: bool) -> bool:
        """Whether the document has this relation to another one, or another one to it."""
        return any(tie.relation == relation and tie.is_first == is_first for tie in self.relations)

    @property
    def recorded(self) -> dict[str, str]:
        """The documents that it names and that are recorded: id by symbol."""
        return {each.symbol: each.document_id for each in self.cited if each.symbol and each.document_id}


def ties_of(home: Path, document: Document, version_id: str | None) -> Ties:
    """What hangs together with the document, whose text has that version.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    rows = query(home, _RELATIONS, {"document": document.document_id}).rows
    condition, parameters = among("document_id", sorted({row[2] for row in rows if row[2]}))
    others = {row[0]: Other(*row) for row in query(home, _DOCUMENTS.format(condition=condition), parameters).rows}
    relations = tuple(
        Tie(relation, is_first is True, others.get(other), *more) for relation, is_first, other, *more in rows
    )
    asked = {"version": version_id, "document": document.document_id}
    cited = query(home, _CITED, asked).rows if version_id else []
    citing = []
    if document.symbol:
        spaceless = document.symbol.replace(" ", "")
        about = {"symbol": document.symbol, "spaceless": spaceless, "document": document.document_id}
        citing = query(home, _CITING, about | {"most": MOST_NAMED}).rows
    return Ties(
        relations,
        tuple(Citation(document_id, symbol, title, times) for symbol, times, document_id, title in cited),
        tuple(Citation(*row[:4]) for row in citing),
        citing[0][4] if citing else 0,
    )
