"""Folding: a journal's steps become the states of deliveries and the rows of their history, each step once."""

from __future__ import annotations

import logging
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from warehouse.outbox.journal import Step
from warehouse.outbox.rows import insert, sha256
from warehouse.outbox.states import settle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb

    from warehouse.outbox.journal import Journal

log = logging.getLogger(__name__)

# Steps that others take for a dispatcher are numbered beyond any that it could have taken itself.
_recovered, _expired = 1_000_000_000, 2_000_000_000


def fold(connection: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    """Bring the tables to where the journal leads."""
    _apply(connection, journal.worker, journal.steps())


def recover(connection: duckdb.DuckDBPyConnection, journal: Journal, hold: frozenset[str], now: datetime) -> None:
    """Say what became of a dead dispatcher's deliveries: what it noted, one in doubt, the rest never tried."""
    fold(connection, journal)
    last = {step.delivery_id: step for step in journal.steps()}
    left = connection.execute(
        "SELECT delivery_id, target, attempts, changed_at FROM deliveries WHERE state = 'sending' AND worker = $worker",
        {"worker": journal.worker},
    ).fetchall()
    steps = []
    for number, (delivery_id, target, attempts, changed_at) in enumerate(sorted(left), _recovered):
        # `now` was read before the wait for the warehouse, and the dead one may have worked in that time.
        at = max(now, changed_at)
        if delivery_id in last or journal.damaged:
            due_at = None if target in hold else now
            note = "the dispatcher died during the call; it may have arrived"
            steps.append(Step(number, delivery_id, at, "uncertain", attempts, due_at, note=note))
        else:
            note = "the dispatcher died before the call"
            steps.append(Step(number, delivery_id, at, "pending", attempts, now, note=note))
    log.warning("dispatcher %s died; %d of its deliveries are taken over", journal.worker, len(steps))
    _apply(connection, journal.worker, steps)


def expire(connection: duckdb.DuckDBPyConnection, hold: frozenset[str], now: datetime) -> None:
    """A lease that ran out has lost its journal, or its dispatcher sleeps: nobody can say whether it was sent."""
    rows = connection.execute(
        """SELECT worker, delivery_id, target, attempts FROM deliveries
        WHERE state = 'sending' AND lease_until < $now ORDER BY worker, delivery_id""",
        {"now": now},
    ).fetchall()
    note = "its dispatcher's lease ran out; it may have arrived"
    for worker, group in groupby(rows, itemgetter(0)):
        steps = [
            Step(number, delivery_id, now, "uncertain", attempts, None if target in hold else now, note=note)
            for number, (_, delivery_id, target, attempts) in enumerate(group, _expired)
        ]
        _apply(connection, worker, steps)


def _apply(connection: duckdb.DuckDBPyConnection, worker: str, steps: Sequence[Step]) -> None:
    """Bring the tables to where the steps lead. Steps that were folded before add nothing."""
    known = _known(connection, worker, steps)
    new = [step for step in steps if _event_id(worker, step) not in known]
    insert(
        connection,
        "delivery_events",
        [
            (
                _event_id(worker, step),
                step.delivery_id,
                step.at,
                step.state,
                step.attempt,
                worker,
                step.seconds,
                step.note,
            )
            for step in new
        ],
    )
    by_delivery: dict[str, list[Step]] = {}
    for step in new:
        by_delivery.setdefault(step.delivery_id, []).append(step)
    settle(connection, worker, by_delivery)


def _event_id(worker: str, step: Step) -> str:
    return sha256("event", worker, str(step.number))


def _known(connection: duckdb.DuckDBPyConnection, worker: str, steps: Sequence[Step]) -> set[str]:
    if not steps:
        return set()
    rows = connection.execute(
        "SELECT event_id FROM delivery_events WHERE event_id IN (SELECT unnest($ids))",
        {"ids": [_event_id(worker, step) for step in steps]},
    ).fetchall()
    return {row[0] for row in rows}
