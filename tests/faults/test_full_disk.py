"""A full disk: each command says so in one line and fails, nothing that was recorded is lost, and space cures it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.faults.small_disk import fill, small_disk
from tests.watched import called, configured, resolution, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home on a file system of its own of 32 MB."""
    with small_disk(tmp_path / "home") as folder:
        yield folder


def begun(home: Path, folder: Path) -> tuple[Path, Path]:
    """A configuration, and a folder of files whose first one is recorded."""
    files = folder / "files"
    config = configured(folder / "config", [{"id": "x", "kind": "feed", "url": "http://127.0.0.1:9/x"}])
    (config / "subscriptions.yaml").write_text("targets: {desk: mailbox}\n")
    files.mkdir()
    (files / "first.html").write_text(resolution("First resolution"))
    assert called(home, config, "ingest", str(files)).code == 0
    return config, files


def test_a_full_disk(home: Path, tmp_path: Path) -> None:
    """Reading goes on; what would write fails in one line, with or without the lock's file; nothing is lost."""
    config, files = begun(home, tmp_path)
    (files / "second.html").write_text(resolution("Second resolution"))
    ballast = fill(home)
    for has_lock in (True, False):
        if not has_lock:
            for lock in home.glob("*.lock"):
                lock.unlink()
        for words in (["snapshot"], ["ingest", str(files)], ["export"], ["search", "resolution"], ["run"]):
            ended = called(home, config, *words)
            assert ended.code == 1, (words, ended.said)
            assert "Traceback" not in ended.said, (words, ended.said)
            assert "No space left" in ended.said or "disk is full" in ended.said or words == ["run"], ended.said
        assert called(home, config, "query", "SELECT 1").code == 0
        assert called(home, config, "sources", "list").code == 0
    ballast.unlink()
    assert called(home, config, "ingest", str(files)).code == 0
    titles = rows(home, "SELECT title FROM documents ORDER BY title")
    assert titles == [("First resolution",), ("Second resolution",)]


def test_a_disk_that_became_read_only(home: Path, tmp_path: Path) -> None:
    """A run fails in one line; doctor asks for a writable disk and not for a restore; afterwards all goes on."""
    config, files = begun(home, tmp_path)
    subprocess.run(["mount", "-o", "remount,ro", str(home)], check=True)
    try:
        for words in (["run"], ["ingest", str(files)]):
            ended = called(home, config, *words)
            assert ended.code == 1, ended.said
            assert "Read-only file system" in ended.last_line, ended.said
            assert "Traceback" not in ended.said
        ended = called(home, config, "doctor")
        assert "writable; nothing is lost" in ended.out, ended.said
        assert "--restore" not in ended.out
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(home)], check=True)
    assert called(home, config, "ingest", str(files)).code == 0


def test_what_was_committed_outlives_a_checkpoint_without_space(home: Path, tmp_path: Path) -> None:
    """Where there is room for the log and none for the file, the next command takes it from the log."""
    config, files = begun(home, tmp_path)
    (files / "second.html").write_text(resolution("Second resolution") * 20)
    for leave in (20_000, 100_000, 400_000):
        ballast = fill(home, leave=leave)
        ended = called(home, config, "ingest", str(files))
        assert ended.code in {0, 1}
        assert "Traceback" not in ended.said, ended.said
    ballast.unlink()
    assert called(home, config, "ingest", str(files)).code == 0
    titles = rows(home, "SELECT title FROM documents ORDER BY title")
    assert titles == [("First resolution",), ("Second resolution",)]
