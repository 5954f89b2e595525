"""Several machines on one: workers with homes of their own fetch and land, one recorder records, and all are killed.

A Prefect server on PostgreSQL with Redis messaging, 3 workers in the pool for fetching and one in the recorder's, 500
sources on 50 paced hosts with 10,000 publications. Workers and the recorder (`mandates worker`) are killed with -9,
with all that they have started, at least twenty times, and started again. Nothing else helps: what the killed runs
held is freed by the automations that `mandates deploy` makes. Then every publication has to be recorded once, every
alert delivered, and no host asked sooner than its pace, by when the publisher's system received each request. After
that, how long 1, 2 and 3 workers take without kills, and how much of the processors.

`MANY_SHARE=0.25` measures with a quarter of the sources.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._figures import Figure, Options
from benchmarks._site import HOSTS, address, site
from tests.flows.prefect_server import prefect, server, wait_for
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.flows.prefect_server import Server

SOURCES, ITEMS, KILLS, WORKERS = 500, 20, 24, 3
QUICK_SOURCES, QUICK_ITEMS, QUICK_KILLS = 20, 5, 3
# A worker claims 32 at a time: with fewer than three times that, the third would find nothing.
RATE_SOURCES = 150
PACE = 0.25
# The system says in milliseconds when a request arrived, and opening a new connection may take a few of them.
JITTER = 0.02
KILL_SECONDS = (5.0, 15.0)
# Whoever looks has to wait for the recorder, which has much to do.
LOCK_SECONDS = 900
CHECKOUT = Path(__file__).parent.parent
MANDATES = str(Path(prefect).parent / "mandates")
# Recording waits up to five minutes for a guard if its run was killed before it began.
LONGEST = 7_200
_WAITING = {"any_": ["SCHEDULED"]}
_AT_WORK = {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}


def main(options: Options) -> list[Figure]:
    """Print what became of every publication, alert and pause, and the throughput by workers."""
    share = float(os.environ.get("MANY_SHARE", "1"))
    sources, items, kills = (
        (QUICK_SOURCES, QUICK_ITEMS, QUICK_KILLS) if options.quick else (round(SOURCES * share), ITEMS, KILLS)
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        figures = _killed(folder / "killed", sources, items, kills)
        for workers in range(1, WORKERS + 1):
            figures += _throughput(folder / f"rate-{workers}", RATE_SOURCES, items, workers)
    return figures


def _killed(folder: Path, sources: int, items: int, kills: int) -> list[Figure]:
    folder.mkdir()
    notes = folder / "notes"
    with site(notes) as port:
        config = _configured(folder, port, sources, items)
        place, home = folder / "place", folder / "recorder"
        place.mkdir()
        os.environ["MANDATES_LANDING"] = str(place)
        with (
            server(folder / "prefect", home, config, database="postgresql", messaging="redis") as running,
            set_up(running, folder) as machines,
        ):
            began = time.monotonic()
            done = _until_recorded(machines, home, sources * items, kills)
            seconds = time.monotonic() - began
            alerts, unsent = wait_for(lambda: _all_delivered(machines, home))
        time.sleep(1)
        del os.environ["MANDATES_LANDING"]
        recorded, twice = _recorded(home)
    gaps, seen = _gaps(notes)
    short = sum(gap < PACE - JITTER for gap in gaps)
    print(f"{done} kills; {recorded:,} of {sources * items:,} publications recorded in {seconds:.0f} s, {twice} twice")
    print(f"{alerts:,} alerts, not delivered: {unsent}")
    print(f"{len(gaps):,} pauses at hosts with a pace of {PACE} s: shortest {min(gaps):.3f} s, too short: {short}")
    print(f"by when the publisher came to look at the requests, the shortest is {min(seen):.3f} s")
    return [
        Figure("publications not recorded, after kills", sources * items - recorded, "", 0),
        Figure("publications recorded twice, after kills", twice, "", 0),
        Figure("alerts not delivered, after kills", unsent, "", 0),
        Figure("pauses below the pace, after kills", short, "", 0),
        Figure("shortest pause beside the pace", min(gaps) / PACE, "x"),
        Figure("the same by when the publisher came to look", min(seen) / PACE, "x"),
        Figure("publications a second, with kills", recorded / seconds, " a second"),
    ]


@dataclass
class Machines:
    """The workers of both pools, each with a home; `pids` are of what was killed."""

    running: Server
    folder: Path
    workers: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a machine's worker."""
        environment = self.running.environment | {"MANDATES_HOME": str(self.folder / name)}
        limit = "2" if name == "recorder" else "1"
        command = [MANDATES, "worker", "--pool", _pool(name), "--name", name, "--runs", limit]
        with self.running.log.open("ab") as log:
            self.workers[name] = subprocess.Popen(
                command, env=environment, cwd=self.running.folder, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """Kill a machine, that is its worker with all that it has started, and switch it on again."""
        pids = tree_of(self.workers[name].pid)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.workers[name].wait()
        self.start(name)

    def ask_for(self, flow: str, count: int, states: Mapping[str, Any] = _AT_WORK) -> None:
        """Have so many runs of a flow in these states; what was killed counts as at work until a guard ends it."""
        there = len([run for run in self._runs(states, flow) if not run.get("auto_scheduled")])
        deployment = self.running.ask(f"deployments/name/{flow}/{flow}")["id"]
        for _ in range(count - there):
            self.running.ask(f"deployments/{deployment}/create_flow_run", {})

    def _runs(self, states: Mapping[str, Any], flow: str | None = None) -> list[dict[str, Any]]:
        wanted: dict[str, Any] = {"flow_runs": {"state": {"type": states}}}
        if flow is not None:
            wanted["flows"] = {"name": {"any_": [flow]}}
        found: list[dict[str, Any]] = self.running.ask("flow_runs/filter", wanted)
        return found


def _pool(machine: str) -> str:
    return "mandates" if machine == "recorder" else "mandates-fetch"


@contextmanager
def set_up(running: Server, folder: Path) -> Iterator[Machines]:
    """Deploy everything, and start a recorder and the workers that fetch."""
    done = subprocess.run(
        [MANDATES, "deploy"], env=running.environment, cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("monitor", "watch"):
        path = f"{name}/{name}"
        for schedule in running.ask(f"deployments/name/{path}")["schedules"]:
            running.run(prefect, "deployment", "schedule", "pause", path, schedule["id"])
    machines = Machines(running, folder)
    try:
        for name in ("recorder", *(f"worker-{number}" for number in range(WORKERS))):
            machines.start(name)
        yield machines
    finally:
        for worker in machines.workers.values():
            for pid in tree_of(worker.pid):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
            worker.wait()


def _until_recorded(machines: Machines, home: Path, wanted: int, kills: int) -> int:
    """Keep fetching, kill in between, and end when all is recorded and enough was killed; how many kills that were."""
    chance = random.Random(20261126)  # noqa: S311 - which machine dies, not a secret
    done, next_kill, end = 0, time.monotonic() + 20, time.monotonic() + LONGEST
    while time.monotonic() < end:
        # Each worker that lives finds a run, however many of the dead look as if they were at work.
        machines.ask_for("fetch", WORKERS, _WAITING)
        machines.ask_for("record", 1)
        if done < kills and time.monotonic() > next_kill:
            machines.kill(chance.choice([*machines.workers, "recorder"]))
            done += 1
            next_kill = time.monotonic() + chance.uniform(*KILL_SECONDS)
        recorded, _ = _recorded(home)
        if recorded >= wanted and done >= kills:
            return done
        time.sleep(1)
    raise AssertionError(f"{_recorded(home)} of {wanted} recorded after {done} kills; see {machines.running.log}")


def _all_delivered(machines: Machines, home: Path) -> tuple[int, int] | None:
    """How many alerts there are and how many deliveries were given up; None while some may still be sent."""
    machines.ask_for("dispatch", 1)
    with session(home, wait_seconds=LOCK_SECONDS) as connection:
        ((alerts,),) = connection.execute("SELECT count(*) FROM alerts").fetchall()
        states = dict(connection.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())
    left = sum(count for state, count in states.items() if state not in {"sent", "suppressed"})
    pending = sum(states.get(state, 0) for state in ("pending", "sending"))
    return None if pending or not alerts else (alerts, left)


def _throughput(folder: Path, sources: int, items: int, workers: int) -> list[Figure]:
    """So many `mandates fetch` side by side, without Prefect and kills, and one `mandates record` after them."""
    folder.mkdir()
    with site() as port:
        config = _configured(folder, port, sources, items)
        (folder / "place").mkdir()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        environment |= {"MANDATES_CONFIG": str(config), "MANDATES_LANDING": str(folder / "place")}
        environment |= {"PREFECT_HOME": str(folder / "nobody's")}
        began, worked = time.monotonic(), _processor_seconds()
        running = [
            subprocess.Popen([MANDATES, "--home", folder / f"home-{number}", "fetch"], env=environment, cwd=CHECKOUT)
            for number in range(workers)
        ]
        codes = [process.wait(1800) for process in running]
        seconds, worked = time.monotonic() - began, _processor_seconds() - worked
        subprocess.run([MANDATES, "--home", folder / "recorder", "record"], env=environment, cwd=CHECKOUT, check=True)
    recorded, _ = _recorded(folder / "recorder")
    assert codes == [0] * workers, codes
    assert recorded == sources * items, recorded
    print(
        f"{workers} workers: {recorded:,} publications of {sources} sources in {seconds:.1f} s, {worked:.1f} s of work"
    )
    return [
        Figure(f"publications a second, {workers} workers", recorded / seconds, " a second"),
        Figure(f"processor time a publication, {workers} workers", 1000 * worked / recorded, " ms"),
        Figure(f"processors that {workers} workers use", worked / seconds, ""),
    ]


def _processor_seconds() -> float:
    """What all processes that have ended and were waited for have worked, in user and system mode."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _configured(folder: Path, port: int, sources: int, items: int) -> Path:
    config = folder / "config"
    config.mkdir()
    listed = [
        {
            "id": f"feed-{number}",
            "kind": "feed",
            "url": f"http://{address(number % HOSTS)}:{port}/feed/{number}/{items}",
            "every": "1d",
            "detail": {},
            "policy": {"private_addresses": True, "pace": f"{PACE}s", "attempts": 1},
        }
        for number in range(sources)
    ]
    (config / "sources.yaml").write_text(json.dumps(listed), encoding="utf-8")
    (config / "subscriptions.yaml").write_text(
        "targets: {desk: mailbox}\n"
        "subscriptions: {all: {targets: [desk], cap: 1000000, first_crawl: tell}}\nbrake: off\n",
        encoding="utf-8",
    )
    sessions = (CHECKOUT / "config" / "sessions.yaml").read_text(encoding="utf-8")
    (config / "sessions.yaml").write_text(sessions, encoding="utf-8")
    return config


def _recorded(home: Path) -> tuple[int, int]:
    """How many publications are recorded, and how many more rows there are than publications."""
    if not (home / "live.duckdb").exists():
        return 0, 0
    with session(home, wait_seconds=LOCK_SECONDS) as connection:
        query = "SELECT count(DISTINCT url), count(*) - count(DISTINCT url) FROM documents"
        ((recorded, twice),) = connection.execute(query).fetchall()
    return recorded, twice


def _gaps(notes: Path) -> tuple[list[float], list[float]]:
    """The pauses between two requests to one host, in seconds: as they arrived, and as the publisher came to them."""
    arrived: dict[str, list[float]] = {}
    looked: dict[str, list[float]] = {}
    for line in notes.read_text(encoding="utf-8").splitlines():
        first, second, host = line.split(" ", 2)
        arrived.setdefault(host, []).append(float(first))
        looked.setdefault(host, []).append(float(second))
    return _pauses(arrived), _pauses(looked)


def _pauses(moments: dict[str, list[float]]) -> list[float]:
    return [later - earlier for asked in moments.values() for earlier, later in pairwise(sorted(asked))]


def tree_of(pid: int) -> list[int]:
    """A process and all that it has started, directly or not."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError, ValueError):
            continue
        children.setdefault(parent, []).append(int(status.parent.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found
