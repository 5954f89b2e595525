"""Pages of a server, asked over HTTP: how long each kind takes, how many are answered a second, what memory it takes.

An answer other than 200 is counted apart, as a page that was given up costs less than one that was made.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from benchmarks._figures import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CONNECTIONS = 8
TIMEOUT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Served:
    """A server that listens on an address, and its process; `name` is what figures call it.

    `cookies` let in where not everybody may read.
    """

    name: str
    address: str
    process: int
    cookies: Mapping[str, str] = field(default_factory=dict)

    def paged(self, kinds: Mapping[str, Sequence[str]], aims: Mapping[str, float]) -> list[Figure]:
        """Print how long the pages of each kind take, asked one after the other; aims are by the first word of it."""
        figures = []
        with httpx.Client(base_url=self.address, timeout=TIMEOUT_SECONDS, cookies={**self.cookies}) as client:
            for kind, addresses in kinds.items():
                if not addresses:
                    print(f"{kind}: the kept warehouse has no such page")
                    continue
                times: list[float] = []
                other: Counter[int] = Counter()
                busy = self.processor_seconds()
                for each in addresses:
                    began = time.perf_counter()
                    status = client.get(each).status_code
                    times.append(1000 * (time.perf_counter() - began))
                    if status != HTTPStatus.OK:
                        other[status] += 1
                busy = 1000 * (self.processor_seconds() - busy) / len(addresses)
                p95 = statistics.quantiles(times, n=20)[-1]
                failed = "".join(f"; {number} answered with {status}" for status, number in other.items())
                middle = f"p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms"
                print(f"{kind}: {middle}, {busy:.0f} ms of processor time each{failed}", flush=True)
                aim = aims.get(kind.partition(" ")[0])
                figures.append(Figure(f"{self.name}, {kind}: 95th percentile", p95, "ms", aim))
                if other:
                    figures.append(Figure(f"{self.name}, {kind}: not answered", other.total(), "", 0))
        return figures

    def rate(self, addresses: Sequence[str]) -> float:
        """Print how many are answered a second, asked through some connections in turn."""
        mixed = list(addresses)
        random.Random(1).shuffle(mixed)  # noqa: S311 - the same order each time

        def ask(share: Sequence[str]) -> Counter[int]:
            with httpx.Client(base_url=self.address, timeout=TIMEOUT_SECONDS) as client:
                return Counter(client.get(each).status_code for each in share)

        began = time.perf_counter()
        busy = self.processor_seconds()
        with ThreadPoolExecutor(CONNECTIONS) as threads:
            shares = threads.map(ask, [mixed[first::CONNECTIONS] for first in range(CONNECTIONS)])
            answers = sum(shares, Counter[int]())
        seconds = time.perf_counter() - began
        busy = 1000 * (self.processor_seconds() - busy) / len(mixed)
        answered = answers.pop(HTTPStatus.OK, 0)
        failed = "".join(f"; {number} answered with {status}" for status, number in answers.items())
        print(
            f"{answered / seconds:.1f} answers a second through {CONNECTIONS} connections, {busy:.1f} ms of processor "
            f"time each; {answered} of {len(mixed)} answered{failed}",
            flush=True,
        )
        return answered / seconds

    def processor_seconds(self) -> float:
        """How much processor time it has used."""
        words = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
        used = words.split()
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")

    def peak_megabytes(self) -> float:
        """The memory that it had at most, as the kernel keeps it."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="utf-8")
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:"))
