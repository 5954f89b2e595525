"""Thousands of real flow runs through one `mandates serve`, watching a publisher that fails at times.

Runs of `monitor`, `dispatch` and `watch` are asked for one after the other, each as soon as its last one has ended, as
fast as they go. Sampled after every 1 % of them: memory and open files of each lasting process, the size of the
warehouse, of its snapshot, of the rest of the home, and of Prefect's database. A value's drift is the slope of a
straight line through the last half of its samples, times that half's length, as a share of its mean there.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._failing import DOCUMENTS, failing
from benchmarks._figures import Figure, Options
from benchmarks._serving import serving
from benchmarks._showing import source
from tests.flows.data_layer import postgresql
from tests.flows.prefect_server import wait_for
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks._serving import Serving

RUNS, QUICK_RUNS = 4000, 30
SAMPLES = 100
AIM_DRIFT = 1.0
# Runs that are asked for by turns; one of each is under way.
_DEPLOYMENTS = ("monitor/monitor", "dispatch/dispatch", "watch/watch")
_AT_WORK = ["SCHEDULED", "PENDING", "RUNNING", "CANCELLING"]


def main(options: Options) -> list[Figure]:
    """Print how many runs ended how, and the drift of each value."""
    count = int(os.environ.get("SOAK_RUNS", QUICK_RUNS if options.quick else RUNS))
    # On SQLite and Python 3.11 the server stalls for a minute now and then (docs/decisions/item-to-mail.md).
    with failing() as url, postgresql() as database, tempfile.TemporaryDirectory() as folder:
        config, home = Path(folder) / "config", Path(folder) / "home"
        _configured(config, url)
        with serving(home, config, **database.environment) as running:
            began = time.monotonic()
            samples = _soak(running, home, database.folder / "data" / "base", count)
            seconds = time.monotonic() - began
            states = Counter(_ended(running))
            at_work = _count(running, _AT_WORK)
        with session(home) as connection:
            ((documents,),) = connection.execute("SELECT count(*) FROM documents").fetchall()
    return _printed(samples, states, seconds, at_work, documents)


def _printed(
    samples: list[dict[str, float]], states: Counter[str], seconds: float, at_work: int, documents: int
) -> list[Figure]:
    ended = sum(states.values())
    print(
        f"{ended} runs in {seconds / 60:.0f} minutes, {ended / seconds * 60:.0f} a minute: {dict(states.most_common())}"
    )
    print(f"still at work: {at_work}; documents: {documents} of {DOCUMENTS}")
    half = samples[len(samples) // 2 :]
    figures = [Figure("runs", ended, "runs"), Figure("runs a minute", ended / seconds * 60, "")]
    for name in sorted({name for sample in half for name in sample}):
        values = [(number, sample[name]) for number, sample in enumerate(half) if name in sample]
        drift = _drift(values)
        first, last = samples[0].get(name, 0.0), values[-1][1]
        print(f"  {name:<34} {first:10.1f} -> {values[0][1]:10.1f} -> {last:10.1f}   drift {drift:+.2f} %")
        figures.append(Figure(f"{name}: drift over the last half", drift, "%", AIM_DRIFT))
        figures.append(Figure(f"{name}: at the end", last, "MB" if "MB" in name else ""))
    return figures


def _drift(values: list[tuple[int, float]]) -> float:
    """In percent of the mean; 0 where there are too few samples for a line."""
    if len(values) < 3 or not (mean := statistics.mean(value for _, value in values)):
        return 0.0
    line = statistics.linear_regression([float(number) for number, _ in values], [value for _, value in values])
    return line.slope * (values[-1][0] - values[0][0]) / mean * 100


@dataclass
class _Asked:
    """The run of a deployment that is under way."""

    deployment: str
    run: str | None = None


@dataclass
class _Turns:
    """What has been asked for, and what came of it."""

    running: Serving
    ids: dict[str, str]
    asked: list[_Asked] = field(default_factory=list)
    ended: int = 0

    def look(self) -> None:
        """Count what has ended, and ask for the next run of its deployment."""
        for each in self.asked:
            if each.run is not None:
                state = self.running.ask(f"flow_runs/{each.run}")["state_type"]
                if state in _AT_WORK:
                    continue
                self.ended += 1
            each.run = self.running.ask(f"deployments/{self.ids[each.deployment]}/create_flow_run", {})["id"]


def _soak(running: Serving, home: Path, tables: Path, count: int) -> list[dict[str, float]]:
    for name in _DEPLOYMENTS:
        deployment = running.ask(f"deployments/name/{name}")
        for schedule in deployment["schedules"]:
            running.ask(f"deployments/{deployment['id']}/schedules/{schedule['id']}", {"active": False}, method="PATCH")
    ids = {name: running.ask(f"deployments/name/{name}")["id"] for name in _DEPLOYMENTS}
    turns = _Turns(running, ids, [_Asked(name) for name in _DEPLOYMENTS])
    samples: list[dict[str, float]] = []
    while turns.ended < count:
        turns.look()
        if turns.ended >= len(samples) * count / SAMPLES:
            samples.append(dict(_sample(running, home, tables)))
            if len(samples) % 10 == 1:
                print(f"  {turns.ended} of {count}: {_words(samples[-1])}", flush=True)
        time.sleep(0.1)
    wait_for(lambda: _count(running, _AT_WORK) == 0)
    return samples


def _words(sample: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.0f}" for name, value in sample.items() if "MB" in name)


def _sample(running: Serving, home: Path, tables: Path) -> Iterator[tuple[str, float]]:
    memory: dict[str, float] = defaultdict(float)
    files: dict[str, int] = defaultdict(int)
    for name, process in running.lasting():
        try:
            memory[name] += _resident(process) / 1e6
            files[name] += len(os.listdir(f"/proc/{process}/fd"))  # noqa: PTH208 - /proc
        except (FileNotFoundError, ProcessLookupError):
            continue
    for name, size in memory.items():
        yield f"{name}: memory, MB", size
        yield f"{name}: open files", files[name]
    yield "warehouse, MB", _size(home / "live.duckdb")
    yield "snapshot, MB", _size(home / "snapshot.duckdb")
    yield "raw and landing, MB", sum(_size(each) for part in ("raw", "landing") for each in (home / part).rglob("*"))
    yield "Prefect's database, MB", sum(_size(each) for each in tables.rglob("*"))


def _resident(process: int) -> float:
    words = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(float(line.split()[1]) * 1024 for line in words.splitlines() if line.startswith("VmRSS"))


def _size(path: Path) -> float:
    try:
        return path.stat().st_size / 1e6
    except FileNotFoundError:
        return 0.0


def _ended(running: Serving) -> Iterator[str]:
    """The name of the state of each run that has ended."""
    offset = 0
    while True:
        runs: list[dict[str, Any]] = running.ask(
            "flow_runs/filter", {"offset": offset, "limit": 200, "sort": "ID_DESC"}
        )
        yield from (run["state_name"] for run in runs if run["state_type"] not in _AT_WORK)
        if not runs:
            return
        offset += len(runs)


def _count(running: Serving, states: list[str]) -> int:
    now = {"before_": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    wanted = {"state": {"type": {"any_": states}}, "expected_start_time": now}
    return int(running.ask("flow_runs/count", {"flow_runs": wanted}))


def _configured(config: Path, url: str) -> None:
    config.mkdir()
    (config / "sources.yaml").write_text(json.dumps([source(url)]), encoding="utf-8")
    (config / "subscriptions.yaml").write_text(
        "targets: {box: mailbox}\nsubscriptions: {all: {targets: [box], first_crawl: tell}}\nbrake: off\n",
        encoding="utf-8",
    )
