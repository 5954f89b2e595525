"""Which sources showed a document, found by keys: one is made of source and document, and sources are few."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from warehouse.load.keyed import rows_of
from warehouse.load.loading import sighting_id
from warehouse.query.lending import edition
from warehouse.query.queries import asker, query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

# More keys than these are a join, for which the column of documents is as good.
MOST_KEYS = 500
_SOURCES = "SELECT source_id FROM sources UNION SELECT source_id FROM source_kinds"
_SIGHTINGS = """
SELECT document_id, source_id, url, title, relevance, version_id, first_seen, last_seen FROM sightings
WHERE {condition}"""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A source that showed the document, from when to when, and the text that it showed last."""

    source_id: str
    url: str
    title: str
    relevance: str | None
    version_id: str | None
    first_seen: datetime
    last_seen: datetime


def sightings_of(home: Path, documents: Sequence[str]) -> dict[str, tuple[Sighting, ...]]:
    """The sightings of each of these documents, the earliest first.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    if not documents:
        return {}
    keys = [sighting_id(source, document) for source in _sources(home, edition(home)) for document in documents]
    rows = _rows(home, "sighting_id", keys) if len(keys) <= MOST_KEYS else []
    if missing := sorted({*documents} - {row[0] for row in rows}):
        rows += _rows(home, "document_id", missing)
    found: dict[str, list[Sighting]] = {}
    for document, *facts in rows:
        found.setdefault(document, []).append(Sighting(*facts))
    return {
        document: tuple(sorted(each, key=lambda one: (one.first_seen, one.source_id)))
        for document, each in found.items()
    }


@lru_cache(maxsize=4)
def _sources(home: Path, _edition: str) -> tuple[str, ...]:
    """All sources that ever showed something, which many pages of a snapshot ask for."""
    return tuple(row[0] for row in query(home, _SOURCES).rows)


def newest_version(sightings: Sequence[Sighting]) -> str | None:
    """The version that was shown last, as the view `current_versions` has it; None where none was shown."""
    shown = [(each.last_seen, each.first_seen, each.version_id) for each in sightings if each.version_id is not None]
    return max(shown)[2] if shown else None


def _rows(home: Path, column: str, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    return rows_of(asker(home), _SIGHTINGS, column, keys)
