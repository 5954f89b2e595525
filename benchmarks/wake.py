"""From commit to acceptance with a Prefect server and a worker: record, emit the event, wait for the mail server.

The worker asks for work every second and the trigger gathers events for five (`schedule_after` in prefect.yaml); most
of the time is meant.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from benchmarks.deliver import findings_made, mail_server, put, subscriptions_made
from tests.flows.prefect_server import prefect, server, wait_for

if TYPE_CHECKING:
    from tests.flows.prefect_server import Server

rounds = 4
window_seconds = 31
checkout = Path(__file__).parent.parent


def main() -> None:
    """Print the median and the 95th percentile of some rounds."""
    with mail_server() as (port, accepted), tempfile.TemporaryDirectory() as folder:
        os.environ["BENCH_MAIL_URL"] = f"mailto://127.0.0.1:{port}?mode=insecure&from=mandates@example.org"
        config, home = Path(folder) / "config", Path(folder) / "home"
        config.mkdir()
        subscriptions = subscriptions_made(config)
        for name in ("sources.yaml", "sessions.yaml"):
            (config / name).write_text((checkout / "config" / name).read_text("utf-8"), encoding="utf-8")
        with server(Path(folder) / "prefect", home, config) as running:
            _deployed(running)
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
                waits.append(taken[0] - committed)
                # A dispatch that is still at work would take the next one along, and events within the trigger's
                # window are the same wake-up.
                wait_for(lambda: not _at_work(running))
                time.sleep(max(0, committed + window_seconds - time.time()))
        waits.sort()
        p50, p95 = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
        print(
            f"from commit to acceptance, Prefect server and worker: p50 {p50:.1f} s, p95 {p95:.1f} s ({rounds} rounds)"
        )


def _at_work(running: Server) -> list[object]:
    states = {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}
    wanted = {"flows": {"name": {"any_": ["dispatch"]}}, "flow_runs": {"state": {"type": states}}}
    found: list[object] = running.ask("flow_runs/filter", wanted)
    return found


def _deployed(running: Server) -> None:
    """Everything deployed, a worker at work, and the schedules off, so that only the event starts runs."""
    done = running.run(str(Path(prefect).parent / "mandates"), "deploy")
    assert done.returncode == 0, done.stdout + done.stderr
    for name in ("monitor/monitor", "dispatch/dispatch", "watch/watch"):
        for schedule in running.ask(f"deployments/name/{name}")["schedules"]:
            running.run(prefect, "deployment", "schedule", "pause", name, schedule["id"])
    running.start(prefect, "worker", "start", "--pool", "mandates")
    wait_for(lambda: running.ask("work_pools/mandates/workers/filter", {}))
