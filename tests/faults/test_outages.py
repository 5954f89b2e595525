"""What breaks around a run, on a real server with PostgreSQL and Redis: the next run goes on, and nothing is lost.

MANDATES_FAULTS=long pytest tests/faults/test_outages.py       # also at many moments of a run, and what takes minutes
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prefect_server import Server, prefect, server, wait_for
from ruamel.yaml import YAML

from config.shipped import deployments_file
from tests.patience import END_SECONDS, PATIENCE
from tests.sites.publisher import Answer
from tests.watched import configured, desk, listing, mandates, published, resolution, rows

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

    from tests.sites.publisher import Publisher
    from tests.watched import Desk

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
MOMENTS = 20
# Each starts a process that imports Prefect, if only to be cancelled.
LATE = 6 if os.environ.get("MANDATES_FAULTS") == "long" else 3
ENDED = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}
WAKE = """
from prefect.events import emit_event
assert emit_event("deliveries.left", resource={"prefect.resource.id": "mandates.warehouse"})
"""


@dataclass
class World:
    """A server with a worker, a publisher that can stall, and the desk where alerts arrive."""

    server: Server
    site: Publisher
    desk: Desk
    folder: Path
    names: int = 0
    worker: subprocess.Popen[bytes] | None = None

    def work(self, *command: str) -> subprocess.Popen[bytes]:
        """The worker; where there is none, Prefect's own is started, or the one that is named."""
        if self.worker is None or self.worker.poll() is not None:
            self.worker = self.server.start(*(command or (prefect, "worker", "start", "--pool", "mandates")))
        return self.worker

    def stop_working(self) -> int:
        """SIGTERM to the worker; its exit code."""
        worker, self.worker = self.work(), None
        worker.send_signal(signal.SIGTERM)
        return worker.wait(PATIENCE)

    def start(self, deployment: str = "monitor", **parameters: Any) -> str:
        """Ask for a run; its id."""
        found = self.server.ask(f"deployments/name/{deployment}/{deployment}")
        run = self.server.ask(f"deployments/{found['id']}/create_flow_run", {"parameters": parameters})
        return str(run["id"])

    def run(self, name: str) -> dict[str, Any]:
        """A run as the server knows it."""
        found: dict[str, Any] = self.server.ask(f"flow_runs/{name}")
        return found

    def ended(self, name: str) -> dict[str, Any]:
        """The run, when it has come to its end; a worker that gave up meanwhile is started again, as systemd would."""

        def over() -> dict[str, Any] | None:
            self.work()
            run = self.run(name)
            return run if run["state_type"] in ENDED else None

        found: dict[str, Any] = wait_for(over, every=END_SECONDS)
        return found

    def publish(self, *, stalls: bool) -> str:
        """A source of its own with four documents, the only one that is configured; its third document can stall."""
        self.names += 1
        name = f"source-{self.names}"
        pages = {f"/{name}/{number}.html": f"{name} paper {number}" for number in range(1, 5)}
        source = listing(self.site, name, pages)
        for page, title in pages.items():
            is_slow = stalls and "/3." in page
            self.site.says(page, Answer(resolution(title), drip=0.2) if is_slow else resolution(title))
        configured(self.folder / "config", [source])
        return name

    def mend(self, name: str) -> None:
        """From now on the third document comes at once."""
        self.site.says(f"/{name}/3.html", resolution(f"{name} paper 3"))

    def midway(self) -> tuple[str, str]:
        """A run in the middle of its crawl, and its source."""
        self.work()
        name = self.publish(stalls=True)
        run = self.start()
        wait_for(lambda: f"/{name}/3.html" in self.site.targets())
        return run, name

    def processes(self) -> set[int]:
        """The processes of the runs that the worker has in hand."""
        threads = Path(f"/proc/{self.work().pid}/task").glob("*/children")
        return {int(each) for file in threads for each in file.read_text().split()}

    def complete(self, name: str) -> None:
        """The next run records what is missing, the next sweep sends it: each document is there and was sent once."""
        self.mend(name)
        self.completed("monitor", due_or_not=True)
        # A run that records nothing leaves to the sweep, every five minutes, what a dead one had claimed.
        self.completed("dispatch")
        self.all_sent(name)

    def completed(self, deployment: str, **parameters: Any) -> None:
        """A run completes, if need be at its second try."""
        while unheard(run := self.ended(self.start(deployment, **parameters))):
            continue
        assert run["state_type"] == "COMPLETED", run["state"]["message"]

    def all_sent(self, name: str) -> None:
        """Each document of the source is recorded once and was sent once."""
        titles = [f"{name} paper {number}" for number in range(1, 5)]
        found = rows(self.folder / "home", f"SELECT title FROM documents WHERE title LIKE '{name} %' ORDER BY title")
        assert [title for (title,) in found] == titles
        messages = [json.loads(message)["title"] for _, message in self.desk.arrived]
        assert [sum(f"“{title}”" in message for message in messages) for title in titles] == [1] * 4, messages


@contextmanager
def a_world(folder: Path, state: Path, **kind: Any) -> Iterator[World]:
    """The deployments `monitor` and `dispatch` as they are shipped; runs start only where a test asks for them."""
    yaml = YAML(typ="safe")
    shipped = yaml.load(deployments_file())
    shipped["deployments"] = [each for each in shipped["deployments"] if each["name"] in {"monitor", "dispatch"}]
    for deployment in shipped["deployments"]:
        for schedule in deployment["schedules"]:
            schedule |= {"interval": 86400}
    with (folder / "prefect.yaml").open("w") as file:
        yaml.dump(shipped, file)
    with published() as site, desk() as at:
        # Deploying offers the ids of the sources, so there has to be one.
        config = configured(folder / "config", [listing(site, "source-0", {})])
        with server(state, folder / "home", config, **kind) as running:
            running.environment.update(at.env)
            done = running.run(mandates, "deploy", "--file", str(folder / "prefect.yaml"))
            assert done.returncode == 0, done.stderr
            yield World(running, site, at, folder)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server on PostgreSQL and Redis."""
    folder = tmp_path_factory.mktemp("outages")
    with a_world(folder, folder / "state", database="postgresql", messaging="redis") as made:
        yield made


def unheard(run: dict[str, Any]) -> bool:
    """Whether a run was given up because no heartbeat of it came, as happens to a good one on a very busy machine."""
    return bool(run["state_type"] == "CRASHED" and "the worker died" in run["state"]["message"])


def woken(world: World) -> set[str]:
    """The runs of the dispatcher that an event started."""
    found = world.server.ask("flow_runs/filter", {"flows": {"name": {"any_": ["dispatch"]}}})
    return {run["id"] for run in found if (run["created_by"] or {}).get("type") == "AUTOMATION"}


def wakes(world: World) -> None:
    """An event starts a dispatch, which completes."""
    before = woken(world)
    assert world.server.run(sys.executable, "-c", WAKE).returncode == 0
    (name,) = wait_for(lambda: woken(world) - before)
    run = world.ended(name)
    assert run["state_type"] == "COMPLETED" or unheard(run), run["state"]["message"]


def test_a_server_on_postgresql_and_redis(world: World) -> None:
    """Schedules become runs, a run records and sends, and an event wakes the dispatcher."""
    world.work()
    name = world.publish(stalls=False)
    scheduled = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    assert wait_for(lambda: [run for run in world.server.ask("flow_runs/filter", scheduled) if run["auto_scheduled"]])
    run = world.ended(world.start())
    if unheard(run):
        world.complete(name)
    else:
        assert run["state_type"] == "COMPLETED", run["state"]["message"]
        world.all_sent(name)
    wakes(world)


def cancel(world: World, run: str) -> None:
    """What the button in the UI does; a run that is asked for meanwhile is refused."""
    world.server.ask(f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}})
    assert world.ended(world.start())["state_type"] == "CANCELLED"


def signalled(number: signal.Signals) -> Callable[[World, str], None]:
    """A signal to the process of the run."""

    def stop(world: World, _run: str) -> None:
        (process,) = world.processes()
        os.kill(process, number)

    return stop


@pytest.mark.parametrize(
    ("stop", "state"),
    [
        pytest.param(signalled(signal.SIGTERM), "CRASHED", id="sigterm", marks=pytest.mark.long),
        pytest.param(signalled(signal.SIGKILL), "CRASHED", id="kill"),
        pytest.param(cancel, "CANCELLED", id="cancel"),
    ],
)
def test_a_run_that_is_stopped(world: World, stop: Callable[[World, str], None], state: str) -> None:
    """It ends at once under a state that says so, its slot is free, and the next run does the rest."""
    run, name = world.midway()
    stop(world, run)
    found = world.ended(run)
    assert found["state_type"] == state
    assert found["state"]["message"]
    world.complete(name)


def test_late_runs_do_not_pile_up(world: World) -> None:
    """Of the runs that became late while no worker was there, one takes place."""
    world.stop_working()
    late = [world.start() for _ in range(LATE)]
    world.publish(stalls=False)
    world.work()
    states = sorted(world.ended(run)["state_type"] for run in late)
    assert states == ["CANCELLED"] * (LATE - 1) + ["COMPLETED"]


def test_our_own_worker_leaves_no_run_behind(world: World) -> None:
    """On SIGTERM `mandates worker` waits for the run that it has in hand, and ends with exit code 0."""
    world.stop_working()
    name = world.publish(stalls=False)
    world.work(mandates, "worker")
    run = world.start()
    wait_for(lambda: world.run(run)["state_type"] == "RUNNING")
    assert world.stop_working() == 0
    # With Prefect's own worker it would be RUNNING. A busy machine may need more than 30 s for it.
    state = world.run(run)["state_type"]
    assert state in {"COMPLETED", "CRASHED"}
    if state == "COMPLETED":
        world.all_sent(name)
    else:
        world.complete(name)


@pytest.mark.long
def test_our_own_worker_ends_a_run_that_takes_too_long(world: World) -> None:
    """After its time the run releases what it holds and is Crashed when the worker has ended; the next one goes on."""
    world.stop_working()
    world.work(mandates, "worker")
    run, name = world.midway()
    assert world.stop_working() == 0
    assert world.run(run)["state_type"] == "CRASHED"
    world.complete(name)


def test_the_server_dies_and_comes_back(world: World) -> None:
    """A run goes on without its server and completes when that is back; worker and triggers go on as before."""
    run, name = world.midway()
    os.killpg(world.server.main.pid, signal.SIGKILL)
    world.server.main.wait()
    world.mend(name)
    world.server.serve()
    ended = world.ended(run)
    if unheard(ended):
        world.complete(name)
    else:
        assert ended["state_type"] == "COMPLETED", ended["state"]["message"]
        world.all_sent(name)
    wakes(world)


@pytest.mark.parametrize("service", ["postgresql", pytest.param("redis", marks=pytest.mark.long)])
def test_a_service_of_the_server_is_down_for_a_while(world: World, service: str) -> None:
    """A run records and sends all the same; when the service is back, the server goes on without a restart."""
    run, name = world.midway()
    world.server.services[service].stop()
    world.mend(name)
    wait_for(lambda: world.desk.got(f"“{name} paper 4”"))
    world.server.services[service].start()
    assert world.server.main.poll() is None
    assert world.ended(run)["state_type"] in {"COMPLETED", "CRASHED"}
    world.complete(name)
    wakes(world)


@pytest.mark.long
def test_a_worker_that_is_stopped_in_the_middle_of_a_run(world: World) -> None:
    """Prefect's own worker takes its run with it; the automation ends the run, and the next one does the rest."""
    run, name = world.midway()
    assert world.stop_working() == 0
    found = world.ended(run)
    assert (found["state_type"], "the worker died" in found["state"]["message"]) == ("CRASHED", True), found["state"]
    world.complete(name)


@pytest.mark.long
@pytest.mark.parametrize("victim", ["run", "worker", "server"])
def test_kills_at_many_moments(world: World, victim: str) -> None:
    """Killed at moments spread over a run, nothing is lost or sent twice, and the run does not stay Running."""
    world.work()
    began = time.monotonic()
    world.publish(stalls=False)
    world.ended(world.start())
    takes = time.monotonic() - began
    for moment in range(MOMENTS):
        worker = world.work()
        name = world.publish(stalls=False)
        run = world.start()
        time.sleep(takes * moment / MOMENTS)
        if victim == "server":
            os.killpg(world.server.main.pid, signal.SIGKILL)
            world.server.main.wait()
            world.server.serve()
        elif victim == "worker":
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        else:
            for process in world.processes():
                os.kill(process, signal.SIGKILL)
        world.work()
        # Five minutes, where it had been taken and had not begun.
        world.ended(run)
        world.complete(name)
