"""What a finding says of its document and its clause."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from warehouse.load.arrivals import those_of
from warehouse.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    import duckdb

    from warehouse.findings.clause_rows import ClauseRow, MandateRow
    from warehouse.model import FindingKind

_documents = """
SELECT
    document_id, symbol, title, body, kind, stage, language, url, published_on, published_precision, topics,
    shown.sources
FROM documents LEFT JOIN (
    SELECT document_id, list_sort(list(source_id)) AS sources FROM sightings
    WHERE document_id IN (SELECT unnest($wanted)) GROUP BY document_id
) AS shown USING (document_id)
WHERE document_id IN (SELECT unnest($wanted))"""


_of_entry = [
    "document_id", "symbol", "title", "body", "kind", "stage", "language", "url", "published_on", "published_precision",
    "topics", "source_id",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """When a recording looks, and whether it is a source's first look, which is told to nobody unless asked."""

    found_at: datetime
    baseline: bool


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What every finding says of its document."""

    document_id: str
    symbol: str | None
    title: str
    body: str | None
    document_kind: str
    stage: str | None
    language: str | None
    url: str
    published_on: date | None
    published_precision: str | None
    topics: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def name(self) -> str:
        """What people call it: its symbol, else its title."""
        return self.symbol or self.title

    def finding(self, kind: FindingKind, key: str, moment: Moment, **more: Any) -> Finding:
        """A finding of this document; `key` is what makes it one thing among the document's findings of that kind."""
        name = hashlib.sha256(f"{kind}\n{self.document_id}\n{key}".encode()).hexdigest()
        return Finding(
            finding_id=name,
            kind=kind,
            found_at=moment.found_at,
            baseline=moment.baseline,
            document_id=self.document_id,
            symbol=self.symbol,
            title=self.title,
            body=self.body,
            document_kind=self.document_kind,
            stage=self.stage,
            language=self.language,
            url=self.url,
            published_on=self.published_on,
            published_precision=self.published_precision,
            topics=self.topics,
            sources=self.sources,
            **more,
        )


def document_facts(connection: duckdb.DuckDBPyConnection, documents: Iterable[str]) -> dict[str, DocumentFacts]:
    """The facts of these documents, by id."""
    wanted = sorted(documents)
    rows = connection.execute(_documents, {"wanted": wanted}).fetchall() if wanted else []
    return {row[0]: DocumentFacts(*(*row[:10], tuple(row[10]), tuple(row[11] or ()))) for row in rows}


def facts_in(entries: pa.Table, documents: Sequence[str]) -> dict[str, DocumentFacts]:
    """The facts of documents that have just been loaded, by id: nobody but these entries has shown them."""
    rows = those_of(entries.select(_of_entry), "document_id", pa.array(documents, pa.string())).to_pylist()
    facts: dict[str, DocumentFacts] = {}
    for *values, topics, source in (row.values() for row in rows):
        facts.setdefault(values[0], DocumentFacts(*(*values, tuple(topics), (source,))))
    return facts


def clause_fields(clause: ClauseRow, mandate: MandateRow | None) -> dict[str, Any]:
    """The fields of a finding that speak of a clause, and of one mandate in it."""
    fields: dict[str, Any] = {
        "clause_id": clause.clause_id,
        "clause_number": clause.number,
        "page": clause.page,
        "quote": clause.display,
        "verb": clause.verb,
        "type": clause.type,
        "addressee": clause.addressee,
        "addressee_id": clause.addressee_id,
        "agenda_item": clause.agenda_item,
        "review": tuple(clause.review or ()),
    }
    if mandate is None:
        return fields
    # With several mandates in a clause each is shown in its own words; alone, in the clause's words as people see them.
    quote = clause.display if len(clause.mandates) == 1 else " ".join(mandate.quote.split())
    return fields | {
        "mandate_id": mandate.mandate_id,
        "quote": quote,
        "verb": mandate.verb,
        "type": mandate.type,
        "addressee": mandate.addressee,
        "addressee_id": mandate.addressee_id,
        "due": mandate.due,
        "due_start": mandate.due_start,
        "due_end": mandate.due_end,
        "due_basis": mandate.due_basis,
        "agenda_item": mandate.agenda_item,
        "agenda_title": mandate.agenda_title,
        "action": mandate.action,
        "task_key": mandate.task_key,
        "deliverable": mandate.deliverable,
        "due_sense": mandate.due_sense,
        "addressee_resolved": mandate.addressee_resolved,
    }
