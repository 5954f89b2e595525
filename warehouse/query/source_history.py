"""What the published snapshot knows of each source: the history from which its state is judged, and its items."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scrapers.crawl.health import MOST_NAMED, History, ItemCounts
from warehouse.load.checks import noted
from warehouse.load.items import COLUMNS, state_of
from warehouse.query.queries import query
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from pathlib import Path

_histories = """
SELECT
    source_id, failures, error, first_success, last_success, last_crawl,
    (SELECT list(DISTINCT first_seen) FROM sightings WHERE sightings.source_id = sources.source_id),
    cardinality(notes) > 0,
    (SELECT min(started_at) FROM batches WHERE batches.source_id = sources.source_id)
FROM sources"""

# A snapshot that a former version published has no such table until the next run.
_HAS_ITEMS = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'items'"

_COUNTS = """
SELECT
    source_id, count(*) FILTER (state = 'waiting'), count(*) FILTER (state = 'filtered'),
    count(*) FILTER (state = 'failed')
FROM items GROUP BY source_id"""

_FAILING = f"""
SELECT source_id, {COLUMNS} FROM items WHERE state = 'failed'
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY since DESC, item) <= {MOST_NAMED}
ORDER BY source_id, since DESC, item"""  # noqa: S608 - names and a number of our own


def histories(home: Path) -> dict[str, History]:
    """The history of each source by its id, as the snapshot and later crawls have it; nothing before the first.

    Raises:
        QueryError: the snapshot cannot be opened.
    """
    if not snapshot_path(home).exists():
        return {}
    items = _items(home)
    found = {
        row[0]: History(
            row[1],
            row[2],
            first_success=row[3],
            last_success=row[4],
            last_crawl=row[5],
            new_at=tuple(row[6] or ()),
            crawled=row[7],
            items=items.get(row[0], ItemCounts()),
            first_crawl=row[8],
        )
        for row in query(home, _histories).rows
    }
    for check in noted(home):
        known = found.get(check.source_id)
        if known is not None and (known.last_crawl is None or known.last_crawl < check.finished_at):
            at = check.finished_at
            found[check.source_id] = replace(known, failures=0, error=None, last_success=at, last_crawl=at)
    return found


def _items(home: Path) -> dict[str, ItemCounts]:
    if query(home, _HAS_ITEMS).rows == [(0,)]:
        return {}
    failing = [(row[0], state_of(row[1:])) for row in query(home, _FAILING).rows]
    return {
        source: ItemCounts(waiting, filtered, failed, tuple(state for name, state in failing if name == source))
        for source, waiting, filtered, failed in query(home, _COUNTS).rows
    }
