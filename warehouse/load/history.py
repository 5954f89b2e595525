"""Batches of the past: recorded like any others, and nobody is notified of anything in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.ledger.recording import keep_up
from warehouse.links.relations import relate
from warehouse.load import health, places
from warehouse.load.loading import load, sources_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb

    from warehouse.load.kept import Again
    from warehouse.load.landing import LandedBatch
    from warehouse.load.loading import Loaded


def load_history(
    connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch], now: datetime, again: Again | None = None
) -> Loaded:
    """Add what these batches hold, within the caller's transaction, without findings and so without alerts.

    Deadlines that are still ahead remind people all the same: reminders come from what is recorded.
    """
    loaded = load(connection, batches, again)
    keep_up(connection, loaded, relate(connection, loaded), now)
    health.keep(connection, batches, showing=sources_of(loaded), now=now)
    places.keep(connection, batches)
    return loaded
