"""From commit to acceptance: by one command, and with a Prefect server and a worker.

`mandates run` reads a folder with one more file each time, records it and delivers. With a server, a finding is
recorded and the event emitted; the worker asks for work every second and the trigger gathers events for three
(`schedule_after` in prefect.yaml). Where the time goes is seen from the states of the run that the event caused.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from benchmarks._figures import Figure, Options
from benchmarks.deliver import findings_made, mail_server, put, subscriptions_made
from tests.flows.prefect_server import prefect, server, wait_for
from warehouse.store.database import session

if TYPE_CHECKING:
    from benchmarks.deliver import Accepted
    from config.subscriptions import Subscriptions
    from tests.flows.prefect_server import Server

ROUNDS = 5
# Events within the trigger's `within` of each other are one wake-up.
window_seconds = 10
checkout = Path(__file__).parent.parent
mandates = str(Path(prefect).parent / "mandates")


def main(options: Options) -> list[Figure]:
    """Print the median and the 95th percentile of some rounds of each."""
    rounds = 1 if options.quick else ROUNDS
    with mail_server() as (port, accepted), tempfile.TemporaryDirectory() as folder:
        os.environ["BENCH_MAIL_URL"] = f"mailto://127.0.0.1:{port}?mode=insecure&from=mandates@example.org"
        config = Path(folder) / "config"
        config.mkdir()
        subscriptions = subscriptions_made(config)
        sessions = (checkout / "config" / "sessions.yaml").read_text(encoding="utf-8")
        (config / "sessions.yaml").write_text(sessions, encoding="utf-8")
        papers = Path(folder) / "papers"
        papers.mkdir()
        (config / "sources.yaml").write_text(f"- {{id: papers, kind: files, path: {papers}}}\n", encoding="utf-8")
        alone = _printed(
            "mandates run", [_one_run(Path(folder) / "one", config, papers, n, accepted) for n in range(rounds)]
        )
        home = Path(folder) / "served"
        with server(Path(folder) / "prefect", home, config) as running:
            _deployed(running)
            woken = _woken(running, home, subscriptions, accepted, rounds)
            served = _printed("Prefect server and worker", [sum(parts) for parts in woken])
            parts = (statistics.median(part) for part in zip(*woken, strict=True))
            spent = ", ".join(f"{name} {part:.2f} s" for name, part in zip(_parts, parts, strict=True))
            print(f"  of which (median): {spent}")
    return [*alone, *served]


def _printed(how: str, waits: list[float]) -> list[Figure]:
    waits.sort()
    p50, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    print(f"from commit to acceptance, {how}: p50 {p50:.2f} s, p95 {p95:.2f} s ({len(waits)} rounds)")
    return [
        Figure(f"commit to acceptance, {how}: median", p50, "s"),
        Figure(f"commit to acceptance, {how}: 95th percentile", p95, "s"),
    ]


def _one_run(home: Path, config: Path, papers: Path, number: int, accepted: Accepted) -> float:
    """The time from the start of the recording transaction to the mail server's word."""
    text = (
        f"Paper {number}\n\nThe Assembly,\n1. Requests the Secretariat to report on paper {number} by 30 June 2030.\n"
    )
    (papers / f"paper-{number}.txt").write_text(text, encoding="utf-8")
    places = ["--home", str(home), "--config", str(config)]
    done = subprocess.run([mandates, *places, "run", "papers"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (taken,) = accepted(1)
    with session(home) as connection:
        ((recorded,),) = connection.execute("SELECT max(epoch(recorded_at)) FROM batches").fetchall()
    return taken - float(recorded)


_parts = ("until the run is made", "until the worker takes it", "until its process runs", "until the mail is accepted")


def _woken(
    running: Server, home: Path, subscriptions: Subscriptions, accepted: Accepted, rounds: int
) -> list[tuple[float, float, float, float]]:
    """The parts of each round, in seconds: event to run, to worker, to process (gathering included), to acceptance."""
    os.environ.update(running.environment)
    # Prefect reads its settings when it is imported.
    from flows.waking import wake_dispatcher  # noqa: PLC0415

    waits = []
    for finding in findings_made(rounds):
        put(home, subscriptions, [finding])
        committed = time.time()
        wake_dispatcher(1)
        taken: list[float] = []
        waiting = Thread(target=lambda into=taken: into.extend(accepted(1)), daemon=True)
        waiting.start()
        waiting.join(120)
        # A dispatch that is still at work would take the next one along.
        wait_for(lambda: not _at_work(running))
        made, taken_up, runs = _moments(running)
        waits.append((made - committed, taken_up - made, runs - taken_up, taken[0] - runs))
        time.sleep(max(0, committed + window_seconds - time.time()))
    return waits


def _moments(running: Server) -> tuple[float, float, float]:
    """When the newest dispatch was made, taken up by the worker, and began."""
    newest = {"sort": "START_TIME_DESC", "limit": 1, "flows": {"name": {"any_": ["dispatch"]}}}
    (run,) = running.ask("flow_runs/filter", newest)
    states = {
        state["type"]: state["timestamp"]
        for state in reversed(running.ask(f"flow_run_states/?flow_run_id={run['id']}"))
    }
    made, taken_up, runs = (
        datetime.fromisoformat(moment).timestamp() for moment in (run["created"], states["PENDING"], states["RUNNING"])
    )
    return made, taken_up, runs


def _at_work(running: Server) -> list[object]:
    states = {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}
    wanted = {"flows": {"name": {"any_": ["dispatch"]}}, "flow_runs": {"state": {"type": states}}}
    found: list[object] = running.ask("flow_runs/filter", wanted)
    return found


def _deployed(running: Server) -> None:
    """Everything deployed, a worker at work, and the schedules off, so that only the event starts runs."""
    done = running.run(mandates, "deploy")
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("monitor/monitor", "dispatch/dispatch", "watch/watch"):
        for schedule in running.ask(f"deployments/name/{name}")["schedules"]:
            running.run(prefect, "deployment", "schedule", "pause", name, schedule["id"])
    running.start(prefect, "worker", "start", "--pool", "mandates")
    wait_for(lambda: running.ask("work_pools/mandates/workers/filter", {}))
