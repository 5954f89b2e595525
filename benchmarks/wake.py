"""From a new item to its mail: a run of the monitor deployment is asked for at the moment when a feed shows the item.

Once with a Prefect server and a worker as `mandates deploy` and docs/operating.md set them up, once with `mandates
serve`. All are real processes on this machine: the worker asks for work every two seconds, `pace` is 0, and the
schedules are off, so that a trial measures the way of one item. The feed and the mail server are processes of their
own. Where the time goes is seen from the states of the run, from what the publisher was asked, and from the warehouse.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from benchmarks._figures import Figure, Options
from benchmarks._showing import showing, source
from benchmarks.deliver import mail_server, subscriptions_made
from tests.flows.prefect_server import Server, prefect, server, wait_for
from warehouse.store.database import session

if TYPE_CHECKING:
    from benchmarks._showing import Showing
    from benchmarks.deliver import Accepted

TRIALS, QUICK_TRIALS = 50, 2
# As docs/operating.md advises.
QUERY_SECONDS = 2
AIM_MEDIAN, AIM_LATE = 8.0, 10.0
CHECKOUT = Path(__file__).parent.parent
MANDATES = str(Path(prefect).parent / "mandates")
Way = Callable[[Path, Path, Path], AbstractContextManager[Server]]
_AT_WORK = {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}


@dataclass(frozen=True, slots=True)
class Trial:
    """The way of one item, in seconds from one step to the next."""

    run_made: float
    worker_takes_it: float
    flow_runs: float
    publisher_asked: float
    recorded: float
    mail_accepted: float

    @property
    def whole(self) -> float:
        """From the moment when the item was to be seen to the mail server's word."""
        return float(sum(astuple(self)))


def main(options: Options) -> list[Figure]:
    """Print the median, the 95th percentile and the longest of all trials, and the same of each part, both ways."""
    ways = {"server and worker": _server_and_worker, "serve": _served}
    return [figure for name, way in ways.items() for figure in _measured(name, way, options)]


def _measured(name: str, way: Way, options: Options) -> list[Figure]:
    count = QUICK_TRIALS if options.quick else TRIALS
    with mail_server() as (port, accepted), showing() as site, tempfile.TemporaryDirectory() as folder:
        os.environ["BENCH_MAIL_URL"] = f"mailto://127.0.0.1:{port}?mode=insecure&from=mandates@example.org"
        config, home = Path(folder) / "config", Path(folder) / "home"
        _configured(config, site)
        with way(Path(folder) / "prefect", home, config) as running:
            schedules_off(running)
            # The first run makes the warehouse, and everything is read from the disk once.
            _trial(running, home, site, accepted)
            trials = [_trial(running, home, site, accepted) for _ in range(count)]
            deliveries = _runs_of(running, "dispatch", None)
    return _printed(name, trials, deliveries)


def _printed(way: str, trials: list[Trial], dispatches: int) -> list[Figure]:
    whole = [trial.whole for trial in trials]
    print(f"from item to mail, {way}, {len(trials)} trials: {_spread(whole)}; runs of dispatch besides: {dispatches}")
    for number, part in enumerate(fields(Trial)):
        print(f"  {part.name.replace('_', ' '):<16} {_spread([astuple(trial)[number] for trial in trials])}")
    return [
        Figure(f"item to mail, {way}: median", _at(whole, 0.5), "s", AIM_MEDIAN),
        Figure(f"item to mail, {way}: 95th percentile", _at(whole, 0.95), "s", AIM_LATE),
        Figure(f"item to mail, {way}: longest", max(whole), "s"),
    ]


def _spread(seconds: list[float]) -> str:
    return f"p50 {_at(seconds, 0.5):5.2f} s, p95 {_at(seconds, 0.95):5.2f} s, longest {max(seconds):5.2f} s"


def _at(seconds: list[float], share: float) -> float:
    if len(seconds) == 1:
        return seconds[0]
    return statistics.quantiles(seconds, n=100, method="inclusive")[round(share * 100) - 1]


def _trial(running: Server, home: Path, site: Showing, accepted: Accepted) -> Trial:
    """Show an item, ask for a run at once, and follow it to the mail and to the end of all runs."""
    deployment = running.ask("deployments/name/monitor/monitor")["id"]
    taken: list[float] = []
    waiting = Thread(target=lambda: taken.extend(accepted(1)), daemon=True)
    waiting.start()
    shown = site.show()
    run_id = running.ask(f"deployments/{deployment}/create_flow_run", {})["id"]
    waiting.join(300)
    assert taken, f"no mail came; see {running.log}"
    wait_for(lambda: not _runs_of(running, "monitor", _AT_WORK) + _runs_of(running, "dispatch", _AT_WORK))
    run = running.ask(f"flow_runs/{run_id}")
    assert run["state_type"] == "COMPLETED", run["state"]
    since = {each["type"]: _moment(each["timestamp"]) for each in running.ask(f"flow_run_states/?flow_run_id={run_id}")}
    with session(home) as connection:
        ((recorded,),) = connection.execute("SELECT max(epoch(recorded_at)) FROM batches").fetchall()
    steps = [shown, _moment(run["created"]), since["PENDING"], since["RUNNING"], site.asked(shown), recorded, taken[0]]
    return Trial(*(later - earlier for earlier, later in pairwise(steps)))


def _moment(written: str) -> float:
    return datetime.fromisoformat(written).timestamp()


def _runs_of(running: Server, flow: str, states: dict[str, Any] | None) -> int:
    """How many runs of a flow there are, of all states or of these."""
    wanted: dict[str, Any] = {"flows": {"name": {"any_": [flow]}}}
    if states is not None:
        wanted["flow_runs"] = {"state": {"type": states}}
    return int(running.ask("flow_runs/count", wanted))


def _configured(config: Path, site: Showing) -> None:
    config.mkdir()
    subscriptions_made(config)
    sessions = (CHECKOUT / "config" / "sessions.yaml").read_text(encoding="utf-8")
    (config / "sessions.yaml").write_text(sessions, encoding="utf-8")
    (config / "sources.yaml").write_text(json.dumps([source(site.url)]), encoding="utf-8")


@contextmanager
def _server_and_worker(folder: Path, home: Path, config: Path) -> Iterator[Server]:
    """A server, everything deployed, and a worker at work."""
    with server(folder, home, config) as running:
        running.environment["PREFECT_WORKER_QUERY_SECONDS"] = str(QUERY_SECONDS)
        done = running.run(MANDATES, "deploy")
        assert done.returncode == 0, done.stdout + done.stderr
        running.start(prefect, "worker", "start", "--pool", "mandates")
        wait_for(lambda: running.ask("work_pools/mandates/workers/filter", {}))
        yield running


@contextmanager
def _served(folder: Path, home: Path, config: Path) -> Iterator[Server]:
    """`mandates serve` of the home, once it says that it is ready."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | {
        "MANDATES_HOME": str(home),
        "MANDATES_CONFIG": str(config),
    }
    folder.mkdir(parents=True)
    running = Server(f"http://127.0.0.1:{port}/api", environment, folder / "serve.log")
    tree = running.start(MANDATES, "serve", "--port", str(port), "--no-register")
    try:
        wait_for(lambda: tree.poll() is not None or "ready: http" in running.log.read_text())
        assert tree.poll() is None, running.log.read_text()
        # A new home has its first run at once, which is none of those that are measured.
        wait_for((home / "snapshot.duckdb").exists)
        running.environment |= {"PREFECT_API_URL": running.api, "PREFECT_HOME": str(folder)}
        yield running
    finally:
        tree.terminate()
        tree.wait()


def schedules_off(running: Server) -> None:
    """Pause every schedule, so that runs start only where they are asked for."""
    for deployment in running.ask("deployments/filter", {}):
        flow = running.ask(f"flows/{deployment['flow_id']}")["name"]
        name = f"{flow}/{deployment['name']}"
        for schedule in filter(itemgetter("active"), deployment["schedules"]):
            done = running.run(prefect, "deployment", "schedule", "pause", name, schedule["id"])
            assert done.returncode == 0, done.stdout + done.stderr
