"""Recording: batches of 1 to 500 beside bare Arrow inserts, a cycle in a small and in a large warehouse, the snapshot.

The large warehouse has MANDATES_BENCH_DOCUMENTS documents (default 30,000), or is a copy of the home
MANDATES_BENCH_HOME. The two take turns, so that whatever else the machine does affects both.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._bare import insert, ready
from benchmarks._figures import Figure, Options
from benchmarks._generated import batches, entries, footer
from warehouse.load.arrivals import arrived
from warehouse.load.backfill import backfill
from warehouse.load.landing import landed, landing_folder, write_batch
from warehouse.load.record import record
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from warehouse.findings.finding import Finding
    from warehouse.model import AlertRow

repeats = 5
# Numbers that no backfilled document has.
_next = 10_000_000


def nobody(_findings: Sequence[Finding]) -> tuple[AlertRow, ...]:
    """No subscriptions."""
    return ()


def recording(home: Path, floor: Path, size: int) -> tuple[float, float]:
    """Seconds that recording one new batch of this size takes, and bare inserts of the same rows elsewhere."""
    _land(home, entries(_next, size))
    tables = ready(arrived(landed(home)))
    began = time.perf_counter()
    assert record(home, nobody).new_documents == size
    recorded = time.perf_counter()
    with session(floor) as connection:
        insert(connection, tables)
    return recorded - began, time.perf_counter() - recorded


def cycle(home: Path, size: int = 100) -> float:
    """Seconds from a batch in memory to its rows and findings on disk."""
    table = entries(_next, size)
    began = time.perf_counter()
    _land(home, table)
    record(home, nobody)
    return time.perf_counter() - began


def _land(home: Path, table: pa.Table) -> None:
    global _next  # noqa: PLW0603 - documents are numbered through
    write_batch(landing_folder(home), footer(_next), table)
    _next += len(table)


def _filled(home: Path, count: int) -> Path:
    """A warehouse with so many documents."""
    with tempfile.TemporaryDirectory() as folder:
        batches(Path(folder), count)
        backfill(home, Path(folder))
    return home


def main(options: Options) -> list[Figure]:
    """Print the ratios."""
    figures = []
    base, more, batch_sizes = (1_000, 3_000, (1, 100)) if options.quick else (10_000, 30_000, (1, 10, 100, 500))
    with tempfile.TemporaryDirectory() as scratch:
        small, floor, large = (Path(scratch) / name for name in ("small", "floor", "large"))
        _filled(small, base)
        shutil.copytree(small, floor)
        for size in batch_sizes:
            own, bare = zip(*(recording(small, floor, size) for _ in range(repeats)), strict=True)
            ours, floors = statistics.median(own), statistics.median(bare)
            print(f"batch of {size:>3}: {1000 * ours:.0f} ms, {size / ours:,.0f} documents/s; ", end="")
            print(f"bare Arrow inserts {1000 * floors:.0f} ms, ratio {ours / floors:.2f} (aim 2.00)")
            figures.append(Figure(f"batch of {size}: beside bare Arrow inserts", ours / floors, "x", 2.0))
        kept = os.environ.get("MANDATES_BENCH_HOME")
        if kept:
            shutil.copytree(kept, large)
        else:
            _filled(large, int(os.environ.get("MANDATES_BENCH_DOCUMENTS", more)))
        pairs = [(cycle(small), cycle(large)) for _ in range(1 + repeats)][1:]
        times = dict(zip((small, large), map(statistics.median, zip(*pairs, strict=True)), strict=True))
        for home in (small, large):
            with session(home) as connection:
                count = connection.execute("SELECT count(*) FROM documents").fetchall()[0][0]
            began = time.perf_counter()
            publish(home)
            seconds, megabytes = time.perf_counter() - began, snapshot_path(home).stat().st_size / 1e6
            print(f"with {count:,} documents: 100 more in {1000 * times[home]:.0f} ms; ", end="")
            print(f"snapshot of {megabytes:,.0f} MB in {seconds:.1f} s")
            figures.append(Figure(f"snapshot with {count:,} documents", seconds, "s"))
        ratio = times[large] / times[small]
        print(f"the cycle takes {ratio:.2f} of the small one's time (aim 1.50)")
    return [*figures, Figure("cycle in a large warehouse beside a small one", ratio, "x", 1.5)]
