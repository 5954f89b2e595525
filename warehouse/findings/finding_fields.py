"""What a finding says of its document and its clause."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from warehouse.findings.finding import ClauseFacts, DocumentFacts, Finding
from warehouse.load.arrivals import those_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.findings.clause_rows import ClauseRow, MandateRow
    from warehouse.findings.finding import FindingKind

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
    """When a recording looks, and whether it is a source's first look, of which nobody is notified unless asked."""

    found_at: datetime
    baseline: bool


def found(kind: FindingKind, document: DocumentFacts, key: str, moment: Moment, **more: Any) -> Finding:
    """A finding of this document; `key` is what makes it one thing among the document's findings of that kind."""
    name = hashlib.sha256(f"{kind}\n{document.document_id}\n{key}".encode()).hexdigest()
    return Finding(name, kind, moment.found_at, baseline=moment.baseline, document=document, **more)


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


def clause_facts(clause: ClauseRow, mandate: MandateRow | None = None) -> ClauseFacts:
    """The facts of a clause, or of one mandate in it."""
    facts = ClauseFacts(quote=clause.display, review=tuple(clause.review or ()), **_shared(clause))
    if mandate is None:
        return facts
    # With several mandates in a clause each is shown in its own words; alone, in the clause's words as people see them.
    quote = clause.display if len(clause.mandates) == 1 else " ".join(mandate.quote.split())
    return replace(facts, **(_shared(mandate) | {"quote": quote}))


def _shared(row: ClauseRow | MandateRow) -> dict[str, Any]:
    """Those facts that a row has under the same name."""
    kind: Any = type(row)  # mypy takes a class for unhashable
    return {name: getattr(row, name) for name in _names(kind)}


@cache
def _names(kind: type[Any]) -> frozenset[str]:
    both = {field.name for field in fields(ClauseFacts)} & {field.name for field in fields(kind)}
    return frozenset(both - {"quote", "review"})
