"""The Prefect server as we start it keeps to this machine, and a proxy with passwords can be put before it."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import signal
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prefect_server import Server, migrated, prefect, wait_for

from config.units import units
from demo.site import PublicationSite
from flows.commands.demo import configuration
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.sites.authority import authority
from tests.sites.documented_nginx import NGINX, accounts, documented, nginx

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
mandates = str(Path(sys.executable).parent / "mandates")
# A locked database at the start is rare; five in a row would be something else.
STARTS = 5
FAILED = "send_telemetry_heartbeat()"


@dataclass
class Recorder:
    """A proxy that forwards nothing; `asked` has the first line of each request that was to leave this machine."""

    port: int
    asked: list[str] = field(default_factory=list)


class Asked(socketserver.StreamRequestHandler):
    """Notes the first line of a request and hangs up; a connection that is reset or silent holds up nobody."""

    timeout = 60

    def handle(self) -> None:
        """Note what a proxy is asked; a stray client of a server that had this port before asks for a path."""
        with suppress(OSError):
            line = self.rfile.readline(4096).strip().decode("latin-1")
            if line.startswith("CONNECT ") or "://" in line:
                self.server.recorder.asked.append(line)  # type: ignore[attr-defined]


@contextmanager
def recording() -> Iterator[Recorder]:
    """Where all requests go that are not for this machine."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Asked) as listener:
        listener.daemon_threads = True
        listener.recorder = Recorder(listener.server_address[1])  # type: ignore[attr-defined]
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        try:
            yield listener.recorder  # type: ignore[attr-defined]
        finally:
            listener.shutdown()


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    """The recorder of the servers that report to nobody; none of them asks it for anything as long as it lives."""
    with recording() as made:
        yield made
        assert made.asked == []


@contextmanager
def as_the_unit_says(folder: Path, recorder: Recorder, **more: str) -> Iterator[tuple[int, int]]:
    """The server of mandates-prefect.service, with its command and environment; its port and process."""
    texts = {unit.name: unit.text for unit in units(Path(sys.executable).parent)}
    text = texts["mandates-.service.d/sandbox.conf"] + texts["mandates-prefect.service"]
    given = " ".join(re.findall(r"^Environment=(.+)$", text, re.MULTILINE))
    (command,) = re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "DO_NOT"))}
    environment |= dict(each.split("=", 1) for each in shlex.split(given))
    environment |= {"HOME": str(folder), "PREFECT_HOME": str(folder)}
    proxy = f"http://127.0.0.1:{recorder.port}"
    environment |= {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "NO_PROXY": "127.0.0.1,localhost"} | more
    if not (folder / "prefect.db").exists():
        migrated(folder)
    with (folder / "server.log").open("wb") as log:
        started = subprocess.Popen(
            shlex.split(command.replace("4200", str(port))),
            env=environment,
            cwd=folder,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=60).read() == b"true")
        yield port, started.pid
    finally:
        os.killpg(started.pid, signal.SIGTERM)
        started.wait(PATIENCE)


@pytest.fixture(scope="module")
def proxy_port() -> int:
    """Where nginx listens."""
    return free_port()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, recorder: Recorder, proxy_port: int) -> Iterator[tuple[int, int]]:
    """The server of the unit, which knows the address of the proxy."""
    address = f"https://localhost:{proxy_port}"
    more = {"PREFECT_UI_API_URL": f"{address}/api", "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": address}
    with as_the_unit_says(tmp_path_factory.mktemp("server"), recorder, **more) as server:
        yield server


def listening(group: int) -> set[str]:
    """The addresses in hexadecimal at which the processes of a group listen."""
    inodes = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(process.name)) == group:
                inodes |= {str(each.readlink()) for each in (process / "fd").iterdir()}
        except OSError:
            continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in (Path("/proc/net") / table).read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and f"socket:[{words[9]}]" in inodes:
                found.add(words[1].partition(":")[0])
    return found


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux's /proc")
def test_the_server_listens_on_loopback_alone(served: tuple[int, int]) -> None:
    """No other address of the machine leads to it."""
    assert listening(served[1]) == {"0100007F"}


def reports(port: int) -> bool:
    """Whether a server has its telemetry on, by its own account."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/admin/settings", timeout=PATIENCE) as answer:
        found: bool = json.load(answer)["server"]["analytics_enabled"]
    return found


def test_the_server_reports_to_nobody(
    served: tuple[int, int], recorder: Recorder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Prefect's telemetry is off; where it is on, the same server asks for its address as soon as it has started."""
    assert not reports(served[0])
    folder = tmp_path_factory.mktemp("control")
    with recording() as control:
        # It first notes in its database that it reports. On SQLite that fails now and then while other services start
        # ("database is locked"), and Prefect tries again after ten minutes; a new start, at once.
        for _ in range(STARTS):
            on = {"PREFECT_SERVER_ANALYTICS_ENABLED": "true", "DO_NOT_TRACK": ""}
            with as_the_unit_says(folder, control, **on) as (port, _process):
                assert reports(port)
                wait_for(lambda: control.asked or FAILED in (folder / "server.log").read_text())
            if control.asked:
                break
        assert control.asked[0].startswith("CONNECT "), (folder / "server.log").read_text()
    assert recorder.asked == []


def test_pages_of_other_sites_cannot_use_the_server(served: tuple[int, int], proxy_port: int) -> None:
    """A browser that can reach the server lets only the UI's own pages read its answers."""
    for origin, allowed in ((f"https://localhost:{proxy_port}", True), ("https://site.example.org", False)):
        request = urllib.request.Request(f"http://127.0.0.1:{served[0]}/api/health", headers={"Origin": origin})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            assert (answer.headers["Access-Control-Allow-Origin"] == origin) == allowed


def test_an_embedded_run_reports_to_nobody_and_listens_on_loopback_alone(tmp_path: Path, recorder: Recorder) -> None:
    """`mandates demo` brings a server of its own for the length of a run."""
    proxy = f"http://127.0.0.1:{recorder.port}"
    dropped = ("PREFECT_", "DO_NOT", "MANDATES_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    environment |= {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "MANDATES_HOME": str(tmp_path / "home")}
    with (tmp_path / "log").open("wb") as log:
        run = subprocess.Popen(
            [mandates, "demo"], env=environment, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True
        )
    seen = set[str]()
    while run.poll() is None:
        seen |= listening(run.pid) if Path("/proc/net/tcp").exists() else {"0100007F"}
        time.sleep(0.2)
    assert run.returncode == 0, (tmp_path / "log").read_text()
    assert seen == {"0100007F"}
    assert recorder.asked == []


@pytest.fixture(scope="module")
def proxied(
    tmp_path_factory: pytest.TempPathFactory, served: tuple[int, int], proxy_port: int
) -> Iterator[tuple[str, Path]]:
    """The documented nginx in front of the server; its address, and the authority that signed its certificate."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    folder = tmp_path_factory.mktemp("nginx")
    trusted = authority(folder, "localhost")
    accounts(folder / "users", "worker-one:worker-password")
    replaced = {
        "listen 443 ssl": f"listen 127.0.0.1:{proxy_port} ssl",
        "prefect.example.org;": "localhost;",
        "/etc/ssl/prefect.example.org.pem": f"{folder}/server.pem",
        "/etc/ssl/prefect.example.org.key": f"{folder}/server.pem",
        "/etc/nginx/prefect.users": f"{folder}/users",
        "127.0.0.1:4200": f"127.0.0.1:{served[0]}",
    }
    (written,) = documented("security.md")
    with nginx(folder, written, replaced, proxy_port):
        yield f"https://localhost:{proxy_port}", trusted.file


def basic(account: str) -> str:
    """A name and a password as a header has them."""
    return f"Basic {base64.b64encode(account.encode()).decode()}"


def got(proxied: tuple[str, Path], path: str, account: str | None) -> tuple[int, str]:
    """Status and body of a page behind the proxy."""
    address, trusted = proxied
    headers = {} if account is None else {"Authorization": basic(account)}
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}),
        urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(trusted))),
    )
    try:
        with opener.open(urllib.request.Request(address + path, headers=headers), timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


@pytest.mark.parametrize("path", ["/", "/api/health", "/api/admin/settings", "/ui-settings", "/docs"])
def test_nothing_is_shown_without_a_password(proxied: tuple[str, Path], path: str) -> None:
    """Neither pages nor the API, and not with a wrong password either."""
    assert got(proxied, path, None)[0] == 401
    assert got(proxied, path, "worker-one:guess")[0] == 401
    assert got(proxied, path, "worker-one:worker-password")[0] == 200


def test_the_ui_asks_the_api_behind_the_proxy(proxied: tuple[str, Path]) -> None:
    """The page loads, its scripts load, and they are given the public address."""
    account = "worker-one:worker-password"
    page = got(proxied, "/", account)[1]
    scripts = re.findall(r'src="(/[^"]+\.js)"', page)
    assert scripts
    assert all(got(proxied, each, account)[0] == 200 for each in scripts)
    assert json.loads(got(proxied, "/ui-settings", account)[1])["api_url"] == f"{proxied[0]}/api"


def as_worker(proxied: tuple[str, Path], folder: Path) -> dict[str, str]:
    """The environment of a worker on another machine, as it is documented."""
    address, trusted = proxied
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | {
        "PREFECT_HOME": str(folder / "client"),
        "PREFECT_API_URL": f"{address}/api",
        "PREFECT_CLIENT_CUSTOM_HEADERS": json.dumps({"Authorization": basic("worker-one:worker-password")}),
        "PREFECT_API_SSL_CERT_FILE": str(trusted),
        "SSL_CERT_FILE": str(trusted),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "DO_NOT_TRACK": "1",
        "MANDATES_HOME": str(folder / "home"),
    }


# What a worker and `--watch` use: requests, a websocket for events of its own, another one for those of others.
WORKER = """
import asyncio
from prefect.client.orchestration import get_client
from prefect.events import Event
from prefect.events.clients import get_events_client, get_events_subscriber

async def main():
    async with get_client() as client:
        print(await client.api_version())
    async with get_events_subscriber() as others, get_events_client() as own:
        await own.emit(Event(event="proxy.tried", resource={"prefect.resource.id": "mandates.trial"}))
        async for event in others:
            if event.event == "proxy.tried":
                print(event.event)
                return

asyncio.run(main())
"""


def test_requests_and_websockets_of_a_worker_pass_the_proxy(proxied: tuple[str, Path], tmp_path: Path) -> None:
    """With the documented header all three ways are open; with the password that Prefect itself sends, not all."""
    environment = as_worker(proxied, tmp_path)
    call = [sys.executable, "-c", WORKER]
    done = subprocess.run(call, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[1:] == ["proxy.tried"], done.stderr
    del environment["PREFECT_CLIENT_CUSTOM_HEADERS"]
    environment["PREFECT_API_AUTH_STRING"] = "worker-one:worker-password"
    done = subprocess.run(call, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "HTTP 401" in done.stderr


@pytest.mark.long
def test_a_worker_behind_the_proxy_runs_a_flow(
    proxied: tuple[str, Path], served: tuple[int, int], tmp_path: Path
) -> None:
    """Deploying, polling, states and the events in websockets: all of it passes the proxy, with the right header."""
    environment = as_worker(proxied, tmp_path)
    with PublicationSite(tmp_path / "site") as site:
        environment["MANDATES_CONFIG"] = str(configuration(tmp_path / "config", site))
        # What the server knows is asked of it directly.
        client = Server(f"http://127.0.0.1:{served[0]}/api", environment, tmp_path / "client.log")
        try:
            done = client.run(mandates, "deploy")
            assert done.returncode == 0, done.stderr + done.stdout
            client.start(prefect, "worker", "start", "--pool", "mandates")
            done = client.run(prefect, "deployment", "run", "monitor/monitor", "--watch", "--watch-timeout", "1200")
            assert done.returncode == 0, done.stdout + done.stderr + client.log.read_text()

            def events() -> list[Any]:
                found = client.ask("events/filter", {"filter": {"event": {"name": ["prefect.flow-run.heartbeat"]}}})
                kept: list[Any] = found["events"]
                return kept

            # It comes from the run itself, through a websocket.
            assert wait_for(events)
        finally:
            for child in client.children:
                os.killpg(child.pid, signal.SIGTERM)
                child.wait(PATIENCE)
