"""500 sources on 50 loopback hosts: a cycle in which nothing changed, a first cycle, and paced hosts.

Beside bare httpx doing the same conditional requests, and beside `reader` updating the same feeds where READER_PYTHON
names a Python that has it (`benchmarks/_reader.py`).
"""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from pydantic import TypeAdapter

from benchmarks import _reader
from benchmarks._figures import Figure, Options
from benchmarks._site import HOSTS, address, site
from config.sources import Source
from scrapers.crawl.crawl import crawl
from scrapers.http.client import Fetcher
from scrapers.publication import Harvest, Memory

FEEDS_A_HOST = 10
ITEMS_A_FEED = 20
AT_ONCE = 16
ROUNDS = 5


def main(options: Options) -> list[Figure]:
    """Measure, and print ratios."""
    rounds = 1 if options.quick else ROUNDS
    with site() as port:
        print(f"{HOSTS * FEEDS_A_HOST} feeds on {HOSTS} hosts, {ITEMS_A_FEED} entries each, {AT_ONCE} at once")
        first = [] if options.quick else _first_cycle(port)
        unchanged, floor = asyncio.run(_unchanged(port, rounds))
        reader = _beside_reader(port, unchanged)
        paced = asyncio.run(_paced(port))
    return [
        *first,
        Figure("in one process, nothing changed: beside bare httpx", unchanged / floor, "x"),
        *reader,
        Figure("in one process, paced hosts: beside the pace alone", paced, "x"),
    ]


def _first_cycle(port: int) -> list[Figure]:
    """In a process of its own, so that its peak memory is its own."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.crawl", str(port)], stdout=subprocess.PIPE, check=True)
    taken = json.loads(done.stdout)
    rate = taken["publications"] / taken["seconds"]
    print(
        f"first cycle: {taken['publications']:,} publications with their pages in {taken['seconds']:.1f} s, "
        f"{rate:,.0f}/s, peak {taken['peak_mb']:.0f} MB (aim: 500 MB)"
    )
    return [
        Figure("in one process, first cycle: publications", rate, "/s"),
        Figure("in one process, first cycle: peak", taken["peak_mb"], "MB", 500),
    ]


async def _unchanged(port: int, rounds: int) -> tuple[float, float]:
    """Seconds of our cycle in which nothing changed, and of bare httpx."""
    memories = dict(zip(_ids(), (await _cycle(port, {}))[1], strict=True))
    ours, bare = [], []
    for _ in range(rounds):
        seconds, harvests = await _cycle(port, {name: _remembered(memory) for name, memory in memories.items()})
        assert {harvest.outcome for harvest in harvests} == {"not_modified"}
        ours.append(seconds)
        bare.append(await _bare(port, memories))
    best, floor = min(ours), min(bare)
    print(f"nothing changed: {best:.2f} s; bare httpx, the same requests: {floor:.2f} s; ratio {best / floor:.2f}")
    return best, floor


async def _cycle(
    port: int, memories: dict[str, Memory], *, detail: bool = False, pace: str = "0s"
) -> tuple[float, list[Harvest]]:
    sources = _sources(port, detail=detail, pace=pace)
    start = time.perf_counter()
    async with Fetcher("https://example.org/benchmark", at_once=AT_ONCE) as fetcher:
        harvests = await asyncio.gather(
            *(crawl(source, memories.get(source.id, Memory()), fetcher) for source in sources)
        )
    return time.perf_counter() - start, list(harvests)


async def _bare(port: int, known: dict[str, Harvest]) -> float:
    """The least that any program must do: ask each feed with its validators, so many at once."""
    headers = [next(iter(harvest.validators.values())).etag or "" for harvest in known.values()]
    places = asyncio.Semaphore(AT_ONCE)
    start = time.perf_counter()
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=AT_ONCE + 4)) as client:

        async def ask(url: str, etag: str) -> int:
            async with places:
                return (await client.get(url, headers={"If-None-Match": etag})).status_code

        found = await asyncio.gather(*(ask(url, etag) for url, etag in zip(_urls(port), headers, strict=True)))
    assert set(found) == {304}
    return time.perf_counter() - start


def _beside_reader(port: int, ours: float) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        command = _reader.command(Path(folder), _urls(port), 2)
        if command is None:
            return []
        theirs = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)["seconds"]
    print(f"nothing changed, reader updating the same feeds: {theirs:.2f} s; ours takes {ours / theirs:.2f} of that")
    return [Figure("in one process, nothing changed: beside reader", ours / theirs, "x")]


async def _paced(port: int) -> float:
    """The same with 0.2 s between two requests to a host: the pace, not our work, sets the time."""
    memories = {name: _remembered(harvest) for name, harvest in zip(_ids(), (await _cycle(port, {}))[1], strict=True)}
    seconds, _ = await _cycle(port, memories, pace="0.2s")
    # robots.txt and ten feeds a host: ten pauses.
    floor = FEEDS_A_HOST * 0.2
    print(f"paced hosts (0.2 s): {seconds:.2f} s, the pace alone asks for {floor:.2f} s; ratio {seconds / floor:.2f}")
    return seconds / floor


def _remembered(harvest: Harvest) -> Memory:
    items = {item.key: item for item in harvest.items}
    return Memory(
        harvest.validators, state=harvest.state, first_crawl=False, last_success=harvest.finished_at, items=items
    )


def _ids() -> list[str]:
    return [f"s-{host}-{feed}" for host in range(HOSTS) for feed in range(FEEDS_A_HOST)]


def _urls(port: int) -> list[str]:
    return [
        f"http://{address(host)}:{port}/feed/{feed}/{ITEMS_A_FEED}"
        for host in range(HOSTS)
        for feed in range(FEEDS_A_HOST)
    ]


def _sources(port: int, *, detail: bool, pace: str) -> list[Source]:
    reader: TypeAdapter[Source] = TypeAdapter(Source)
    more = {"detail": {"follow": True}} if detail else {}
    policy = {"private_addresses": True, "pace": pace}
    return [
        reader.validate_python({"id": name, "kind": "feed", "url": url, "policy": policy, **more})
        for name, url in zip(_ids(), _urls(port), strict=True)
    ]


def _measure_first(port: int) -> None:
    seconds, harvests = asyncio.run(_cycle(port, {}, detail=True))
    publications = sum(len(harvest.publications) for harvest in harvests)
    assert all(publication.text for harvest in harvests for publication in harvest.publications)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "publications": publications, "peak_mb": peak}))


if __name__ == "__main__":
    _measure_first(int(sys.argv[1]))
