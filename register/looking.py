"""The published snapshot, opened once for all requests, and let go when another one is published.

Publishing writes only the blocks that differ, into the file that was published before, and only while nobody has that
file open. So a look at a replaced snapshot ends as soon as its last request does.
"""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from warehouse.model import QueryError
from warehouse.query.lending import lent, shared
from warehouse.query.places import knowing, places_of
from warehouse.query.search_volumes import stamp
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warehouse.query.lending import Shared
    from warehouse.query.places import Places

log = logging.getLogger(__name__)
# What DuckDB may take for itself; the process needs about as much again.
MEMORY_BYTES = 200_000_000


class Looking:
    """The snapshot of one home, shared by threads; each request has a cursor of its own."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._open: _Open | None = None

    def identity(self) -> str | None:
        """What tells this publication from all others; None where nothing is published."""
        try:
            return stamp(self._home) or None
        except OSError:
            return None

    @contextmanager
    def look(self, *, seconds: float | None = None) -> Iterator[None]:
        """Let the queries of `warehouse.query` and `warehouse.pages` in this block share one look at the snapshot.

        What takes longer than `seconds` is stopped.

        Raises:
            QueryError: the snapshot cannot be opened, or a query took too long. Without any snapshot the block runs,
            and its first query raises.
        """
        taken = self._take()
        if taken is None:
            yield
            return
        try:
            with lent(self._home, taken.snapshot, seconds=seconds), knowing(self._home, taken.places):
                yield
        finally:
            self._give_back(taken)

    def release(self) -> None:
        """Close a snapshot that is no longer the published one, as soon as nobody reads it."""
        with self._lock:
            self._drop_if_replaced(self.identity())

    def close(self) -> None:
        """Close whatever is open."""
        with self._lock:
            self._drop_if_replaced(None)

    def _take(self) -> _Open | None:
        with self._lock:
            identity = self.identity()
            self._drop_if_replaced(identity)
            if identity is None:
                return None
            if self._open is None:
                stack = ExitStack()
                snapshot = stack.enter_context(shared(snapshot_path(self._home), memory_bytes=MEMORY_BYTES))
                self._open = _Open(identity, snapshot, stack)
                self._open.readers += 1
                threading.Thread(target=self._find_places, args=(self._open,)).start()
            self._open.readers += 1
            return self._open

    def _find_places(self, opened: _Open) -> None:
        """Work out where rows lie, beside the requests; without it pages are slower, and the same."""
        try:
            with lent(self._home, opened.snapshot):
                opened.places = places_of(self._home, lambda: opened is self._open)
        except QueryError as error:
            log.warning("pages stay slow until the next publication: %s", error)
        finally:
            self._give_back(opened)

    def _give_back(self, taken: _Open) -> None:
        with self._lock:
            taken.readers -= 1
            if taken is not self._open and not taken.readers:
                taken.stack.close()

    def _drop_if_replaced(self, identity: str | None) -> None:
        former = self._open
        if former is None or former.identity == identity:
            return
        self._open = None
        if not former.readers:
            former.stack.close()


class _Open:
    """A snapshot that is open, and how many requests read it."""

    def __init__(self, identity: str, snapshot: Shared, stack: ExitStack) -> None:
        self.identity = identity
        self.snapshot = snapshot
        self.stack = stack
        self.readers = 0
        self.places: Places | None = None
