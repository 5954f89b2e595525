"""Backups while a run records, killed at any moment, and on disks that are full or may not be written."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.faults.small_disk import fill, small_disk
from tests.patience import PATIENCE, until
from tests.warehouse.made import batch, entry, nobody, text
from tests.watched import called, configured, desk, listing, published, resolution, running
from warehouse.backup.checking import check
from warehouse.backup.making import backup
from warehouse.backup.manifest import generations
from warehouse.backup.restoring import plan, restore
from warehouse.load.landing import land, landed
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.store.database import live_path, session
from warehouse.store.verify import rows_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

KILLS = 20 if os.environ.get("MANDATES_FAULTS") == "long" else 6


@contextmanager
def child(act: Callable[[], object]) -> Iterator[int]:
    """A process that does this, begun at once; it is killed at the end of the block."""
    pid = os.fork()
    if not pid:
        try:
            act()
        finally:
            os._exit(0)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def record_one(home: Path, number: int) -> None:
    chance = random.Random(number)  # noqa: S311 - the same text each time
    words = text + "".join(chance.choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(40_000))
    land(home, batch(number, entry(f"A/RES/81/{number}", title=f"Matter {number}", words=words)))
    record(home, nobody)


def test_killed_at_any_moment_a_backup_leaves_no_half_generation(home: Path, tmp_path: Path) -> None:
    """After each death all generations are whole, and the next backup is made and restored."""
    folder, config = tmp_path / "backup", tmp_path / "config"
    config.mkdir()
    seed = random.SystemRandom().randrange(10_000)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    chance = random.Random(seed)  # noqa: S311 - repeatable
    record_one(home, 0)
    began = time.monotonic()
    backup(home, config, folder)
    whole = time.monotonic() - began
    for number in range(1, KILLS + 1):
        record_one(home, number)
        with child(lambda: backup(home, config, folder, keep=3)):
            time.sleep(chance.uniform(0, whole))
        assert check(folder).problems == (), number
    made = backup(home, config, folder, keep=3)
    assert check(folder).problems == ()
    assert len(generations(folder)) <= 3
    restore(folder, plan(folder, tmp_path / "new", config))
    assert rows_read(live_path(tmp_path / "new")) == rows_read(live_path(home)) == dict(made.manifest.rows)
    assert not list(home.glob(".backup*"))


def test_a_backup_beside_a_recorder_has_each_batch_recorded_or_waiting(home: Path, tmp_path: Path) -> None:
    """No batch falls between the copy of what waits and the copy of the warehouse."""
    folder, config = tmp_path / "backup", tmp_path / "config"
    config.mkdir()
    record_one(home, 0)

    def go_on() -> None:
        for number in range(1, 10_000):
            record_one(home, number)

    def documents_in_a_backup() -> int:
        return backup(home, config, folder).manifest.rows["documents"]

    with child(go_on):
        first = documents_in_a_backup()
        for _ in range(4):
            backup(home, config, folder)
        until(lambda: documents_in_a_backup() > first)
    for each in generations(folder):
        new = tmp_path / each.name
        restore(folder, plan(folder, new, config, each.name))
        with session(new) as connection:
            kept = {batch_id for (batch_id,) in connection.execute("SELECT batch_id FROM batches").fetchall()}
            documents = connection.execute("SELECT count(*) FROM documents").fetchall()
        waiting = {batch.batch_id for batch in landed(new)}
        expected = {batch(number, entry()).batch_id for number in range(len(kept | waiting))}
        assert kept | waiting == expected
        assert documents == [(len(kept),)]


def test_a_restored_home_sends_nothing_that_was_recorded_as_sent(home: Path, tmp_path: Path) -> None:
    """The message that only a killed dispatcher's journal has as sent is not sent again, and the others are sent.

    The one whose sending was interrupted may have arrived; it is sent again, as without a backup.
    """
    second, killed = threading.Event(), threading.Event()
    with desk() as at, published() as site:
        links = {f"/docs/{number}": f"Docs resolution {number}" for number in range(4)}
        for target, title in links.items():
            site.says(target, resolution(title))
        config = configured(tmp_path / "config", [listing(site, "docs", links)])

        def hold(_: str) -> None:
            # The first message was answered, the second never is.
            if len(at.arrived) == 2:
                second.set()
                killed.wait()

        at.on_arrival = hold
        with running(home, config, "run", env=at.env) as command:
            assert second.wait(PATIENCE), command.err.read_text()
            os.kill(command.main.pid, signal.SIGKILL)
            command.main.wait()
        at.on_arrival = None
        killed.set()
        first, interrupted = (json.loads(message)["title"] for _, message in at.arrived)
        assert called(home, config, "backup", str(tmp_path / "backup"), env=at.env).code == 0
        files = generations(tmp_path / "backup")[0].manifest().files
        assert any(file.path.startswith("home/outbox/") for file in files)
        new = tmp_path / "new" / "home"
        new.parent.mkdir()
        ended = called(new, config, "restore", str(tmp_path / "backup"), env=at.env)
        assert ended.code == 0, ended.said
        assert "may have gone out since then" in ended.out
        for _ in range(2):
            ended = called(new, config, "run", "--all", env=at.env)
            assert ended.code == 0, ended.said
    came = Counter(json.loads(message)["title"] for _, message in at.arrived)
    assert len(came) == 4
    assert came[first] == 1
    assert all(count == 1 for title, count in came.items() if title != interrupted)
    assert query(new, "SELECT state, count(*) FROM deliveries GROUP BY state").rows == [("sent", 4)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own of 32 MB."""
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def test_a_full_backup_disk_is_said_and_loses_nothing(home: Path, disk: Path, tmp_path: Path) -> None:
    """The generations that were there stay whole, and space cures it."""
    config, folder = configured(tmp_path / "config", []), disk / "backup"
    record_one(home, 0)
    assert called(home, config, "backup", str(folder)).code == 0
    for number in range(1, 20):
        record_one(home, number)
    ballast = fill(disk, leave=200_000)
    ended = called(home, config, "backup", str(folder))
    assert ended.code == 1
    assert "No space left" in ended.said
    assert "earlier generations are unchanged; free some space" in ended.said
    assert "Traceback" not in ended.said
    assert called(home, config, "backup", "--check", str(folder)).code == 0
    new = disk / "new"
    ended = called(tmp_path / "other", config, "restore", str(folder), "--to", str(new))
    assert ended.code == 1
    assert "No space left" in ended.said
    assert "Traceback" not in ended.said
    assert not live_path(new).exists()
    ballast.unlink()
    assert called(home, config, "backup", str(folder)).code == 0
    assert len(generations(folder)) == 2
    assert called(tmp_path / "new", config, "restore", str(folder)).code == 0


def test_a_read_only_backup_disk_is_said_and_can_be_restored_from(home: Path, disk: Path, tmp_path: Path) -> None:
    """Backups are often mounted so; reading them needs no lock."""
    config, folder = configured(tmp_path / "config", []), disk / "backup"
    record_one(home, 0)
    assert called(home, config, "backup", str(folder)).code == 0
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    ended = called(home, config, "backup", str(folder))
    assert ended.code == 1
    assert "Read-only file system" in ended.last_line
    assert called(home, config, "backup", "--check", str(folder)).code == 0
    assert called(tmp_path / "new", config, "restore", str(folder)).code == 0
    assert rows_read(live_path(tmp_path / "new"))["documents"] == 1
