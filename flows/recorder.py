"""Recording and delivery while crawls go on: no source waits for another's documents.

What has landed is recorded every 2 s or every 500 documents, whichever is first, in a short session; what that causes
to be sent goes out at once. Between two groups the warehouse is closed, and deliveries and other processes get their
turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from alerts.match import alerts_for
from alerts.model import DispatchReport
from flows.delivering import deliver_recorded, grace
from flows.recording import record_waiting, release_unread, take_in
from warehouse.load.record import GROUP_DOCUMENTS, nothing
from warehouse.model import LockedError
from warehouse.store.snapshot import is_to_be_published, publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from config.settings import Settings
    from config.subscriptions import Subscriptions
    from flows.analysing import Analysing
    from flows.recording import Crawled
    from scrapers.publication import Harvest
    from warehouse.model import Recorded

log = logging.getLogger(__name__)

GROUP_SECONDS = 2.0


class Recorder:
    """Lands, records and delivers for one run; use it as an async context manager.

    `recorded` and `delivered` are complete after its end. What could not be recorded waits in the landing place. What
    could not be delivered waits in the outbox, and so does all that is to be sent with `delivers` off; no failure of a
    delivery is a failure of the recording.
    """

    def __init__(
        self, settings: Settings, subscriptions: Subscriptions, analyse: Analysing, *, delivers: bool = True
    ) -> None:
        self.recorded: Recorded = nothing
        self.delivered = DispatchReport()
        self._settings = settings
        # One for the whole run, so that the cap on messages to a target holds over all its groups.
        self._began = datetime.now(UTC)
        self._matcher = alerts_for(subscriptions, self._began, clock=self._time)
        self._analyse = analyse
        self._delivers = delivers
        self._documents = 0
        self._landed, self._enough, self._due = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._is_over = False
        self._to_deliver = False
        self._grace: Callable[[], str | None] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._record_groups()), asyncio.create_task(self._deliver_groups())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        recording, delivering = self._tasks
        self._is_over = True
        self._landed.set()
        self._enough.set()
        if error is not None:
            # The run is being stopped. What has landed waits for the next one; a group under way is finished.
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            return
        try:
            await recording
        finally:
            try:
                await delivering
            finally:
                if self.recorded.batch_ids or self.delivered.rows or is_to_be_published(self._settings.home):
                    await asyncio.to_thread(publish, self._settings.home)

    async def land(self, harvest: Harvest) -> Crawled:
        """Put a harvest down for recording."""
        crawled = await asyncio.to_thread(take_in, self._settings.home, harvest, self._analyse)
        self._documents += len(harvest.publications)
        self._landed.set()
        if self._documents >= GROUP_DOCUMENTS:
            self._enough.set()
        return crawled

    def _time(self) -> datetime:
        """When the run began; after the clock was set back, its earliest time since, so that nothing is dated ahead."""
        self._began = min(self._began, datetime.now(UTC))
        return self._began

    async def _record_groups(self) -> None:
        is_last = False
        try:
            while not is_last:
                await self._landed.wait()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._enough.wait(), GROUP_SECONDS)
                is_last = self._is_over
                await self._record_group(is_last=is_last)
        finally:
            self._grace = grace()
            self._due.set()

    async def _record_group(self, *, is_last: bool) -> None:
        self._documents = 0
        self._landed.clear()
        self._enough.clear()
        try:
            recorded = await asyncio.to_thread(record_waiting, self._settings, self._matcher)
        except LockedError as error:
            if is_last:
                raise
            log.warning("%s; landed documents wait for the next group", error)
            self._landed.set()
            return
        self.recorded += recorded
        has_list = is_last and await asyncio.to_thread(release_unread, self._settings, self.recorded, self._began)
        if recorded.deliveries or has_list:
            self._to_deliver = True
            self._due.set()

    async def _deliver_groups(self) -> None:
        is_last = False
        while not is_last:
            await self._due.wait()
            self._due.clear()
            # The last one comes after every recording, so that it also says what is held.
            is_last = self._grace is not None
            if self._delivers and (self._to_deliver or (is_last and self.recorded.batch_ids)):
                self._to_deliver = False
                self.delivered += await asyncio.to_thread(
                    deliver_recorded, self._settings, during_run=not is_last, closing_time=self._closing_time
                )

    def _closing_time(self) -> str | None:
        """While crawls go on, nobody waits for the deliveries; from the last recording on, the run's end does."""
        return self._grace() if self._grace is not None else None
