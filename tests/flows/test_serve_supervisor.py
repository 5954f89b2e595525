"""The supervisor with small children: restarts, hung children, the order of stopping, one home for one tree."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from flows.serve.log import Log
from flows.serve.notify import notify
from flows.serve.place import ServeError, claim, register_of, serving
from flows.serve.supervisor import Child, Supervisor
from flows.serve.tree import next_run
from tests.patience import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

pytestmark = pytest.mark.slow
CHECKOUT = Path(__file__).parent.parent.parent
SLEEPER = """
import pathlib, sys, time
pathlib.Path(sys.argv[1]).write_text("up")
print("I am up", flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a module that says that it is up, and sleeps."""
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    return tmp_path


@pytest.fixture
def supervisor(folder: Path) -> Iterator[Callable[..., Supervisor]]:
    """Makes a supervisor of children that are modules in the folder."""
    path = os.pathsep.join([str(folder), str(CHECKOUT), *filter(None, sys.path)])
    with closing(Log(folder / "serve.log")) as log:
        yield lambda *children: Supervisor(children, os.environ | {"PYTHONPATH": path}, log)


def said(folder: Path) -> str:
    """What the log says."""
    return (folder / "serve.log").read_text()


def marked(path: Path) -> Callable[[float], Awaitable[bool | None]]:
    """Whether the child of this start has written its file."""

    async def well(started: float) -> bool:
        return await asyncio.to_thread(lambda: path.exists() and path.stat().st_mtime >= started - 1)

    return well


async def test_a_killed_child_is_started_again_and_the_log_says_why(
    folder: Path, supervisor: Callable[..., Supervisor]
) -> None:
    """`kill -9` of a child is in the log with its signal and the wait, and another process takes its place."""
    mark = folder / "mark"
    kept = supervisor(Child("sleeper", ("sleeper", str(mark)), well=marked(mark)))
    keeping = asyncio.create_task(kept.keep())
    await kept.ready()
    await asyncio.to_thread(until, lambda: "I am up" in said(folder))
    (first,) = _pids(mark)
    os.kill(first, signal.SIGKILL)
    await asyncio.to_thread(until, lambda: said(folder).count("I am up") == 2)
    assert "sleeper was ended by SIGKILL; restarting in 1 s" in said(folder)
    await _over(kept, keeping)
    assert _pids(mark) == []


async def test_the_waits_between_starts_grow(folder: Path, supervisor: Callable[..., Supervisor]) -> None:
    """A child that always fails is started after 1 s, then after 2 s, and the log counts."""
    (folder / "broken.py").write_text("raise SystemExit(3)")
    kept = supervisor(Child("broken", ("broken",)))
    keeping = asyncio.create_task(kept.keep())
    await asyncio.to_thread(until, lambda: "(failure 2); restarting in 2 s" in said(folder))
    assert "broken ended with exit code 3; restarting in 1 s" in said(folder)
    await _over(kept, keeping)


async def test_a_child_that_hangs_is_killed_and_started_again(
    folder: Path, supervisor: Callable[..., Supervisor]
) -> None:
    """A child that lives but is not well any more is killed after its patience, even when it is stopped by SIGSTOP."""
    mark, well = folder / "mark", True

    async def answers(_: float) -> bool:
        return well and mark.exists()

    child = Child("sleeper", ("sleeper", str(mark)), well=answers, patience_seconds=0.5)
    kept = supervisor(child)
    keeping = asyncio.create_task(kept.keep())
    await kept.ready()
    (first,) = _pids(mark)
    os.kill(first, signal.SIGSTOP)
    well = False
    await asyncio.to_thread(until, lambda: "sleeper gave no sign of life" in said(folder))
    well = True
    await asyncio.to_thread(until, lambda: _pids(mark) not in ([], [first]))
    await _over(kept, keeping)


async def test_a_supervisor_that_was_stopped_blames_no_child(
    folder: Path, supervisor: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour between two looks, of which the second has no answer, is not an hour of silence."""
    monkeypatch.setattr("flows.serve.supervisor.LOOK_SECONDS", 0.05)
    mark, asked, stopped = folder / "mark", list[float](), [0.0]
    clock = SimpleNamespace(time=time.time, monotonic=lambda: time.monotonic() + stopped[0])
    monkeypatch.setattr("flows.serve.supervisor.time", clock)
    answers = iter([True, False])

    async def well(started: float) -> bool:
        asked.append(started)
        answer = next(answers, True)
        if not answer:
            stopped[0] += 3600
        return answer

    kept = supervisor(Child("sleeper", ("sleeper", str(mark)), well=well))
    keeping = asyncio.create_task(kept.keep())
    await asyncio.to_thread(until, lambda: len(asked) > 2)
    assert "no sign of life" not in said(folder)
    await _over(kept, keeping)


async def test_a_child_that_never_works_is_tried_for_ever(
    folder: Path, supervisor: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it has failed, the wait is a minute, and the next start follows."""
    kept = supervisor(Child("broken", ("broken",)))
    kept._kept["broken"].failures = 5_000
    monkeypatch.setattr(sys, "executable", str(folder / "nothing"))
    keeping = asyncio.create_task(kept.keep())
    await asyncio.to_thread(until, lambda: "(failure 5001); restarting in 60 s" in said(folder))
    await _over(kept, keeping)


async def test_a_start_may_take_longer_each_time(folder: Path, supervisor: Callable[..., Supervisor]) -> None:
    """A child that was killed because it did not start in time gets twice the time."""

    async def never(_: float) -> bool:
        return False

    kept = supervisor(Child("sleeper", ("sleeper", str(folder / "mark")), well=never, start_seconds=1.0))
    keeping = asyncio.create_task(kept.keep())
    await asyncio.to_thread(until, lambda: "gave no sign of life for 2 s: killed" in said(folder))
    await _over(kept, keeping)


async def test_a_child_that_cannot_be_started_is_tried_again(
    folder: Path, supervisor: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system makes no process, the reason is in the log, and the next attempt follows."""
    mark = folder / "mark"
    kept = supervisor(Child("sleeper", ("sleeper", str(mark)), well=marked(mark)))
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", str(folder / "nothing"))
        keeping = asyncio.create_task(kept.keep())
        await asyncio.to_thread(
            until, lambda: "sleeper could not be started (No such file or directory)" in said(folder)
        )
    await kept.ready()
    await _over(kept, keeping)


async def test_an_answer_that_makes_no_sense_is_no_sign_of_life(
    folder: Path, supervisor: Callable[..., Supervisor]
) -> None:
    """A health check that fails in itself is in the log, and the child is killed after its patience."""
    mark = folder / "mark"

    async def answers(_: float) -> bool:
        raise KeyError("name")

    child = Child("sleeper", ("sleeper", str(mark)), well=answers, start_seconds=1.0)
    kept = supervisor(child)
    keeping = asyncio.create_task(kept.keep())
    await asyncio.to_thread(until, lambda: "gave no sign of life for 1 s: killed" in said(folder))
    assert "sleeper gave an answer that was not understood: KeyError('name')" in said(folder)
    await _over(kept, keeping)


async def test_nobody_is_blamed_where_nobody_can_know(
    folder: Path, supervisor: Callable[..., Supervisor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child whose health is unknown for longer than its patience is left alone."""
    monkeypatch.setattr("flows.serve.supervisor.LOOK_SECONDS", 0.05)
    mark, answer, asked = folder / "mark", True, list[float]()

    async def answers(started: float) -> bool | None:
        asked.append(started)
        return answer or None

    kept = supervisor(Child("sleeper", ("sleeper", str(mark)), well=answers, patience_seconds=0.1))
    keeping = asyncio.create_task(kept.keep())
    await kept.ready()
    await asyncio.to_thread(until, mark.exists)
    answer = False
    asked.clear()
    await asyncio.to_thread(until, lambda: len(asked) > 20)
    assert "no sign of life" not in said(folder)
    await _over(kept, keeping)


async def test_a_task_to_do_once_waits_for_the_others_and_is_not_repeated(
    folder: Path, supervisor: Callable[..., Supervisor]
) -> None:
    """A child without a health check begins when those before it are well, and is done when it has ended with 0."""
    mark = folder / "mark"
    (folder / "once.py").write_text(f"import pathlib; print('after', pathlib.Path({str(mark)!r}).read_text())")
    kept = supervisor(
        Child("sleeper", ("sleeper", str(mark)), well=marked(mark)),
        Child("once", ("once",), after=("sleeper",)),
    )
    keeping = asyncio.create_task(kept.keep())
    await kept.ready()
    await asyncio.to_thread(until, lambda: "after up" in said(folder))
    await asyncio.sleep(1.5)
    assert said(folder).count("after up") == 1
    await _over(kept, keeping)


async def test_children_are_stopped_in_turns_and_the_stubborn_is_killed(
    folder: Path, supervisor: Callable[..., Supervisor]
) -> None:
    """The highest turn is asked first; one that ignores SIGTERM is killed after its time, and the log says so."""
    (folder / "stubborn.py").write_text(
        "import signal, sys, pathlib, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path(sys.argv[1]).write_text('up')\ntime.sleep(600)"
    )
    marks = folder / "first", folder / "second"
    kept = supervisor(
        Child("first", ("stubborn", str(marks[0])), well=marked(marks[0]), stop_seconds=0.5),
        Child("second", ("stubborn", str(marks[1])), well=marked(marks[1]), stop_seconds=0.5, turn=1),
    )
    keeping = asyncio.create_task(kept.keep())
    await kept.ready()
    await _over(kept, keeping)
    words = said(folder)
    assert words.index("second did not stop within") < words.index("first did not stop within")
    assert _pids(marks[0]) + _pids(marks[1]) == []


async def test_children_of_one_turn_are_stopped_at_the_same_time(
    folder: Path, supervisor: Callable[..., Supervisor]
) -> None:
    """Each of two children ends only when both have been asked to, and neither has to be killed."""
    (folder / "friend.py").write_text(
        "import pathlib, signal, sys, time\n"
        "own, other = map(pathlib.Path, sys.argv[1:])\n"
        "signal.signal(signal.SIGTERM, lambda *_: own.with_suffix('.asked').touch())\n"
        "own.write_text('up')\n"
        "while not all(each.with_suffix('.asked').exists() for each in (own, other)):\n"
        "    time.sleep(0.02)"
    )
    marks = folder / "one", folder / "two"
    kept = supervisor(
        *(
            Child(own.name, ("friend", str(own), str(other)), well=marked(own), stop_seconds=PATIENCE, turn=1)
            for own, other in (marks, marks[::-1])
        )
    )
    keeping = asyncio.create_task(kept.keep())
    await kept.ready()
    await _over(kept, keeping)
    assert "did not stop" not in said(folder)
    assert _pids(marks[0]) + _pids(marks[1]) == []


def test_children_end_with_a_supervisor_that_is_killed(folder: Path) -> None:
    """After `kill -9` of the supervisor its children are gone."""
    mark = folder / "mark"
    code = (
        "import os, subprocess, sys, time\n"
        "words = [sys.executable, '-P', '-m', 'flows.serve.bound', str(os.getpid()), 'sleeper', sys.argv[1]]\n"
        "sys.exit(subprocess.call(words))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(CHECKOUT)])}
    parent = subprocess.Popen([sys.executable, "-c", code, str(mark)], env=environment)
    while not mark.exists():
        assert parent.poll() is None
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    while _pids(mark):
        time.sleep(0.05)


def test_one_home_is_served_once(tmp_path: Path) -> None:
    """A second claim is refused with the process and the address; a file that was left behind refuses nobody."""
    with claim(tmp_path, 4321):
        assert serving(tmp_path) == "http://127.0.0.1:4321/api"
        refused = rf"already served by process {os.getpid()} \(http://127.0.0.1:4321\)"
        with pytest.raises(ServeError, match=refused), claim(tmp_path, 4322):
            pass
    assert serving(tmp_path) is None
    with claim(tmp_path, 4321, 4401):
        assert register_of(tmp_path) == "http://127.0.0.1:4401"
    assert register_of(tmp_path) is None
    with claim(tmp_path, 4323):
        assert register_of(tmp_path) is None
        assert serving(tmp_path) == "http://127.0.0.1:4323/api"


@pytest.mark.parametrize("words", ["", "[]", "{", '{"api": 7}'])
def test_a_damaged_file_names_no_server(tmp_path: Path, words: str) -> None:
    """What somebody else wrote into the file is not taken for an address."""
    with claim(tmp_path, 4321):
        (tmp_path / "serve.json").write_text(words)
        assert serving(tmp_path) is None


def test_systemd_is_told_where_it_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words arrive at NOTIFY_SOCKET, and nothing is sent without one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "s"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "s"))
        notify("READY=1")
        assert manager.recv(100) == b"READY=1"
        monkeypatch.delenv("NOTIFY_SOCKET")
        notify("READY=1")
        manager.setblocking(False)
        with pytest.raises(BlockingIOError):
            manager.recv(100)


def test_the_log_is_bounded_and_without_control_characters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child can neither fill the disk nor clear the screen."""
    monkeypatch.setattr("flows.serve.log.FILE_BYTES", 100_000)
    log = Log(tmp_path / "logs" / "serve.log")
    for _ in range(200):
        log.say("server", "\x1b[2J" + "x" * 5000)
    log.close()
    sizes = [each.stat().st_size for each in (tmp_path / "logs").iterdir()]
    assert len(sizes) == 5
    assert sum(sizes) <= 5 * 100_000
    assert "\x1b" not in capsys.readouterr().out + (tmp_path / "logs" / "serve.log").read_text()


def test_a_log_that_cannot_be_written_is_mentioned_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lines stay on the terminal, and one of them says what is wrong with the file; again when it happens again."""
    log = Log(tmp_path / "serve.log")
    for _ in range(2):
        log._file.stream.close()  # as a disk that is gone
        log.say("server", "first")
        log.say("server", "second")
        shown = capsys.readouterr().out
        assert shown.count("cannot be written") == 1
        assert "first" in shown
        assert "second" in shown
        log._file.stream = log._file._open()
        log.say("server", "third")
        assert "third" in (tmp_path / "serve.log").read_text()
        assert "cannot be written" not in capsys.readouterr().out
    log.close()


def test_the_day_of_a_run_is_said_where_it_is_not_today() -> None:
    """A digest may be days away."""
    now = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
    assert next_run(now + timedelta(minutes=5), now) == "next run at 16:05 UTC"
    assert next_run(now + timedelta(hours=15), now) == "next run at 2026-11-28 07:00 UTC"


def _pids(mark: Path) -> list[int]:
    """The processes with that path on their command line, apart from those that start others."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = command.read_bytes().split(b"\0")
        except OSError:
            continue
        if str(mark).encode() in words:
            found.append(int(command.parent.name))
    return found


async def _over(kept: Supervisor, keeping: asyncio.Task[None]) -> None:
    keeping.cancel()
    await kept.stop()
    await asyncio.gather(keeping, return_exceptions=True)
