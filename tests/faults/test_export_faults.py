"""Exports killed at any moment, on a full disk, and several at once: readers always find one whole state.

MANDATES_FAULTS=long pytest tests/faults/test_export_faults.py       # 200 kills
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.faults.small_disk import fill, small_disk
from tests.faults.test_backup_faults import child, record_one
from tests.watched import called, configured
from warehouse.export.checking import check
from warehouse.export.making import export
from warehouse.query.queries import query
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

KILLS = 200 if os.environ.get("MANDATES_FAULTS") == "long" else 8
_KEYS = "SELECT version_id, document_id, symbol FROM versions JOIN documents USING (document_id) ORDER BY ALL"


def in_place(target: Path) -> list[tuple[object, ...]]:
    """What a reader with `views.sql` finds."""
    with duckdb.connect() as engine:
        engine.execute(f"SET file_search_path = '{target}'")
        engine.execute((target / "views.sql").read_text())
        return engine.execute(_KEYS).fetchall()


def by_glob(target: Path) -> list[tuple[object, ...]]:
    """What a reader with plain globs finds."""
    with duckdb.connect() as engine:
        for table in ("versions", "documents"):
            engine.execute(f"CREATE VIEW {table} AS SELECT * FROM '{target}/{table}/**/*.parquet'")
        return engine.execute(_KEYS).fetchall()


def recorded(home: Path, number: int) -> list[tuple[object, ...]]:
    """Record one more document and publish it; what readers of the snapshot find."""
    record_one(home, number)
    publish(home)
    return query(home, _KEYS, limit=None).rows


def test_killed_at_any_moment_an_export_leaves_a_whole_state(home: Path, tmp_path: Path) -> None:
    """It is the former one or the new one, each file of it unharmed; the next export brings all to the newest."""
    target = tmp_path / "out"
    seed = random.SystemRandom().randrange(10_000)
    print(f"seed {seed}")  # noqa: T201 - shown when it fails
    chance = random.Random(seed)  # noqa: S311 - repeatable
    states = [recorded(home, 0)]
    export(home, str(target))
    states.append(recorded(home, 1))
    began = time.monotonic()
    export(home, str(target))
    whole, reached = time.monotonic() - began, 1
    for number in range(2, KILLS + 2):
        states.append(recorded(home, number))
        with child(lambda: export(home, str(target), grace=timedelta(seconds=1))):
            time.sleep(chance.uniform(0, whole))
        # Never half a state, and never one before the last that was seen.
        reached = states.index(in_place(target), reached)
        assert check(str(target)).problems == (), number
        by_glob(target)
    export(home, str(target), grace=timedelta(0))
    assert in_place(target) == by_glob(target) == states[-1]
    state = export(home, str(target), grace=timedelta(0)).manifest
    assert {path.relative_to(target).as_posix() for path in (target / "files").rglob("*.*")} == set(state.files)
    assert not list(target.glob(".part*"))


def test_exports_of_two_homes_to_one_folder_take_turns(home: Path, tmp_path: Path) -> None:
    """So do two of the same home; each leaves a whole state, and the last one is there."""
    target, other = tmp_path / "out", tmp_path / "other"
    recorded(home, 0)
    states = [recorded(home, 1), recorded(other, 2) and recorded(other, 3)]
    for _ in range(3):
        ended = []
        for each in (home, other, home):
            pid = os.fork()
            if not pid:
                failed = True
                try:
                    export(each, str(target))
                    failed = False
                finally:
                    os._exit(failed)
            ended.append(pid)
        assert [os.waitpid(pid, 0)[1] for pid in ended] == [0, 0, 0]
        assert check(str(target)).problems == ()
        assert in_place(target) in states
        assert by_glob(target) == in_place(target)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own of 32 MB."""
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def test_a_full_disk_is_said_and_leaves_the_former_state(home: Path, disk: Path, tmp_path: Path) -> None:
    """Whether DuckDB or a name finds no space; when there is some again, the next export succeeds."""
    config, target = configured(tmp_path / "config", []), disk / "out"
    before = recorded(home, 0)
    assert called(home, config, "export", str(target)).code == 0
    after = recorded(home, 1)
    for leave in (0, 20_000, 60_000):
        ballast = fill(disk, leave=leave)
        ended = called(home, config, "export", str(target))
        assert ended.code == 1, (leave, ended.said)
        assert "No space left" in ended.last_line, ended.said
        assert in_place(target) == by_glob(target) == before
        assert called(home, config, "export", str(target), "--check").code == 0
    ballast.unlink()
    ended = called(home, config, "export", str(target))
    assert ended.code == 0, ended.said
    assert in_place(target) == by_glob(target) == after


def test_a_target_that_may_not_be_written_is_said(home: Path, disk: Path, tmp_path: Path) -> None:
    """In one line, and the reason; it can still be verified."""
    config = configured(tmp_path / "config", [])
    recorded(home, 0)
    assert called(home, config, "export", str(disk / "out")).code == 0
    recorded(home, 1)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    ended = called(home, config, "export", str(disk / "out"))
    assert ended.code == 1
    assert "Read-only file system" in ended.last_line
    assert called(home, config, "export", str(disk / "out"), "--check").code == 0
