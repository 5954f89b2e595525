"""Several machines beside the embedded way, in one run: what a cycle costs, how many runs a minute, and the wake-up.

Both watch the same feeds, in which nothing changes, and one that shows an item when it is told to:

- *embedded*: `mandates run`, one after the other, without a server;
- *several machines*: a Prefect server on PostgreSQL with Redis, three workers that fetch, and one that records.

A cycle polls every source once and records that nothing changed; its cost is the processor time of all that has a part
in it. Runs a minute are runs in which nothing is due, with one always waiting for each worker, or one command after the
other. The wake-up lasts from the moment when an item is shown, and a run is asked for, to the message about it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from benchmarks._command import CHECKOUT, MANDATES, Installation
from benchmarks._figures import Figure, Options
from benchmarks._showing import showing
from benchmarks._site import HOSTS, address, site
from benchmarks.many import WORKERS, Machines, set_up, tree_of
from benchmarks.wake import schedules_off
from tests.flows.prefect_server import server, wait_for

if TYPE_CHECKING:
    from benchmarks._showing import Showing

EMBEDDED, SEVERAL = "embedded", "several machines"
ENTRIES = 20
# A run of nothing, a run of something, and the event between them.
LONGEST_SECONDS = 300
AT_WORK = {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    sources: int
    cycles: int
    seconds: float
    trials: int


FULL, QUICK = Size(150, 3, 60, 10), Size(12, 1, 10, 1)


Made = Callable[[Installation, Path], AbstractContextManager["Way"]]
# The figures, and the cost of a source and cycle in milliseconds.
Measured = tuple[list[Figure], float]


class Way(Protocol):
    """A way to run the program."""

    @property
    def home(self) -> Path:
        """The home that records and sends."""

    def cycle(self) -> tuple[float, float]:
        """Poll every source and record that; processor seconds, of the program and of the server with what it needs."""

    def runs(self, seconds: float) -> int:
        """How many runs come to their end in so many seconds."""

    def begin(self) -> None:
        """Ask for a run."""


def main(options: Options) -> list[Figure]:
    """Print the three measurements of both ways, and the ratios of the costs."""
    size = QUICK if options.quick else FULL
    figures, costs = [], {}
    with site() as port, showing() as shown:
        # A feed without any item counts as failed.
        shown.show()
        for name, way in ((EMBEDDED, _embedded), (SEVERAL, _several)):
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                made, costs[name] = _measured(name, way, Installation(Path(folder)), size, port=port, shown=shown)
                figures += made
    ratio = costs[SEVERAL] / costs[EMBEDDED]
    print(f"a source and cycle costs {ratio:.1f} x as much with several machines")
    return [*figures, Figure("cost of a source and cycle, several machines beside embedded", ratio, "x")]


def _measured(name: str, way: Made, there: Installation, size: Size, *, port: int, shown: Showing) -> Measured:
    sources = _feeds(port, shown, size.sources)
    config = there.configured("config", sources)
    with way(there, config) as running:
        # What is there already is recorded first, and every process has been started once.
        running.cycle()
        cycles = [running.cycle() for _ in range(size.cycles)]
        waits = [_wakes(running, shown) for _ in range(size.trials)]
        there.configured("config", [{**each, "every": "30d"} for each in sources])
        done = running.runs(size.seconds) * 60 / size.seconds
    program, servers = (statistics.median(part) * 1000 / len(sources) for part in zip(*cycles, strict=True))
    print(
        f"{name}: a source and cycle costs {program:.1f} ms, and {servers:.1f} ms of the server; "
        f"{done:.0f} runs a minute"
    )
    print(f"{name}: from item to message {statistics.median(waits):.1f} s, longest {max(waits):.1f} s", flush=True)
    figures = [
        Figure(f"cost of a source and cycle, {name}", program + servers, "ms"),
        Figure(f"runs a minute, {name}", done, " a minute"),
        Figure(f"item to message, {name}: median", statistics.median(waits), "s"),
        Figure(f"item to message, {name}: longest", max(waits), "s"),
    ]
    return figures, program + servers


def _wakes(running: Way, shown: Showing) -> float:
    before = _messages(running.home)
    since = shown.show()
    running.begin()
    while _messages(running.home) == before:
        assert time.time() < since + LONGEST_SECONDS, "no message came"
        time.sleep(0.02)
    return time.time() - since


def _messages(home: Path) -> int:
    return len(list((home / "mail").glob("*/*.eml")))


@dataclass
class _Embedded:
    there: Installation
    config: Path
    begun: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.there.home

    def cycle(self) -> tuple[float, float]:
        self.rest()
        cost, _ = self.there.mandates(self.config, "run")
        return cost.processor, 0.0

    def runs(self, seconds: float) -> int:
        self.rest()
        end, done = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            self.there.mandates(self.config, "run")
            done += 1
        return done

    def begin(self) -> None:
        self.rest()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        environment["PREFECT_HOME"] = str(self.there.folder / "nobody's")
        command: list[str | Path] = [MANDATES, "--home", self.home, "--config", self.config, "run"]
        self.begun.append(subprocess.Popen(command, env=environment, cwd=CHECKOUT, stdout=subprocess.DEVNULL))

    def rest(self) -> None:
        """Wait for what was begun."""
        while self.begun:
            assert self.begun.pop().wait(LONGEST_SECONDS) == 0


@contextmanager
def _embedded(there: Installation, config: Path) -> Iterator[Way]:
    running = _Embedded(there, config)
    yield running
    running.rest()


@dataclass
class _Several:
    machines: Machines
    home: Path

    def cycle(self) -> tuple[float, float]:
        self.rest()
        before = self.spent()
        self.machines.ask_for("fetch", WORKERS)
        self.rest()
        self.machines.ask_for("record", 1)
        self.rest()
        program, servers = (after - then for after, then in zip(self.spent(), before, strict=True))
        return program, servers

    def runs(self, seconds: float) -> int:
        self.rest()
        before, end = self.ended(), time.monotonic() + seconds
        while time.monotonic() < end:
            self.machines.ask_for("fetch", 2 * WORKERS)
            time.sleep(0.5)
        done = self.ended() - before
        self.rest()
        return done

    def begin(self) -> None:
        self.rest()
        self.machines.ask_for("fetch", 1)

    def rest(self) -> None:
        """Wait until no run is at work or about to be: a run that landed something wakes the recorder."""
        count = {"flow_runs": {"state": {"type": AT_WORK}}}
        quiet = 0
        while quiet < 3:
            time.sleep(1)
            quiet = 0 if self.machines.running.ask("flow_runs/count", count) else quiet + 1

    def ended(self) -> int:
        """How many runs have come to their end so far."""
        return int(
            self.machines.running.ask("flow_runs/count", {"flow_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}})
        )

    def spent(self) -> tuple[float, float]:
        """Processor seconds so far: of the workers with their runs; of the server, PostgreSQL and Redis."""
        services = (service.process for service in self.machines.running.services.values())
        return (
            sum(_processor(worker.pid) for worker in self.machines.workers.values()),
            sum(_processor(each.pid) for each in (self.machines.running.main, *services) if each is not None),
        )


@contextmanager
def _several(there: Installation, config: Path) -> Iterator[Way]:
    place = there.folder / "place"
    place.mkdir()
    os.environ["MANDATES_LANDING"] = str(place)
    try:
        with server(there.folder / "prefect", there.home, config, database="postgresql", messaging="redis") as running:
            running.environment["PREFECT_WORKER_QUERY_SECONDS"] = "2"
            with set_up(running, there.folder) as machines:
                schedules_off(running)
                wait_for(lambda: running.ask("work_pools/mandates-fetch/workers/filter", {}))
                yield _Several(machines, there.folder / "recorder")
    finally:
        del os.environ["MANDATES_LANDING"]


def _processor(root: int) -> float:
    """Processor seconds of a process and of all below it, those that have ended included."""
    seconds = 0.0
    for pid in tree_of(root):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        seconds += sum(int(fields[number]) for number in range(11, 15)) / _TICKS
    return seconds


def _feeds(port: int, shown: Showing, count: int) -> list[dict[str, Any]]:
    policy = {"private_addresses": True, "pace": "0s", "per_host": 8}
    urls = [f"http://{address(number % HOSTS)}:{port}/feed/{number}/{ENTRIES}" for number in range(count)]
    return [
        {"id": f"feed-{number}", "kind": "feed", "url": url, "every": "1s", "policy": policy}
        for number, url in enumerate([*urls, shown.url])
    ]
