"""Muted tasks: what is found about them from now on is kept and sent to nobody, and what waits is taken out.

Nothing is lost: such deliveries are `suppressed`, with the reason, and `mandates outbox retry` sends them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from warehouse.outbox.rows import insert, sha256
from warehouse.outbox.states import MOVES, MUTED, move
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from warehouse.findings.finding import Finding

_ANY = "SELECT 1 FROM decisions WHERE field = 'muted' LIMIT 1"
_AMONG = """
WITH muted AS (SELECT task_key FROM current_decisions WHERE field = 'muted' AND value IS NOT NULL)
SELECT name FROM (SELECT unnest($names::VARCHAR[]) AS name) LEFT JOIN key_aliases ON key_aliases.old = name
WHERE name IN (FROM muted) OR key_aliases.new IN (FROM muted)"""

# Findings of former versions hold their fields side by side.
_WAITING = """
SELECT delivery.delivery_id, delivery.target, delivery.digest, link.delivery_alert_id, link.alert_id,
    coalesce(finding.detail ->> '$.clause.task_key', finding.detail ->> '$.task_key'),
    finding.detail ->> '$.earlier_task'
FROM deliveries AS delivery
JOIN delivery_alerts AS link USING (delivery_id)
JOIN alerts AS alert ON alert.alert_id = link.alert_id
JOIN findings AS finding USING (finding_id)
WHERE delivery.state IN (SELECT unnest($states))
ORDER BY ALL"""
_MOVE_LINKS = """
UPDATE delivery_alerts SET delivery_id = $delivery WHERE delivery_alert_id IN (SELECT unnest($links))"""
_FIRST_LEFT = """
UPDATE deliveries SET alert_id = (
    SELECT min(link.alert_id) FROM delivery_alerts AS link WHERE link.delivery_id = deliveries.delivery_id
) WHERE delivery_id = $delivery"""


def muted_among(connection: duckdb.DuckDBPyConnection, names: Iterable[str | None]) -> frozenset[str]:
    """Those of these task keys, of today or of former readings, whose task somebody muted."""
    wanted = sorted({name for name in names if name is not None})
    if not wanted or not connection.execute(_ANY).fetchall():
        return frozenset()
    return frozenset(row[0] for row in connection.execute(_AMONG, {"names": wanted}).fetchall())


def not_muted(home: Path, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """These findings without those about tasks that are muted today."""
    if not findings:
        return ()
    with session(home) as connection:
        muted = muted_among(connection, [task for each in findings for task in each.tasks])
    return tuple(each for each in findings if muted.isdisjoint(each.tasks))


def take_out(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Suppress what waits and is about muted tasks; a delivery that is about others too goes out without them."""
    rows = connection.execute(_WAITING, {"states": sorted(MOVES["mute"][0])}).fetchall()
    muted = muted_among(connection, [task for row in rows for task in row[-2:]])
    deliveries: defaultdict[tuple[str, str, str | None], list[tuple[str, str, bool]]] = defaultdict(list)
    for delivery, target, digest, link, alert, *tasks in rows:
        deliveries[delivery, target, digest].append((link, alert, not muted.isdisjoint(tasks)))
    for waiting, links in deliveries.items():
        silent = {link: alert for link, alert, is_muted in links if is_muted}
        if len(silent) == len(links):
            move(connection, [waiting[0]], "mute", who="operator", note=MUTED, now=now)
        elif silent:
            _set_apart(connection, waiting, silent, now)


def _set_apart(
    connection: duckdb.DuckDBPyConnection,
    waiting: tuple[str, str, str | None],
    links: Mapping[str, str],
    now: datetime,
) -> None:
    """Give some of a delivery's alerts, by their links, a suppressed delivery of their own."""
    delivery, target, digest = waiting
    alerts = sorted(links.values())
    apart = sha256("delivery", target, "muted", delivery, *alerts)
    row = (apart, alerts[0], target, digest, "suppressed", 0, 0, None, None, None, now, now, None, MUTED, False)
    insert(connection, "deliveries", [row])
    insert(
        connection, "delivery_events", [(sha256("event", apart, "0"), apart, now, "suppressed", 0, None, None, MUTED)]
    )
    connection.execute(_MOVE_LINKS, {"delivery": apart, "links": list(links)})
    connection.execute(_FIRST_LEFT, {"delivery": delivery})
