"""Loading history: backfill beside bare Arrow inserts of the same rows into the same tables, and its peak memory.

MANDATES_BENCH_DOCUMENTS sets how many documents of 8 kB (default 20,000), MANDATES_BENCH_FOLDER where their batch
files are kept between runs (default: a temporary folder).
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._bare import insert, ready
from benchmarks._figures import Figure, Options
from benchmarks._generated import batches
from warehouse.load.arrivals import arrived
from warehouse.load.backfill import backfill, chunk_entries
from warehouse.load.landing import in_order, read_footer
from warehouse.store.database import session


def bare(home: Path, folder: Path) -> float:
    """Seconds that bare inserts of ready Arrow tables take, a transaction a chunk."""
    waiting = list(in_order(read_footer(path) for path in folder.glob("*.parquet")))
    seconds = 0.0
    while waiting:
        chunk = [waiting.pop(0)]
        while waiting and sum(batch.entries for batch in chunk) + waiting[0].entries <= chunk_entries:
            chunk.append(waiting.pop(0))
        tables = ready(arrived(chunk))
        began = time.perf_counter()
        with session(home) as connection:
            insert(connection, tables)
        seconds += time.perf_counter() - began
    return seconds


def own(home: Path, folder: Path) -> float:
    """Seconds that the backfill takes, reading the files included."""
    began = time.perf_counter()
    backfill(home, folder, lambda progress: print(f"  {progress}", file=sys.stderr, flush=True))
    return time.perf_counter() - began


def main(options: Options) -> list[Figure]:
    """Print both times, their ratios and the peak memory of the backfill."""
    count = int(os.environ.get("MANDATES_BENCH_DOCUMENTS", "1000" if options.quick else "20000"))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(os.environ.get("MANDATES_BENCH_FOLDER", f"{scratch}/batches"))
        if not folder.exists():
            batches(folder, count)
        count = sum(read_footer(path).entries for path in folder.glob("*.parquet"))
        measured = {}
        for way in ("bare", "own"):
            home = Path(scratch) / way
            script = [sys.executable, "-m", "benchmarks.backfill", way, str(home), str(folder)]
            measured[way] = [float(word) for word in subprocess.check_output(script, text=True).split()]
            measured[way].append((home / "live.duckdb").stat().st_size / 1e6)
            shutil.rmtree(home)
    for way, (seconds, processor, peak, size) in measured.items():
        print(f"{way:>5}: {count:,} documents in {seconds:.1f} s, {count / seconds:,.0f}/s, ", end="")
        print(f"{processor:.1f} s of processor time, peak {peak:,.0f} MB, file {size:,.0f} MB")
    by_clock, by_processor = (measured["own"][which] / measured["bare"][which] for which in (0, 1))
    print(
        f"backfill takes {by_clock:.2f} of bare Arrow inserts by the clock (aim 2.00), {by_processor:.2f} of processor"
    )
    return [
        Figure("backfill beside bare Arrow inserts: wall", by_clock, "x", 2.0),
        Figure("backfill beside bare Arrow inserts: processor", by_processor, "x"),
        Figure(f"backfill of {count:,} documents: peak", measured["own"][2], "MB"),
    ]


if __name__ == "__main__":
    seconds = {"bare": bare, "own": own}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    print(seconds, time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
