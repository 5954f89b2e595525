"""A publisher that fails at times, in a process of its own: a feed, out of order now and then.

Of ten answers of the feed one is a 503, one an empty body, one a page in place of the feed; one comes a second late.
The others show the same documents, so that a run that goes well has nothing new to record after the first.
"""

from __future__ import annotations

import http.server
import itertools
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks._showing import feed, page

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENTS = 20
_DOWN, _EMPTY, _PAGE, _LATE, _TURNS = 2, 5, 7, 9, 10


@contextmanager
def failing() -> Iterator[str]:
    """Serve; the address of the feed."""
    command = [sys.executable, "-m", "benchmarks._failing"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.kill()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = itertools.count()

    def do_GET(self) -> None:
        """Answer the feed, in or out of order, or an item."""
        site = f"http://{self.headers['Host']}"
        kind, *rest = self.path.strip("/").split("/")
        if kind == "item" and rest:
            self._answer(200, page(int(rest[0])), "text/html")
            return
        if kind != "feed":
            self._answer(404, "", "text/html")
            return
        turn = next(self.asked) % _TURNS
        if turn == _LATE:
            time.sleep(1)
        if turn == _DOWN:
            self._answer(503, "out of order", "text/html")
        elif turn == _PAGE:
            self._answer(200, page(1), "text/html")
        else:
            self._answer(200, "" if turn == _EMPTY else feed(site, DOCUMENTS), "application/rss+xml")

    def _answer(self, status: int, words: str, kind: str) -> None:
        body = words.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}/feed", flush=True)
        server.serve_forever()
