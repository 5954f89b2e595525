"""A forward proxy on loopback, as companies run them: plain requests and CONNECT, with names that only it knows."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping


class ForwardProxy:
    """A proxy as an async context manager. `names` leads host names to ports on loopback; others get 502.

    A name may be that of one method only: "CONNECT example.org", where a host answers by http and by https.

    With `auth` ("Basic …") requests without it get 407. `asked` lists the first line of each request.
    """

    def __init__(self, names: Mapping[str, int], auth: str | None = None) -> None:
        self.asked: list[str] = []
        self._names = names
        self._auth = auth
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[object]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        """The proxy's address."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        under_way = list(self._tasks)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        # A closed stream lets go of its socket with the loop's next round.
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._exchange(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        self.asked.append(line)
        method, target, _ = line.split(" ")
        sent = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in fields if each)}
        if self._auth is not None and sent.get("proxy-authorization") != self._auth:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        host = target.rpartition(":")[0] if method == "CONNECT" else urlsplit(target).hostname or ""
        port = self._names.get(f"{method} {host}", self._names.get(host))
        if port is None:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        there, to_there = await asyncio.open_connection("127.0.0.1", port)
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await asyncio.gather(_pipe(reader, to_there), _pipe(there, writer))
                return
            parts = urlsplit(target)
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            kept = [each for each in fields if each and not each.lower().startswith("proxy-")]
            to_there.write("\r\n".join([f"{method} {path} HTTP/1.1", *kept, "", ""]).encode("latin-1"))
            to_there.write(await reader.readexactly(int(sent.get("content-length", 0))))
            answer = (await there.readuntil(b"\r\n\r\n")).removesuffix(b"\r\n")
            size = next(int(each[15:]) for each in answer.split(b"\r\n") if each.lower().startswith(b"content-length:"))
            writer.write(answer + b"Connection: close\r\n\r\n" + await there.readexactly(size))
            await writer.drain()
        finally:
            to_there.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.write_eof() if writer.can_write_eof() else None
