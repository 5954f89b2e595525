"""Alerts and deliveries as rows: written in the transaction that records what they tell of."""

from __future__ import annotations

import logging
from collections import defaultdict
from typing import TYPE_CHECKING

from warehouse.findings import finding_store
from warehouse.findings.finding_store import finding_of
from warehouse.outbox.muting import muted_among
from warehouse.outbox.rows import insert, sha256
from warehouse.outbox.states import beginning
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    import duckdb

    from warehouse.findings.finding import Finding
    from warehouse.model import AlertRow


log = logging.getLogger(__name__)


def enqueue(connection: duckdb.DuckDBPyConnection, rows: Sequence[AlertRow], now: datetime) -> tuple[int, int]:
    """Write alerts and the deliveries that tell of them, inside the caller's transaction.

    The findings themselves are the caller's to write (`finding_store.write`). The alerts of one event (one document, or
    several of one story) for one target are one delivery, and so are those of one digest; they join one that was not
    sent yet. What is already there is left alone, so that a finding met again notifies nobody twice. What is about a
    muted task is kept as suppressed.

    Returns:
        How many alerts are new, and how many deliveries wait to be sent: not those that are held or suppressed.
    """
    alerts = {_alert_id(row): row for row in rows}
    new_alerts = insert(
        connection,
        "alerts",
        [
            (
                key,
                row.finding.finding_id,
                row.subscription,
                row.finding.kind,
                row.finding.document.document_id,
                now,
            )
            for key, row in alerts.items()
        ],
    )
    links = {sha256(_alert_id(row), row.target): row for row in rows}
    known = _existing(connection, links)
    muted = muted_among(connection, [task for row in rows for task in row.finding.tasks])
    groups: defaultdict[tuple[str, str, str | None, datetime, bool, str | None, str | None, bool], list[str]]
    groups = defaultdict(list)
    for link, row in links.items():
        if link not in known:
            what = "" if row.digest is not None else row.finding.story or row.finding.document.document_id
            is_muted = not muted.isdisjoint(row.finding.tasks)
            key = (row.target, what, row.digest, row.not_before, row.silent, row.held, row.language, is_muted)
            groups[key].append(link)
    waiting = _waiting_digests(connection) if any(key[2] for key in groups) else {}
    unsent = _unsent(connection, {row.finding.document.document_id for row in links.values() if row.digest is None})
    deliveries, events, joined = [], [], []
    for (target, _, digest, due_at, silent, held, _, is_muted), members in groups.items():
        alert_ids = sorted(_alert_id(links[link]) for link in members)
        delivery_id = None
        if not (silent or held or is_muted):
            about = {(target, links[link].finding.document.document_id, links[link].subscription) for link in members}
            joinable = [waiting.get((target, digest, due_at))] if digest else _in_time(unsent, about, due_at)
            delivery_id = next(filter(None, joinable), None)
        if delivery_id is None:
            delivery_id = sha256("delivery", target, *alert_ids)
            state, note = beginning(silent=silent, held=held, muted=is_muted)
            due = due_at if state == "pending" else None
            deliveries.append(
                (delivery_id, alert_ids[0], target, digest, state, 0, 0, due, None, None, now, now, None, note, False)
            )
            events.append((sha256("event", delivery_id, "0"), delivery_id, now, state, 0, None, None, note))
        joined += [(link, delivery_id, _alert_id(links[link]), target) for link in members]
    insert(connection, "deliveries", deliveries)
    insert(connection, "delivery_events", events)
    insert(connection, "delivery_alerts", joined)
    return new_alerts, sum(1 for event in events if event[3] == "pending")


def tell(home: Path, rows: Sequence[AlertRow], now: datetime) -> None:
    """Write findings that no recording made, with their alerts, in a transaction of their own.

    Raises:
        LockedError: another process holds the warehouse for too long.
    """
    if not rows:
        return
    with session(home) as connection, transaction(connection):
        finding_store.write(connection, [row.finding for row in rows])
        enqueue(connection, rows, now)


def bring_forward(home: Path, digest: str, now: datetime, *, wait_seconds: float | None = None) -> None:
    """Make a digest that is still collecting due now.

    Raises:
        LockedError: another process holds the warehouse for too long.
    """
    with session(home, wait_seconds=wait_seconds) as connection:
        connection.execute(
            "UPDATE deliveries SET due_at = $now WHERE digest = $digest AND state = 'pending' AND due_at > $now",
            {"digest": digest, "now": now},
        )


def contents_of(
    connection: duckdb.DuckDBPyConnection, delivery_ids: Sequence[str]
) -> Mapping[str, tuple[tuple[str, ...], tuple[Finding, ...]]]:
    """The subscriptions that asked for each delivery, and what it tells of, each finding once."""
    rows = connection.execute(
        """SELECT link.delivery_id, alert.subscription, finding.detail
        FROM delivery_alerts AS link
        JOIN alerts AS alert USING (alert_id)
        JOIN findings AS finding USING (finding_id)
        WHERE link.delivery_id IN (SELECT unnest($ids))
        ORDER BY alert.document_id, alert.kind, alert.finding_id, alert.subscription""",
        {"ids": list(delivery_ids)},
    ).fetchall()
    contents: defaultdict[str, dict[str, None]] = defaultdict(dict)
    names: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for delivery_id, subscription, content in rows:
        contents[delivery_id][content] = None
        names[delivery_id][subscription] = None
    return {key: (tuple(sorted(names[key])), tuple(_readable(contents[key]))) for key in delivery_ids}


def _readable(contents: Iterable[str]) -> Iterator[Finding]:
    """The findings that this program can read; a delivery left without any fails by itself and holds up no other."""
    for content in contents:
        try:
            yield finding_of(content)
        except (TypeError, ValueError, KeyError):
            log.exception("a recorded finding cannot be read: %s", content[:200])


def _alert_id(row: AlertRow) -> str:
    return sha256("alert", row.finding.finding_id, row.subscription)


def _existing(connection: duckdb.DuckDBPyConnection, links: Iterable[str]) -> set[str]:
    rows = connection.execute(
        "SELECT delivery_alert_id FROM delivery_alerts WHERE delivery_alert_id IN (SELECT unnest($ids::VARCHAR[]))",
        {"ids": list(links)},
    ).fetchall()
    return {row[0] for row in rows}


def _unsent(
    connection: duckdb.DuckDBPyConnection, documents: Iterable[str]
) -> dict[tuple[str, str, str], tuple[datetime, str]]:
    """By target, document and subscription: the message about it that nobody has tried to send yet, and when it is due.

    A subscription has one language, and so has every message.
    """
    rows = connection.execute(
        """SELECT delivery.target, alert.document_id, alert.subscription, delivery.due_at, delivery.delivery_id
        FROM alerts AS alert
        JOIN delivery_alerts AS link USING (alert_id)
        JOIN deliveries AS delivery ON delivery.delivery_id = link.delivery_id
        WHERE alert.document_id IN (SELECT unnest($documents::VARCHAR[]))
            AND delivery.state = 'pending' AND delivery.attempts = 0 AND delivery.digest IS NULL
        ORDER BY delivery.created_at DESC, delivery.delivery_id""",
        {"documents": sorted(documents)},
    ).fetchall()
    return {(target, document, name): (due_at, delivery) for target, document, name, due_at, delivery in rows}


def _in_time(
    unsent: Mapping[tuple[str, str, str], tuple[datetime, str]], about: Iterable[tuple[str, str, str]], due_at: datetime
) -> Iterator[str]:
    """Those of the messages about these documents that go out no later."""
    for key in sorted(about):
        if key in unsent and unsent[key][0] <= due_at:
            yield unsent[key][1]


def _waiting_digests(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str | None, datetime], str]:
    """Digests that are still being filled."""
    rows = connection.execute(
        "SELECT target, digest, due_at, delivery_id FROM deliveries WHERE state = 'pending' AND digest IS NOT NULL"
    ).fetchall()
    return {(target, digest, due_at): delivery_id for target, digest, due_at, delivery_id in rows}
