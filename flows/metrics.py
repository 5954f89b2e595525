"""The state of an installation in numbers, as OpenMetrics: what dashboards and alarms of a data centre read.

Everything comes from the published snapshot and the files beside it, so reading costs no run its lock. Names and
labels last: dashboards hang on them. No label holds an address, a title or anything else that a publisher wrote.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from config.sources import load_sources
from flows.health import healths
from scrapers.crawl.health import STATES
from warehouse.load.landing import landing_folder
from warehouse.outbox.states import TRANSITIONS
from warehouse.query.queries import query
from warehouse.store.database import live_path
from warehouse.store.snapshot import is_behind, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prometheus_client import Metric

    from config.settings import Settings

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"

_COUNTS = """
SELECT
    (SELECT count(*) FROM documents), (SELECT count(*) FROM mandates), (SELECT count(*) FROM open_mandates),
    (SELECT count(*) FROM items WHERE state = 'failed'), (SELECT count(*) FROM items WHERE state = 'waiting')"""
_OUTBOX = "SELECT state, count(*) FROM deliveries GROUP BY ALL"
_WAITING = "SELECT epoch(min(due_at)) FROM deliveries WHERE state IN ('pending', 'failed', 'uncertain')"
_SOURCES = "SELECT source_id, epoch(last_success), epoch(last_crawl), failures FROM sources ORDER BY ALL"
_CRAWLS = """
SELECT
    source_id, epoch(finished_at) - epoch(started_at), epoch(recorded_at) - epoch(finished_at), items_seen, entries
FROM batches QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY finished_at DESC) = 1 ORDER BY source_id"""


def exposition(settings: Settings) -> str:
    """The text of all metrics, ending in `# EOF`.

    Raises:
        ConfigError: sources.yaml does not fit.
        QueryError: the snapshot cannot be read.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Installation(settings))
    return str(generate_latest(registry).decode())  # type: ignore[no-untyped-call]


class _Installation(Collector):
    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def collect(self) -> Iterable[Metric]:
        yield InfoMetricFamily("mandates", "The program", value={"version": version("mandate-monitor")})
        yield from _of_files(self.settings.home)
        yield _of_states(self.settings)
        if snapshot_path(self.settings.home).exists():
            yield from _of_the_snapshot(self.settings.home)


def _gauge(name: str, says: str, value: float | None, unit: str = "") -> Iterator[Metric]:
    """A metric without labels; none where nothing is known."""
    if value is not None:
        yield GaugeMetricFamily(f"mandates_{name}", says, value=value, unit=unit)


def _of_files(home: Path) -> Iterator[Metric]:
    live, snapshot = live_path(home), snapshot_path(home)
    yield from _gauge("warehouse_bytes", "Size of live.duckdb", _size(live), "bytes")
    yield from _gauge("snapshot_bytes", "Size of snapshot.duckdb", _size(snapshot), "bytes")
    published = snapshot.stat().st_mtime if snapshot.exists() else None
    yield from _gauge("snapshot_published_seconds", "When the snapshot was published", published, "seconds")
    yield from _gauge("snapshot_behind", "1 if the warehouse is newer than the snapshot", float(is_behind(home)))
    waiting = sum(1 for _ in landing_folder(home).glob("*.parquet"))
    yield from _gauge("landing_batches", "Fetched batches that wait to be recorded", waiting)


def _size(path: Path) -> float | None:
    return float(path.stat().st_size) if path.exists() else None


def _of_states(settings: Settings) -> Metric:
    metric = GaugeMetricFamily("mandates_sources", "Sources by state", labels=["state"])
    states = [health.state for health in healths(settings.home, load_sources(settings.config / "sources.yaml"))]
    for state in STATES:
        metric.add_metric([state], states.count(state))
    return metric


def _of_the_snapshot(home: Path) -> Iterator[Metric]:
    documents, mandates, due, failed, waiting = query(home, _COUNTS).rows[0]
    yield from _gauge("documents", "Documents recorded", documents)
    yield from _gauge("mandates", "Mandates found in them", mandates)
    yield from _gauge("open_mandates", "Mandates with a deadline ahead", due)
    yield from _gauge("items_failed", "Listed items that could not be read", failed)
    yield from _gauge("items_waiting", "Listed items that will be tried again", waiting)
    outbox = GaugeMetricFamily("mandates_deliveries", "Deliveries by state", labels=["state"])
    counts = dict(query(home, _OUTBOX).rows)
    for state in TRANSITIONS:
        outbox.add_metric([state], counts.get(state, 0))
    yield outbox
    ((oldest,),) = query(home, _WAITING).rows
    yield from _gauge("delivery_waiting_since_seconds", "When the oldest waiting delivery was due", oldest, "seconds")
    yield from _by_source(
        query(home, _SOURCES).rows,
        (
            ("source_success_seconds", "When a source was last polled successfully", "seconds"),
            ("source_asked_seconds", "When a source was last polled", "seconds"),
            ("source_failures", "Consecutive failures of a source", ""),
        ),
    )
    yield from _by_source(
        query(home, _CRAWLS).rows,
        (
            ("crawl_duration_seconds", "How long the last crawl of a source took", "seconds"),
            (
                "crawl_recorded_after_seconds",
                "How long after the last crawl of a source all of it was recorded",
                "seconds",
            ),
            ("crawl_items", "Items listed in the last crawl of a source", ""),
            ("crawl_documents", "New or changed documents in the last crawl of a source", ""),
        ),
    )


def _by_source(rows: Iterable[tuple[Any, ...]], columns: Iterable[tuple[str, str, str]]) -> Iterator[Metric]:
    known = list(rows)
    for place, (name, says, unit) in enumerate(columns, start=1):
        metric = GaugeMetricFamily(f"mandates_{name}", says, labels=["source"], unit=unit)
        for row in known:
            if row[place] is not None:
                metric.add_metric([row[0]], float(row[place]))
        yield metric
