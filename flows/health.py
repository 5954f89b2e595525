"""How the configured sources are: their settings, and their history in the published snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scrapers.health import Health, History, health_of
from warehouse.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.sources import Source

_history = """
SELECT
    source_id, failures, error, first_success, last_success, last_crawl,
    (SELECT list(DISTINCT first_seen) FROM sightings WHERE sightings.source_id = sources.source_id)
FROM sources"""


def healths(home: Path, sources: Sequence[Source]) -> list[Health]:
    """How each source is doing now; one that was never asked is late."""
    known = histories(home)
    now = datetime.now(UTC)
    return [health_of(source, known.get(source.id, History()), now) for source in sources]


def histories(home: Path) -> dict[str, History]:
    """What the snapshot knows of each source; nothing where none was published yet."""
    if not (home / "snapshot.duckdb").exists():
        return {}
    rows = query(home, _history).rows
    return {row[0]: History(row[1], row[2], row[3], row[4], row[5], tuple(row[6] or ())) for row in rows}
