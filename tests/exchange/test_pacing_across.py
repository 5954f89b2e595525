"""The pace of a host holds for all machines together, as its publisher measures it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from tests.arrival import arrived
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parent.parent.parent
PACE = 0.4
# The system counts in milliseconds since a request arrived, and stamps files by a coarser clock.
JITTER = 0.1


@contextmanager
def publisher(moments: list[tuple[float, int]]) -> Iterator[str]:
    """Notes when requests arrived, and from which port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            moments.append((arrived(self.connection), self.client_address[1]))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", "40")
            self.end_headers()
            self.wfile.write(b"<html><body>words words</body></html>   ")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def asker(place: Path, url: str, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.exchange.asker", str(place), url, str(count), str(PACE)]
    return subprocess.Popen(command, cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": str(CHECKOUT)})


def held(moments: list[tuple[float, int]]) -> bool:
    return min(later - earlier for (earlier, _), (later, _) in pairwise(sorted(moments))) >= PACE - JITTER


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux when a request arrived")


@pytest.mark.slow
def test_three_processes_keep_one_pace(tmp_path: Path) -> None:
    """Three runs that ask one host take turns, and no two requests are closer than the pace."""
    (tmp_path / "place").mkdir()
    moments: list[tuple[float, int]] = []
    with publisher(moments) as url:
        runs = [asker(tmp_path / "place", url, 8) for _ in range(3)]
        assert [run.wait(PATIENCE) for run in runs] == [0, 0, 0]
    assert len(moments) == 24
    assert held(moments)


@pytest.mark.slow
def test_a_killed_run_passes_its_host_on(tmp_path: Path) -> None:
    """A run that is killed in the middle keeps the host from nobody for long, and the pace holds all the same."""
    (tmp_path / "place").mkdir()
    moments: list[tuple[float, int]] = []
    kills = 4 if os.environ.get("MANDATES_FAULTS") == "long" else 1
    with publisher(moments) as url:
        steady = asker(tmp_path / "place", url, 10 * kills)
        for _ in range(kills):
            doomed = asker(tmp_path / "place", url, 1000)
            seen = len(moments)
            while len(moments) < seen + 6 and steady.poll() is None:
                time.sleep(0.05)
            doomed.kill()
            doomed.wait()
        assert steady.wait(PATIENCE) == 0
    assert held(moments)
    # Were the host not passed on, the steady run would have failed by now.
    assert len(moments) >= 10 * kills
