"""What the published snapshot knows of each source: the history by which it is judged, its items and its delays."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from scrapers.crawl.delays import NOTHING_MEASURED, UNMEASURED, Delays, Measured, Spread
from scrapers.crawl.health import MOST_NAMED, History, ItemCounts
from warehouse.load.checks import noted
from warehouse.load.items import COLUMNS, state_of
from warehouse.query.lending import edition, is_lent
from warehouse.query.opening import one_look
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

# A snapshot that a former version published has no such table or view until the next run.
_HAS = "SELECT count(*) FROM information_schema.tables WHERE table_name = ? AND table_catalog = current_database()"

_COUNTS = """
SELECT
    source_id, count(*) FILTER (state = 'waiting'), count(*) FILTER (state = 'filtered'),
    count(*) FILTER (state = 'failed')
FROM items GROUP BY source_id"""

_FAILING = f"""
SELECT source_id, {COLUMNS} FROM items WHERE state = 'failed'
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY since DESC, item) <= {MOST_NAMED}
ORDER BY source_id, since DESC, item"""  # noqa: S608 - names and a number of our own

_DELAYS = """
SELECT
    source_id, period, documents, documents_dated, listed_days_p50, listed_days_p95, recorded_minutes_p50,
    recorded_minutes_p95, notified_minutes_p50, notified_minutes_p95
FROM source_delays"""


def histories(home: Path) -> dict[str, History]:
    """The history of each source by its id, as the snapshot and later crawls have it; nothing before the first.

    Raises:
        QueryError: the snapshot cannot be opened.
    """
    if not snapshot_path(home).exists():
        return {}
    with one_look(home):
        found = dict(_kept(home, edition(home))) if is_lent(home) else _published(home)
    for check in noted(home):
        known = found.get(check.source_id)
        if known is not None and (known.last_crawl is None or known.last_crawl < check.finished_at):
            at = check.finished_at
            found[check.source_id] = replace(known, failures=0, error=None, last_success=at, last_crawl=at)
    return found


# For the register, whose first page and health are made for each reader.
@lru_cache(maxsize=1)
def _kept(home: Path, _edition: str) -> dict[str, History]:
    return _published(home)


def _published(home: Path) -> dict[str, History]:
    items, delays = _items(home), _delays(home)
    return {
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
            delays=delays.get(row[0], UNMEASURED),
        )
        for row in query(home, _histories).rows
    }


def _items(home: Path) -> dict[str, ItemCounts]:
    if not _has(home, "items"):
        return {}
    failing = [(row[0], state_of(row[1:])) for row in query(home, _FAILING).rows]
    return {
        source: ItemCounts(waiting, filtered, failed, tuple(state for name, state in failing if name == source))
        for source, waiting, filtered, failed in query(home, _COUNTS).rows
    }


def _delays(home: Path) -> dict[str, Measured]:
    if not _has(home, "source_delays"):
        return {}
    found: dict[str, dict[str, Delays]] = {}
    for source, period, documents, dated, *quantiles in query(home, _DELAYS).rows:
        spreads = (_spread(*quantiles[place : place + 2]) for place in (0, 2, 4))
        found.setdefault(source, {})[period] = Delays(documents, dated, *spreads)
    return {
        source: Measured(of.get("90 days", NOTHING_MEASURED), of.get("all", NOTHING_MEASURED))
        for source, of in found.items()
    }


def _spread(p50: float | None, p95: float | None) -> Spread | None:
    return Spread(p50, p95) if p50 is not None and p95 is not None else None


def _has(home: Path, table: str) -> bool:
    return query(home, _HAS, [table]).rows == [(1,)]
