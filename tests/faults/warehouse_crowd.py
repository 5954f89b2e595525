"""Many at one warehouse: recorders whose publications overlap, readers that poll, a tool that keeps the snapshot open.

`python -m tests.faults.warehouse_crowd HOME RECORDERS BATCHES READERS` prints as JSON what was recorded and the
longest wait.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from tests.patience import PATIENCE
from tests.warehouse.made import batch, entry, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable

shared, own = 3, 2
whole = """
SELECT (SELECT count(*) FROM documents) = (SELECT count(*) FROM versions)
    AND (SELECT count(*) FROM clauses) = 3 * (SELECT count(*) FROM versions)"""


def write(home: Path, number: int, batches: int) -> list[float]:
    """Record batches that share documents with everybody else's; how long each took."""
    waits = []
    for place in range(batches):
        name = f"{number}-{place}"
        entries = [entry(f"A/RES/1/{n}", title=f"Shared {n}", session=None) for n in range(shared)]
        entries += [entry(f"A/RES/{name}/{n}", title=f"Own {name} {n}", session=None) for n in range(own)]
        land(home, batch(place, *entries, source=f"source{number}"))
        began = time.monotonic()
        record(home, nobody, wait_seconds=PATIENCE)
        publish(home, wait_seconds=PATIENCE)
        waits.append(time.monotonic() - began)
    return waits


def read(home: Path) -> list[float]:
    """Poll the snapshot until the end; 1 for a reading that was whole, 0 for one that failed."""
    readings = []
    while not (home / "over").exists():
        try:
            readings.append(float(query(home, whole).rows == [(True,)]))
        except Exception:  # noqa: BLE001 - any failure of a reader counts
            traceback.print_exc()
            readings.append(0.0)
        time.sleep(0.02)
    return readings


def hold(home: Path) -> list[float]:
    """Keep the first snapshot open; what it shows must not change."""
    with duckdb.connect(snapshot_path(home), read_only=True) as connection:
        before = connection.execute("SELECT count(*) FROM documents").fetchall()
        while not (home / "over").exists():
            time.sleep(0.05)
        return [float(connection.execute("SELECT count(*) FROM documents").fetchall() == before)]


def begin(home: Path, name: str, act: Callable[[], list[float]]) -> int:
    """Let another process do this; its answer goes into a file."""
    child = os.fork()
    if not child:
        status = 1
        try:
            (home / f"{name}.json").write_text(json.dumps(act()))
            status = 0
        except BaseException:  # noqa: BLE001 - said on standard error
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def main() -> None:
    """Let them all begin, and wait for them."""
    home = Path(sys.argv[1])
    recorders, batches, readers = map(int, sys.argv[2:])
    land(home, batch(0, entry("A/RES/0/0", title="First", session=None), source="first"))
    os.waitpid(begin(home, "first", lambda: [float(bool(record(home, nobody) and publish(home)))]), 0)
    watching = [begin(home, f"reader{number}", lambda: read(home)) for number in range(readers)]
    watching.append(begin(home, "holder", lambda: hold(home)))
    writing = [begin(home, f"writer{n}", lambda n=n: write(home, n, batches)) for n in range(recorders)]  # type: ignore[misc]
    failed = sum(os.waitpid(child, 0)[1] != 0 for child in writing)
    (home / "over").touch()
    failed += sum(os.waitpid(child, 0)[1] != 0 for child in watching)
    assert not failed, f"{failed} processes failed"
    waits = [wait for path in home.glob("writer*.json") for wait in json.loads(path.read_text())]
    readings = [
        ok for path in [*home.glob("reader*.json"), home / "holder.json"] for ok in json.loads(path.read_text())
    ]
    with session(home) as connection:
        documents, recorded = connection.execute(
            "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM batches WHERE source_id <> 'first')"
        ).fetchall()[0]
    seen = {
        "documents": documents,
        "expected": 1 + shared + recorders * batches * own,
        "batches": recorded,
        "reads": len(readings),
        "failed_reads": readings.count(0.0),
        "longest_wait": round(max(waits), 2),
    }
    print(json.dumps(seen))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
