"""A warehouse whose processes are killed, starved of space, given a wrong clock, and crowded."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.made import batch, entry, nobody, text
from warehouse.load.backfill import backfill
from warehouse.load.landing import land, landed, landing_folder
from warehouse.load.record import record
from warehouse.model import LandingError, WarehouseError
from warehouse.query.queries import query
from warehouse.query.search import search
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.slow

checkout = Path(__file__).parent.parent.parent
long = os.environ.get("MANDATES_FAULTS") == "long"
kills = 300 if long else 8
recorders, batches_each, readers = (8, 12, 4) if long else (3, 2, 2)
count = "SELECT count(*) FROM documents"


def _run(module: str, *arguments: object) -> dict[str, float]:
    command = [sys.executable, "-m", f"tests.faults.{module}", *map(str, arguments)]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, float] = json.loads(done.stdout)
    return answer


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_twice_or_torn(tmp_path: Path) -> None:
    """SIGKILL during record, publish, reanalyse, backfill and migrate: each state that is found is a whole one."""
    seed = random.SystemRandom().randrange(10_000)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    seen = _run("warehouse_life", tmp_path / "home", kills, seed)
    print(seen)  # noqa: T201 - the counts, with -s
    assert seen["kills"] == kills
    assert seen["batches"] >= seen["acknowledged"]


@pytest.mark.slow
def test_a_crowd_records_each_document_once_and_no_reader_fails(tmp_path: Path) -> None:
    """Recorders with overlapping publications, readers that poll, one tool that keeps the snapshot open."""
    seen = _run("warehouse_crowd", tmp_path / "home", recorders, batches_each, readers)
    print(seen)  # noqa: T201 - the longest wait, with -s
    assert seen["documents"] == seen["expected"]
    assert seen["batches"] == recorders * batches_each
    assert seen["failed_reads"] == 0
    assert seen["reads"] > 0


def _said(prepare: Callable[[], object], act: Callable[[], object]) -> str:
    """What `act` raises in a process of its own, which `prepare` has made poorer."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        said = "nothing was raised"
        try:
            prepare()
            act()
        except BaseException as error:  # noqa: BLE001 - whatever is raised is what is asked
            said = f"{type(error).__name__}: {error}"
        os.write(write, said.encode()[:4_000])
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return said


def _with_little_space(act: Callable[[], object]) -> str:
    """What `act` raises in a process that may write no file beyond its first 64 kB, as on a full disk."""

    def prepare() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, resource.RLIM_INFINITY))

    return _said(prepare, act)


def _powerless(home: Path, act: Callable[[], object]) -> str:
    """What `act` raises in a process that may only read the home; the superuser becomes nobody for it."""

    def prepare() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setuid(65_534)

    for parent in home.parents:
        if parent.stat().st_uid == os.geteuid() and not parent.stat().st_mode & 0o001:
            parent.chmod(0o711)  # nobody must come so far
    for path in (home, *home.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        return _said(prepare, act)
    finally:
        for path in (home, *home.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_read_only_home_is_said_and_can_be_read(home: Path) -> None:
    """Recording, landing and publishing name what they may not write; analysts go on reading; nothing is lost."""
    land(home, batch(0, entry()))
    record(home, nobody)
    publish(home)
    land(home, batch(1, entry("A/RES/80/2", title="Other")))
    for act in (lambda: record(home, nobody), lambda: publish(home), lambda: land(home, batch(2, entry()))):
        said = _powerless(home, act)
        assert said.startswith((WarehouseError.__name__, LandingError.__name__)), said
        assert "Permission denied" in said
    assert "Permission denied" in _powerless(home, lambda: search(home, "travellers"))
    search(home, "travellers")
    for read in (lambda: query(home, count), lambda: search(home, "travellers")):
        assert _powerless(home, read) == "nothing was raised"
    assert record(home, nobody).new_documents == 1


def test_a_full_disk_is_said_and_loses_nothing(home: Path) -> None:
    """Recording fails in words, the batch goes on waiting, and is recorded when there is space again."""
    land(home, batch(0, entry()))
    record(home, nobody)
    publish(home)
    land(home, batch(1, *(entry(f"A/RES/81/{n}", title=f"Matter {n}", words=_long_text(n)) for n in range(150))))
    said = _with_little_space(lambda: record(home, nobody))
    assert said.startswith("WarehouseError: "), said
    assert len(landed(home)) == 1
    assert query(home, count).rows == [(1,)]
    assert record(home, nobody).new_documents == 150


def test_a_full_disk_lands_nothing_half(home: Path) -> None:
    """A batch file is there whole or not at all."""
    big = batch(1, *(entry(f"A/RES/81/{n}", title=f"Matter {n}", words=_long_text(n)) for n in range(20)))
    said = _with_little_space(lambda: land(home, big))
    assert said.startswith(LandingError.__name__), said
    assert "nothing of it was kept" in said
    assert list(landing_folder(home).iterdir()) == []


def test_a_full_disk_leaves_the_former_snapshot(home: Path) -> None:
    """A snapshot that finds no space is not published; the one before stays and opens."""
    land(home, batch(0, entry()))
    record(home, nobody)
    publish(home)
    land(home, batch(1, *(entry(f"A/RES/81/{n}", title=f"Matter {n}", words=_long_text(n)) for n in range(150))))
    record(home, nobody)
    said = _with_little_space(lambda: publish(home))
    assert said.startswith(WarehouseError.__name__), said
    assert query(home, count).rows == [(1,)]
    publish(home)
    assert query(home, count).rows == [(151,)]
    said = _with_little_space(lambda: search(home, "travellers"))
    assert said.startswith("QueryError: "), said
    assert "search.db: cannot be written" in said
    assert search(home, "travellers").total


def _long_text(number: int) -> str:
    """A text that no compression makes small."""
    chance = random.Random(number)  # noqa: S311 - the same text each time
    return text + "".join(chance.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(6_000))


def test_a_clock_that_goes_back_loses_nothing(home: Path) -> None:
    """Crawls, recordings and snapshots that seem to come from the past are taken like any other."""
    land(home, batch(48, entry()))
    record(home, nobody, now=lambda: datetime(2030, 1, 1, tzinfo=UTC))
    publish(home)
    assert search(home, "travellers").total
    past = time.time() - 10 * 86_400
    for path in home.glob("*"):
        os.utime(path, (past, past))
    land(home, batch(0, entry(), entry("A/RES/80/2", title="Zeppelins")))
    done = record(home, nobody, now=lambda: datetime(2020, 1, 1, tzinfo=UTC))
    assert done.new_documents == 1
    path = publish(home)
    os.utime(path, (past - 86_400, past - 86_400))
    assert search(home, "zeppelins").total == 1
    with session(home) as connection:
        seen = connection.execute("SELECT max(last_seen) - min(first_seen) FROM sightings").fetchall()
    assert seen == [(timedelta(hours=48),)]


def test_a_backfill_goes_on_where_it_was_stopped(home: Path, tmp_path: Path) -> None:
    """A second run loads only what the first did not, and tells how far it has come."""
    for number in range(4):
        land(tmp_path, batch(number, entry(f"A/RES/70/{number}", title=f"Matter {number}")))
    stopped: list[str] = []

    def stop(progress: object) -> None:
        stopped.append(str(progress))
        if len(stopped) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backfill(home, landing_folder(tmp_path), stop, chunk=1)
    told: list[str] = []
    done = backfill(home, landing_folder(tmp_path), lambda progress: told.append(str(progress)), chunk=1)
    assert (done.done, done.total, done.new_documents) == (4, 4, 2)
    assert [line.split(" entries")[0] for line in stopped + told] == ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]
    assert len(list(landing_folder(tmp_path).glob("*.parquet"))) == 4
    with session(home) as connection:
        assert connection.execute("SELECT count(*) FROM findings").fetchall() == [(0,)]


def test_a_backfill_names_a_damaged_file_and_moves_nothing(home: Path, tmp_path: Path) -> None:
    """History is the operator's folder: what is wrong in it is said, and left where it is."""
    land(tmp_path, batch(0, entry()))
    damaged = landing_folder(tmp_path) / "cut.parquet"
    damaged.write_bytes(b"PAR1")
    with pytest.raises(LandingError, match=r"cut\.parquet: is not a readable Parquet file"):
        backfill(home, landing_folder(tmp_path))
    assert damaged.exists()


def test_half_a_transaction_in_the_log_stops_no_snapshot(home: Path) -> None:
    """A kill in the middle of a commit leaves a log that counts for nothing: it is cleared away, not feared."""
    land(home, batch(0, entry()))
    record(home, nobody)
    log = home / "live.duckdb.wal"
    child = os.fork()
    if not child:
        with session(home) as connection:
            connection.execute("INSERT INTO relations VALUES ('r', 'a', 'b', NULL, NULL, 'answers', 1, 'e', now())")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    log.write_bytes(log.read_bytes()[:-40])
    publish(home)
    assert not log.exists()
    assert query(home, "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM relations)").rows == [(1, 0)]
