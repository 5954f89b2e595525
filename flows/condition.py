"""The condition of an installation in one place: its sources, figures, outbox, files and versions."""

from __future__ import annotations

import logging
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from config.sources import load_sources
from flows.health import sources_now
from flows.sharing import shared_place
from warehouse.exchange.batches import waiting
from warehouse.load.landing import waiting_batches
from warehouse.model import PlaceError
from warehouse.query.condition import open_mandates, outbox, totals
from warehouse.query.opening import one_look
from warehouse.store.snapshot import is_behind, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.settings import Settings
    from flows.health import SourceNow
    from warehouse.query.condition import Outbox, Totals

log = logging.getLogger(__name__)

# The health page is refreshed at the end of each run, which does not wait longer for this figure.
PLACE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Condition:
    """An installation at one moment (UTC); what the snapshot says is None if none has been published yet.

    `is_behind` says that the snapshot lacks something that was recorded; `batches` wait to be recorded, in this home
    and in the shared landing place, where one is set. If that does not answer, those in it are not counted.
    """

    at: datetime
    sources: tuple[SourceNow, ...]
    totals: Totals | None
    open_mandates: int | None
    outbox: Outbox | None
    published: datetime | None
    is_behind: bool
    batches: int
    versions: Mapping[str, str]
    place_answers: bool = True


def condition(settings: Settings) -> Condition:
    """The condition of the installation, from the snapshot and the files beside it: no run waits for this.

    Raises:
        ConfigError: sources.yaml does not fit.
        QueryError: the snapshot cannot be read.
    """
    with one_look(settings.home):
        return _condition(settings)


def _condition(settings: Settings) -> Condition:
    home = settings.home
    now = datetime.now(UTC)
    snapshot = snapshot_path(home)
    has_snapshot = snapshot.exists()
    shared = _waiting_in_place(settings)
    return Condition(
        at=now,
        sources=tuple(sources_now(home, load_sources(settings.config / "sources.yaml"))),
        totals=totals(home) if has_snapshot else None,
        open_mandates=open_mandates(home) if has_snapshot else None,
        outbox=outbox(home, now) if has_snapshot else None,
        published=datetime.fromtimestamp(snapshot.stat().st_mtime, UTC) if has_snapshot else None,
        is_behind=is_behind(home),
        batches=len(waiting_batches(home)) + (shared or 0),
        versions={
            "Mandate Monitor": version("mandate-monitor"),
            "Prefect": version("prefect"),
            "DuckDB": version("duckdb"),
            "Python": ".".join(map(str, sys.version_info[:3])),
        },
        place_answers=shared is not None,
    )


def _waiting_in_place(settings: Settings) -> int | None:
    """How many batches wait in the shared place, 0 where none is set; None where it does not answer in time."""
    if not settings.landing:
        return 0
    found: list[int] = []

    def look() -> None:
        try:
            place = shared_place(settings)
            found.append(len(waiting(place)) if place is not None else 0)
        except PlaceError as error:
            log.warning("%s; what waits there is not counted", error)

    # A mount whose server is gone holds whoever looks at it; the thread ends with the process.
    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(PLACE_SECONDS)
    return found[0] if found else None
