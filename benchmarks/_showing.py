"""A feed whose items come while it is watched: it runs in a process of its own and says when it was asked.

/feed          RSS with all items shown so far, the newest first
/item/N        a page with one mandate
"""

from __future__ import annotations

import http.server
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

_ITEM = "<item><title>Invented decision no_{n}_</title><link>{site}/item/{n}</link></item>"
_PAGE = (
    "<html><body><main><h1>Invented decision no_{n}_</h1><p>The Assembly,</p>"
    "<p>1. <em>Requests</em> the Secretariat to report on boat no_{n}_ by 30 June 2030.</p></main></body></html>"
)


def feed(site: str, shown: int) -> str:
    """RSS with the items 1 to `shown`, the newest first."""
    items = "".join(_ITEM.format(n=n, site=site) for n in range(shown, 0, -1))
    return f'<rss version="2.0"><channel><title>Decisions</title>{items}</channel></rss>'


def page(number: int) -> str:
    """The page of an item, with one mandate."""
    return _PAGE.format(n=number)


def source(url: str) -> dict[str, object]:
    """A feed as sources.yaml has it, asked each second."""
    policy = {"private_addresses": True, "pace": "0s"}
    return {"id": "feed", "kind": "feed", "url": url, "every": "1s", "detail": {}, "policy": policy}


@dataclass
class Showing:
    """The feed as the measurement sees it."""

    url: str
    _orders: IO[str]
    _answers: IO[str]

    def show(self) -> float:
        """Show one more item; the moment since when it is to be seen (seconds since 1970)."""
        return self._said("show")

    def asked(self, since: float) -> float:
        """When the feed was first asked after a moment."""
        return self._said(f"asked {since!r}")

    def _said(self, order: str) -> float:
        print(order, file=self._orders, flush=True)
        return float(self._answers.readline())

    @classmethod
    def of(cls, process: subprocess.Popen[str]) -> Self:
        """The feed that a process shows."""
        assert process.stdin is not None
        assert process.stdout is not None
        return cls(process.stdout.readline().strip(), process.stdin, process.stdout)


@contextmanager
def showing() -> Iterator[Showing]:
    """Serve in a process of its own, so that its work is not counted as ours."""
    command = [sys.executable, "-m", "benchmarks._showing"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Showing.of(process)
        finally:
            process.kill()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shown = 0
    asked: list[float] = []  # noqa: RUF012 - one server a process

    def do_GET(self) -> None:
        """Answer the feed or an item."""
        kind, *rest = self.path.strip("/").split("/")
        site = f"http://{self.headers['Host']}"
        if kind == "feed":
            self.asked.append(time.time())
            self._answer(200, feed(site, self.shown), "rss+xml")
        elif kind == "item" and rest and int(rest[0]) <= self.shown:
            self._answer(200, page(int(rest[0])), "html")
        else:
            self._answer(404, "", "html")

    def _answer(self, status: int, words: str, kind: str) -> None:
        body = words.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"text/{kind}" if kind == "html" else f"application/{kind}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing; standard output is for the answers."""


def _serve() -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        print(f"http://127.0.0.1:{server.server_port}/feed", flush=True)
        for line in sys.stdin:
            order, _, since = line.strip().partition(" ")
            if order == "show":
                _Handler.shown += 1
                print(time.time(), flush=True)
            else:
                print(next(moment for moment in _Handler.asked if moment >= float(since)), flush=True)


if __name__ == "__main__":
    _serve()
