"""How a document hangs together with others: relations, the documents that it names, and those that name it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.load.arrow_rows import symbol_key
from warehouse.load.keyed import acts_of, rows_of
from warehouse.pages.sightings import newest_version, sightings_of
from warehouse.query.places import has_none, near
from warehouse.query.queries import asker, query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from warehouse.pages.document import Document
    from warehouse.pages.text import Text

# A resolution that all others recall is named by thousands.
MOST_NAMED = 200
# Two looks, as DuckDB filters while it reads where there is one condition.
_RELATIONS = """
SELECT relation, true AS is_first, to_document AS other, named_symbol, evidence, first_seen, relation_id
FROM {first} WHERE from_document = $document
UNION ALL
SELECT relation, false, from_document, named_symbol, evidence, first_seen, relation_id
FROM {second} WHERE to_document = $document
ORDER BY first_seen, relation_id"""
_DOCUMENTS = "SELECT document_id, symbol, title, kind, stage, published_on FROM documents WHERE {condition}"
_CITED = """
SELECT symbol_key, min_by(document_id, (first_seen, document_id)), min_by(title, (first_seen, document_id))
FROM documents WHERE {condition} GROUP BY symbol_key"""
_CUTS = "SELECT what, compared, left_out FROM comparisons_cut WHERE document_id = $document ORDER BY ALL"
_NAMING = """
SELECT document_id, version_id, count(*) FROM citations
WHERE {condition} AND document_id <> $document GROUP BY document_id, version_id"""


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
class Cut:
    """How many texts, series, drafts or clauses the document was compared with, and how many were left out."""

    what: str
    compared: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Ties:
    """All that hangs together with a document; of the `citing_all` that name it the newest `MOST_NAMED` are listed.

    Where there was too much to compare, `cuts` say that relations may be missing.
    """

    relations: tuple[Tie, ...]
    cited: tuple[Citation, ...]
    citing: tuple[Citation, ...]
    citing_all: int
    cuts: tuple[Cut, ...]

    def has(self, relation: str, *, is_first: bool) -> bool:
        """Whether the document has this relation to another one, or another one to it."""
        return any(tie.relation == relation and tie.is_first == is_first for tie in self.relations)

    @property
    def recorded(self) -> dict[str, str]:
        """The documents that it names and that are recorded: id by symbol."""
        return {each.symbol: each.document_id for each in self.cited if each.symbol and each.document_id}


def ties_of(home: Path, document: Document, text: Text | None) -> Ties:
    """What hangs together with the document, whose text is that one.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    rows = _relations(home, document.document_id)
    others = _others(home, sorted({row[2] for row in rows if row[2]}))
    relations = tuple(
        Tie(relation, is_first, others.get(other), *more[:3]) for relation, is_first, other, *more in rows
    )
    citing = _citing(home, document)
    cited = _cited(home, document, text) if text else ()
    return Ties(relations, cited, citing[:MOST_NAMED], len(citing), _cuts(home, document.document_id))


def _relations(home: Path, document_id: str) -> list[tuple[Any, ...]]:
    columns = {"first": "from_document", "second": "to_document"}
    if all(has_none(home, "relations", column, document_id) for column in columns.values()):
        return []
    places = {name: near(home, "relations", column, document_id) for name, column in columns.items()}
    return query(home, _RELATIONS.format(**places), {"document": document_id}).rows


def _cuts(home: Path, document_id: str) -> tuple[Cut, ...]:
    if has_none(home, "comparisons_cut", "document_id", document_id):
        return ()
    return tuple(Cut(*row) for row in query(home, _CUTS, {"document": document_id}).rows)


def _cited(home: Path, document: Document, text: Text) -> tuple[Citation, ...]:
    """The other documents that the text names, in the order in which it does."""
    own = symbol_key(document.symbol) if document.symbol else None
    keys = {symbol: key for symbol in (named.symbol for named in text.citations) if (key := symbol_key(symbol)) != own}
    times = Counter(named.symbol for named in text.citations if named.symbol in keys)
    if not keys:
        return ()
    condition = f"symbol_key IN ({', '.join('?' * len(keys))})"
    rows = query(home, _CITED.format(condition=condition), list(keys.values())).rows
    known = {row[0]: row[1:] for row in rows if row[1] != document.document_id}
    return tuple(
        Citation(*(document_id, symbol, title, count))
        for symbol, count in times.items()
        for document_id, title in [known.get(keys[symbol], (None, None))]
    )


def _citing(home: Path, document: Document) -> tuple[Citation, ...]:
    """The documents whose newest texts name this one, the newest first."""
    if not document.symbol:
        return ()
    # One value is looked for while the column is read, several after it.
    spellings = list(dict.fromkeys((document.symbol, document.symbol.replace(" ", ""))))
    condition = "symbol = $symbol" if len(spellings) == 1 else "symbol IN ($symbol, $spaceless)"
    about = dict(zip(("symbol", "spaceless"), spellings, strict=False))
    naming = query(home, _NAMING.format(condition=condition), about | {"document": document.document_id}).rows
    newest = _newest(home, sorted({row[0] for row in naming}))
    times = {document_id: count for document_id, version_id, count in naming if newest.get(document_id) == version_id}
    found = sorted(_others(home, sorted(times)).values(), key=lambda each: (each.symbol or "", each.document_id))
    found.sort(key=lambda each: each.published_on or date.min, reverse=True)
    return tuple(Citation(each.document_id, each.symbol, each.title, times[each.document_id]) for each in found)


def _newest(home: Path, documents: Sequence[str]) -> dict[str, str]:
    """The version that sources showed last of each of these documents: an act knows it itself."""
    known = {document: version for document, (version, _) in acts_of(asker(home), documents).items()}
    others = sightings_of(home, [each for each in documents if each not in known])
    shown = {document_id: newest_version(sightings) for document_id, sightings in others.items()}
    return known | {document_id: version_id for document_id, version_id in shown.items() if version_id is not None}


def _others(home: Path, documents: Sequence[str]) -> dict[str, Other]:
    return {row[0]: Other(*row) for row in rows_of(asker(home), _DOCUMENTS, "document_id", documents)}
