"""A document as its page begins: what it is, the texts that it has had, and which sources showed it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.findings.titles import display_title
from warehouse.load.keyed import rows_of
from warehouse.pages.sightings import newest_version, sightings_of
from warehouse.query.places import has_none, near
from warehouse.query.queries import asker, query

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from warehouse.pages.sightings import Sighting

_DOCUMENT = """
SELECT
    document_id, symbol, title, body, kind, stage, session, language, author, summary, agenda_item, published_on,
    published_precision, url, topics, first_seen
FROM documents WHERE document_id = $document"""
_VERSIONS = """
SELECT version_id, first_seen, text_sha256, raw_sha256, media_type, flags, part FROM {versions}
WHERE document_id = $document"""
_READINGS = "SELECT version_id, reading, reasons, notes FROM analyses WHERE {condition}"
_REREADINGS = """
SELECT "at", gained, lost, changed FROM rereadings WHERE document_id = $document ORDER BY "at" """


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of a document; `published_on` is as exact as `published_precision` says (day, month, year)."""

    document_id: str
    symbol: str | None
    title: str
    body: str | None
    kind: str
    stage: str | None
    session: int | None
    language: str | None
    author: str | None
    summary: str | None
    agenda_item: str | None
    published_on: date | None
    published_precision: str | None
    url: str
    topics: tuple[str, ...]
    first_seen: datetime

    @property
    def heading(self) -> str:
        """The title as people see it."""
        return display_title(self.title, self.symbol, self.body)

    @property
    def name(self) -> str:
        """What people call it: its symbol, else its title."""
        return self.symbol or self.heading


@dataclass(frozen=True, slots=True)
class Version:
    """A text of the document, without its words. `reading` is complete, partial or none, None where nobody knows.

    `reasons` say why it is not complete, `flags` what its reader had to say of it, `notes` what the analysis had.
    """

    version_id: str
    first_seen: datetime
    text_sha256: str
    raw_sha256: str | None
    media_type: str | None
    flags: tuple[str, ...]
    part: str | None
    reading: str | None
    reasons: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rereading:
    """A day on which a newer version of the program read the text otherwise; the counts are of mandates."""

    at: datetime
    gained: int
    lost: int
    changed: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """A document with all its texts, oldest first, and all that showed it."""

    document: Document
    versions: tuple[Version, ...]
    sightings: tuple[Sighting, ...]
    rereadings: tuple[Rereading, ...]

    @property
    def current(self) -> Version | None:
        """The text that its sources showed last; None where it has none."""
        return self.version(newest_version(self.sightings))

    def version(self, version_id: str | None) -> Version | None:
        """Its text of that id; None where it has no such text."""
        return next((each for each in self.versions if each.version_id == version_id), None)


def recorded(home: Path, document_id: str) -> Recorded | None:
    """The document of that id; None where there is none.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    rows = query(home, _DOCUMENT, {"document": document_id}).rows
    if not rows:
        return None
    ((*facts, topics, first_seen),) = rows
    return Recorded(
        Document(*(*facts, tuple(topics), first_seen)),
        _versions(home, document_id),
        sightings_of(home, [document_id]).get(document_id, ()),
        _rereadings(home, document_id),
    )


def _rereadings(home: Path, document_id: str) -> tuple[Rereading, ...]:
    if has_none(home, "rereadings", "document_id", document_id):
        return ()
    return tuple(Rereading(*row) for row in query(home, _REREADINGS, {"document": document_id}).rows)


def _versions(home: Path, document_id: str) -> tuple[Version, ...]:
    versions = near(home, "versions", "document_id", document_id)
    rows = query(home, _VERSIONS.format(versions=versions), {"document": document_id}).rows
    read = {row[0]: row[1:] for row in rows_of(asker(home), _READINGS, "version_id", [row[0] for row in rows])}
    found = []
    for version_id, first_seen, text_sha256, raw_sha256, media_type, flags, part in rows:
        reading, reasons, notes = read.get(version_id, (None, (), ()))
        said = reading, tuple(reasons or ()), tuple(notes or ())
        found.append(Version(version_id, first_seen, text_sha256, raw_sha256, media_type, tuple(flags), part, *said))
    return tuple(sorted(found, key=lambda version: (version.first_seen, version.version_id)))
