"""The states of a delivery and the ways between them: the one place that writes `deliveries.state`.

             ┌──────── held ───────┐ release, retry
    written ─┼──────► pending ◄────┴──────── failed, uncertain, dead, suppressed (retry)
             └─► suppressed    │ claim
                               ▼
                            sending ──► sent
                               ├──────► failed, uncertain   tried again: claimed when they are due
                               ├──────► dead                given up
                               └──────► pending             not tried: quiet hours, a target without an address

An `uncertain` delivery without a due time waits for an operator. `drop`, `mute` and `replace` lead to `suppressed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from warehouse.outbox.rows import insert, sha256

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.model import DeliveryState
    from warehouse.outbox.journal import Step

MUTED = "the mandate is muted"
BEGINNINGS: frozenset[DeliveryState] = frozenset({"pending", "held", "suppressed"})
# From each state to those that may follow it.
TRANSITIONS: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    "pending": frozenset({"sending", "pending", "suppressed"}),
    "held": frozenset({"pending", "suppressed"}),
    "sending": frozenset({"sending", "sent", "failed", "uncertain", "dead", "pending"}),
    "failed": frozenset({"sending", "pending", "suppressed"}),
    # The last doubt is noted before the delivery is given up.
    "uncertain": frozenset({"sending", "pending", "dead", "suppressed", "uncertain"}),
    "dead": frozenset({"pending", "suppressed"}),
    "suppressed": frozenset({"pending", "suppressed"}),
    "sent": frozenset(),
}
# What a dispatcher may claim when it is due.
CLAIMED: tuple[DeliveryState, ...] = ("pending", "failed", "uncertain")
Move = Literal["retry", "drop", "release", "mute", "replace"]
# What operators, and corrections that a newer one replaces, do to deliveries: from which states, and to which.
MOVES: Mapping[Move, tuple[frozenset[DeliveryState], DeliveryState]] = {
    "retry": (frozenset({"failed", "dead", "uncertain", "suppressed", "pending", "held"}), "pending"),
    "drop": (frozenset({"failed", "dead", "uncertain", "pending", "held"}), "suppressed"),
    "release": (frozenset({"held"}), "pending"),
    "mute": (frozenset({"failed", "uncertain", "pending", "held"}), "suppressed"),
    "replace": (frozenset({"held"}), "suppressed"),
}

_MOVE = """
UPDATE deliveries SET
    state = $state, due_at = $due_at, changed_at = $now, reason = $note, reported = false,
    attempts = CASE WHEN $state = 'pending' THEN 0 ELSE attempts END
WHERE delivery_id IN (SELECT unnest($ids)) AND state IN (SELECT unnest($movable))
RETURNING delivery_id"""
_CLAIM = """
UPDATE deliveries SET
    state = 'sending', worker = $worker, lease_until = $until, changed_at = greatest(changed_at, $now)
WHERE delivery_id IN (SELECT unnest($ids))"""
_SETTLE = """
UPDATE deliveries SET
    state = step.state,
    attempts = step.attempt,
    doubts = doubts + step.more_doubts,
    due_at = step.due_at,
    changed_at = step.at,
    sent_at = CASE WHEN step.state = 'sent' THEN step.at ELSE sent_at END,
    reason = step.note,
    worker = CASE WHEN step.state = 'sending' THEN worker END,
    lease_until = CASE WHEN step.state = 'sending' THEN lease_until END
FROM (
    SELECT unnest($c0::VARCHAR[]) AS id, unnest($c1::VARCHAR[]) AS state, unnest($c2::INTEGER[]) AS attempt,
        unnest($c3::INTEGER[]) AS more_doubts, unnest($c4::TIMESTAMPTZ[]) AS due_at,
        unnest($c5::TIMESTAMPTZ[]) AS at, unnest($c6::VARCHAR[]) AS note
) AS step
WHERE deliveries.delivery_id = step.id AND deliveries.worker = $worker"""


def beginning(*, silent: bool, held: str | None, muted: bool) -> tuple[DeliveryState, str | None]:
    """The first state of a delivery, and why."""
    if silent or muted:
        return "suppressed", MUTED if muted else "first crawl of a new source"
    return ("held", held) if held else ("pending", None)


def claim(
    connection: duckdb.DuckDBPyConnection, ids: Sequence[str], worker: str, *, until: datetime, now: datetime
) -> None:
    """Make these a dispatcher's own until then."""
    connection.execute(_CLAIM, {"worker": worker, "until": until, "now": now, "ids": list(ids)})


def settle(connection: duckdb.DuckDBPyConnection, worker: str, steps: Mapping[str, Sequence[Step]]) -> None:
    """Bring a dispatcher's deliveries to where its steps, in their order, led."""
    rows: list[tuple[object, ...]] = []
    for delivery_id, own in steps.items():
        last = own[-1]
        if last.state == "sending":
            # The last word is still to come: from this dispatcher's next fold, or from whoever recovers it.
            rows.append((delivery_id, "sending", last.attempt, 0, None, last.at, None))
        else:
            doubts = sum(step.state == "uncertain" for step in own)
            rows.append((delivery_id, last.state, last.attempt, doubts, last.due_at, last.at, last.note))
    if rows:
        columns = {f"c{place}": list(column) for place, column in enumerate(zip(*rows, strict=True))}
        connection.execute(_SETTLE, {**columns, "worker": worker})


def move(
    connection: duckdb.DuckDBPyConnection, ids: Sequence[str], way: Move, *, who: str, note: str, now: datetime
) -> tuple[str, ...]:
    """Move those of these deliveries that may go this way, with a row in their history; the ids of those that went."""
    movable, state = MOVES[way]
    values = {"ids": list(ids), "movable": sorted(movable), "state": state, "now": now, "note": note}
    due_at = now if state == "pending" else None
    moved = tuple(row[0] for row in connection.execute(_MOVE, values | {"due_at": due_at}).fetchall())
    events = [
        (sha256("event", each, who, note, now.isoformat()), each, now, state, 0, who, None, note) for each in moved
    ]
    insert(connection, "delivery_events", events)
    return moved
