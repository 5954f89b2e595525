"""The outbox as operators see it: list deliveries, try them again, drop them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from warehouse.model import DeliveryEvent, DeliveryRow, UnknownDeliveryError
from warehouse.outbox.held import held_of_source
from warehouse.outbox.states import move
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from warehouse.model import DeliveryState
    from warehouse.outbox.states import Move

# The deliveries are chosen first: joining all of 300,000 before that took five seconds.
_chosen = "SELECT * FROM deliveries AS delivery {where} ORDER BY created_at DESC, delivery_id LIMIT {limit:d}"
_select = """
SELECT delivery.delivery_id, delivery.target, delivery.digest, delivery.state, delivery.attempts, delivery.doubts,
    delivery.due_at, delivery.created_at, delivery.sent_at, delivery.reason,
    list(DISTINCT alert.subscription ORDER BY alert.subscription),
    list(DISTINCT alert.kind ORDER BY alert.kind),
    count(DISTINCT alert.finding_id),
    any_value(coalesce(finding.detail ->> '$.document.symbol', finding.detail ->> '$.symbol')),
    coalesce(any_value(coalesce(finding.detail ->> '$.document.title', finding.detail ->> '$.title')), '')
FROM ({chosen}) AS delivery
JOIN delivery_alerts AS link USING (delivery_id)
JOIN alerts AS alert ON alert.alert_id = link.alert_id
LEFT JOIN findings AS finding USING (finding_id)
"""
_group = " GROUP BY ALL ORDER BY delivery.created_at DESC, delivery.delivery_id"


def deliveries(home: Path, *, states: Sequence[DeliveryState] = (), limit: int = 200) -> list[DeliveryRow]:
    """The newest deliveries, of the given states or of all."""
    with session(home) as connection:
        return _rows(
            connection,
            "WHERE len($states::VARCHAR[]) = 0 OR list_contains($states::VARCHAR[], delivery.state)",
            {"states": list(states)},
            limit,
        )


def history(home: Path, beginning: str) -> tuple[DeliveryRow, list[DeliveryEvent]]:
    """A delivery and every change of its state, oldest first.

    Raises:
        UnknownDeliveryError: the id fits none or several.
    """
    with session(home) as connection:
        row = _one(connection, beginning)
        events = connection.execute(
            """SELECT happened_at, state, attempt, worker, seconds, note FROM delivery_events
            WHERE delivery_id = $id ORDER BY happened_at, attempt, state = 'sending' DESC""",
            {"id": row.delivery_id},
        ).fetchall()
    return row, [DeliveryEvent(*event) for event in events]


def retry(home: Path, beginnings: Sequence[str], *, now: datetime | None = None) -> list[DeliveryRow]:
    """Make deliveries due now, whatever they are but sent or being sent; their attempts count from 0 again.

    Raises:
        UnknownDeliveryError: an id fits none or several.
    """
    now = now or datetime.now(UTC)
    return _move(home, beginnings, "retry", now)


def drop(home: Path, beginnings: Sequence[str], *, now: datetime | None = None) -> list[DeliveryRow]:
    """Take deliveries out, or all that is held of a source; they stay as `suppressed`, with their history.

    Raises:
        UnknownDeliveryError: an id fits none or several.
    """
    now = now or datetime.now(UTC)
    return _move(home, beginnings, "drop", now)


def release(home: Path, names: Sequence[str] = (), *, now: datetime | None = None) -> list[DeliveryRow]:
    """Make what is held due now: all of it, or that of these sources, or these deliveries.

    Raises:
        UnknownDeliveryError: a name is no source of which something is held, and fits no delivery or several.
    """
    if not names:
        with session(home) as connection:
            rows = connection.execute("SELECT delivery_id FROM deliveries WHERE state = 'held'").fetchall()
        names = [row[0] for row in rows]
    return _move(home, names, "release", now or datetime.now(UTC))


def unreported_in(home: Path) -> list[DeliveryRow]:
    """Deliveries that died or are held in doubt, of which no operator has had word."""
    with session(home) as connection:
        return unreported(connection)


def unreported(connection: duckdb.DuckDBPyConnection) -> list[DeliveryRow]:
    """The same, inside the caller's transaction."""
    quick = (
        "SELECT 1 FROM deliveries WHERE NOT reported AND (state = 'dead' OR (state = 'uncertain' AND due_at IS NULL))"
    )
    if not connection.execute(quick).fetchall():
        return []
    return _rows(
        connection,
        """WHERE NOT delivery.reported
        AND (delivery.state = 'dead' OR (delivery.state = 'uncertain' AND delivery.due_at IS NULL))""",
        {},
        10_000,
    )


def _move(home: Path, beginnings: Sequence[str], way: Move, now: datetime) -> list[DeliveryRow]:
    with session(home) as connection, transaction(connection):
        chosen = [
            delivery_id
            for beginning in beginnings
            for delivery_id in held_of_source(connection, beginning)
            or [_one(connection, beginning, or_source=way != "retry").delivery_id]
        ]
        move(connection, chosen, way, who="operator", note="by an operator", now=now)
        return [_one(connection, delivery_id) for delivery_id in dict.fromkeys(chosen)]


def _one(connection: duckdb.DuckDBPyConnection, beginning: str, *, or_source: bool = False) -> DeliveryRow:
    found = _rows(connection, "WHERE starts_with(delivery.delivery_id, $beginning)", {"beginning": beginning}, 100)
    if len(found) != 1 or not beginning:
        raise UnknownDeliveryError(beginning, len(found), or_source=or_source)
    return found[0]


def _rows(connection: duckdb.DuckDBPyConnection, where: str, values: dict[str, Any], limit: int) -> list[DeliveryRow]:
    query = _select.format(chosen=_chosen.format(where=where, limit=limit)) + _group
    rows = connection.execute(query, values).fetchall()
    return [DeliveryRow(*row[:10], *map(tuple, row[10:12]), *row[12:]) for row in rows]
