"""Recording: batches beside bare Arrow inserts, and a cycle of 20 new documents in warehouses of different sizes.

A cycle is `mandates ingest` of 20 web pages, as people type it: read, record, publish the snapshot. The warehouses have
10,000, 100,000 and 500,000 documents; MANDATES_BENCH_DOCUMENTS replaces the largest, and MANDATES_BENCH_HOMES names a
folder in which they are kept for the next time. They take turns, so that whatever else the machine does affects all.
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
from benchmarks._command import Installation
from benchmarks._figures import Figure, Options, spent
from benchmarks._generated import entries, footer
from benchmarks._measured import Cost, middle
from benchmarks._multiplied import filled
from benchmarks._papers import write_pages
from tests.warehouse.made import nobody
from warehouse.load.arrivals import arrived
from warehouse.load.landing import landed, landing_folder, write_batch
from warehouse.load.record import record
from warehouse.store.database import session
from warehouse.store.publication import published
from warehouse.store.snapshot import previous_path, publish

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from warehouse.store.publication import Publication

REPEATS = 5
# As many as a busy day's cycle brings.
NEW = 20
SIZES = (10_000, 100_000, 500_000)
AIM_RATIO, AIM_PUBLISHING = 1.5, 1.0
# Numbers that no backfilled document has, nor one of a former run in a home that was kept.
_next = int(time.time()) * 100


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


def _land(home: Path, table: pa.Table) -> None:
    global _next  # noqa: PLW0603 - documents are numbered through
    write_batch(landing_folder(home), footer(_next), table)
    _next += len(table)


def _cycle(there: Installation, config: Path) -> Cost:
    """What the command costs that takes in the next pages."""
    global _next  # noqa: PLW0603 - documents are numbered through
    pages = write_pages(there.folder / "pages" / str(_next), NEW, first=_next)
    _next += NEW
    cost, answer = there.mandates(config, "ingest", pages)
    assert answer["new_documents"] == NEW, answer
    return cost


def _published(home: Path) -> tuple[float, Publication]:
    """Seconds that publishing takes after recording as many documents, and what it wrote."""
    _land(home, entries(_next, NEW))
    record(home, nobody)
    began = time.perf_counter()
    publish(home)
    seconds, made = time.perf_counter() - began, published(home)
    assert made is not None
    assert made.copied_because is None, made
    return seconds, made


def _cycles(folder: Path, sizes: Sequence[int], rounds: int) -> list[Figure]:
    """Print the cost of a cycle by the size of the warehouse."""
    installations = {size: Installation(folder / f"{size}") for size in sizes}
    configs = {}
    for size, there in installations.items():
        configs[size] = there.configured("config", [{"id": "papers", "kind": "files", "path": str(there.folder)}])
        if not there.home.exists():
            filled(there.home, size)
        # The first two snapshots are whole copies.
        while not previous_path(there.home).exists():
            _cycle(there, configs[size])
    costs: dict[int, list[Cost]] = {size: [] for size in sizes}
    for _ in range(rounds):
        for size, there in installations.items():
            costs[size].append(_cycle(there, configs[size]))
    figures = []
    for size, there in installations.items():
        cost = middle(costs[size])
        publications = [_published(there.home) for _ in range(rounds)]
        seconds = statistics.median(took for took, _ in publications)
        written = statistics.median(made.written for _, made in publications) / 1e6
        print(f"{NEW} new beside {size:,} documents: {cost}")
        print(f"    of this, publishing {seconds:.2f} s (aim {AIM_PUBLISHING:g}), {written:.0f} MB written ", end="")
        print(f"of a file of {publications[-1][1].bytes / 1e6:,.0f} MB")
        figures += [
            spent(f"cycle of {NEW} beside {size:,} documents", cost),
            Figure(f"publishing {NEW} beside {size:,} documents", seconds, "s", AIM_PUBLISHING),
            Figure(f"written to publish {NEW} beside {size:,} documents", written, "MB"),
        ]
    least, most = sizes[0], sizes[-1]
    ratio = middle(costs[most]).processor / middle(costs[least]).processor
    print(f"beside {most:,} documents it takes {ratio:.2f} of the processor time beside {least:,} (aim {AIM_RATIO:g})")
    return [*figures, Figure("cycle in the largest warehouse beside the smallest", ratio, "x", AIM_RATIO)]


def main(options: Options) -> list[Figure]:
    """Print the ratios."""
    figures = []
    base, batch_sizes = (1_000, (1, 100)) if options.quick else (10_000, (1, 10, 100, 500))
    sizes = [1_000, 2_000] if options.quick else [*SIZES]
    if "MANDATES_BENCH_DOCUMENTS" in os.environ:
        sizes[-1] = int(os.environ["MANDATES_BENCH_DOCUMENTS"])
    with tempfile.TemporaryDirectory() as scratch:
        small, floor = Path(scratch) / "small", Path(scratch) / "floor"
        filled(small, base)
        shutil.copytree(small, floor)
        for size in batch_sizes:
            own, bare = zip(*(recording(small, floor, size) for _ in range(REPEATS)), strict=True)
            ours, floors = statistics.median(own), statistics.median(bare)
            print(f"batch of {size:>3}: {1000 * ours:.0f} ms, {size / ours:,.0f} documents/s; ", end="")
            print(f"bare Arrow inserts {1000 * floors:.0f} ms, ratio {ours / floors:.2f} (aim 2.00)")
            figures.append(Figure(f"batch of {size}: beside bare Arrow inserts", ours / floors, "x", 2.0))
        homes = Path(os.environ.get("MANDATES_BENCH_HOMES", scratch))
        return figures + _cycles(homes, sizes, 1 if options.quick else max(options.rounds, 3))
