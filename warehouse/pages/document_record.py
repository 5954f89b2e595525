"""One document with all that is recorded of it: its texts, and what was found in one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - the API reads the types of the fields
from typing import TYPE_CHECKING, Any

from warehouse.pages.document_list import ListedDocument
from warehouse.pages.listing import columns_of
from warehouse.query.opening import one_look
from warehouse.query.queries import query

if TYPE_CHECKING:
    from pathlib import Path

_DOCUMENT = f"""
SELECT {columns_of(ListedDocument)} FROM documents WHERE document_id = coalesce(
    (SELECT document_id FROM documents WHERE document_id = $document),
    (SELECT document_id FROM document_aliases WHERE alias_id = $document)
)"""  # noqa: S608 - our own words
_VERSIONS = """
SELECT
    versions.version_id, current_versions.version_id IS NOT NULL AS is_current, versions.first_seen, text_sha256,
    raw_sha256, media_type, page_starts, flags, part, reader, rules, analyses.language, reading, reasons, notes
FROM versions
LEFT JOIN analyses USING (version_id)
LEFT JOIN (SELECT version_id FROM current_versions WHERE document_id = $document) AS current_versions
    USING (version_id)
WHERE versions.document_id = $document ORDER BY versions.first_seen, versions.version_id"""
_TEXT = "SELECT text FROM versions WHERE version_id = $version"
# All rows of a version have ids that begin with its own, which their index finds.
_CLAUSES = """
SELECT
    clause_id, clause_key, position, number, "start", "end", page, quote, display, verb, type, is_mandate, addressee,
    addressee_id, agenda_item, rule, confidence, review
FROM clauses WHERE clause_id BETWEEN $version || ':' AND $version || ':~' ORDER BY position"""
_TASKS = """
SELECT
    clause_id, task_key, mandate_id, "start", "end", quote, verb, type, addressee, addressee_id, addressee_resolved,
    action, deliverable, agenda_item, agenda_title, rule, dues
FROM mandates WHERE mandate_id BETWEEN $version || ':' AND $version || ':~' ORDER BY "start", mandate_id"""
_CITATIONS = """
SELECT citation_id, "start", "end", quote, symbol FROM citations
WHERE citation_id BETWEEN $version || ':' AND $version || ':~' ORDER BY "start" """


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A text of the document, as `versions` and `analyses` have it, without its words."""

    version_id: str
    is_current: bool
    first_seen: datetime
    text_sha256: str
    raw_sha256: str | None
    media_type: str | None
    page_starts: list[int]
    flags: list[str]
    part: str | None
    reader: int | None
    rules: int | None
    language: str | None
    reading: str | None
    reasons: list[str] | None
    notes: list[str] | None


@dataclass(frozen=True, slots=True)
class DueRecord:
    """A deadline of a task: its words with their offsets, and its days."""

    start: int
    end: int
    quote: str
    due_start: date | None
    due_end: date | None
    basis: str
    rule: str
    sense: str | None


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """What one verb of a clause asks for as it was read, as the table `mandates` has it."""

    task_key: str
    mandate_id: str
    start: int
    end: int
    quote: str
    verb: str
    type: str
    addressee: str | None
    addressee_id: str | None
    addressee_resolved: str | None
    action: str | None
    deliverable: str | None
    agenda_item: str | None
    agenda_title: str | None
    rule: str
    dues: tuple[DueRecord, ...]


@dataclass(frozen=True, slots=True)
class ClauseRecord:
    """An operative paragraph, as the table `clauses` has it, with its tasks."""

    clause_key: str
    clause_id: str
    position: int
    number: str | None
    start: int
    end: int
    page: int | None
    quote: str
    display: str
    verb: str
    type: str
    is_mandate: bool
    addressee: str | None
    addressee_id: str | None
    agenda_item: str | None
    rule: str
    confidence: float | None
    review: list[str] | None
    tasks: tuple[TaskRecord, ...]


@dataclass(frozen=True, slots=True)
class CitationRecord:
    """A document that the text names, as the table `citations` has it."""

    citation_id: str
    start: int
    end: int
    quote: str
    symbol: str


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A document with all its texts, oldest first, and the one of them that is shown; None where it has no text."""

    document: ListedDocument
    versions: tuple[VersionRecord, ...]
    shown: VersionRecord | None


@dataclass(frozen=True, slots=True)
class TextRecord:
    """The words of a text and what was found in them; all offsets are characters of `text`, from 0."""

    text: str
    clauses: tuple[ClauseRecord, ...]
    citations: tuple[CitationRecord, ...]


def document_record(home: Path, document_id: str, version_id: str | None = None) -> DocumentRecord | None:
    """The document of this id, of today or a former one, with the text asked for, else the newest.

    None where there is no such document, or where it has no such version.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    with one_look(home):
        rows = query(home, _DOCUMENT, {"document": document_id}).rows
        if not rows:
            return None
        document = ListedDocument(*rows[0])
        found = query(home, _VERSIONS, {"document": document.document_id}).rows
    versions = tuple(VersionRecord(*row) for row in found)
    wanted = [each for each in versions if each.version_id == version_id or (version_id is None and each.is_current)]
    if version_id is not None and not wanted:
        return None
    return DocumentRecord(document, versions, wanted[0] if wanted else None)


def text_record(home: Path, version_id: str) -> TextRecord:
    """The words of a version and what was found in them; raises as `document_record`."""
    of = {"version": version_id}
    with one_look(home):
        ((text,),) = query(home, _TEXT, of).rows
        citations = tuple(CitationRecord(*row) for row in query(home, _CITATIONS, of).rows)
        return TextRecord(text, clause_records(home, version_id), citations)


def clause_records(home: Path, version_id: str) -> tuple[ClauseRecord, ...]:
    """What was found in the words of a version, without the words; raises as `document_record`."""
    of = {"version": version_id}
    with one_look(home):
        tasks: dict[str, list[TaskRecord]] = {}
        for row in _named(home, _TASKS, of):
            dues = tuple(DueRecord(**due) for due in row.pop("dues"))
            tasks.setdefault(row.pop("clause_id"), []).append(TaskRecord(**row, dues=dues))
        rows = _named(home, _CLAUSES, of)
    return tuple(ClauseRecord(**row, tasks=tuple(tasks.get(row["clause_id"], ()))) for row in rows)


def _named(home: Path, sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    found = query(home, sql, values)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]
