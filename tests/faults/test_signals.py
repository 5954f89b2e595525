"""SIGTERM and Ctrl-C in the middle of each command: it ends, frees the warehouse, leaves nothing half-written.

MANDATES_FAULTS=long pytest tests/faults/test_signals.py       # also at many moments of each command
"""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.patience import PATIENCE, until
from tests.sites.publisher import Answer
from tests.watched import Desk, Watched, called, configured, desk, listing, published, resolution, rows, running
from warehouse.store.database import session
from warehouse.store.lock import Deadline, turn
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.sites.publisher import Publisher

pytestmark = pytest.mark.slow
long = os.environ.get("MANDATES_FAULTS") == "long"
moments = 20 if long else 2
# Enough that a command is still at work when it is interrupted.
local_files = 300 if long else 24
# Seconds that a command may take to end, where the machine does nothing else.
most_seconds = 5.0
# As a shell sees them: ended by the signal, or by itself after one line.
interrupted = {1, 130, 143, -signal.SIGINT, -signal.SIGTERM}
signals = {"ctrl-c": signal.SIGINT, "sigterm": signal.SIGTERM}
endless_query = "SELECT count(*) FROM range(1000000000000) AS n(i) WHERE i % 7 = 3"


class World:
    """A home with recorded documents, a publisher that stalls until it is mended, and a desk."""

    def __init__(self, folder: Path, site: Publisher, at: Desk, kept: Path) -> None:
        self.site, self.desk, self.folder = site, at, folder
        self.home = folder / "home"
        shutil.copytree(kept, self.home)
        self.files = folder / "files"
        self.files.mkdir()
        for number in range(local_files):
            (self.files / f"{number}.html").write_text(resolution(f"Local resolution {number}") * 40)
        self.release = threading.Event()
        source = listing(site, "honest", {"/honest/1.html": "Honest resolution", "/honest/2.html": "Other resolution"})
        self.config = configured(folder / "config", [source])
        for number in (1, 2):
            site.says(f"/honest/{number}.html", Answer(resolution(f"Honest resolution {number}"), drip=1.0))

    def mend(self) -> None:
        """From now on everybody answers."""
        self.release.set()
        self.desk.on_arrival = None
        for number in (1, 2):
            self.site.says(f"/honest/{number}.html", resolution(f"Honest resolution {number}"))

    @contextmanager
    def command(self, *words: str) -> Iterator[Watched]:
        """A command on this home."""
        with running(self.home, self.config, *words, env=self.desk.env) as command:
            yield command


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with some documents, a snapshot, and alerts that wait."""
    folder = tmp_path_factory.mktemp("kept")
    files = folder / "files"
    files.mkdir()
    for number in range(20):
        (files / f"{number}.html").write_text(resolution(f"Kept resolution {number}"))
    config = configured(folder / "config", [{"id": "x", "kind": "feed", "url": "http://127.0.0.1:9/x"}])
    ended = called(folder / "home", config, "ingest", str(files))
    assert ended.code == 0, ended.said
    return folder / "home"


@pytest.fixture
def world(tmp_path: Path, kept: Path) -> Iterator[World]:
    with published() as site, desk() as at:
        made = World(tmp_path, site, at, kept)
        try:
            yield made
        finally:
            made.release.set()


def asked(world: World, command: Watched) -> bool:
    """The publisher's document is on its way."""
    return any(target.startswith("/honest/") for target in world.site.targets())


def reading(world: World, command: Watched) -> bool:
    """It says that it reads."""
    return "Reading" in command.err.read_text()


def sending(world: World, command: Watched) -> bool:
    """An alert has arrived and is not answered yet."""
    return bool(world.desk.arrived)


def computing(world: World, command: Watched) -> bool:
    """It has computed for longer than a command needs to start."""
    return sum(process.cpu for process in command.processes().values()) > 1.5


def waiting(world: World, command: Watched) -> bool:
    """It has drawn its ticket for the lock."""
    return any((world.home / "live.lock.queue").glob("[0-9]*"))


cases: dict[str, tuple[tuple[str, ...], Callable[[World, Watched], bool]]] = {
    "run": (("run", "--all"), asked),
    "ingest": (("ingest", "{files}"), reading),
    "reanalyse": (("reanalyse", "--texts", "--apply"), waiting),
    "deliver": (("deliver",), sending),
    "snapshot": (("snapshot",), waiting),
    "sources-check": (("sources", "check", "honest", "--live"), asked),
    "query": (("query", endless_query), computing),
}


def cases_and_signals(*names: str) -> list[Any]:
    """Each case with both signals; in the suite with one of them in turn, since one handler answers both."""
    found = []
    for number, case in enumerate(names):
        for place, (name, sent) in enumerate(signals.items()):
            marks = [pytest.mark.long] if (number + place) % 2 else []
            found.append(pytest.param(case, sent, marks=marks, id=f"{case}-{name}"))
    return found


@pytest.mark.parametrize(("case", "number"), cases_and_signals(*cases))
def test_a_command_ends_at_once_and_leaves_no_lock_behind(world: World, case: str, number: signal.Signals) -> None:
    """One line says that it was interrupted; the lock is free, no process is left, the next call succeeds."""
    words, ready = cases[case]
    words = tuple(word.format(files=world.files) for word in words)
    world.desk.on_arrival = lambda _message: world.release.wait(PATIENCE)
    with ExitStack() as held, world.command(*words) as command:
        if ready is waiting:
            until(lambda: command.main.poll() is None)
            held.enter_context(turn(world.home / "live.lock", Deadline(PATIENCE)))
        until(lambda: ready(world, command))
        assert command.main.poll() is None, command.err.read_text()
        interrupt(command, number)
        began = time.monotonic()
        ended = command.wait()
        assert time.monotonic() - began < most_seconds or not long
        held.close()
        assert ended.code in interrupted, ended.said
        assert "Traceback" not in ended.err, ended.said
        assert "exception" not in ended.err.lower(), ended.said
        assert one_line(ended.last_line), ended.said
        assert command.left() == []
        free(world.home)
    world.mend()
    if case == "query":
        words = ("query", "SELECT 1")
    whole_afterwards(world, *words)


@pytest.mark.parametrize(("case", "number"), cases_and_signals("export", *(cases if long else ("ingest",))))
def test_at_any_moment(world: World, case: str, number: signal.Signals) -> None:
    """Sent at moments spread over a command's life, a signal ends it or comes too late; what it leaves is whole."""
    words = ("export",) if case == "export" else cases[case][0]
    words = tuple(word.format(files=world.files) for word in words)
    if case == "query":
        words = ("query", "SELECT count(*) FROM range(100000000) AS n(i) WHERE i % 7 = 3")
    world.mend()
    began = time.monotonic()
    assert called(world.home, world.config, *words, env=world.desk.env).code == 0
    takes = time.monotonic() - began
    for moment in range(1, moments + 1):
        with world.command(*words) as command:
            time.sleep(takes * moment / (moments + 1))
            interrupt(command, number)
            ended = command.wait()
            assert ended.code in interrupted | {0}, ended.said
            assert "Traceback" not in ended.err, ended.said
            assert command.left() == []
            free(world.home)
    whole_afterwards(world, *words)


def interrupt(command: Watched, number: signal.Signals) -> None:
    """Ctrl-C reaches the terminal's whole group, a SIGTERM the one process that was named."""
    try:
        if number == signal.SIGINT:
            os.killpg(command.main.pid, number)
        else:
            command.main.send_signal(number)
    except ProcessLookupError:
        pass


def one_line(line: str) -> bool:
    """Whether a line tells a person that the command was interrupted."""
    return any(word in line.lower() for word in ("interrupt", "aborted", "stopped", "terminated", "cancelled"))


def free(home: Path) -> None:
    """The lock can be taken and the live file opened."""
    with turn(home / "live.lock", Deadline(PATIENCE)):
        pass
    with session(home) as connection:
        assert connection.execute("SELECT count(*) > 0 FROM documents").fetchall() == [(True,)]


def whole_afterwards(world: World, *words: str) -> None:
    """The same command succeeds now, each document is there once with its clauses, and no half file is left."""
    ended = called(world.home, world.config, *words, env=world.desk.env)
    assert ended.code == 0, ended.said
    parts = [path for path in world.home.rglob("*") if ".part" in path.name or ".tmp" in path.name]
    assert parts == []
    publish(world.home)
    assert rows(
        world.home, "SELECT count(*) FROM versions WHERE version_id NOT IN (SELECT version_id FROM clauses)"
    ) == [(0,)]
