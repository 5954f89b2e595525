"""The condition of an installation in one place: its sources, figures, outbox, files and versions."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from config.sources import load_sources
from flows.health import sources_now
from warehouse.load.landing import waiting_batches
from warehouse.query.condition import outbox, totals
from warehouse.store.snapshot import is_behind, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.settings import Settings
    from flows.health import SourceNow
    from warehouse.query.condition import Outbox, Totals


@dataclass(frozen=True, slots=True)
class Condition:
    """An installation at one moment (UTC); `totals` and `outbox` are None if no snapshot has been published yet.

    `is_behind` says that the snapshot lacks something that was recorded; `batches` wait to be recorded.
    """

    at: datetime
    sources: tuple[SourceNow, ...]
    totals: Totals | None
    outbox: Outbox | None
    published: datetime | None
    is_behind: bool
    batches: int
    versions: Mapping[str, str]


def condition(settings: Settings) -> Condition:
    """The condition of the installation, from the snapshot and the files beside it: no run waits for this.

    Raises:
        ConfigError: sources.yaml does not fit.
        QueryError: the snapshot cannot be read.
    """
    home = settings.home
    now = datetime.now(UTC)
    snapshot = snapshot_path(home)
    has_snapshot = snapshot.exists()
    return Condition(
        at=now,
        sources=tuple(sources_now(home, load_sources(settings.config / "sources.yaml"))),
        totals=totals(home) if has_snapshot else None,
        outbox=outbox(home, now) if has_snapshot else None,
        published=datetime.fromtimestamp(snapshot.stat().st_mtime, UTC) if has_snapshot else None,
        is_behind=is_behind(home),
        batches=len(waiting_batches(home)),
        versions={
            "Mandate Monitor": version("mandate-monitor"),
            "Prefect": version("prefect"),
            "DuckDB": version("duckdb"),
            "Python": ".".join(map(str, sys.version_info[:3])),
        },
    )
