"""The register: how long each kind of page takes over HTTP, how many are answered a second, and the memory of it all.

The warehouse is the one that the ledger is measured with, beside its search index: half of the documents have four
tasks, and texts are short. `mandates register` runs as users type it. Addresses of a kind differ, so that nothing kept
for one answers another, except where there is one page only. An answer other than 200 is counted apart, as a page that
was given up costs less than one that was made.

MANDATES_BENCH_DOCUMENTS sets how many documents (default 100,000); MANDATES_BENCH_REGISTER names a folder in which the
warehouse is kept for the next time.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from benchmarks._command import MANDATES
from benchmarks._figures import Figure, Options
from benchmarks.ledger import made
from warehouse.ledger.recording import rebuild
from warehouse.query.opening import one_look
from warehouse.query.queries import query
from warehouse.query.search_index import refresh
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DOCUMENTS, QUICK_DOCUMENTS = 100_000, 500
ASKED, QUICK_ASKED = 40, 3
CONNECTIONS = 8
# The first answers after the start say that the ledger is being worked out.
READY_SECONDS = 600
TIMEOUT_SECONDS = 60
AIM_MEGABYTES, AIM_RATE = 500, 200
AIMS = {"search": 100, "document": 50}
WORDS = ("report", "matter", "secretary", "general report", "requests matter", "secre*")
BODIES = ("UNGA", "HRC", "ECOSOC", "IPU")
STATES = ("open", "due_soon", "overdue", "answered", "unknown")
_SOME = "SELECT document_id, task_key FROM ledger_tasks ORDER BY hash(task_key) LIMIT $some"


def main(options: Options) -> list[Figure]:
    """Print the percentiles of each kind of page, requests a second, and the most memory that the process took."""
    default = QUICK_DOCUMENTS if options.quick else DOCUMENTS
    count = int(os.environ.get("MANDATES_BENCH_DOCUMENTS", default))
    asked = QUICK_ASKED if options.quick else ASKED
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(os.environ.get("MANDATES_BENCH_REGISTER", scratch))
        _fill(home, count)
        kinds = _addresses(home, asked)
        with _register(home, Path(scratch)) as (address, process):
            began = time.perf_counter()
            _wait(address)
            first = time.perf_counter() - began
            print(f"{count:,} documents; the first search was answered {first:.1f} s after the start")
            figures = [Figure(f"first search among {count:,} documents after the start", first, "s")]
            figures += _paged(address, process, kinds, count)
            figures.append(_rate(address, [each for addresses in kinds.values() for each in addresses], count))
            peak = _peak(process)
    print(f"peak memory of the process: {peak:,.0f} MB")
    return [*figures, Figure(f"register of {count:,} documents: peak", peak, "MB", AIM_MEGABYTES)]


def _fill(home: Path, count: int) -> None:
    if not snapshot_path(home).exists():
        with session(made(home, count)) as live:
            rebuild(live, datetime.now(UTC))
        publish(home)
    refresh(home)


def _addresses(home: Path, asked: int) -> dict[str, list[str]]:
    """So many addresses of each kind of page."""
    with one_look(home):
        tasks = query(home, _SOME, {"some": asked}).rows
        addressees = query(home, "SELECT DISTINCT addressee_id FROM mandates WHERE addressee_id IS NOT NULL").rows
    chance = random.Random(20261127)  # noqa: S311 - the same questions each time
    rounds = range(asked)
    years = [chance.randint(1991, 2030) for _ in rounds]
    words = [chance.choice(WORDS) for _ in rounds]
    filters = [
        chance.choice((f"body={chance.choice(BODIES)}", f"state={chance.choice(STATES)}", f"due={year}"))
        for year in years
    ]
    return {
        "home": ["/"] * asked,
        "search by words": [f"/search?words={asks}" for asks in words],
        "search by filters": [f"/search?{each}&year={year}" for each, year in zip(filters, years, strict=True)],
        "search by both": [f"/search?words={asks}&{each}" for asks, each in zip(words, filters, strict=True)],
        "document": [f"/documents/{document}" for document, _ in tasks],
        "mandate": [f"/mandates/{task}" for _, task in tasks],
        "body": [f"/bodies/{BODIES[number % len(BODIES)]}" for number in rounds],
        "addressee": [f"/addressees/{each}" for (each,) in addressees] * asked,
        "timeline": [f"/timeline?body={BODIES[number % len(BODIES)]}&from={years[number]}" for number in rounds],
        "coverage": ["/coverage"] * asked,
        "health": ["/health"] * asked,
        "API: documents": [f"/api/v1/documents?year={year}" for year in years],
        "API: mandates": [f"/api/v1/mandates?{each}" for each in filters],
        "API: addressees": ["/api/v1/addressees"] * asked,
    }


@contextmanager
def _register(home: Path, folder: Path) -> Iterator[tuple[str, int]]:
    """The running command: its address and its process."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MANDATES_")}
    command = [str(MANDATES), "--home", str(home), "register", "--port", "0"]
    with (
        (folder / "register.log").open("wb") as log,
        subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[0], process.pid
        finally:
            process.terminate()


def _wait(address: str) -> None:
    """Until a search is answered."""
    until = time.monotonic() + READY_SECONDS
    while httpx.get(f"{address}/search?state=open", timeout=TIMEOUT_SECONDS).status_code != HTTPStatus.OK:
        assert time.monotonic() < until, "no search was answered"
        time.sleep(0.5)


def _paged(address: str, process: int, kinds: Mapping[str, Sequence[str]], count: int) -> list[Figure]:
    figures = []
    with httpx.Client(base_url=address, timeout=TIMEOUT_SECONDS) as client:
        for kind, addresses in kinds.items():
            if not addresses:
                print(f"{kind}: the kept warehouse has no such page")
                continue
            times: list[float] = []
            other: Counter[int] = Counter()
            busy = _processor(process)
            for each in addresses:
                began = time.perf_counter()
                status = client.get(each).status_code
                times.append(1000 * (time.perf_counter() - began))
                if status != HTTPStatus.OK:
                    other[status] += 1
            busy = 1000 * (_processor(process) - busy) / len(addresses)
            p95 = statistics.quantiles(times, n=20)[-1]
            failed = "".join(f"; {number} answered with {status}" for status, number in other.items())
            middle = f"p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms"
            print(f"{kind}: {middle}, {busy:.0f} ms of processor time each{failed}", flush=True)
            aim = AIMS.get(kind.partition(" ")[0])
            figures.append(Figure(f"{kind} among {count:,} documents: 95th percentile", p95, "ms", aim))
            if other:
                figures.append(Figure(f"{kind} among {count:,} documents: not answered", other.total(), "", 0))
    return figures


def _rate(address: str, addresses: list[str], count: int) -> Figure:
    """How many of all kinds are answered a second, asked through some connections in turn."""
    random.Random(1).shuffle(addresses)  # noqa: S311 - likewise

    def ask(share: Sequence[str]) -> int:
        with httpx.Client(base_url=address, timeout=TIMEOUT_SECONDS) as client:
            return sum(client.get(each).status_code == HTTPStatus.OK for each in share)

    began = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        answered = sum(threads.map(ask, [addresses[first::CONNECTIONS] for first in range(CONNECTIONS)]))
    rate = answered / (time.perf_counter() - began)
    print(f"{rate:.1f} answers a second through {CONNECTIONS} connections; {answered} of {len(addresses)} answered")
    return Figure(f"pages of {count:,} documents, {CONNECTIONS} connections", rate, "/s", AIM_RATE)


def _processor(process: int) -> float:
    """Seconds of processor time that it has used."""
    words = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _peak(process: int) -> float:
    """MB of memory that it had at most, as the kernel keeps it."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:"))
