"""The outbox as a dispatcher sees it: claim what is due, note each step, and leave nothing unsaid whatever dies.

    with Outbox(home) as outbox:
        while claimed := outbox.claim(now, 50):
            for delivery in claimed:
                outbox.sending(delivery)        # on disk before the call
                ...                             # the call
                outbox.settle(delivery, "sent")

Each claim is one transaction: it folds our own notes into the tables, then those of dispatchers that died, writes the
alarms that this gives rise to, and takes the next deliveries.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Self

from warehouse import ledger
from warehouse.database import default_wait_seconds, session, transaction
from warehouse.model import Delivery
from warehouse.outbox_journal import Journal, Step
from warehouse.outbox_listing import unreported
from warehouse.outbox_rows import enqueue, findings_of, insert, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    import duckdb

    from warehouse.model import AlertRow, DeliveryRow, DeliveryState

    Alarm = Callable[[Sequence[DeliveryRow]], Sequence[AlertRow]]

log = logging.getLogger(__name__)

lease = timedelta(minutes=10)


def _no_alarm(_troubles: Sequence[DeliveryRow]) -> Sequence[AlertRow]:
    return ()


class Outbox:
    """One dispatcher's hold on the outbox.

    `hold` names the targets whose deliveries wait for an operator when it is not known whether they arrived. `alarm`
    makes the alerts that tell operators of deliveries that died or are held; they are written with the state itself.
    """

    def __init__(
        self,
        home: Path,
        *,
        hold: frozenset[str] = frozenset(),
        alarm: Alarm = _no_alarm,
        wait_seconds: float = default_wait_seconds,
    ) -> None:
        self._home = home
        self._hold = hold
        self._alarm = alarm
        self._wait_seconds = wait_seconds
        self._folder = home / "outbox"
        self._journal = Journal.begin(self._folder)
        self._number = 0
        self._held: dict[str, Delivery] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Give back what was claimed and not sent. Should that fail, the next dispatcher does it from the journal."""
        try:
            self.claim(datetime.now(UTC), 0)
        except BaseException:
            self._journal.close(remove=False)
            raise
        self._journal.close(remove=True)

    def claim(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Up to `limit` due deliveries, ours for ten minutes; whatever was claimed before and not sent is given back.

        Raises:
            LockedError: another process holds the warehouse for too long.
        """
        for delivery in tuple(self._held.values()):
            self.settle(delivery, "pending", due_at=now, note="not sent", now=now)
        self._journal.sync()
        with session(self._home, wait_seconds=self._wait_seconds) as connection:
            abandoned = tuple(Journal.abandoned(self._folder))
            with transaction(connection):
                _fold(connection, self._journal)
                for journal in abandoned:
                    self._recover(connection, journal, now)
                self._raise_alarms(connection, now)
                claimed = _claim(connection, self._journal.worker, now, limit)
        self._journal.empty()
        for journal in abandoned:
            journal.close(remove=True)
        self._held = {delivery.delivery_id: delivery for delivery in claimed}
        return claimed

    def sending(self, delivery: Delivery, *, now: datetime) -> None:
        """Note, durably, that the next thing done is the call."""
        self._write(Step(self._next(), delivery.delivery_id, now, "sending", delivery.attempts + 1))
        self._journal.sync()

    def settle(
        self,
        delivery: Delivery,
        state: DeliveryState,
        *,
        now: datetime,
        due_at: datetime | None = None,
        seconds: float | None = None,
        note: str | None = None,
    ) -> None:
        """Note what came of it. `pending` means that it was not tried. It survives our death from here on."""
        attempt = delivery.attempts if state == "pending" else delivery.attempts + 1
        self._write(Step(self._next(), delivery.delivery_id, now, state, attempt, due_at, seconds, note))
        self._held.pop(delivery.delivery_id, None)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _write(self, step: Step) -> None:
        self._journal.write(step)

    def _recover(self, connection: duckdb.DuckDBPyConnection, journal: Journal, now: datetime) -> None:
        """Say what became of a dead dispatcher's deliveries: what it noted, one in doubt, the rest never tried."""
        _fold(connection, journal)
        last = {step.delivery_id: step for step in journal.steps()}
        left = connection.execute(
            "SELECT delivery_id, target, attempts FROM deliveries WHERE state = 'sending' AND worker = $worker",
            {"worker": journal.worker},
        ).fetchall()
        steps = []
        for number, (delivery_id, target, attempts) in enumerate(sorted(left), 1_000_000_000):
            if delivery_id in last:
                due_at = None if target in self._hold else now
                note = "the dispatcher died during the call; it may have arrived"
                steps.append(Step(number, delivery_id, now, "uncertain", attempts, due_at, note=note))
            else:
                note = "the dispatcher died before the call"
                steps.append(Step(number, delivery_id, now, "pending", attempts, now, note=note))
        log.warning("dispatcher %s died; %d of its deliveries are taken over", journal.worker, len(steps))
        _apply(connection, journal.worker, steps)

    def _raise_alarms(self, connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
        troubles = unreported(connection)
        if not troubles:
            return
        rows = self._alarm(troubles)
        ledger.write(connection, [row.finding for row in rows])
        enqueue(connection, rows, now)
        connection.execute(
            "UPDATE deliveries SET reported = true WHERE delivery_id IN (SELECT unnest($ids))",
            {"ids": [trouble.delivery_id for trouble in troubles]},
        )


def _claim(connection: duckdb.DuckDBPyConnection, worker: str, now: datetime, limit: int) -> tuple[Delivery, ...]:
    if limit == 0:
        return ()
    # An expired lease has no journal (it would have been recovered), so nobody can say whether it was sent.
    rows = connection.execute(
        """SELECT delivery_id, target, digest, attempts, doubts, state
        FROM deliveries
        WHERE (state IN ('pending', 'failed', 'uncertain') AND due_at <= $now)
           OR (state = 'sending' AND lease_until < $now)
        ORDER BY due_at, created_at, delivery_id LIMIT $limit""",
        {"now": now, "limit": limit},
    ).fetchall()
    if not rows:
        return ()
    until = now + lease
    connection.execute(
        """UPDATE deliveries SET state = 'sending', worker = $worker, lease_until = $until, changed_at = $now,
            doubts = doubts + CASE WHEN state = 'sending' THEN 1 ELSE 0 END
        WHERE delivery_id IN (SELECT unnest($ids))""",
        {"worker": worker, "until": until, "now": now, "ids": [row[0] for row in rows]},
    )
    told = findings_of(connection, [row[0] for row in rows])
    return tuple(
        Delivery(
            delivery_id=delivery_id,
            target=target,
            subscriptions=told[delivery_id][1],
            findings=told[delivery_id][0],
            digest=digest,
            attempts=attempts,
            lease_until=until,
            repeat_of_uncertain=doubts > 0 or state == "sending",
        )
        for delivery_id, target, digest, attempts, doubts, state in rows
    )


def _fold(connection: duckdb.DuckDBPyConnection, journal: Journal) -> None:
    _apply(connection, journal.worker, journal.steps())


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
