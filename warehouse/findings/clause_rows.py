"""Clauses with their mandates, as comparing texts needs them: those just loaded, and those known before."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from warehouse.findings.finding import deadlines_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import duckdb
    import pyarrow as pa

    from warehouse.findings.finding import Deadline

_of_documents = """
SELECT
    clauses.version_id, clauses.document_id, versions.first_seen, clause_id, number, page, display, verb,
    type, addressee, addressee_id, agenda_item, clause_key, confidence, review, coalesce(asked.mandates, [])
FROM clauses
JOIN versions USING (version_id)
LEFT JOIN (
    SELECT clause_id, list(mandates ORDER BY mandate_id) AS mandates FROM mandates
    WHERE document_id IN (SELECT unnest($documents)) GROUP BY clause_id
) AS asked USING (clause_id)
WHERE clauses.document_id IN (SELECT unnest($documents))
ORDER BY versions.first_seen, clauses.version_id, position"""


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate as a message needs it."""

    mandate_id: str
    quote: str
    verb: str
    type: str
    addressee: str | None
    addressee_id: str | None
    deadlines: tuple[Deadline, ...]
    agenda_item: str | None
    agenda_title: str | None
    action: str | None
    task_key: str
    addressee_resolved: str | None
    deliverable: str | None

    @property
    def due(self) -> str | None:
        """All its deadlines in one line, for comparisons."""
        return "; ".join(map(str, self.deadlines)) or None


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause of one version, first shown at `shown_at`."""

    version_id: str
    document_id: str
    shown_at: datetime
    clause_id: str
    number: str | None
    page: int | None
    display: str
    verb: str
    type: str
    addressee: str | None
    addressee_id: str | None
    agenda_item: str | None
    clause_key: str
    confidence: float | None
    review: list[str] | None
    mandates: tuple[MandateRow, ...]


_asked = tuple("dues" if field.name == "deadlines" else field.name for field in fields(MandateRow))
_said = tuple(field.name for field in fields(ClauseRow))[3:-1]


def clauses_in(clauses: pa.Table, mandates: pa.Table) -> tuple[ClauseRow, ...]:
    """The clauses of texts that have just been loaded, in the order of their texts."""
    held: dict[str, list[MandateRow]] = {}
    for row in mandates.select(["clause_id", *_asked]).to_pylist():
        held.setdefault(row.pop("clause_id"), []).append(_mandate(row))
    rows = clauses.select(["version_id", "document_id", "finished_at", *_said]).to_pylist()
    return tuple(ClauseRow(*(*row.values(), tuple(held.get(row["clause_id"], ())))) for row in rows)


def clauses_of(connection: duckdb.DuckDBPyConnection, documents: Sequence[str]) -> tuple[ClauseRow, ...]:
    """The clauses of all versions of these documents, oldest version first."""
    rows = connection.execute(_of_documents, {"documents": list(documents)}).fetchall() if documents else []
    return tuple(_clause(row) for row in rows)


def _clause(row: tuple[Any, ...]) -> ClauseRow:
    *facts, nested = row
    mandates = tuple(_mandate(mandate) for mandate in nested)
    return ClauseRow(*(*facts, mandates))


def _mandate(row: Mapping[str, Any]) -> MandateRow:
    values: list[Any] = [deadlines_of(row[name]) if name == "dues" else row[name] for name in _asked]
    return MandateRow(*values)
