"""The state of an installation in numbers, as OpenMetrics: what dashboards and alarms of a data centre read.

Everything comes from the published snapshot and the files beside it, so reading costs no run its lock. Names and
labels last: dashboards hang on them. No label holds an address, a title or anything else that a publisher wrote.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from config.sources import load_sources
from flows.health import healths
from flows.last_runs import last_runs
from scrapers.crawl.health import STATES
from warehouse.load.landing import waiting_batches
from warehouse.query.condition import last_crawls, open_mandates, outbox, totals
from warehouse.query.opening import one_look
from warehouse.store.database import live_path
from warehouse.store.snapshot import is_behind, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from prometheus_client import Metric

    from config.settings import Settings
    from flows.last_runs import LastRun
    from warehouse.query.condition import LastCrawl

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


def exposition(settings: Settings) -> str:
    """The text of all metrics, ending in `# EOF`.

    Raises:
        ConfigError: sources.yaml does not fit.
        QueryError: the snapshot cannot be read.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Installation(settings))
    with one_look(settings.home):
        return str(generate_latest(registry).decode())  # type: ignore[no-untyped-call]


class _Installation(Collector):
    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def collect(self) -> Iterable[Metric]:
        yield InfoMetricFamily("mandates", "The program", value={"version": version("mandate-monitor")})
        yield from _of_files(self.settings.home)
        yield from _of_runs(self.settings.home)
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
    yield from _gauge("landing_batches", "Fetched batches that wait to be recorded", len(waiting_batches(home)))


def _size(path: Path) -> float | None:
    return float(path.stat().st_size) if path.exists() else None


def _of_runs(home: Path) -> Iterator[Metric]:
    runs = last_runs(home)
    for name, says, unit, value in _BY_KIND:
        metric = GaugeMetricFamily(f"mandates_{name}", says, labels=["kind"], unit=unit)
        for run in runs:
            metric.add_metric([run.kind], value(run))
        yield metric


def _of_states(settings: Settings) -> Metric:
    metric = GaugeMetricFamily("mandates_sources", "Sources by state", labels=["state"])
    states = [health.state for health in healths(settings.home, load_sources(settings.config / "sources.yaml"))]
    for state in STATES:
        metric.add_metric([state], states.count(state))
    return metric


def _of_the_snapshot(home: Path) -> Iterator[Metric]:
    known = totals(home)
    yield from _gauge("documents", "Documents recorded", known.documents)
    yield from _gauge("mandates", "Mandates recorded, without those of drafts", known.mandates)
    yield from _gauge("proposed", "Mandates that drafts propose", known.proposed)
    yield from _gauge("open_mandates", "Mandates with a deadline ahead", open_mandates(home))
    yield from _gauge("items_failed", "Listed items that could not be read", known.items_failed)
    yield from _gauge("items_waiting", "Listed items that will be tried again", known.items_waiting)
    waiting = outbox(home, datetime.now(UTC))
    deliveries = GaugeMetricFamily("mandates_deliveries", "Deliveries by state", labels=["state"])
    for state, count in waiting.states.items():
        deliveries.add_metric([state], count)
    yield deliveries
    yield from _gauge(
        "delivery_waiting_since_seconds",
        "When the oldest waiting delivery was due",
        _epoch(waiting.waiting_since),
        "seconds",
    )
    crawls = last_crawls(home)
    for name, says, unit, value in _BY_SOURCE:
        metric = GaugeMetricFamily(f"mandates_{name}", says, labels=["source"], unit=unit)
        for crawl in crawls:
            if (found := value(crawl)) is not None:
                metric.add_metric([crawl.source_id], found)
        yield metric


def _epoch(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment is not None else None


_BY_KIND: tuple[tuple[str, str, str, Callable[[LastRun], float]], ...] = (
    ("run_end_seconds", "When the last run of a kind ended", "seconds", lambda each: each.ended.timestamp()),
    (
        "run_duration_seconds",
        "How long the last run of a kind took",
        "seconds",
        lambda each: (each.ended - each.began).total_seconds(),
    ),
    ("run_failed", "1 if an error ended the last run of a kind", "", lambda each: float(each.failed)),
)
_BY_SOURCE: tuple[tuple[str, str, str, Callable[[LastCrawl], float | None]], ...] = (
    (
        "source_success_seconds",
        "When a source was last polled successfully",
        "seconds",
        lambda each: _epoch(each.success),
    ),
    ("source_asked_seconds", "When a source was last polled", "seconds", lambda each: _epoch(each.polled)),
    ("source_failures", "Consecutive failures of a source", "", lambda each: each.failures),
    ("crawl_duration_seconds", "How long the last crawl of a source took", "seconds", lambda each: each.seconds),
    (
        "crawl_recorded_after_seconds",
        "How long after the last crawl of a source all of it was recorded",
        "seconds",
        lambda each: each.recorded_after,
    ),
    ("crawl_items", "Items listed in the last crawl of a source", "", lambda each: each.items),
    (
        "crawl_documents",
        "New or changed documents in the last crawl of a source",
        "",
        lambda each: each.documents,
    ),
)
