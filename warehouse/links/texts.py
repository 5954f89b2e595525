"""The newest texts of documents as linking their clauses needs them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.load.arrivals import among
from warehouse.load.keys import without_number

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    import duckdb

# Acts know the text they were worked out from; of other documents (corrigenda, reports) the sightings are asked.
_OF_ACTS = "SELECT document_id, version_id FROM acts WHERE version_id IS NOT NULL AND {condition}"
_SHOWN = """
SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) FROM sightings
WHERE version_id IS NOT NULL AND {condition} GROUP BY document_id"""
_TEXTS = """
SELECT versions.document_id, text, coalesce(reading = 'complete', false), published_on, symbol
FROM versions JOIN documents USING (document_id) LEFT JOIN analyses USING (version_id)
WHERE versions.{condition}"""
_IDS = "SELECT unnest(clauses) FROM acts WHERE {condition}"
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
    condition, parameters = among("document_id", sorted(documents))
    acts = dict(connection.execute(_OF_ACTS.format(condition=condition), parameters).fetchall())
    shown = acts | _shown(connection, set(documents) - acts.keys())
    if not shown:
        return {}
    condition, parameters = among("version_id", sorted(shown.values()))
    texts = connection.execute(_TEXTS.format(condition=condition), parameters).fetchall()
    clauses: dict[str, list[ClauseText]] = {}
    for document, key, number, display in _clauses(connection, acts, shown):
        clauses.setdefault(document, []).append(ClauseText(key, number, display))
    return {
        document: Text(text, is_complete, _place(day, symbol), tuple(clauses.get(document, ())))
        for document, text, is_complete, day, symbol in texts
    }


def _shown(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> dict[str, str]:
    if not documents:
        return {}
    condition, parameters = among("document_id", sorted(documents))
    return dict(connection.execute(_SHOWN.format(condition=condition), parameters).fetchall())


def _clauses(
    connection: duckdb.DuckDBPyConnection, acts: Collection[str], shown: Mapping[str, str]
) -> list[tuple[str, str, str | None, str]]:
    """Document, key, number and words of the clauses, in the order of each text.

    By their ids, which are a key of the table; the clauses of a document that is no act have to be looked for.
    """
    found: list[tuple[str, str, str | None, str]] = []
    if acts:
        condition, parameters = among("document_id", sorted(acts))
        ids = [row[0] for row in connection.execute(_IDS.format(condition=condition), parameters).fetchall()]
        condition, parameters = among("clause_id", ids)
        found += connection.execute(_CLAUSES.format(condition=condition), parameters).fetchall()
    if others := [version for document, version in shown.items() if document not in acts]:
        condition, parameters = among("version_id", sorted(others))
        found += connection.execute(_CLAUSES.format(condition=condition), parameters).fetchall()
    return found


def _place(day: date | None, symbol: str | None) -> tuple[int, tuple[int, ...]]:
    return day.toordinal() if day else 0, tuple(map(int, re.findall(r"\d+", symbol or "")))
