"""One document with all that is recorded of it: its texts, and what was found in one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - the API reads the types of the fields
from typing import TYPE_CHECKING

from warehouse.load.keyed import mandates_of, rows_of
from warehouse.pages.document_list import ListedDocument
from warehouse.pages.listing import columns_of
from warehouse.pages.sightings import newest_version, sightings_of
from warehouse.pages.text import clause_ids
from warehouse.query.opening import one_look
from warehouse.query.places import near
from warehouse.query.queries import asker, query

if TYPE_CHECKING:
    from pathlib import Path

_DOCUMENT = f"SELECT {columns_of(ListedDocument)} FROM documents WHERE document_id = $document"  # noqa: S608 - our own words
_TODAY = "SELECT document_id FROM document_aliases WHERE alias_id = $document"
_VERSIONS = """
SELECT version_id, first_seen, text_sha256, raw_sha256, media_type, page_starts, flags, part, reader
FROM {versions} WHERE document_id = $document ORDER BY first_seen, version_id"""
_READINGS = "SELECT version_id, rules, language, reading, reasons, notes FROM analyses WHERE {condition}"
_TEXT = "SELECT text, document_id FROM versions WHERE version_id = $version"
_CLAUSES = """
SELECT
    clause_key, clause_id, position, number, "start", "end", page, quote, display, verb, type, is_mandate, addressee,
    addressee_id, agenda_item, rule, confidence, review
FROM clauses WHERE {condition} ORDER BY position"""
_TASKS = """
SELECT
    clause_id, task_key, mandate_id, "start", "end", quote, verb, type, addressee, addressee_id, addressee_resolved,
    action, deliverable, agenda_item, agenda_title, rule, dues
FROM mandates WHERE {condition}"""
_CITATIONS = """
SELECT citation_id, "start", "end", quote, symbol FROM {citations} WHERE version_id = $version ORDER BY "start" """


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
        if not rows and (led := query(home, _TODAY, {"document": document_id}).rows):
            rows = query(home, _DOCUMENT, {"document": led[0][0]}).rows
        if not rows:
            return None
        document = ListedDocument(*rows[0])
        versions = _versions(home, document.document_id)
    wanted = [each for each in versions if each.version_id == version_id or (version_id is None and each.is_current)]
    if version_id is not None and not wanted:
        return None
    return DocumentRecord(document, versions, wanted[0] if wanted else None)


def _versions(home: Path, document_id: str) -> tuple[VersionRecord, ...]:
    place = near(home, "versions", "document_id", document_id)
    rows = query(home, _VERSIONS.format(versions=place), {"document": document_id}).rows
    read = {row[0]: row[1:] for row in rows_of(asker(home), _READINGS, "version_id", [row[0] for row in rows])}
    newest = newest_version(sightings_of(home, [document_id]).get(document_id, ()))
    return tuple(
        VersionRecord(*(version_id, version_id == newest, *facts, *read.get(version_id, (None,) * 5)))
        for version_id, *facts in rows
    )


def text_record(home: Path, version_id: str) -> TextRecord:
    """The words of a version and what was found in them; raises as `document_record`."""
    of = {"version": version_id}
    with one_look(home):
        ((text, document_id),) = query(home, _TEXT, of).rows
        place = near(home, "citations", "version_id", version_id)
        citations = tuple(CitationRecord(*row) for row in query(home, _CITATIONS.format(citations=place), of).rows)
        return TextRecord(text, clause_records(home, document_id, version_id), citations)


def clause_records(home: Path, document_id: str, version_id: str) -> tuple[ClauseRecord, ...]:
    """What was found in the words of a version, without the words; raises as `document_record`."""
    with one_look(home):
        ids = clause_ids(home, document_id, version_id)
        tasks: dict[str, list[TaskRecord]] = {}
        for clause_id, *facts, dues in mandates_of(asker(home), _TASKS, ids):
            tasks.setdefault(clause_id, []).append(TaskRecord(*(*facts, tuple(DueRecord(**due) for due in dues))))
        rows = rows_of(asker(home), _CLAUSES, "clause_id", ids)
    for each in tasks.values():
        each.sort(key=lambda task: (task.start, task.mandate_id))
    return tuple(ClauseRecord(*(*row, tuple(tasks.get(row[1], ())))) for row in rows)
