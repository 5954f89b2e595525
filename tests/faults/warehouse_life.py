"""A process that does all that is done to a warehouse, to be killed at any moment; and what must hold afterwards.

`python -m tests.faults.warehouse_life HOME KILLS SEED` lets one life after the other begin and ends each with SIGKILL
after a random time, checks after every death, and prints what was seen as JSON. Lives are forked: they begin at once.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from tests.warehouse.made import analysis_of, batch, entry
from warehouse.findings.reanalysis import reanalyse
from warehouse.load.backfill import backfill
from warehouse.load.kept import Reader
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import AlertRow
from warehouse.store import schema
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.model import Analysis
    from warehouse.findings.finding import Finding
    from warehouse.load.kept import KeptText
    from warehouse.model import Batch

documents_in_batch = 3
# A text has three clauses and two mandates; in the other reading the last clause is none.
readings = ((3, 2), (2, 1))

whole = """
SELECT
    (SELECT count(*) FROM batches),
    (SELECT count(*) FROM documents),
    (SELECT count(*) FROM versions),
    (SELECT count(*) FROM analyses),
    (SELECT count(DISTINCT document_id) FROM sightings),
    (SELECT count(*) FROM findings WHERE kind = 'new_document'),
    (SELECT count(DISTINCT (finding_id)) FROM alerts),
    (SELECT count(*) FROM findings)"""
torn = """
SELECT versions.version_id, c.n, m.n FROM versions
LEFT JOIN (SELECT version_id, count(*) AS n FROM clauses GROUP BY 1) AS c USING (version_id)
LEFT JOIN (SELECT version_id, count(*) AS n FROM mandates GROUP BY 1) AS m USING (version_id)
WHERE (c.n, m.n) NOT IN ((3, 2), (2, 1)) OR c.n IS NULL"""
# What is known of an act is what its document says.
mixed_up = """
SELECT acts.document_id FROM acts JOIN documents USING (document_id)
WHERE (acts."day", acts.symbol, acts.title) IS DISTINCT FROM (published_on, documents.symbol, documents.title)"""


def everybody(findings: Sequence[Finding]) -> list[AlertRow]:
    """Every finding goes to one desk."""
    return [AlertRow(finding, "everything", "desk/mail", finding.found_at) for finding in findings]


def numbered(number: int, source: str = "made") -> Batch:
    """The batch of that number: documents of its own and one that all batches show."""
    symbols = [f"A/{source.upper()}/{number}/{n}" for n in range(documents_in_batch)]
    own = [entry(symbol, title=f"Matter {symbol}", session=None) for symbol in symbols]
    return batch(number, *own, entry("A/RES/1/1", title="What all show", session=None), source=source)


class Life:
    """What one process does until it dies; what it was told is done, it writes down before going on."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home = home
        self.chance = random.Random(seed)  # noqa: S311 - which step comes next
        self.log = (home.parent / "acknowledged").open("a")

    def acknowledge(self, what: str) -> None:
        """On disk before the next step."""
        self.log.write(what + "\n")
        self.log.flush()
        os.fsync(self.log.fileno())

    def live(self) -> None:
        """Until the end."""
        steps = (self.take_in, self.take_in, self.publish, self.reanalyse, self.backfill, self.migrate)
        while True:
            self.chance.choice(steps)()

    def take_in(self) -> None:
        """Land a batch and record it."""
        number = self.chance.randrange(200_000)
        land(self.home, numbered(number))
        self.acknowledge(f"landed made-{number}")
        for batch_id in record(self.home, everybody).batch_ids:
            self.acknowledge(f"recorded {batch_id}")

    def publish(self) -> None:
        """Publish the snapshot."""
        publish(self.home)
        self.acknowledge("published")

    def reanalyse(self) -> None:
        """Read everything again, with one set of rules or the other."""
        fewer = self.chance.random() < 0.5

        def analyse(kept: KeptText) -> Analysis:
            return analysis_of(kept.text.replace("3. Decides", "3) Decides") if fewer else kept.text)

        reanalyse(self.home, Reader(analyse), apply=True)
        self.acknowledge("reanalysed")

    def backfill(self) -> None:
        """Load two batches of history from another folder."""
        number = self.chance.randrange(200_000)
        history = self.home.parent / "history"
        for place in range(2):
            land(history, numbered(number + place, "history"))
        backfill(self.home, history / "landing", chunk=documents_in_batch)
        self.acknowledge("backfilled")

    def migrate(self) -> None:
        """Upgrade an older file of another home."""
        path = self.home.parent / "older" / "live.duckdb"
        path.parent.mkdir(exist_ok=True)
        first, *_ = wanted = schema.migrations()
        if not path.exists() or self.chance.random() < 0.5:
            for former in path.parent.iterdir():
                former.unlink()
            with schema.current(path, duckdb.connect, (first,)) as connection:
                connection.execute("INSERT INTO relations VALUES ('1', 'a', 'b', NULL, NULL, 'answers', 1, 'e', now())")
            self.acknowledge("older")
        schema.current(path, duckdb.connect, wanted).close()
        self.acknowledge("migrated")


def check_snapshot(home: Path) -> int:
    """The snapshot opens and is one whole state; how many batches it holds."""
    if not snapshot_path(home).exists():
        return 0
    with duckdb.connect(snapshot_path(home), read_only=True) as connection:
        return _check(connection)


def _check(connection: duckdb.DuckDBPyConnection) -> int:
    batches, documents, versions, analyses, seen, found, alerts, findings = connection.execute(whole).fetchall()[0]
    shared = 1 if batches else 0
    assert documents == batches * documents_in_batch + shared, (batches, documents)
    assert versions == documents == analyses == seen, (documents, versions, analyses, seen)
    assert connection.execute(torn).fetchall() == []
    assert connection.execute(mixed_up).fetchall() == []
    # History gives no findings; every finding has its alert.
    recorded = connection.execute("SELECT count(*) FROM batches WHERE source_id = 'made'").fetchall()[0][0]
    assert recorded * documents_in_batch <= found <= recorded * documents_in_batch + shared, (recorded, found)
    assert alerts == findings, (alerts, findings)
    return int(batches)


def check_older(home: Path) -> None:
    """The other home's file, where there is one, is of one version or the other and has lost nothing."""
    path = home.parent / "older" / "live.duckdb"
    if path.exists():
        wanted = schema.migrations()
        with schema.current(path, duckdb.connect, wanted) as connection:
            assert connection.execute("SELECT count(*) FROM migrations").fetchall() == [(len(wanted),)]
            assert connection.execute("SELECT count(*) FROM relations").fetchall()[0][0] <= 1


def check_end(home: Path) -> dict[str, int]:
    """After the last death: record what waits, and compare with all that was acknowledged."""
    record(home, everybody)
    backfill(home, home.parent / "history" / "landing")
    lines = (home.parent / "acknowledged").read_text().split("\n")
    landed = {line.split()[1] for line in lines if line.startswith("landed ")}
    with session(home) as connection:
        batches = _check(connection)
        kept = {row[0] for row in connection.execute("SELECT batch_id FROM batches").fetchall()}
    assert landed <= kept, landed - kept
    publish(home)
    assert check_snapshot(home) == batches
    return {"batches": batches, "acknowledged": len(landed), "steps": len(lines)}


def main() -> None:
    """Let lives begin and end."""
    home, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)  # noqa: S311 - when to kill
    home.parent.mkdir(parents=True, exist_ok=True)
    land(home.parent / "history", numbered(1, "history"))
    for number in range(kills):
        child = os.fork()
        if not child:
            try:
                Life(home, seed * 1000 + number).live()
            except BaseException:  # noqa: BLE001 - a life that ends by itself says why
                traceback.print_exc()
            finally:
                os._exit(3)
        time.sleep(chance.uniform(0.05, 1.5))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), f"life {number} ended by itself with {os.waitstatus_to_exitcode(status)}"
        check_snapshot(home)
        check_older(home)
    print(json.dumps(check_end(home) | {"kills": kills}))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
