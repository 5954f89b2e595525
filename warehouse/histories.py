"""What the published snapshot knows of each source: the history from which its state is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapers.crawl.health import History
from warehouse.queries import query
from warehouse.snapshot import snapshot_path

if TYPE_CHECKING:
    from pathlib import Path

_histories = """
SELECT
    source_id, failures, error, first_success, last_success, last_crawl,
    (SELECT list(DISTINCT first_seen) FROM sightings WHERE sightings.source_id = sources.source_id),
    cardinality(notes) > 0
FROM sources"""


def histories(home: Path) -> dict[str, History]:
    """The history of each source by its id; nothing where no snapshot was published yet.

    Raises:
        QueryError: the snapshot cannot be opened.
    """
    if not snapshot_path(home).exists():
        return {}
    rows = query(home, _histories).rows
    return {row[0]: History(row[1], row[2], row[3], row[4], row[5], tuple(row[6] or ()), row[7]) for row in rows}
