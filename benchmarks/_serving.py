"""A running `mandates serve`, as a measurement sees it: its API, and those of its processes that last."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from tests.flows.prefect_server import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MANDATES = str(Path(sys.executable).parent / "mandates")
# What a process of the tree is, by a word of its command line.
_NAMES = {"server": "server start", "warm process": "flows.serve.warm", "worker": "flows.serve.worker"}


@dataclass(frozen=True, slots=True)
class Serving:
    """The tree."""

    api: str
    process: int

    def ask(self, path: str, body: Mapping[str, Any] | None = None, *, method: str | None = None) -> Any:
        """What the API answers; None where it answers with nothing."""
        # A busy server says for a moment that it is unavailable.
        for _ in range(60):
            answer = self._answer(path, body, method)
            if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            time.sleep(1)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _answer(self, path: str, body: Mapping[str, Any] | None, method: str | None) -> httpx.Response:
        return httpx.request(method or ("GET" if body is None else "POST"), f"{self.api}/{path}", json=body, timeout=60)

    def lasting(self) -> Iterator[tuple[str, int]]:
        """The processes that live as long as the tree, each with its name."""
        yield "supervisor", self.process
        for process in _children(self.process):
            command = _command(process)
            for name, word in _NAMES.items():
                if word in command:
                    yield name, process


@contextmanager
def serving(home: Path, config: Path, **environment: str) -> Iterator[Serving]:
    """Start the command in a folder of its own, wait for deployments and a worker, and stop it in the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    around = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | environment
    words = config.parent / "serve.log"
    command = [MANDATES, "--home", str(home), "--config", str(config), "serve", "--port", str(port)]
    with (
        words.open("wb") as log,
        subprocess.Popen(command, cwd=config.parent, env=around, stdout=log, stderr=log) as process,
    ):
        running = Serving(f"http://127.0.0.1:{port}/api", process.pid)
        try:
            wait_for(lambda: "ready: " in words.read_text(encoding="utf-8"))
            # A new home has its first run at once, which is none of those that are measured.
            wait_for((home / "snapshot.duckdb").exists)
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(90)
            except subprocess.TimeoutExpired:
                process.kill()


def _children(process: int) -> list[int]:
    found: list[int] = []
    for words in Path(f"/proc/{process}/task").glob("*/children"):
        found += map(int, words.read_text(encoding="ascii").split())
    return found


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
