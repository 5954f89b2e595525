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

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from warehouse.findings import finding_store
from warehouse.model import Delivery
from warehouse.outbox.admin import unreported
from warehouse.outbox.due import due
from warehouse.outbox.enqueue import contents_of, enqueue
from warehouse.outbox.folding import expire, fold, recover
from warehouse.outbox.held import to_report
from warehouse.outbox.journal import Journal, Step
from warehouse.outbox.states import claim
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    import duckdb

    from warehouse.model import AlertRow, DeliveryRow, DeliveryState
    from warehouse.outbox.held import Held

    Alarm = Callable[[Sequence[DeliveryRow], datetime], Mapping[str, Sequence[AlertRow]]]
    Notice = Callable[[Sequence[Held], datetime], Sequence[AlertRow]]

lease = timedelta(minutes=10)


def _no_alarm(_troubles: Sequence[DeliveryRow], _now: datetime) -> Mapping[str, Sequence[AlertRow]]:
    return {}


class Outbox:
    """One dispatcher's hold on the outbox.

    `hold` names the targets whose deliveries wait for an operator when it is not known whether they arrived. `alarm`
    makes the alerts that tell operators of deliveries that died or are held, by delivery id; they are written with the
    state itself. `notice` makes the message about what waits for their approval; without it they hear of that from
    another dispatcher. Both get the time of the claim, so that what they write is claimed with it. `unreported` are
    those, as of the last claim, for which there is no alarm: nobody knows of them yet.
    """

    def __init__(
        self,
        home: Path,
        *,
        hold: frozenset[str] = frozenset(),
        alarm: Alarm = _no_alarm,
        notice: Notice | None = None,
        wait_seconds: float | None = None,
    ) -> None:
        self._home = home
        self._hold = hold
        self._alarm = alarm
        self._notice = notice
        self._wait_seconds = wait_seconds
        self._folder = home / "outbox"
        self._journal = Journal.begin(self._folder)
        self._number = 0
        self._held: dict[str, Delivery] = {}
        self._calling: str | None = None
        self._noted: list[str] = []
        self._unfolded = False
        self.unreported: tuple[DeliveryRow, ...] = ()
        # The latest time that the caller gave; giving back at the end needs no other clock.
        self._clock: datetime | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Give back what was claimed and not settled. Should that fail, the next dispatcher does it."""
        try:
            if self._clock is not None and (self._unfolded or self._held or self._noted):
                self.claim(self._clock, 0)
        except BaseException:
            self._journal.close(remove=False)
            raise
        self._journal.close(remove=True)

    def claim(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Up to `limit` due deliveries, ours for ten minutes; what was claimed before and not settled is given back.

        Raises:
            LockedError: another process holds the warehouse for too long.
        """
        self._clock = now
        for delivery in tuple(self._held.values()):
            self._give_back(delivery, now)
        self._journal.sync()
        abandoned: tuple[Journal, ...] = ()
        folded = False
        try:
            with session(self._home, wait_seconds=self._wait_seconds) as connection:
                abandoned = tuple(Journal.abandoned(self._folder))
                with transaction(connection):
                    fold(connection, self._journal)
                    for journal in abandoned:
                        recover(connection, journal, self._hold, now)
                    expire(connection, self._hold, now)
                    self._raise_alarms(connection, now)
                    claimed = _claim(connection, self._journal.worker, now, limit)
                folded = True
        finally:
            for journal in abandoned:
                journal.close(remove=folded)
        self._journal.empty()
        self._unfolded = False
        self._noted.clear()
        self._held = {delivery.delivery_id: delivery for delivery in claimed}
        return claimed

    def sending(self, delivery: Delivery, *, now: datetime) -> None:
        """Note, durably, that the next thing done is the call."""
        self._clock = now
        self._write(Step(self._next(), delivery.delivery_id, now, "sending", delivery.attempts + 1))
        self._journal.sync()
        self._calling = delivery.delivery_id

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
        self._clock = now
        attempt = delivery.attempts if state == "pending" else delivery.attempts + 1
        self._write(Step(self._next(), delivery.delivery_id, now, state, attempt, due_at, seconds, note))
        self._held.pop(delivery.delivery_id, None)
        self._calling = None

    def reported(self, troubles: Iterable[DeliveryRow]) -> None:
        """Note that an operator has had word of these; the next claim writes it."""
        self._noted += [trouble.delivery_id for trouble in troubles]
        self.unreported = tuple(trouble for trouble in self.unreported if trouble.delivery_id not in self._noted)

    def _give_back(self, delivery: Delivery, now: datetime) -> None:
        """Settle what the caller did not; of a call that was interrupted nobody can say what came of it."""
        if delivery.delivery_id == self._calling:
            due_at = None if delivery.target in self._hold else now
            note = "the dispatcher was interrupted during the call; it may have arrived"
            self.settle(delivery, "uncertain", now=now, due_at=due_at, note=note)
        else:
            self.settle(delivery, "pending", now=now, due_at=now, note="not sent")

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _write(self, step: Step) -> None:
        self._unfolded = True
        self._journal.write(step)

    def _raise_alarms(self, connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
        _reported(connection, self._noted)
        troubles = unreported(connection)
        alarms = self._alarm(troubles, now) if troubles else {}
        rows = [row for alerts in alarms.values() for row in alerts]
        reported = [key for key, alerts in alarms.items() if alerts]
        if self._notice is not None and (held := to_report(connection, now)) and (notices := self._notice(held, now)):
            rows += notices
            _reported(connection, [delivery_id for each in held for delivery_id in each.delivery_ids])
        finding_store.write(connection, [row.finding for row in rows])
        enqueue(connection, rows, now)
        _reported(connection, reported)
        self.unreported = tuple(trouble for trouble in troubles if trouble.delivery_id not in reported)


def _reported(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> None:
    if ids:
        connection.execute(
            "UPDATE deliveries SET reported = true WHERE delivery_id IN (SELECT unnest($ids))", {"ids": list(ids)}
        )


def _claim(connection: duckdb.DuckDBPyConnection, worker: str, now: datetime, limit: int) -> tuple[Delivery, ...]:
    if limit == 0:
        return ()
    rows = due(connection, now, limit)
    if not rows:
        return ()
    until = now + lease
    claim(connection, [row[0] for row in rows], worker, until=until, now=now)
    contents = contents_of(connection, [row[0] for row in rows])
    return tuple(
        Delivery(key, target, *contents[key], digest, attempts, until, repeat_of_uncertain=doubts > 0)
        for key, target, digest, attempts, doubts in rows
    )
