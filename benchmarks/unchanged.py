"""`mandates run` over 500 sources on 50 hosts: the first cycle, cycles in which nothing changed, and idle ones.

Half of the sources answer a conditional request with 304, the others send the same bytes again. Measured in turn in
the same run: bare httpx asking the same addresses in the same way; `mandates run` with one source that is not due, with
all 500 not due, and with one not due under Prefect's embedded server. The first cycle is also set beside `reader`
storing the same entries, which analyses nothing (`benchmarks/_reader.py`), and a first cycle of a few hosts at the pace
that sources have by themselves beside the waits that this politeness asks for.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from benchmarks import _reader
from benchmarks._command import CHECKOUT, Installation, idle_run
from benchmarks._figures import Figure, Options, spent
from benchmarks._measured import measured, middle
from benchmarks._site import HOSTS, address, etag, site
from config.source_blocks import Policy

if TYPE_CHECKING:
    from benchmarks._measured import Cost

SOURCES = 500
QUICK_SOURCES = 20
ENTRIES = 20
AT_ONCE = 16
# Times bare httpx, besides what a run costs in which nothing is due.
AIM_RATIO = 3.0
AIM_IDLE, AIM_ALONE = 2.0, 1.5
AIM_READER, AIM_PACED = 3.0, 1.3
PACED_HOSTS, PACED_SOURCES = 4, 40


def main(options: Options) -> list[Figure]:
    """Print each cost and the ratios."""
    count, rounds = (QUICK_SOURCES, 1) if options.quick else (SOURCES, options.rounds)
    with site() as port, tempfile.TemporaryDirectory() as scratch:
        there = Installation(Path(scratch))
        due, not_due = (there.configured(every, sources(port, count, every)) for every in ("1s", "30d"))
        first, answer = there.mandates(due, "run")
        assert answer["new_documents"] == count * ENTRIES, answer["new_documents"]
        print(f"{count} feeds on {HOSTS} hosts, {ENTRIES} entries each; median of {rounds}")
        print(f"first cycle              {first}", flush=True)
        peer = _reader_storing(port, count, first)
        ours, bare, idle, alone, engine = [], [], [], [], []
        for _ in range(rounds):
            cost, answer = there.mandates(due, "run")
            assert {source["outcome"] for source in answer["sources"]} <= {"ok", "not_modified"}
            assert (len(answer["sources"]), answer["new_documents"]) == (count, 0)
            ours.append(cost)
            script = [sys.executable, "-m", "benchmarks.unchanged", str(port), str(count)]
            bare.append(measured(script, folder=CHECKOUT)[0])
            cost, answer = there.mandates(not_due, "run")
            assert len(answer["not_due"]) == count
            idle.append(cost)
            alone.append(idle_run(Path(scratch) / "one"))
            engine.append(idle_run(Path(scratch) / "one", words=("--prefect",)))
        paced = _paced(port, Path(scratch) / "paced", middle(alone))
    taken = {
        "first cycle": first,
        "nothing changed": middle(ours),
        "bare httpx": middle(bare),
        f"{count} not due": middle(idle),
        "one not due": middle(alone),
        "one not due, --prefect": middle(engine),
    }
    for name, cost in list(taken.items())[1:]:
        print(f"{name:<24} {cost}")
    floor = taken["bare httpx"].wall
    ratio = (taken["nothing changed"].wall - taken[f"{count} not due"].wall) / floor
    print(f"nothing changed, without an idle run: {ratio:.1f} x bare httpx (aim {AIM_RATIO:g})")
    aims = {f"{count} not due": AIM_IDLE, "one not due": AIM_ALONE}
    return [
        Figure("nothing changed, without an idle run, beside bare httpx", ratio, "x", AIM_RATIO),
        *peer,
        paced,
        *(Figure(name, cost.wall, "s", aims.get(name), cost) for name, cost in taken.items()),
    ]


def _reader_storing(port: int, count: int, ours: Cost) -> list[Figure]:
    """What it takes `reader` to fetch the same feeds for the first time and to store their entries."""
    with tempfile.TemporaryDirectory() as folder:
        command = _reader.command(Path(folder), _urls(port, count), 1)
        if command is None:
            return []
        cost, said = measured(command)
    assert json.loads(said)["entries"] == count * ENTRIES, said
    print(f"reader, storing          {cost}")
    print(f"first cycle: {ours.wall / cost.wall:.2f} x reader (aim {AIM_READER:g})", flush=True)
    return [
        spent("reader, storing", cost),
        Figure("first cycle beside reader, storing", ours.wall / cost.wall, "x", AIM_READER),
    ]


def _paced(port: int, folder: Path, idle: Cost) -> Figure:
    """A first cycle at the pace that sources have by themselves: the waits should be all that it takes."""
    there = Installation(folder)
    policy = {"private_addresses": True}
    feeds = [
        {"id": f"p-{n}", "kind": "feed", "url": url, "policy": policy}
        for n, url in enumerate(_urls(port, PACED_SOURCES, PACED_HOSTS))
    ]
    cost, answer = there.mandates(there.configured("paced", feeds), "run")
    assert answer["new_documents"] == PACED_SOURCES * ENTRIES, answer["new_documents"]
    # A host is asked for its robots.txt and its feeds, and the first request waits for nothing.
    waits = PACED_SOURCES // PACED_HOSTS * Policy().pace.total_seconds()
    ratio = (cost.wall - idle.wall) / waits
    print(
        f"{PACED_SOURCES} sources on {PACED_HOSTS} hosts at their own pace: {cost.wall:.1f} s, the waits alone "
        f"{waits:.1f} s; without an idle run {ratio:.2f} x (aim {AIM_PACED:g})"
    )
    return Figure("first cycle at the shipped pace, without an idle run, beside the waits", ratio, "x", AIM_PACED, cost)


def sources(port: int, count: int, every: str) -> list[dict[str, Any]]:
    """So many feeds, each second one with an ETag."""
    policy = {"private_addresses": True, "pace": "0s", "per_host": 8}
    return [
        {"id": f"s-{number}", "kind": "feed", "url": url, "every": every, "policy": policy}
        for number, url in enumerate(_urls(port, count))
    ]


def _urls(port: int, count: int, hosts: int = HOSTS) -> list[str]:
    return [f"http://{address(number % hosts)}:{port}{_target(number)}" for number in range(count)]


def _target(number: int) -> str:
    return f"/{'same' if number // HOSTS % 2 else 'feed'}/{number}/{ENTRIES}"


async def _bare(port: int, count: int) -> None:
    """The least that any program must do: ask each address with its validator, so many at once."""
    places = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=AT_ONCE + 4)) as client:

        async def ask(number: int, url: str) -> int:
            async with places:
                return (await client.get(url, headers={"If-None-Match": etag(_target(number))})).status_code

        found = await asyncio.gather(*(ask(number, url) for number, url in enumerate(_urls(port, count))))
    assert set(found) <= {200, 304}, set(found)


if __name__ == "__main__":
    asyncio.run(_bare(int(sys.argv[1]), int(sys.argv[2])))
