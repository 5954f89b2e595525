"""The newest texts of documents as linking their clauses needs them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.links.newest import newest
from warehouse.load.keyed import asker, rows_of
from warehouse.load.keys import without_number

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    import duckdb

_TEXTS = """
SELECT versions.document_id, text, coalesce(reading = 'complete', false), published_on, symbol
FROM versions JOIN documents USING (document_id) LEFT JOIN analyses USING (version_id)
WHERE versions.{condition}"""
_CLAUSES = """
SELECT document_id, clause_key, number, display FROM clauses WHERE {condition} ORDER BY document_id, position"""


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause by its lasting name, with its printed number and its words."""

    clause_key: str
    number: str | None
    display: str

    @property
    def bare_number(self) -> str:
        """Its number without marks, "" where it has none."""
        return (self.number or "").strip(".() ")

    @property
    def words(self) -> str:
        """Its words without the number, which moves when a clause is put in before it."""
        return without_number(self.number, self.display)


@dataclass(frozen=True, slots=True)
class Text:
    """The newest text of a document with its clauses; `place` sorts documents by day, then number."""

    text: str
    is_complete: bool
    place: tuple[int, tuple[int, ...]]
    clauses: tuple[ClauseText, ...]


def texts_of(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> dict[str, Text]:
    """The newest text of each of these documents that has one."""
    found = newest(connection, documents)
    if not found.versions:
        return {}
    ask = asker(connection)
    texts = rows_of(ask, _TEXTS, "version_id", found.versions.values())
    clauses: dict[str, list[ClauseText]] = {}
    for document, key, number, display in rows_of(ask, _CLAUSES, "clause_id", found.clauses):
        clauses.setdefault(document, []).append(ClauseText(key, number, display))
    return {
        document: Text(text, is_complete, _place(day, symbol), tuple(clauses.get(document, ())))
        for document, text, is_complete, day, symbol in texts
    }


def _place(day: date | None, symbol: str | None) -> tuple[int, tuple[int, ...]]:
    return day.toordinal() if day else 0, tuple(map(int, re.findall(r"\d+", symbol or "")))
