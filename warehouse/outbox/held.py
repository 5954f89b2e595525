"""What waits for an operator's yes: how much of it for which reason, and which deliveries are those of a source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    import duckdb

# Operators hear of what is held at once, and again after a day: what nobody releases may hold somebody's deadline.
AGAIN_AFTER = timedelta(days=1)

_QUICK = """
SELECT bool_or(NOT reported), (SELECT max(found_at) FROM findings WHERE kind = 'alerts_held')
FROM deliveries WHERE state = 'held' HAVING count(*) > 0"""
_BY_REASON = """
SELECT
    delivery.reason, count(DISTINCT delivery.delivery_id), count(DISTINCT finding.document_id),
    count(DISTINCT finding.finding_id) FILTER (finding.kind = 'new_mandate'), list(DISTINCT delivery.delivery_id)
FROM deliveries AS delivery
JOIN delivery_alerts AS link USING (delivery_id)
JOIN alerts AS alert ON alert.alert_id = link.alert_id
JOIN findings AS finding USING (finding_id)
WHERE delivery.state = 'held'
GROUP BY delivery.reason ORDER BY delivery.reason"""
_OF_SOURCE = """
SELECT DISTINCT delivery.delivery_id
FROM deliveries AS delivery
JOIN delivery_alerts AS link USING (delivery_id)
JOIN alerts AS alert ON alert.alert_id = link.alert_id
JOIN findings AS finding USING (finding_id)
WHERE delivery.state = 'held'
    AND list_contains(from_json(finding.detail -> '$.document.sources', '["VARCHAR"]'), $source)
ORDER BY ALL"""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held for one reason."""

    reason: str
    deliveries: int
    documents: int
    mandates: int
    delivery_ids: tuple[str, ...]


def to_report(connection: duckdb.DuckDBPyConnection, now: datetime) -> tuple[Held, ...]:
    """All that is held, by reason, where operators should hear of it now; else nothing."""
    found = connection.execute(_QUICK).fetchone()
    if found is None:
        return ()
    is_new, last = found
    if not is_new and last is not None and now - last < AGAIN_AFTER:
        return ()
    return tuple(
        Held(reason, deliveries, documents, mandates, tuple(ids))
        for reason, deliveries, documents, mandates, ids in connection.execute(_BY_REASON).fetchall()
    )


def held_of_source(connection: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """The held deliveries that tell of documents of this source."""
    return [row[0] for row in connection.execute(_OF_SOURCE, {"source": source}).fetchall()]
