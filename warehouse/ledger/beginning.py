"""A home from before the ledger gets its accounts once, before anything is said from them.

What is worked out then was known from that day on (`ledger_tasks.known_at`): nothing that was late before is news.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from warehouse.ledger.recording import rebuild

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

log = logging.getLogger(__name__)


def begin(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Work out the whole ledger where that was never done. What is done stays if it is ended; the next call goes on."""
    if connection.execute("SELECT 1 FROM ledger_begun").fetchall():
        return
    log.info("working out the ledger of what was recorded before; this is done once")
    changed = rebuild(connection, now)
    connection.execute("INSERT INTO ledger_begun VALUES (?)", [now])
    log.info("the ledger has %d accounts more", changed)
