"""How long a newcomer waits: `mandates demo` beside an empty Prefect flow, `mandates --help` beside bare Python."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._figures import Figure, Options

mandates = str(Path(sys.executable).parent / "mandates")
empty_flow = """
from pathlib import Path
import asyncio, sys
from flows.engine import prepare
prepare(Path(sys.argv[1]))
from prefect import flow
@flow
async def nothing(): pass
asyncio.run(nothing())
"""


def seconds(*command: str) -> float:
    """How long a command takes; it must succeed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - began


def main(options: Options) -> list[Figure]:
    """Print medians and ratios."""
    python = statistics.median(seconds(sys.executable, "-c", "pass") for _ in range(7))
    asked = statistics.median(seconds(mandates, "--help") for _ in range(7))
    print(f"mandates --help: {asked:.3f} s, {asked / python:.1f} x bare Python ({python:.3f} s); aim: at most 0.5 s")
    floors, firsts, seconds_runs = [], [], []
    for _ in range(1 if options.quick else options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            floors.append(seconds(sys.executable, "-c", empty_flow, f"{folder}/floor"))
            firsts.append(seconds(mandates, "--home", f"{folder}/home", "demo"))
            seconds_runs.append(seconds(mandates, "--home", f"{folder}/home", "demo"))
    floor = statistics.median(floors)
    figures = [
        Figure("mandates --help", asked, "s", 0.5),
        Figure("mandates --help beside bare Python", asked / python, "x"),
    ]
    for name, taken in (("first", firsts), ("second", seconds_runs)):
        median = statistics.median(taken)
        ratio = median / floor
        print(f"mandates demo, {name}: {median:.1f} s, {ratio:.1f} x an empty flow ({floor:.1f} s); aim: at most 15 s")
        figures += [
            Figure(f"mandates demo, {name}", median, "s", 15),
            Figure(f"mandates demo, {name}: beside an empty flow", ratio, "x"),
        ]
    return figures
