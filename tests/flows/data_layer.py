"""PostgreSQL and Redis on free loopback ports, for a Prefect server that keeps its state there.

Both can be stopped and started again on the same port, as an outage would have it. A test is skipped, with the reason,
where they are not installed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.patience import PATIENCE
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Service:
    """A process that listens on loopback. `environment` is what makes Prefect use it."""

    command: tuple[str, ...]
    port: int
    folder: Path
    environment: dict[str, str]
    user: str | None = None
    stop_by: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it; it answers when this returns."""
        # It ends with the tests, even if they are killed.
        bound = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                (*bound, *self.command), user=self.user, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError(f"{self.command[0]} did not start:\n{(self.folder / 'log').read_text()[-2000:]}")

    def stop(self, *, kill: bool = False) -> None:
        """Stop it, or kill all of it; it is gone when this returns."""
        if self.process is None or self.process.poll() is not None:
            return
        if kill:
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.send_signal(self.stop_by)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextmanager
def _started(service: Service) -> Iterator[Service]:
    try:
        service.start()
        yield service
    finally:
        service.stop(kill=True)


@contextmanager
def postgresql() -> Iterator[Service]:
    """A cluster of its own with an empty database `prefect`; as root it runs as `postgres`, as it insists."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    program = str(found[-1]) if found else shutil.which("postgres")
    if program is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    user = "postgres" if os.getuid() == 0 else None
    # Not below pytest's own folder, which other users may not enter.
    with tempfile.TemporaryDirectory(prefix="mandates-pg-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        if user:
            entry = pwd.getpwnam(user)
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        initdb = [str(Path(program).with_name("initdb")), "-D", str(folder / "data"), "-U", "prefect", "-A", "trust"]
        done = subprocess.run(
            [*initdb, "-N", "-E", "UTF8", "--locale", "C"], user=user, cwd=folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        # Nobody reads this cluster after a crash of the machine, so nothing needs to reach the disk.
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": name, "fsync": "off"}
        settings = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        service = Service(
            (program, "-D", str(folder / "data"), "-p", str(port), *settings),
            port,
            folder,
            # Every cluster has a database `postgres`.
            {"PREFECT_API_DATABASE_CONNECTION_URL": f"postgresql+asyncpg://prefect@127.0.0.1:{port}/postgres"},
            user,
            # Clients that stay connected would hold up the polite kind of stop.
            signal.SIGINT,
        )
        with _started(service):
            yield service


@contextmanager
def redis() -> Iterator[Service]:
    """A Redis that keeps its streams on disk, as Prefect's messages need over a restart."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("Redis is not installed (apt-get install redis-server)")
    pytest.importorskip("prefect_redis", reason="needs the extra `server` (pip install 'mandate-monitor[server]')")
    with tempfile.TemporaryDirectory(prefix="mandates-redis-", ignore_cleanup_errors=True) as name:
        port = free_port()
        command = (program, "--bind", "127.0.0.1", "--port", str(port), "--dir", name, "--save", "")
        environment = {
            "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
            "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
            "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
            "PREFECT_REDIS_MESSAGING_URL": f"redis://127.0.0.1:{port}/0",
            "PREFECT_SERVER_DOCKET_URL": f"redis://127.0.0.1:{port}/1",
        }
        service = Service((*command, "--appendonly", "yes", "--appendfsync", "no"), port, Path(name), environment)
        with _started(service):
            yield service
