"""Loading a folder of batch files as history: many documents a transaction, to be resumed after any end.

The past of a source that can still be asked is loaded by `mandates baseline`, and recorded in the same way
(`warehouse.load.history`): it gives no findings and no alerts. A chunk is committed with the ids of its batches,
so a run that was killed goes on where it stopped, and the lock is free between two chunks for those who record
meanwhile. The folder's files are left as they are.

    python -m warehouse.load.backfill FOLDER [HOME]
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.load.history import load_history
from warehouse.load.landing import in_order, read_footer
from warehouse.store import raw
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from warehouse.load.landing import LandedBatch

# As many entries as go into one transaction: fewer cost a commit each, more cost memory.
chunk_entries = 5_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backfill has come; `done` and `total` count entries, `before` those that earlier runs had done."""

    done: int
    total: int
    before: int
    new_documents: int
    seconds: float

    def __str__(self) -> str:
        """One line for people."""
        left = ""
        if self.before < self.done < self.total:
            left = f", {self.seconds * (self.total - self.done) / (self.done - self.before):.0f} s left"
        return f"{self.done:,} of {self.total:,} entries, {self.new_documents:,} new documents{left}"


def backfill(
    home: Path,
    folder: Path,
    tell: Callable[[Progress], None] | None = None,
    *,
    chunk: int = chunk_entries,
    wait_seconds: float | None = None,
) -> Progress:
    """Load every batch file in `folder` that is not recorded yet.

    Raises:
        LandingError: a file in the folder is damaged or no batch; it is named.
        LockedError, WarehouseError: as `record`; the chunks before stay, the next run goes on from there.
    """
    began = time.monotonic()
    batches = in_order(read_footer(path) for path in folder.glob("*.parquet"))
    total = sum(batch.entries for batch in batches)
    known = _recorded(home, wait_seconds)
    waiting = [batch for batch in batches if batch.batch_id not in known]
    done = before = total - sum(batch.entries for batch in waiting)
    progress = Progress(done, total, before, 0, 0.0)
    for group in _chunks(waiting, chunk):
        new = _load(home, group, wait_seconds)
        done += sum(batch.entries for batch in group)
        progress = Progress(done, total, before, progress.new_documents + new, time.monotonic() - began)
        if tell is not None:
            tell(progress)
    return progress


def _load(home: Path, group: Sequence[LandedBatch], wait_seconds: float | None) -> int:
    for batch in group:
        raw.keep(home, batch.path)
    now = datetime.now(UTC)
    with session(home, wait_seconds=wait_seconds) as connection, transaction(connection):
        loaded = load_history(connection, group, now)
    return len(loaded.documents)


def _recorded(home: Path, wait_seconds: float | None) -> frozenset[str]:
    with session(home, wait_seconds=wait_seconds) as connection:
        return frozenset(row[0] for row in connection.execute("SELECT batch_id FROM batches").fetchall())


def _chunks(batches: Sequence[LandedBatch], size: int) -> Iterator[list[LandedBatch]]:
    group: list[LandedBatch] = []
    for batch in batches:
        if group and sum(held.entries for held in group) + batch.entries > size:
            yield group
            group = []
        group.append(batch)
    if group:
        yield group


def main() -> None:
    """Load the folder named on the command line into a home (default ./data)."""
    folder, home = Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "data")  # noqa: PLR2004 - two arguments
    backfill(home, folder, lambda progress: print(progress, flush=True))  # noqa: T201 - a command of its own


if __name__ == "__main__":
    main()
