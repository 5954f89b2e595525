"""Whoever calls us may have closed standard input or output, or stops reading: one line says so, nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE, until
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

pytestmark = pytest.mark.slow

command = str(Path(sys.executable).parent / "mandates")
# It would take hours.
endless = "SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(1000000) AS b"


@pytest.fixture
def published(home: Path) -> Path:
    """A home with a snapshot of an empty warehouse."""
    with session(home):
        pass
    publish(home)
    return home


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a line that begins with `mandates`."""
    return subprocess.run(["sh", "-c", f"{command} {line}"], capture_output=True, text=True, check=False)


def test_closed_standard_input(published: Path) -> None:
    """A query that is to come from it is refused by name; other commands do not need it."""
    ended = shell("query - <&-")
    assert ended.returncode == 1
    assert ended.stderr == "mandates: standard input is closed; give the text on it, or name a file\n"
    assert shell("query 'SELECT 1' <&-").returncode == 0


@pytest.mark.parametrize("words", ["query 'SELECT 1'", "query --json 'SELECT 1'", "query --csv 'SELECT 1'", "snapshot"])
def test_closed_standard_output(published: Path, words: str) -> None:
    """The work is done; that its words are lost is said, by exit code too."""
    before = snapshot_path(published).stat().st_ino
    ended = shell(f"{words} >&-")
    assert ended.returncode == 1
    assert ended.stderr == "mandates: standard output is closed; what was to be printed is lost, all else was done\n"
    assert (snapshot_path(published).stat().st_ino != before) is (words == "snapshot")


def test_all_streams_closed(published: Path) -> None:
    """No file of the warehouse gets the number of a closed stream, where what is printed would go into it."""
    assert shell("snapshot <&- >&- 2>&-").returncode == 1
    assert shell("query 'SELECT count(*) FROM documents'").returncode == 0


@pytest.mark.parametrize("form", ["", "--csv", "--json"])
def test_a_reader_that_goes_away(published: Path, form: str) -> None:
    """`| head` ends the command, silently and with a code that is not 0, however it prints."""
    program = [command, "query", "--limit", "0", *form.split(), "SELECT * FROM range(20000)"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == 1
    assert said == ""


def test_ctrl_c_ends_a_query_at_once(published: Path) -> None:
    """DuckDB is interrupted: no command needs the grace period, which is an hour here, to end."""
    patient = "import sys, flows.stopping; flows.stopping.GRACE_SECONDS = 3600; from flows.cli import main; main()"
    with subprocess.Popen([sys.executable, "-c", patient, "query", endless], stderr=subprocess.PIPE) as process:
        # More than it needs to start.
        until(lambda: process.poll() is not None or used(process.pid) > 1.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130


def used(process: int) -> float:
    """Its processor seconds."""
    state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(state[11]) + int(state[12])) / os.sysconf("SC_CLK_TCK")
