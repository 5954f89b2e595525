"""A publisher for measurements: many loopback addresses, one process, answers that cost next to nothing to make.

/feed/N/COUNT           RSS with COUNT entries and an ETag, so that a conditional request gets 304
/same/N/COUNT           the same without an ETag: the same bytes each time
/entries/N/COUNT        RSS whose entries hold their texts
/papers/COUNT           RSS whose entries are PDFs of 2 MB
/page/N/ITEM            a small HTML page
/listing?page=N         a listing of 29 MB, as pages with data in them are
/paper/N                a PDF of 2 MB, most of it a picture

Called with the name of a file, it notes there when each host was asked: a line a request, with the moment at which the
system received it, the moment at which this process came to it, which may be much later, and the host.
"""

from __future__ import annotations

import asyncio
import base64
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from tests.arrival import arrived

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

HOSTS = 50
_ASKED: list[str] = []
REPORT_PICTURES = 29
PAPER_BYTES = 2_000_000
PICTURE_BYTES = 1_000_000

_PAGE = (
    "<html><body><nav><a href='/'>Home</a></nav><main><h1>Invented decision NUMBER</h1>"
    + "<p>1. <em>Requests</em> the secretariat to report on the invented boats at the next session;</p>" * 40
    + "</main></body></html>"
)
_WORDS = "<p>3. Requests the Secretariat to report on matter %s to the Committee at its session of 2030.</p>"


@contextmanager
def site(notes: Path | None = None) -> Iterator[int]:
    """Serve in a process of its own, so that its work is not counted as ours; the port comes back."""
    command = [sys.executable, "-m", "benchmarks._site", *([str(notes)] if notes else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        try:
            assert server.stdout is not None
            yield int(server.stdout.readline())
        finally:
            server.kill()


def address(host: int) -> str:
    """The address of one of the hosts, from 0 on."""
    return f"127.0.1.{host + 1}"


def etag(target: str) -> str:
    """What a feed is known by."""
    return f'"{target}"'


def _answer(target: str, host: str, asked: str) -> tuple[bytes, ...]:
    kind, *numbers = target.strip("/").split("/")
    if kind == "feed" and f"if-none-match: {etag(target)}" in asked:
        return (_head("304 Not Modified", 0, ETag=etag(target)),)
    if kind not in _MADE:
        return (_head("404 Not Found", 0),)
    # Parts, since 29 MB are not put together for each answer.
    parts = _MADE[kind](host, *map(int, numbers))
    known = {"feed": {"ETag": etag(target)}, "paper": {"Content-Type": "application/pdf"}}.get(kind, {})
    return (_head("200 OK", sum(map(len, parts)), **known), *parts)


@cache
def _feed(host: str, number: int, count: int) -> tuple[bytes, ...]:
    items = ((f"{number}-{item}", f"http://{host}/page/{number}/{item}", "Invented.") for item in range(count))
    return (_rss(items),)


@cache
def _entries(host: str, number: int, count: int) -> tuple[bytes, ...]:
    def words(item: int) -> str:
        return "".join(escape(_WORDS % f"{number}-{item}-{n}") for n in range(5))

    return (_rss((f"{number}-{item}", f"http://{host}/page/{number}/{item}", words(item)) for item in range(count)),)


def _papers(host: str, count: int) -> tuple[bytes, ...]:
    return (_rss((f"{number}", f"http://{host}/paper/{number}", "Invented.") for number in range(count)),)


def _page(_host: str, number: int, item: int) -> tuple[bytes, ...]:
    return (_PAGE.replace("NUMBER", f"{number}-{item}").encode(),)


def _report(host: str, number: int) -> tuple[bytes, ...]:
    head, foot = _page(host, number, 0)[0].split(b"</main>")
    return (head, *[b"<img alt='' src='data:image/png;base64,", _picture(), b"'>"] * REPORT_PICTURES, b"</main>", foot)


def _paper(_host: str, number: int) -> tuple[bytes, ...]:
    return (_illustrated().replace(b"No.000000", b"No.%06d" % number),)


_MADE: dict[str, Callable[..., tuple[bytes, ...]]] = {
    "feed": _feed,
    "same": _feed,
    "entries": _entries,
    "papers": _papers,
    "page": _page,
    "report": _report,
    "paper": _paper,
}


@cache
def _picture() -> bytes:
    """What compresses as badly as pictures do."""
    return base64.b64encode(random.Random(20261125).randbytes(PICTURE_BYTES * 3 // 4))  # noqa: S311 - not a secret


@cache
def _illustrated() -> bytes:
    """A PDF whose number is replaced by others of the same length, which keeps its table of objects true."""
    from benchmarks._papers import illustrated  # noqa: PLC0415 - reportlab is for this answer alone

    return illustrated("No.000000", PAPER_BYTES)


def _rss(items: Iterable[tuple[str, str, str]]) -> bytes:
    # The underscores end no word: a title with the number 404 is taken for that of an error page.
    entries = "".join(
        f"<item><title>Invented decision {name.replace('-', '_')}_</title><link>{link}</link>"
        f"<description>{words}</description><pubDate>Mon, 02 Nov 2026 10:00:00 GMT</pubDate></item>"
        for name, link, words in items
    )
    return f'<rss version="2.0"><channel><title>Invented decisions</title>{entries}</channel></rss>'.encode()


def _head(status: str, size: int, **headers: str) -> bytes:
    known = {"Content-Length": str(size), **headers}
    return "\r\n".join([f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in known.items()), "", ""]).encode()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            looked = time.monotonic()
            # Linux alone says when it was.
            moment = arrived(connection) if sys.platform == "linux" else looked
            target = head.split(b" ", 2)[1].decode()
            lines = head.decode("latin-1").lower()
            host = lines.partition("\r\nhost:")[2].partition("\r\n")[0].strip()
            _ASKED.append(f"{moment} {looked} {host}\n")
            for part in _answer(target, host, lines):
                writer.write(part)
                await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _noting(path: Path) -> None:
    with path.open("w", encoding="utf-8") as notes:
        while True:
            await asyncio.sleep(0.5)
            notes.writelines(_ASKED)
            notes.flush()
            _ASKED.clear()


async def _serve() -> None:
    first = await asyncio.start_server(_exchange, address(0), 0)
    port = first.sockets[0].getsockname()[1]
    others = [await asyncio.start_server(_exchange, address(host), port) for host in range(1, HOSTS)]
    print(port, flush=True)
    for path in map(Path, sys.argv[1:]):
        await asyncio.gather(_noting(path), *(server.serve_forever() for server in (first, *others)))
    await asyncio.gather(*(server.serve_forever() for server in (first, *others)))


if __name__ == "__main__":
    asyncio.run(_serve())
