"""How the configured sources are now: their settings beside their history in the published snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapers.crawl.health import Health, History, health_of, unlisted
from warehouse.query.queries import query
from warehouse.query.source_history import histories

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from config.sources import Source

# States in which a source is not read as planned.
ILL = frozenset({"blocked", "failing", "late"})
_LEFT = "SELECT source_id, state, coalesce(error, '') FROM sources ORDER BY source_id"


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source with its health and the history from which that follows; `source` is None where it is not configured."""

    source: Source | None
    health: Health
    history: History


def source_states(home: Path, sources: Sequence[Source], now: datetime) -> list[SourceState]:
    """How each source is doing; one that was never polled is late. Sources no longer configured come last.

    Raises:
        QueryError: the snapshot cannot be opened.
    """
    known = histories(home)
    found = []
    for source in sources:
        history = known.get(source.id, History())
        found.append(SourceState(source, health_of(source, history, now), history))
    gone = sorted(known.keys() - {source.id for source in sources})
    return found + [SourceState(None, unlisted(name, known[name]), known[name]) for name in gone if known[name].crawled]


def states_left(home: Path) -> list[SourceState]:
    """How its last crawl left each source, where nobody knows which ones are configured; raises as `source_states`."""
    known = histories(home)
    return [
        SourceState(None, Health(name, state, error, known[name].last_success, known[name].items), known[name])
        for name, state, error in query(home, _LEFT).rows
        if name in known and known[name].crawled
    ]
