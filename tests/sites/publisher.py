"""A publisher on loopback that answers as a test tells it to: real HTTP, any bytes, any faults."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from pydantic import TypeAdapter

from config.source_blocks import Policy
from config.sources import Source
from scrapers.crawl.crawl import crawl
from scrapers.crawl.local import crawl_files
from scrapers.http.client import Fetcher
from scrapers.http.pacing import no_wait
from scrapers.publication import Memory

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from scrapers.publication import Harvest


@dataclass(frozen=True)
class Answer:
    """One HTTP answer. `raw` replaces it whole; `drip` sends the body a byte at a time, so many seconds apart."""

    body: bytes | str = b""
    status: int = 200
    type: str | None = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    drip: float | None = None

    @property
    def encoded(self) -> bytes:
        """The body as bytes."""
        return self.body.encode() if isinstance(self.body, str) else self.body


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    target: str
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes = b""


class Publisher:
    """A site as an async context manager; what is not told answers 404, robots.txt too. `tls` is its side of TLS."""

    def __init__(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self._tls = tls
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Answer]] = {}
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[object]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        """The site's address, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def says(self, target: str, *answers: Answer | bytes | str) -> str:
        """Answer `target` so, one after the other; the last answer stays. The address comes back.

        "/search POST a=1" is what a POST of that body to /search is answered.
        """
        self._answers[target] = [each if isinstance(each, Answer) else Answer(each) for each in answers]
        return self.url + target

    def targets(self) -> list[str]:
        """What was asked for, without robots.txt."""
        return [asked.target for asked in self.asked if asked.target != "/robots.txt"]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self.host, 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            self._tasks.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        line = (await reader.readline()).decode("latin-1").split(" ")
        if len(line) < 2:
            return False
        headers = {}
        while (head := (await reader.readline()).decode("latin-1").strip()) != "":
            name, _, value = head.partition(":")
            headers[name.lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        asked = Asked(line[1], headers, line[0], body)
        self.asked.append(asked)
        return await self._send(writer, self._answer(asked), headers)

    def _answer(self, asked: Asked) -> Answer:
        is_post = asked.method == "POST"
        posted = self._answers.get(f"{asked.target} POST {asked.body.decode(errors='replace')}") if is_post else None
        queue = posted or self._answers.get(asked.target, [Answer(b"", 404)])
        return queue.pop(0) if len(queue) > 1 else queue[0]

    async def _send(self, writer: asyncio.StreamWriter, answer: Answer, asked: Mapping[str, str]) -> bool:
        if answer.raw is not None:
            writer.write(answer.raw)
            await writer.drain()
            return False
        status, body = answer.status, answer.encoded
        known = {name.lower(): value for name, value in answer.headers.items()}
        if known.get("etag") and asked.get("if-none-match") == known["etag"]:
            status, body = 304, b""
        lines = [f"HTTP/1.1 {status} As told"]
        if answer.type is not None and status != 304:
            lines.append(f"Content-Type: {answer.type}")
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        lines.append(f"Content-Length: {len(body)}")
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        if answer.drip is None:
            writer.write(body)
        else:
            for place in range(len(body)):
                writer.write(body[place : place + 1])
                await writer.drain()
                await asyncio.sleep(answer.drip)
        await writer.drain()
        return True


_policy = {"private_addresses": True, "pace": "0s", "attempts": 1}


def source_of(**blocks: object) -> Source:
    """A source from the words of sources.yaml; it may reach loopback, and tries once unless told otherwise."""
    policy = {**_policy, **blocks.pop("policy", {})}  # type: ignore[dict-item]
    found: Source = TypeAdapter(Source).validate_python({"id": "test", "policy": policy, **blocks})
    return found


async def crawled(
    source: Source,
    memory: Memory | None = None,
    sleep: Callable[..., object] = no_wait,
    now: datetime | None = None,
) -> Harvest:
    """One crawl over real HTTP, with all waits switched off, at `now` by the source's calendar."""
    async with Fetcher("mailto:operator@example.org", sleep=sleep) as fetcher:  # type: ignore[arg-type]
        return await crawl(source, memory or Memory(), fetcher, now=now)


def remembered(harvest: Harvest, before: Memory | None = None) -> Memory:
    """What the warehouse would know after a crawl."""
    before = before or Memory()
    return Memory(
        {**before.validators, **harvest.validators},
        before.known_urls | {publication.url for publication in harvest.publications},
        {**before.state, **harvest.state},
        first_crawl=False,
        last_success=harvest.finished_at if harvest.outcome != "failed" else before.last_success,
        items={**before.items, **{state.key: state for state in harvest.items}},
    )


def swept_long_ago(memory: Memory) -> Memory:
    """The same memory after so long that the next crawl is a sweep."""
    return replace(memory, state={**memory.state, "swept": "2026-01-01T00:00:00+00:00"})


def as_json(value: object) -> Answer:
    """A value as a JSON answer."""
    return Answer(json.dumps(value), type="application/json")


def files_read(source_id: str, paths: Sequence[Path]) -> Harvest:
    """What local files give, read in this process."""
    # In a thread, for tests that run in an event loop of their own call it too.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, crawl_files(source_id, paths, Memory(), Policy())).result()
