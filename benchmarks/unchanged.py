"""`mandates run` over 500 sources on 50 hosts: the first cycle, and cycles in which nothing changed.

Half of the sources answer a conditional request with 304, the others send the same bytes again. Measured in turn in
the same run: bare httpx asking the same addresses in the same way; `mandates run` with one source that is not due (the
engine's start, which is taken off to see what the 500 cost); and with all 500 not due.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from benchmarks._command import CHECKOUT, Installation, engine_start
from benchmarks._figures import Figure, Options, spent
from benchmarks._measured import measured, middle
from benchmarks._site import HOSTS, address, etag, site

SOURCES = 500
QUICK_SOURCES = 20
ENTRIES = 20
AT_ONCE = 16
AIM_SECONDS = 4.0


def main(options: Options) -> list[Figure]:
    """Print each cost and the ratios."""
    count, rounds = (QUICK_SOURCES, 1) if options.quick else (SOURCES, options.rounds)
    with site() as port, tempfile.TemporaryDirectory() as scratch:
        there = Installation(Path(scratch))
        due, not_due = (there.configured(every, sources(port, count, every)) for every in ("1s", "30d"))
        first, answer = there.mandates(due, "run")
        assert answer["new_documents"] == count * ENTRIES, answer["new_documents"]
        print(f"{count} feeds on {HOSTS} hosts, {ENTRIES} entries each; median of {rounds}")
        print(f"first cycle        {first}", flush=True)
        ours, bare, idle, engine = [], [], [], []
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
            engine.append(engine_start(Path(scratch) / "engine"))
    taken = {
        "first cycle": first,
        "nothing changed": middle(ours),
        "bare httpx": middle(bare),
        f"{count} not due": middle(idle),
        "engine's start": middle(engine),
    }
    for name, cost in list(taken.items())[1:]:
        print(f"{name:<18} {cost}")
    alone = taken["nothing changed"].wall - taken["engine's start"].wall
    ratio = alone / taken["bare httpx"].wall
    print(f"nothing changed, without the engine's start: {alone:.1f} s (aim {AIM_SECONDS:g}), {ratio:.1f} x bare httpx")
    return [
        Figure("nothing changed, without the engine's start", alone, "s", AIM_SECONDS),
        Figure("the same beside bare httpx", ratio, "x"),
        *(spent(name, cost) for name, cost in taken.items()),
    ]


def sources(port: int, count: int, every: str) -> list[dict[str, Any]]:
    """So many feeds, each second one with an ETag."""
    policy = {"private_addresses": True, "pace": "0s", "per_host": 8}
    return [
        {"id": f"s-{number}", "kind": "feed", "url": url, "every": every, "policy": policy}
        for number, url in enumerate(_urls(port, count))
    ]


def _urls(port: int, count: int) -> list[str]:
    return [f"http://{address(number % HOSTS)}:{port}{_target(number)}" for number in range(count)]


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
