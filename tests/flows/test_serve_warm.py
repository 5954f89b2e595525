"""The client and the forking of the warm process with a small child in place of Prefect's engine, then with Prefect."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.serve import client
from flows.serve.tree import _warm_answers
from tests.patience import until
from tests.served import children_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a warm process")

CHECKOUT = Path(__file__).parent.parent.parent
# Listens as the warm process does; its children do what CHILD says.
FORKING = """
import os, sys
from pathlib import Path
import changing
from flows.serve.forking import Listener
job = Listener(Path(sys.argv[1])).next_job()
if job is not None:
    for number, stream in enumerate(job.streams):
        os.dup2(stream, number)
    os.chdir(job.folder)
    os.environb.clear()
    os.environb.update(job.environment)
    exec(os.environ["CHILD"])
"""


@pytest.fixture
def warm(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that listens on `socket`."""
    (tmp_path / "changing.py").write_text("")
    (tmp_path / "forking.py").write_text(FORKING)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(CHECKOUT)])}
    with (tmp_path / "warm.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(tmp_path / "forking.py"), str(tmp_path / "socket")], env=environment, stderr=log
        )
    # The socket is there before anybody can connect to it.
    until(lambda: process.poll() is not None or listens(tmp_path / "socket"))
    yield process
    process.kill()
    process.wait()


def listens(path: Path) -> bool:
    """Whether somebody listens there; asked of the system, so that nobody is disturbed."""
    rows = (line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:])
    return any(row[3] == "00010000" and row[-1] == str(path) for row in rows)


@pytest.fixture
def called(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a client whose child does what it is told."""
    started: list[subprocess.Popen[str]] = []

    def start(child: str, **more: str) -> subprocess.Popen[str]:
        run = subprocess.Popen(
            [sys.executable, "-I", "-S", client.__file__, str(tmp_path / "socket"), str(os.getpid())],
            # With a locale, Python sets none.
            env={"CHILD": child, "LC_ALL": "C.UTF-8", **more},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(run)
        return run

    yield start
    for run in started:
        run.kill()
        run.wait()
        if run.stdout is not None:
            run.stdout.close()


SLEEPING = "import time; print(os.getpid(), flush=True); time.sleep(600)"


def number_of(process: subprocess.Popen[str]) -> int:
    """What the child said."""
    assert process.stdout is not None
    return int(process.stdout.readline())


def gone(process: int) -> bool:
    """Whether there is no such process."""
    return not Path(f"/proc/{process}").exists()


@pytest.mark.usefixtures("warm")
def test_a_child_has_the_streams_the_folder_and_the_environment_of_its_client(
    tmp_path: Path, called: Callable[..., subprocess.Popen[str]]
) -> None:
    """It writes where the client writes, in the client's folder, and sees the client's variables alone."""
    run = called("print(os.getcwd(), sorted(os.environ), os.environ['WORD'])", WORD="é=\n")
    assert run.communicate()[0] == f"{tmp_path} ['CHILD', 'LC_ALL', 'WORD'] é=\n\n"
    assert run.returncode == 0


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize(
    ("child", "code"),
    [
        ("os._exit(0)", 0),
        ("os._exit(7)", 7),
        ("os.kill(os.getpid(), 9)", -signal.SIGKILL),
        ("os.kill(os.getpid(), 15)", -signal.SIGTERM),
        ("os.abort()", -signal.SIGABRT),
    ],
)
def test_a_client_ends_as_its_child_ends(called: Callable[..., subprocess.Popen[str]], child: str, code: int) -> None:
    """The worker sees the exit code or the signal of the run itself."""
    assert called(child).wait() == code


@pytest.mark.usefixtures("warm")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_reach_the_child(called: Callable[..., subprocess.Popen[str]], number: signal.Signals) -> None:
    """A child that handles the signal decides how it ends."""
    run = called(
        f"import signal, time\nsignal.signal({int(number)}, lambda *_: os._exit(5))\n"
        "print(os.getpid(), flush=True)\ntime.sleep(600)",
    )
    number_of(run)
    run.send_signal(number)
    assert run.wait() == 5


@pytest.mark.usefixtures("warm")
def test_a_child_ends_with_its_client(called: Callable[..., subprocess.Popen[str]]) -> None:
    """After `kill -9` of the client its child is gone."""
    run = called(SLEEPING)
    child = number_of(run)
    run.kill()
    run.wait()
    until(lambda: gone(child))


def test_children_and_clients_end_with_the_warm_process(
    called: Callable[..., subprocess.Popen[str]], warm: subprocess.Popen[bytes]
) -> None:
    """After `kill -9` of the warm process its children are gone, and clients end as killed."""
    runs = [called(SLEEPING) for _ in range(3)]
    children = [number_of(run) for run in runs]
    warm.kill()
    assert [run.wait() for run in runs] == [-signal.SIGKILL] * 3
    until(lambda: all(map(gone, children)))


@pytest.mark.usefixtures("warm")
def test_a_client_ends_with_its_worker(tmp_path: Path) -> None:
    """After `kill -9` of the process that started it, client and child are gone."""
    code = "import os, subprocess, sys, time; subprocess.Popen([*sys.argv[1:], str(os.getpid())]); time.sleep(600)"
    words = [sys.executable, "-I", "-S", client.__file__, str(tmp_path / "socket")]
    child = "import time; open('number', 'w').write(str(os.getpid())); time.sleep(600)"
    worker = subprocess.Popen([sys.executable, "-c", code, *words], env={"CHILD": child}, cwd=tmp_path)
    until(lambda: (tmp_path / "number").exists() and (tmp_path / "number").read_text())
    (own,) = children_of(worker.pid)
    worker.kill()
    worker.wait()
    until(lambda: gone(own) and gone(int((tmp_path / "number").read_text())))


def test_a_program_that_changed_takes_no_more_runs(
    tmp_path: Path, called: Callable[..., subprocess.Popen[str]], warm: subprocess.Popen[bytes]
) -> None:
    """After a change of a file the next client gets no child, those at work finish, and the process ends with 0."""
    run = called(SLEEPING)
    number_of(run)
    (tmp_path / "changing.py").write_text("# another version\n")
    # Without a warm process the client is the ordinary engine, which misses a run.
    other = called("")
    assert "Invalid flow run id" in other.communicate()[0]
    assert warm.poll() is None
    # Otherwise the supervisor would take it for hung, and kill it together with the run.
    assert asyncio.run(_warm_answers(tmp_path / "socket", 0.0))
    run.terminate()
    run.wait()
    assert warm.wait() == 0


@pytest.mark.parametrize("words", [b"", b"\xff", b"\0\0\0\x05/tmp", b"\xff\xff\xff\xff"])
def test_what_is_no_message_disturbs_nobody(
    tmp_path: Path, called: Callable[..., subprocess.Popen[str]], warm: subprocess.Popen[bytes], words: bytes
) -> None:
    """A message that is cut or too long makes no child, and the next client gets one."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(tmp_path / "socket"))
        connection.sendall(words)
    assert called("os._exit(3)").wait() == 3
    assert children_of(warm.pid) == {}


def test_nothing_of_a_client_stays_with_the_warm_process(
    tmp_path: Path, called: Callable[..., subprocess.Popen[str]], warm: subprocess.Popen[bytes]
) -> None:
    """However clients end, the warm process has no more files open than before."""
    descriptors = Path(f"/proc/{warm.pid}/fd")
    before = len(list(descriptors.iterdir()))
    for child in ("os._exit(0)", "os.abort()"):
        called(child).wait()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(tmp_path / "socket"))
        # The streams arrive, the message does not.
        socket.send_fds(connection, [(100).to_bytes(4, "big")], [0, 1, 2])
    until(lambda: len(list(descriptors.iterdir())) == before)


def test_too_many_open_files_end_no_run(
    tmp_path: Path, called: Callable[..., subprocess.Popen[str]], warm: subprocess.Popen[bytes]
) -> None:
    """A client that cannot be let in waits, the runs in hand go on, and it gets its child when there is room again."""
    run = called(SLEEPING)
    own = number_of(run)
    limits = resource.prlimit(warm.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(warm.pid, resource.RLIMIT_NOFILE, (3, limits[1]))
    other = called("os._exit(3)")
    until(lambda: warm.poll() is not None or "Too many open files" in (tmp_path / "warm.log").read_text())
    assert warm.poll() is None
    assert not gone(own)
    resource.prlimit(warm.pid, resource.RLIMIT_NOFILE, limits)
    assert other.wait() == 3
    assert (tmp_path / "warm.log").read_text().count("Too many open files") == 1


def test_a_client_whose_streams_did_not_arrive_gets_no_child(
    tmp_path: Path, called: Callable[..., subprocess.Popen[str]], warm: subprocess.Popen[bytes]
) -> None:
    """It is turned away instead of writing into the streams of the warm process, and becomes the ordinary engine."""
    message = os.fsencode(tmp_path) + b"\0CHILD=" + SLEEPING.encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(tmp_path / "socket"))
        socket.send_fds(connection, [len(message).to_bytes(4, "big")], [0])
        connection.sendall(message)
        assert connection.recv(1) == b""
    assert called("os._exit(3)").wait() == 3
    assert children_of(warm.pid) == {}


@pytest.mark.usefixtures("warm")
def test_the_socket_is_its_owners(tmp_path: Path) -> None:
    """Nobody else can have runs made."""
    assert stat.S_IMODE((tmp_path / "socket").stat().st_mode) == 0o600


@pytest.mark.slow
def test_the_imports_of_the_real_one_start_no_thread(tmp_path: Path) -> None:
    """The real warm process listens, which it does only if it has one thread after importing Prefect and the flows."""
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "PREFECT_HOME": str(tmp_path)}
    words = [sys.executable, "-P", "-m", "flows.serve.warm", str(tmp_path / "socket")]
    process = subprocess.Popen(words, env=environment, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: (tmp_path / "socket").exists() or process.poll() is not None)
        assert process.poll() is None
        assert len(list(Path(f"/proc/{process.pid}/task").iterdir())) == 1
    finally:
        process.kill()
        process.communicate()
