"""A real Prefect server and a real worker on loopback, in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.engine import prepared_database
from tests.flows import data_layer
from tests.patience import PATIENCE, until
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.flows.data_layer import Service

checkout = Path(__file__).parent.parent.parent
prefect = str(Path(sys.executable).parent / "prefect")
SERVE = (prefect, "server", "start")
# A shell's background jobs ignore Ctrl-C, and so does what they start; Prefect's worker sends itself one on SIGTERM.
INTERRUPTIBLE = ("env", "--default-signal=INT") if sys.platform == "linux" else ()


@dataclass
class Server:
    """A running server; `environment` is what its clients and workers need, `folder` where they are started.

    `main` is the server's own process, `services` the database and the message broker that it has, by name.
    """

    api: str
    environment: dict[str, str]
    log: Path
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)
    folder: Path = checkout
    services: dict[str, Service] = field(default_factory=dict)

    @property
    def main(self) -> subprocess.Popen[bytes]:
        """The server's process, the last one that was started."""
        return next(child for child in reversed(self.children) if child.args == (*INTERRUPTIBLE, *SERVE))

    def serve(self) -> None:
        """Start the server, or start it again; it answers when this returns."""
        started = self.start(*SERVE)
        assert wait_for(lambda: started.poll() is not None or self.ask("health")), self.log.read_text()[-4000:]
        assert started.poll() is None, self.log.read_text()[-4000:]

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What the API answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.api}/{path}", data, {"Content-Type": "application/json"})
        end = time.monotonic() + PATIENCE
        while True:
            try:
                # On SQLite and Python 3.11 the server stalls for a minute now and then.
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                # On SQLite the server says so when its database is locked for a moment.
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() > end:
                    raise
                time.sleep(0.5)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as a client of this server."""
        return subprocess.run(
            command,
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a process that lives as long as the server."""
        with self.log.open("ab") as log:
            child = subprocess.Popen(
                (*INTERRUPTIBLE, *command),
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.children.append(child)
        return child


def wait_for(what: Callable[[], Any], *, every: float = 0.05) -> Any:
    """Ask until the answer is something; a server that does not answer now may do so later."""
    return until(what, ignoring=(urllib.error.URLError, ConnectionError, TimeoutError), every=every)


def migrated(folder: Path) -> None:
    """Put an empty database in a server's folder, as `mandates serve` does: to make one takes Prefect seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    if prepared_database.exists():
        shutil.copyfile(prepared_database, folder / "prefect.db")


@contextmanager
def server(
    folder: Path,
    home: Path,
    config: Path,
    *,
    database: str = "sqlite",
    messaging: str = "memory",
    more: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """A server with its state in `folder`, for flows with that home and configuration.

    `database="postgresql"` and `messaging="redis"` start these for it, on loopback. `more` goes into the environment of
    the server, its clients and its workers.
    """
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
        "PREFECT_API_REQUEST_TIMEOUT": str(PATIENCE),
        "DO_NOT_TRACK": "1",
        "MANDATES_HOME": str(home),
        "MANDATES_CONFIG": str(config),
        **(more or {}),
    }
    folder.mkdir(parents=True, exist_ok=True)
    if database == "sqlite":
        migrated(folder)
    with ExitStack() as stack:
        running = Server(environment["PREFECT_API_URL"], environment, folder / "server.log")
        if database == "postgresql":
            running.services[database] = stack.enter_context(data_layer.postgresql())
        if messaging == "redis":
            running.services[messaging] = stack.enter_context(data_layer.redis())
        for service in running.services.values():
            environment.update(service.environment)
        stack.callback(_end, running)
        running.serve()
        yield running


def _end(running: Server) -> None:
    for child in reversed(running.children):
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
    for child in running.children:
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
