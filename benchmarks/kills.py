"""`kill -9` of each process of a `mandates serve` while a run is at work: how long a run stays pending or running.

Twenty times each, at any moment of a run that finds a new paper. Measured is the time from the kill until no run is
pending or running any more; then whether every paper was recorded and its alert sent.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from functools import partial
from pathlib import Path

from benchmarks._figures import Figure, Options
from tests.served import Office

KILLS, QUICK_KILLS = 20, 1
VICTIMS = ("server", "worker", "warm", "register", "client", "forked")
# A run is over within two minutes, whichever process was killed.
AIM_SECONDS = 120.0


def main(options: Options) -> list[Figure]:
    """Print, by victim, the median and the longest time until no run is at work."""
    kills = QUICK_KILLS if options.quick else KILLS
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(folder) / "office")
        office.start()
        try:
            for victim in VICTIMS:
                times = sorted(_until_quiet(office, victim) for _ in range(kills))
                median, longest = times[kills // 2], times[-1]
                print(f"{victim}: {kills} kills, median {median:.1f} s, longest {longest:.1f} s", flush=True)
                figures.append(Figure(f"{victim}: longest until no run is at work", longest, "s", AIM_SECONDS))
            office.begin()
            office.wait_for(lambda: office.delivered() == set(range(1, office.papers + 1)))
        finally:
            code = office.stop()
    print(f"all {office.papers} papers arrived; exit code of the tree: {code}")
    return [*figures, Figure("papers, each of which arrived", office.papers, "")]


def _until_quiet(office: Office, victim: str) -> float:
    """Kill the process while a run is at work; seconds until none is."""
    while True:
        office.show()
        run = office.begin()
        office.wait_for(partial(_is_taken, office, run))
        time.sleep(random.uniform(0, 3))  # noqa: S311 - any moment
        pids = office.run_pids() if victim in {"client", "forked"} else {victim: office.pid_of(victim)}
        if victim not in pids or office.state(run) not in {"PENDING", "RUNNING"}:
            # The run was over too soon.
            continue
        os.kill(pids[victim], signal.SIGKILL)
        killed = time.monotonic()
        office.quiet()
        return time.monotonic() - killed


def _is_taken(office: Office, run: str) -> bool:
    return office.state(run) != "SCHEDULED"
