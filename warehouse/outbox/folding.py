"""Folding: a journal's steps become the states of deliveries and the rows of their history, each step once."""

from __future__ import annotations

import logging
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from warehouse.outbox.enqueue import insert, sha256
from warehouse.outbox.journal import Step

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
        "SELECT delivery_id, target, attempts FROM deliveries WHERE state = 'sending' AND worker = $worker",
        {"worker": journal.worker},
    ).fetchall()
    steps = []
    for number, (delivery_id, target, attempts) in enumerate(sorted(left), _recovered):
        if delivery_id in last or journal.damaged:
            due_at = None if target in hold else now
            note = "the dispatcher died during the call; it may have arrived"
            steps.append(Step(number, delivery_id, now, "uncertain", attempts, due_at, note=note))
        else:
            note = "the dispatcher died before the call"
            steps.append(Step(number, delivery_id, now, "pending", attempts, now, note=note))
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
    by_delivery = attrgetter("delivery_id")
    rows: list[tuple[object, ...]] = []
    for delivery_id, group in groupby(sorted(new, key=by_delivery), by_delivery):
        own = list(group)
        last = own[-1]
        if last.state == "sending":
            # The last word is still to come: from this dispatcher's next fold, or from whoever recovers it.
            rows.append((delivery_id, "sending", last.attempt, 0, None, last.at, None))
        else:
            doubts = sum(step.state == "uncertain" for step in own)
            rows.append((delivery_id, last.state, last.attempt, doubts, last.due_at, last.at, last.note))
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    connection.execute(
        """UPDATE deliveries SET
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
        WHERE deliveries.delivery_id = step.id AND deliveries.worker = $worker""",
        {**{f"c{place}": column for place, column in enumerate(columns)}, "worker": worker},
    )


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
