"""A folder made to stop, mislead or fill whoever reads it, through `mandates ingest`."""

from __future__ import annotations

import os
import shutil
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.watched import Ended, configured, resolution, rows, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

secret = "What only the owner of this machine may read."
# The superuser may read everything, unless that right is taken from it first.
_without_rights = ("-dac_override,-dac_read_search",)
unprivileged = (
    ("setpriv", "--bounding-set", *_without_rights, "--inh-caps", *_without_rights) if os.geteuid() == 0 else ()
)
needs_setpriv = pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None, reason="the superuser needs setpriv to have a file refused"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one honest file."""
    made = tmp_path / "files"
    made.mkdir()
    (made / "good.html").write_text(resolution("Good resolution"))
    return made


def ingested(tmp_path: Path, *paths: Path) -> Ended:
    """What `mandates ingest` made of these paths; one that blocks is ended in the end, and the test fails."""
    config = tmp_path / "config"
    if not config.exists():
        configured(config, [{"id": "x", "kind": "feed", "url": "http://127.0.0.1:9/x"}])
    with running(
        tmp_path / "home",
        config,
        "ingest",
        *map(str, paths),
        env={"DESK_URL": "json://127.0.0.1:9/"},
        before=unprivileged,
    ) as command:
        ended = command.wait()
        assert command.left() == []
    assert "Traceback" not in ended.err, ended.said
    return ended


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    """/dev/zero, which never ends, under another name where the test may make one."""
    try:
        os.mknod(path, 0o666 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        path.symlink_to("/dev/zero")


def link_out(path: Path) -> None:
    outside = path.parent.parent / "private.txt"
    outside.write_text(secret)
    path.symlink_to(outside)


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def unreadable(path: Path) -> None:
    path.write_text(resolution("Locked"))
    path.chmod(0)


def folder_link_out(path: Path) -> None:
    outside = path.parent.parent / "private"
    outside.mkdir()
    (outside / "private.html").write_text(resolution(secret))
    path.symlink_to(outside, target_is_directory=True)


hostile = {
    "pipe.pdf": pipe,
    "device.txt": device,
    "link.txt": link_out,
    "loop.html": link_to_itself,
    "locked.html": unreadable,
    "linked-folder": folder_link_out,
}


@needs_setpriv
def test_all_of_them_in_one_folder(tmp_path: Path, folder: Path) -> None:
    """None blocks, each is named with a reason, and the honest file is recorded."""
    for name, make in hostile.items():
        make(folder / name)
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / "folder.pdf").mkdir()
    ended = ingested(tmp_path, folder)
    assert ended.code == 1, ended.said
    said = " ".join((ended.out + ended.err).split())
    assert [name for name in hostile if name not in said] == [], ended.said
    assert rows(tmp_path / "home", "SELECT title FROM documents") == [("Good resolution",)]
    assert rows(tmp_path / "home", f"SELECT count(*) FROM versions WHERE contains(text, '{secret}')") == [(0,)]


@needs_setpriv
@pytest.mark.parametrize("name", ["pipe.pdf", "device.txt", "loop.html", "locked.html"])
def test_each_given_by_name(tmp_path: Path, folder: Path, name: str) -> None:
    """A file that a person names is treated alike: refused in words, with the one beside it recorded."""
    hostile[name](folder / name)
    ended = ingested(tmp_path, folder / name, folder / "good.html")
    assert ended.code in {1, 2}, ended.said
    assert name in ended.out + ended.err
    if ended.code == 1:
        assert rows(tmp_path / "home", "SELECT title FROM documents") == [("Good resolution",)]


def test_a_directory_that_calls_itself_a_document_is_looked_into(tmp_path: Path, folder: Path) -> None:
    """Given by name it is a folder like any other."""
    (folder / "folder.pdf").mkdir()
    (folder / "folder.pdf" / "inner.html").write_text(resolution("Inner resolution"))
    ended = ingested(tmp_path, folder / "folder.pdf")
    assert ended.code == 0, ended.said
    assert rows(tmp_path / "home", "SELECT title FROM documents") == [("Inner resolution",)]


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, folder: Path) -> None:
    """Reading ends although the file does not; it is recorded as it was, or named with the reason."""
    grows = folder / "grows.txt"
    with growing(grows):
        ended = ingested(tmp_path, folder)
    titles = [title for (title,) in rows(tmp_path / "home", "SELECT title FROM documents ORDER BY title")]
    assert "Good resolution" in titles
    assert "grows.txt" in ended.out + ended.err or len(titles) == 2, ended.said


@contextmanager
def growing(path: Path) -> Iterator[None]:
    """A file that gets fifty lines ten times a second."""
    line = "1. Requests the Secretariat to report to it by 30 June 2027.\n" * 50
    path.write_text(line)
    over = threading.Event()

    def write() -> None:
        while not over.is_set():
            with path.open("a") as file:
                file.write(line)
            time.sleep(0.1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()
