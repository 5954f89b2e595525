"""`mandates serve` as a person runs it: real processes on loopback."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import sys
import time
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.serve.first_run import begin_first_run
from flows.serve.log import Log
from flows.serve.tree import FINISH_SECONDS
from tests.served import Office, descendants_of

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the processes of the tree in /proc"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that was served once; a test serves it again where the one before has stopped it."""
    made = Office(tmp_path_factory.mktemp("serve") / "office")
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


@pytest.fixture
def served(office: Office) -> Office:
    """The office, served."""
    if office.process is None or office.process.poll() is not None:
        office.process = None
        office.start()
    return office


def test_an_item_reaches_the_desk_by_way_of_the_warm_process(served: Office) -> None:
    """A run that the worker takes is forked from the warm process, and delivers what it recorded."""
    served.show()
    run = served.begin()
    served.wait_for(lambda: served.state(run) == "COMPLETED")
    assert served.papers in served.delivered()
    assert "was not understood" not in served.log
    assert "now start a worker" not in served.log
    pid = served.ask(f"flow_runs/{run}")["infrastructure_pid"]
    assert int(pid) not in descendants_of(served.pid_of("warm"))


def test_the_first_run_of_an_office_starts_at_once_and_only_once(served: Office, tmp_path: Path) -> None:
    """An office that has published nothing gets one run as soon as it is ready, and no other when it starts again."""
    said = "nothing has been published yet: a first run of monitor starts now"
    assert served.log.count(said) == 1
    assert all(f"  {name}: next run at" in served.log for name in ("monitor", "dispatch", "watch", "record", "digest"))
    assert "  survey: runs on demand" in served.log
    served.quiet()
    assert served.stop() == 0
    served.start()
    assert served.log.count(said) == 1
    # Nor does it where what was published is gone: the server knows that there were runs.
    log = Log(tmp_path / "serve.log")
    assert asyncio.run(begin_first_run(tmp_path, served.api, ("mandates",), log)) == frozenset()
    log.close()


def test_other_commands_of_the_home_use_the_server(served: Office) -> None:
    """`mandates doctor` and `mandates run` beside a tree find its server without a variable."""
    # A server that is busy with other things does not answer the doctor in time.
    said = served.wait_for(lambda: (words := served.command("doctor").stdout) * (f"answers at {served.api}" in words))
    assert "1 online in mandates" in said
    served.quiet()
    served.show()
    before = served.ask("flow_runs/count", {})
    done = served.command("run", "--all")
    assert done.returncode == 0, done.stdout + done.stderr
    assert served.ask("flow_runs/count", {}) > before


def test_the_register_is_kept_with_the_rest(served: Office) -> None:
    """The tree answers with pages of what was recorded, says where, and starts the register again when it dies."""
    served.quiet()
    served.show()
    run = served.begin()
    served.wait_for(lambda: served.state(run) == "COMPLETED")
    address = f"http://127.0.0.1:{served.register}"
    assert f"register: {address}" in served.log
    assert f"Ferry crews of line {served.papers}" in served.wait_for(lambda: page(address))
    assert served.wait_for(lambda: f"answers at {address}" in served.command("doctor").stdout)
    died = served.pid_of("register")
    os.kill(died, signal.SIGKILL)
    served.wait_for(lambda: served.pid_of("register") != died)
    assert served.wait_for(lambda: page(address))


def page(address: str) -> str | None:
    """The first page of a register; None while it does not answer."""
    try:
        with urllib.request.urlopen(address) as answer:
            return str(answer.read().decode())
    except OSError:
        return None


def test_a_second_tree_of_the_home_is_refused(served: Office) -> None:
    """It ends at once and says which process serves the home, and where."""
    second = served.command("serve", "--port", str(served.port + 1))
    assert second.returncode == 1
    assert served.process is not None
    assert f"home is already served by process {served.process.pid} (http://127.0.0.1:{served.port})" in second.stderr


def test_one_signal_ends_everything_and_lets_a_run_finish(served: Office) -> None:
    """After SIGTERM the run in hand completes, no process is left, and the exit code is 0.

    On a busy machine it may need longer than it has; then it gives back what it holds, and the next one goes on.
    """
    served.quiet()
    served.show()
    run = served.begin()
    served.wait_for(lambda: served.state(run) == "RUNNING")
    assert served.process is not None
    below = descendants_of(served.process.pid)
    assert len(below) >= 4
    began = time.monotonic()
    assert served.stop() == 0
    had_its_time = time.monotonic() - began > FINISH_SECONDS
    assert not [each for each in below if Path(f"/proc/{each}").exists()]
    with closing(sqlite3.connect(served.home / "prefect" / "prefect.db")) as state:
        ((ended,),) = state.execute("SELECT state_type FROM flow_run WHERE id = ?", [run]).fetchall()
    assert ended == "COMPLETED" or (ended == "CRASHED" and had_its_time)
    if ended == "CRASHED":
        served.process = None
        served.start()
        served.begin()
        served.wait_for(lambda: served.papers in served.delivered())
    assert served.papers in served.delivered()


def test_a_run_that_is_cancelled_in_the_web_interface_ends(served: Office) -> None:
    """The signal reaches the forked child through its client: the run is cancelled, and no process of it is left."""
    served.quiet()
    cancelling = {"state": {"type": "CANCELLING", "name": "Cancelling"}}
    while True:
        served.show()
        run = served.begin()
        served.wait_for(lambda run=run: served.state(run) == "RUNNING")
        pids = served.run_pids()
        if served.ask(f"flow_runs/{run}/set_state", cancelling)["status"] == "ACCEPT" and "forked" in pids:
            break
    served.quiet()
    assert served.state(run) == "CANCELLED"
    assert not [each for each in pids.values() if Path(f"/proc/{each}").exists()]


@pytest.mark.long
def test_a_server_that_hangs_is_replaced(served: Office) -> None:
    """A server that was stopped by SIGSTOP is killed after a minute without an answer, and the next one works."""
    hung = served.pid_of("server")
    os.kill(hung, signal.SIGSTOP)
    served.wait_for(lambda: served.pid_of("server") != hung)
    assert "server gave no sign of life for 60 s: killed" in served.log
    served.show()
    served.wait_for(lambda: served.ask("health"))
    served.quiet()
    run = served.begin()
    served.wait_for(lambda: served.state(run) == "COMPLETED")
    assert served.papers in served.delivered()


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    """The sentence names the port and the option, and nothing is started."""
    office = Office(tmp_path / "office")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", office.port))
        taken.listen()
        done = office.command("serve", "--port", str(office.port))
    assert done.returncode == 1
    assert f"port {office.port} cannot be used" in done.stderr
    assert "--port" in done.stderr


def test_a_server_that_is_configured_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PREFECT_API_URL names another server, serving is refused rather than running beside it."""
    office = Office(tmp_path / "office")
    (office.folder / ".env").write_text("PREFECT_API_URL=http://prefect.example.org/api\n")
    done = office.command("serve", "--port", str(office.port))
    assert done.returncode == 1
    assert "a Prefect server is already configured" in done.stderr


def test_a_configuration_that_cannot_be_used_is_said_before_anything_starts(tmp_path: Path) -> None:
    """A fault in sources.yaml ends the command at once with its line."""
    office = Office(tmp_path / "office")
    (office.folder / "config" / "sources.yaml").write_text("- {id: papers, kind: fils, path: x}\n")
    done = office.command("serve", "--port", str(office.port))
    assert done.returncode == 1
    assert "sources.yaml" in done.stderr
    assert not (office.home / "logs" / "serve.log").exists()
