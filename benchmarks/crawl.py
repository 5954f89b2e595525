"""500 sources on 50 loopback hosts: a cycle in which nothing changed, a first cycle, and paced hosts.

Beside bare httpx doing the same conditional requests, and beside `reader` updating the same feeds where READER_PYTHON
names a Python that has it (pip install reader sgmllib3k).
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from pydantic import TypeAdapter

from config.sources import Source
from scrapers.crawl.crawl import crawl
from scrapers.http.client import Fetcher
from scrapers.publication import Harvest, Memory

hosts = 50
feeds_a_host = 10
items_a_feed = 20
at_once = 16


def main() -> None:
    """Measure, and print ratios."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks.crawl", "serve"], stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            print(f"{hosts * feeds_a_host} feeds on {hosts} hosts, {items_a_feed} entries each, {at_once} at once")
            _first_cycle(port)
            unchanged = asyncio.run(_unchanged(port))
            _beside_reader(port, unchanged)
            asyncio.run(_paced(port))
        finally:
            server.kill()


def _first_cycle(port: int) -> None:
    """In a process of its own, so that its peak memory is its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crawl", "first", str(port)], stdout=subprocess.PIPE, check=True
    )
    told = json.loads(done.stdout)
    rate = told["publications"] / told["seconds"]
    print(
        f"first cycle: {told['publications']:,} publications with their pages in {told['seconds']:.1f} s, "
        f"{rate:,.0f}/s, peak {told['peak_mb']:.0f} MB (aim: 500 MB)"
    )


async def _unchanged(port: int) -> float:
    """Seconds of our cycle in which nothing changed; printed beside bare httpx."""
    memories = dict(zip(_ids(), (await _cycle(port, {}))[1], strict=True))
    ours, bare = [], []
    for _ in range(5):
        seconds, harvests = await _cycle(port, {name: _remembered(memory) for name, memory in memories.items()})
        assert {harvest.outcome for harvest in harvests} == {"not_modified"}
        ours.append(seconds)
        bare.append(await _bare(port, memories))
    best, floor = min(ours), min(bare)
    print(f"nothing changed: {best:.2f} s; bare httpx, the same requests: {floor:.2f} s; ratio {best / floor:.2f}")
    return best


async def _cycle(
    port: int, memories: dict[str, Memory], *, detail: bool = False, pace: str = "0s"
) -> tuple[float, list[Harvest]]:
    sources = _sources(port, detail=detail, pace=pace)
    start = time.perf_counter()
    async with Fetcher("https://example.org/benchmark", at_once=at_once) as fetcher:
        harvests = await asyncio.gather(
            *(crawl(source, memories.get(source.id, Memory()), fetcher) for source in sources)
        )
    return time.perf_counter() - start, list(harvests)


async def _bare(port: int, known: dict[str, Harvest]) -> float:
    """The least that any program must do: ask each feed with its validators, so many at once."""
    headers = [next(iter(harvest.validators.values())).etag or "" for harvest in known.values()]
    places = asyncio.Semaphore(at_once)
    start = time.perf_counter()
    async with httpx.AsyncClient(limits=httpx.Limits(max_connections=at_once + 4)) as client:

        async def ask(url: str, etag: str) -> int:
            async with places:
                return (await client.get(url, headers={"If-None-Match": etag})).status_code

        found = await asyncio.gather(*(ask(url, etag) for url, etag in zip(_urls(port), headers, strict=True)))
    assert set(found) == {304}
    return time.perf_counter() - start


def _beside_reader(port: int, ours: float) -> None:
    python = os.environ.get("READER_PYTHON")
    if python is None:
        print("reader: not measured (READER_PYTHON names no Python that has it)")
        return
    with tempfile.TemporaryDirectory() as folder:
        script = (
            "import sys, time, reader\n"
            "feeds = reader.make_reader(sys.argv[1])\n"
            "[feeds.add_feed(url) for url in sys.stdin.read().split()]\n"
            f"feeds.update_feeds(scheduled=False, workers={at_once})\n"
            "start = time.perf_counter()\n"
            f"feeds.update_feeds(scheduled=False, workers={at_once})\n"
            "print(time.perf_counter() - start)\n"
        )
        done = subprocess.run(
            [python, "-c", script, str(Path(folder) / "reader.sqlite")],
            input="\n".join(_urls(port)).encode(),
            stdout=subprocess.PIPE,
            check=False,
        )
    if done.returncode:
        print(f"reader: not measured ({python} cannot run it)")
        return
    theirs = float(done.stdout)
    print(f"nothing changed, reader updating the same feeds: {theirs:.2f} s; ours takes {ours / theirs:.2f} of that")


async def _paced(port: int) -> None:
    """The same with 0.2 s between two requests to a host: the pace, not our work, sets the time."""
    memories = {name: _remembered(harvest) for name, harvest in zip(_ids(), (await _cycle(port, {}))[1], strict=True)}
    seconds, _ = await _cycle(port, memories, pace="0.2s")
    # robots.txt and ten feeds a host: ten pauses.
    floor = feeds_a_host * 0.2
    print(f"paced hosts (0.2 s): {seconds:.2f} s, the pace alone asks for {floor:.2f} s; ratio {seconds / floor:.2f}")


def _remembered(harvest: Harvest) -> Memory:
    return Memory(harvest.validators, state=harvest.state, first_crawl=False, last_success=harvest.finished_at)


def _ids() -> list[str]:
    return [f"s-{host}-{feed}" for host in range(hosts) for feed in range(feeds_a_host)]


def _urls(port: int) -> list[str]:
    return [f"http://127.0.1.{host + 1}:{port}/feed/{feed}" for host in range(hosts) for feed in range(feeds_a_host)]


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


def _feed(host: str, number: int) -> bytes:
    items = "".join(
        f"<item><title>Invented decision {number}-{item}</title><link>http://{host}/page/{number}/{item}</link>"
        f"<pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate><description>Invented.</description></item>"
        for item in range(items_a_feed)
    )
    return f'<rss version="2.0"><channel><title>Feed {number}</title>{items}</channel></rss>'.encode()


_page = (
    "<html><body><nav><a href='/'>Home</a></nav><main><h1>Invented decision</h1>"
    + "<p>1. <em>Requests</em> the secretariat to report on the invented boats at the next session;</p>" * 40
    + "</main></body></html>"
).encode()


async def _serve() -> None:
    """All hosts in one process: loopback gives each its own address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                target = head.split(b" ", 2)[1].decode()
                lines = head.decode("latin-1").lower()
                host = lines.partition("\r\nhost:")[2].partition("\r\n")[0].strip()
                writer.write(_answer(target, host, lines))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    addresses = [f"127.0.1.{host + 1}" for host in range(hosts)]
    first = await asyncio.start_server(answer, addresses[0], 0)
    port = first.sockets[0].getsockname()[1]
    others = [await asyncio.start_server(answer, address, port) for address in addresses[1:]]
    print(port, flush=True)
    await asyncio.gather(*(server.serve_forever() for server in (first, *others)))


def _answer(target: str, host: str, asked: str) -> bytes:
    if target.startswith("/feed/"):
        etag = f'"{target}"'
        if f"if-none-match: {etag}" in asked:
            return _http("304 Not Modified", b"", ETag=etag)
        return _http("200 OK", _feed(host, int(target.rpartition("/")[2])), ETag=etag)
    if target.startswith("/page/"):
        return _http("200 OK", _page)
    return _http("404 Not Found", b"")


def _http(status: str, body: bytes, **headers: str) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(_serve())
    elif sys.argv[1:2] == ["first"]:
        _measure_first(int(sys.argv[2]))
    else:
        main()
