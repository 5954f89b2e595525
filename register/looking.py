"""The published snapshot, opened once for all requests, and let go when another one is published.

Publishing writes only the blocks that differ, into the file that was published before, and only while nobody has that
file open. So a look at a replaced snapshot ends as soon as its last request does. And a snapshot whose indexes have
taken much memory, which DuckDB does not give back, is opened again beside itself, within the same memory: those of a
million documents take more than there is.
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
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from warehouse.query.lending import Shared
    from warehouse.query.places import Places

log = logging.getLogger(__name__)
# What DuckDB may take for itself; the process needs about as much again.
MEMORY_BYTES = 200_000_000
# What of it indexes may have, before the snapshot is opened again; while some still read the former one, they grow on.
INDEX_BYTES = 80_000_000


class Looking:
    """The snapshot of one home, shared by threads; each request has a cursor of its own."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self.opened: Opened | None = None
        # What some still read of a snapshot that was opened again, whose indexes are still there.
        self._leaving: Opened | None = None

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
            self._give_back(taken, is_full=taken.snapshot.is_full(INDEX_BYTES))

    def release(self) -> None:
        """Close a snapshot that is no longer the published one, as soon as nobody reads it."""
        with self._lock:
            self._drop_if_replaced(self.identity())

    def close(self) -> None:
        """Close whatever is open."""
        with self._lock:
            self._drop_if_replaced(None)

    def _take(self) -> Opened | None:
        with self._lock:
            identity = self.identity()
            self._drop_if_replaced(identity)
            if identity is None:
                return None
            if self.opened is None:
                self.opened = self._open(identity)
                self._beside(self._find_places, self.opened)
            self.opened.readers += 1
            return self.opened

    def _open(self, identity: str) -> Opened:
        stack = ExitStack()
        return Opened(
            identity, stack.enter_context(shared(snapshot_path(self._home), memory_bytes=MEMORY_BYTES)), stack
        )

    @staticmethod
    def _beside(work: Callable[[Opened], None], opened: Opened) -> None:
        """Do that with it in a thread of its own, which is one of its readers and gives it back."""
        opened.readers += 1
        threading.Thread(target=work, args=(opened,)).start()

    def _find_places(self, opened: Opened) -> None:
        """Work out where rows lie, beside the requests; without it pages are slower, and the same."""
        try:
            with lent(self._home, opened.snapshot):
                opened.places = places_of(self._home, lambda: opened is self.opened)
        except QueryError as error:
            opened.places = {}
            log.warning("pages stay slow until the next publication: %s", error)
        finally:
            self._give_back(opened)

    def _open_again(self, former: Opened) -> None:
        """Open the same snapshot without what has been read of its indexes; whoever reads the former ends with that."""
        try:
            stack = ExitStack()
            again = Opened(former.identity, stack.enter_context(former.snapshot.again()), stack)
            with self._lock:
                is_same = self.opened is former and again.snapshot.stamp == former.snapshot.stamp
                if is_same:
                    again.places, self.opened, self._leaving = former.places, again, former
            if not is_same:
                again.stack.close()
        except QueryError as error:
            log.warning("the indexes of the snapshot fill memory: %s", error)
        finally:
            former.is_leaving = False
            self._give_back(former)

    def _give_back(self, taken: Opened, *, is_full: bool = False) -> None:
        with self._lock:
            taken.readers -= 1
            is_over = taken is not self.opened and not taken.readers
            if is_over and taken is self._leaving:
                self._leaving = None
            is_idle = taken.places is not None and not taken.snapshot.apart and not taken.is_leaving
            if is_full and is_idle and taken is self.opened and self._leaving is None:
                taken.is_leaving = True
                self._beside(self._open_again, taken)
        # It takes as long as a page, for which nobody else should wait.
        if is_over:
            taken.stack.close()

    def _drop_if_replaced(self, identity: str | None) -> None:
        former = self.opened
        if former is None or former.identity == identity:
            return
        self.opened = None
        if not former.readers:
            former.stack.close()


class Opened:
    """A snapshot that is open, and how many requests read it."""

    def __init__(self, identity: str, snapshot: Shared, stack: ExitStack) -> None:
        self.identity = identity
        self.snapshot = snapshot
        self.stack = stack
        self.readers = 0
        self.is_leaving = False
        self.places: Places | None = None
