"""Which deliveries are due, also after this machine's clock was set back.

A delivery waits for a time of the clock. If the clock has gone back since, that time comes later than was meant: two
hours later, or a year, if the clock had been a year ahead. So a delivery that was written later than now does not wait
for its time. Only a digest does, whose hour is the same by any clock, unless it lies further ahead than any digest.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from warehouse.outbox.states import CLAIMED

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

# Dispatchers read the clock and then wait for the warehouse, a minute by default; in between others may write.
AHEAD = timedelta(minutes=10)
# A week, and quiet hours at its end.
LONGEST_DIGEST = timedelta(days=8)

_DUE = """
SELECT delivery_id, target, digest, attempts, doubts
FROM deliveries
WHERE state IN (SELECT unnest($claimed)) AND (
    due_at <= $now
    OR due_at IS NOT NULL AND changed_at > $ahead
        AND (digest IS NULL OR digest NOT LIKE 'daily:%' AND digest NOT LIKE 'weekly:%' OR due_at > $longest)
)
ORDER BY due_at, created_at, delivery_id LIMIT $limit"""


def due(
    connection: duckdb.DuckDBPyConnection, now: datetime, limit: int
) -> list[tuple[str, str, str | None, int, int]]:
    """Id, target, digest, attempts and doubts of up to `limit` deliveries that may go out at `now`, oldest first."""
    moments = {"now": now, "ahead": now + AHEAD, "longest": now + LONGEST_DIGEST}
    return connection.execute(_DUE, {"claimed": list(CLAIMED), "limit": limit, **moments}).fetchall()
