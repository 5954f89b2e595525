"""What is worked out once for a snapshot and a day, beside the requests, and kept in a database of its own."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from warehouse.model import LargeQueryError, QueryError, SlowQueryError
from warehouse.query.lending import apart, edition, is_lent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from contextlib import AbstractContextManager
    from pathlib import Path

    Make = Callable[[duckdb.DuckDBPyConnection], duckdb.DuckDBPyConnection]


# One after the other: two at a time need more memory than the snapshot that they read may take.
_worker = ThreadPoolExecutor(1, thread_name_prefix="worked out")


@dataclass(slots=True)
class Noticed:
    """Whether a block was shown what is of the snapshot or the day before."""

    is_former: bool = False


_noticed: ContextVar[Noticed | None] = ContextVar("noticed", default=None)


@contextlib.contextmanager
def noticing() -> Iterator[Noticed]:
    """Notice whether the block is shown something former, since that of today is still being worked out."""
    noticed = Noticed()
    before = _noticed.set(noticed)
    try:
        yield noticed
    finally:
        _noticed.reset(before)


def snapshot_and_day(home: Path) -> tuple[str, str]:
    """Which snapshot is asked, on which day: what was worked out holds while these stay the same."""
    return edition(home), f"{datetime.now(UTC):%Y-%m-%d}"


class WorkedOut:
    """What `make` gives of a snapshot; `name` says what that is.

    Whoever asks meanwhile waits for `first_seconds`, or for `fresh_seconds` where there is a former one to be shown.
    Only the last one is kept: a process that serves pages has one home.
    """

    def __init__(self, name: str, make: Make, *, first_seconds: float, fresh_seconds: float) -> None:
        self.first_seconds, self.fresh_seconds = first_seconds, fresh_seconds
        self.coming: dict[tuple[Path, tuple[str, str]], Future[duckdb.DuckDBPyConnection]] = {}
        self._held: dict[tuple[Path, tuple[str, str]], duckdb.DuckDBPyConnection] = {}
        self._name, self._make = name, make
        self._lock = threading.Lock()

    def current(self, home: Path) -> tuple[tuple[str, str], duckdb.DuckDBPyConnection]:
        """The one of today, or a former one while that is coming; and of which snapshot and day it is.

        Raises:
            SlowQueryError: it is still being worked out, for the first time.
            LargeQueryError: that needs more memory than there is for it.
            QueryError: there is no snapshot, or it is one of a version without what is needed.
        """
        now = home, snapshot_and_day(home)
        with self._lock:
            if now in self._held:
                return now[1], self._held[now]
            former = next(((key[1], held) for key, held in self._held.items() if key[0] == home), None)
            if now not in self.coming:
                # Apart from the request: one that is given up, or waits no longer, ends its own queries, and not this.
                self.coming[now] = _worker.submit(self._work_out, now, apart(home))
            coming = self.coming[now]
        seconds = self.first_seconds if former is None else self.fresh_seconds
        try:
            return now[1], coming.result(seconds if is_lent(home) else None)
        except TimeoutError:
            if former is None:
                raise SlowQueryError(f"the {self._name} is being worked out; ask again in a moment") from None
            if (noticed := _noticed.get()) is not None:
                noticed.is_former = True
            return former

    def _work_out(
        self,
        now: tuple[Path, tuple[str, str]],
        look: Callable[[], AbstractContextManager[duckdb.DuckDBPyConnection]],
    ) -> duckdb.DuckDBPyConnection:
        try:
            # Entered first: the snapshot is closed only when this block has been left.
            with explained("another snapshot was published meanwhile; ask again in a moment"), look() as snapshot:
                kept = self._make(snapshot)
            with self._lock:
                self._held.clear()
                self._held[now] = kept
        except OSError as error:
            raise QueryError(f"no folder for temporary files: {error.strerror or error}") from error
        finally:
            with self._lock:
                del self.coming[now]
        return kept


@contextlib.contextmanager
def explained(interrupted: str) -> Iterator[None]:
    """Raise what DuckDB refuses as an error of ours; the words are for what was interrupted."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise SlowQueryError(interrupted) from error
    except duckdb.OutOfMemoryException as error:
        raise LargeQueryError(str(error)) from error
    except duckdb.Error as error:
        raise QueryError(str(error)) from error
