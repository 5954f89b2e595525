"""What is wrong is said in one sentence with its place; the exit code says it too, and nothing is half-written."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from tests.watched import answered
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.lock import Deadline, turn

pytestmark = pytest.mark.slow

checkout = Path(__file__).parent.parent.parent
command = str(Path(sys.executable).parent / "mandates")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped configuration, to be broken."""
    folder = tmp_path / "config"
    folder.mkdir()
    for path in (checkout / "config").glob("*.yaml"):
        shutil.copy(path, folder)
    return folder


def call(home: Path, config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Call `mandates` as a person does."""
    return subprocess.run(
        [command, "--home", str(home), "--config", str(config), *words],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )


def said(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """What the failed call said, which is no traceback."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def refused(home: Path, config: Path, *words: str, code: int = 1) -> str:
    """What a call in this process said that fails before anything starts."""
    ended = answered(home, config, *words)
    assert ended.code == code, ended.said
    assert "Traceback" not in ended.err
    return ended.err


def test_an_unknown_source(home: Path, config: Path) -> None:
    """A source id that is not configured is named, with the nearest ones."""
    assert "no source is called 'un-gaa-81'" in refused(home, config, "run", "un-gaa-81")
    assert not (home / "live.duckdb").exists()


@pytest.mark.parametrize(
    ("broken", "key"),
    [
        ("- id: a\n  knid: feed\n", "kind"),
        ("- id: a\n  id: b\n  kind: feed\n  url: https://example.org/feed\n", "id"),
        ("- id: a\n  kind: feed\n  url: https://example.org/feed\n  every: often\n", "every"),
        ("- id: a\n  kind: feed\n  url: https://example.org/feed\n  evry: 1h\n", "evry"),
    ],
)
def test_invalid_yaml(home: Path, config: Path, broken: str, key: str) -> None:
    """An unknown key, a duplicate key and a wrong type are refused with file, line and key, before anything starts."""
    (config / "sources.yaml").write_text(broken)
    message = refused(home, config, "run")
    assert f"{config / 'sources.yaml'}:" in message
    assert key in message
    assert not (home / "live.duckdb").exists()


def test_an_unreadable_file(home: Path, config: Path, tmp_path: Path) -> None:
    """A file that is no document is named with the reason; the ones beside it are recorded."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "bad.txt").write_bytes(b"\x00\x01\x02\x03" * 100)
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing follows")
    (folder / "good.txt").write_text("The Assembly,\n\n1. Requests the Secretariat to report to it by 30 June 2027.\n")
    done = call(home, config, "ingest", str(folder))
    for name in ("bad.txt", "empty.pdf", "broken.pdf"):
        assert name in done.stdout + done.stderr
    assert done.returncode == 1
    assert query(home, "SELECT count(*) FROM documents").rows == [(1,)]


def test_a_paper_without_a_text_layer(home: Path, config: Path, tmp_path: Path) -> None:
    """A scan is recorded and a person is asked to read it; neither `ingest` nor `extract` calls that a success."""
    scan = tmp_path / "scan.pdf"
    page = PdfDocument.new()
    page.new_page(200, 200)
    page.save(scan)
    done = call(home, config, "ingest", str(scan))
    assert done.returncode == 1
    assert "a person has to read it" in done.stdout
    assert query(home, "SELECT count(*) FROM documents").rows == [(1,)]
    assert "no text layer" in said(call(home, config, "extract", str(scan)))


def test_a_path_that_does_not_exist(home: Path, config: Path) -> None:
    """A path that is not there is a mistake in the call."""
    assert "no such file or folder: /no/such/file.txt" in refused(home, config, "ingest", "/no/such/file.txt", code=2)
    assert not home.exists()


@pytest.mark.slow
def test_a_locked_warehouse(home: Path, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that holds the live file is named by its process id; what was read waits and is recorded later."""
    text = tmp_path / "resolution.txt"
    text.write_text("The Assembly,\n\n1. Requests the Secretariat to report to it by 30 June 2027.\n")
    other = tmp_path / "other.txt"
    other.write_text("The Assembly,\n\n1. Decides to remain seized of the matter.\n")
    assert call(home, config, "ingest", str(text)).returncode == 0
    monkeypatch.setenv("MANDATES_LOCK_WAIT_SECONDS", "1")
    holds = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holds, str(home / "live.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        message = said(call(home, config, "ingest", str(other)))
        holder.communicate("")
    assert str(holder.pid) in message
    assert "live.duckdb" in message
    monkeypatch.delenv("MANDATES_LOCK_WAIT_SECONDS")
    assert call(home, config, "ingest", str(other)).returncode == 0
    assert query(home, "SELECT count(*) FROM documents").rows == [(2,)]


@pytest.mark.parametrize("words", [("run",), ("deliver",), ("outbox", "list"), ("outbox", "retry", "762596c1fdba")])
def test_every_command_waits_as_long_as_the_setting_says(
    home: Path, config: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is one wait for the warehouse, whether a command records, delivers or looks."""
    with session(home):
        pass
    monkeypatch.setenv("MANDATES_LOCK_WAIT_SECONDS", "0")
    with turn(home / "live.lock", Deadline()):
        assert "was not free within 0 s" in refused(home, config, *words)


@pytest.mark.slow
def test_an_unreachable_site(home: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that does not answer is named with its address, and the run ends with exit code 1."""
    monkeypatch.setenv("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "true")
    (config / "sources.yaml").write_text(
        "- id: gone\n  kind: feed\n  url: http://127.0.0.1:9/feed.xml\n"
        "  policy: {private_addresses: true, attempts: 1, pace: 0s}\n"
    )
    done = call(home, config, "run", "gone")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "http://127.0.0.1:9/" in done.stdout
    assert query(home, "SELECT count(*) FROM documents").rows == [(0,)]
    assert query(home, "SELECT state FROM sources").rows == [("failing",)]
