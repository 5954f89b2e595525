"""An outbox of its own that nobody sees: what deliveries alerts would become, and when each would go.

It is the real outbox in an empty warehouse, so that what goes together, fills a digest or waits for the morning is
decided where it always is. Nothing in it is ever sent.
"""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from warehouse.findings import finding_store
from warehouse.model import Delivery
from warehouse.outbox.enqueue import contents_of, enqueue
from warehouse.outbox.journal import Step
from warehouse.outbox.states import claim, settle
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from types import TracebackType

    from warehouse.model import AlertRow

_WORKER = "dry run"
_DUE = "SELECT delivery_id, greatest(due_at, created_at) FROM deliveries WHERE state = 'pending' AND due_at <= $now"
_WRITTEN = """
SELECT delivery_id, target, digest, state = 'held', reason, coalesce(sent_at, greatest(due_at, created_at), created_at)
FROM deliveries WHERE state <> 'suppressed' ORDER BY 6, digest IS NOT NULL, target, digest, delivery_id"""


@dataclass(frozen=True, slots=True)
class DryDelivery:
    """A delivery as it would have been, at this time (UTC); `held` is why it would have waited for an operator."""

    delivery: Delivery
    at: datetime
    held: str | None


class DryOutbox:
    """Put alerts in, the earliest first, and see what deliveries they make; use it as a context manager."""

    def __init__(self) -> None:
        self._steps = 0
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        home = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="mandates-")))
        self._connection = self._open.enter_context(session(home))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open.close()

    def put(self, rows: Sequence[AlertRow], now: datetime) -> None:
        """Write these alerts at this time; whatever was due until then has gone out before."""
        with transaction(self._connection):
            self._send(now)
            finding_store.write(self._connection, list(dict.fromkeys(row.finding for row in rows)))
            enqueue(self._connection, rows, now)

    def deliveries(self) -> tuple[DryDelivery, ...]:
        """All that would have gone out, or been held, in the order of their times."""
        rows = self._connection.execute(_WRITTEN).fetchall()
        contents = contents_of(self._connection, [row[0] for row in rows])
        return tuple(
            DryDelivery(Delivery(key, target, *contents[key], digest, 0, at), at, reason if is_held else None)
            for key, target, digest, is_held, reason, at in rows
        )

    def _send(self, now: datetime) -> None:
        due = dict(self._connection.execute(_DUE, {"now": now}).fetchall())
        if not due:
            return
        claim(self._connection, list(due), _WORKER, until=now + timedelta(minutes=1), now=now)
        steps = {each: [Step(place, each, at, "sent", 1)] for place, (each, at) in enumerate(due.items(), self._steps)}
        settle(self._connection, _WORKER, steps)
        self._steps += len(due)
