"""Exports as people type them: the first one, after 20 new documents, and after nothing, by the size of the warehouse.

The warehouses have 10,000, 100,000 and 500,000 documents; MANDATES_BENCH_DOCUMENTS replaces the largest, and
MANDATES_BENCH_HOMES names a folder in which they are kept for the next time, as in `benchmarks/record.py`.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from benchmarks._command import Installation
from benchmarks._figures import Figure, Options, spent
from benchmarks._generated import entries, footer
from benchmarks._measured import Cost, middle
from benchmarks._multiplied import filled
from tests.warehouse.made import nobody
from warehouse.load.landing import landing_folder, write_batch
from warehouse.load.record import record
from warehouse.store.paths import snapshot_path
from warehouse.store.snapshot import publish

NEW = 20
SIZES = (10_000, 100_000, 500_000)
# Twenty documents of one month change it in each of the eight tables that have rows of documents.
TABLES_WITH_DOCUMENTS = 8
# Numbers that no document of a kept home has; those that are dated together fall in one month or two.
_next = int(time.time()) * 100


def _record_more(home: Path) -> None:
    global _next  # noqa: PLW0603 - documents are numbered through
    write_batch(landing_folder(home), footer(_next), entries(_next, NEW))
    _next += NEW
    assert record(home, nobody).new_documents == NEW
    publish(home)


def _measured(there: Installation, size: int, rounds: int) -> list[Figure]:
    config = there.configured("config", [{"id": "papers", "kind": "files", "path": str(there.folder)}])
    if not there.home.exists():
        filled(there.home, size)
    if not snapshot_path(there.home).exists():
        publish(there.home)
    target = there.folder / "export"
    shutil.rmtree(target, ignore_errors=True)
    first, answer = there.mandates(config, "export", target)
    print(f"{size:,} documents, first export: {first}; {answer['files']:,} files")
    changed, unchanged, most = [], [], 0
    for _ in range(rounds):
        _record_more(there.home)
        cost, answer = there.mandates(config, "export", target)
        changed.append(cost)
        most = max(most, answer["partitions_written"])
        unchanged.append(there.mandates(config, "export", target)[0])
    return [
        spent(f"first export of {size:,} documents", first),
        *_figures(f"export after {NEW} new beside {size:,} documents", changed),
        Figure(f"partitions written for {NEW} new beside {size:,}", most, "", 2 * TABLES_WITH_DOCUMENTS),
        *_figures(f"export after nothing beside {size:,} documents", unchanged),
    ]


def _figures(name: str, costs: list[Cost]) -> list[Figure]:
    print(f"{name}: {middle(costs)}")
    return [spent(name, middle(costs))]


def main(options: Options) -> list[Figure]:
    """Print what exports cost."""
    sizes = [1_000, 2_000] if options.quick else [*SIZES]
    if "MANDATES_BENCH_DOCUMENTS" in os.environ:
        sizes[-1] = int(os.environ["MANDATES_BENCH_DOCUMENTS"])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(os.environ.get("MANDATES_BENCH_HOMES", scratch))
        rounds = 1 if options.quick else max(options.rounds, 3)
        return [figure for size in sizes for figure in _measured(Installation(folder / f"{size}"), size, rounds)]
