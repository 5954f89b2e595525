"""`mandates` as a process of its own with all that it starts under watch: memory, children, what it leaves behind.

A publisher and the alerts' webhook are real servers on loopback, in threads of the test.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from flows.cli import _said, cli
from tests.patience import PATIENCE
from tests.post_office import WebHook
from tests.sites.proxy import ForwardProxy
from tests.sites.publisher import Publisher
from warehouse.query.queries import query
from warehouse.store.database import live_path, session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

checkout = Path(__file__).parent.parent
mandates = str(Path(sys.executable).parent / "mandates")
# A process of the command that holds more is stopped with all others before it takes the machine with it.
fatal_bytes = 4_000_000_000
# What is left of a command ends within so many seconds, of which it uses the processor for so many at most.
IDLE_SECONDS, WORK_SECONDS = 180.0, 2.0
_mark = "MANDATES_TEST_MARK"
_tick = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Process:
    """A process at one moment: what it runs, its processor seconds, and the most memory it ever held, in bytes."""

    pid: int
    parent: int
    command: str
    cpu: float
    peak: int

    @property
    def is_prefect(self) -> bool:
        """Whether it is Prefect's own embedded server."""
        return "prefect.server" in self.command or "uvicorn" in self.command


@dataclass(slots=True)
class Watched:
    """A running command. `seen` holds each process of it as it was last seen alive."""

    home: Path
    main: subprocess.Popen[bytes]
    mark: str
    out: Path
    err: Path
    seen: dict[int, Process] = field(default_factory=dict)
    others: set[int] = field(default_factory=set)
    too_large: Process | None = None

    def processes(self) -> dict[int, Process]:
        """Those that run now, orphans among them."""
        return {process.pid: process for process in _marked(self.mark, self.others)}

    def workers(self) -> dict[int, Process]:
        """Those that run now besides the command itself and Prefect's server."""
        return {pid: each for pid, each in self.processes().items() if pid != self.main.pid and not each.is_prefect}

    def busy(self) -> Process | None:
        """The first worker that uses the processor from now on; None where the command ends before.

        Whoever makes the workers is a child of the command, and busy only while it starts.
        """
        then: dict[int, Process] = {}
        while self.main.poll() is None:
            now = [each for each in self.workers().values() if each.parent != self.main.pid]
            most = max(now, key=lambda each: each.cpu - then.setdefault(each.pid, each).cpu, default=None)
            if most is not None and most.cpu - then[most.pid].cpu > 0.1:
                return most
            time.sleep(0.05)
        return None

    def wait(self, seconds: float = PATIENCE) -> Ended:
        """Until the command ended, or hangs for so long; what it said and what it took."""
        code = self.main.wait(seconds)
        assert self.too_large is None, f"held more than {fatal_bytes:,} bytes and was stopped: {self.too_large}"
        return Ended(code, self.out.read_text(), self.err.read_text(), tuple(self.seen.values()))

    def left(self) -> list[Process]:
        """What the command left behind: processes that do not end, or go on working before they do."""
        then: dict[int, Process] = {}
        end = time.monotonic() + IDLE_SECONDS
        while running := list(self.processes().values()):
            at_work = [each for each in running if each.cpu - then.setdefault(each.pid, each).cpu > WORK_SECONDS]
            if at_work or time.monotonic() > end:
                return at_work or running
            time.sleep(0.05)
        return []

    def stop(self) -> None:
        """End all that still runs."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.main.wait()

    def look(self) -> None:
        """Take note of what runs, and stop what holds too much."""
        for process in self.processes().values():
            self.seen[process.pid] = process
            if process.peak > fatal_bytes:
                self.too_large = process
                self.stop()


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ended, with every process that belonged to it."""

    code: int
    out: str
    err: str
    processes: tuple[Process, ...]

    @property
    def said(self) -> str:
        """Both streams, for the message of a failed assertion."""
        return f"exit code {self.code}\n{self.out}\n{self.err}"

    @property
    def last_line(self) -> str:
        """The last thing it said on standard error."""
        return next((line for line in reversed(self.err.splitlines()) if line.strip()), "")


@contextmanager
def running(
    home: Path, config: Path, *words: str, env: Mapping[str, str] | None = None, before: Sequence[str] = ()
) -> Iterator[Watched]:
    """The command `mandates WORDS` under watch; what is left of it at the end of the block is killed."""
    home.mkdir(parents=True, exist_ok=True)
    if words[0] in {"ingest", "run"} and not live_path(home).exists():
        # The command would make the same warehouse, and spend a second on it; here it is a copy (tests/conftest.py).
        with session(home):
            pass
    mark = uuid.uuid4().hex
    out, err = (home.parent / f"{mark}.{stream}" for stream in ("out", "err"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | {
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "MANDATES_LOCK_WAIT_SECONDS": str(PATIENCE),
        _mark: mark,
        **(env or {}),
    }
    with out.open("wb") as to_out, err.open("wb") as to_err:
        main = subprocess.Popen(
            [*before, mandates, "--home", str(home), "--config", str(config), *words],
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=to_out,
            stderr=to_err,
            start_new_session=True,
        )
    watched = Watched(home, main, mark, out, err)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            watched.look()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield watched
    finally:
        over.set()
        watcher.join()
        watched.stop()


def called(home: Path, config: Path, *words: str, env: Mapping[str, str] | None = None) -> Ended:
    """The command, from its beginning to its end."""
    with running(home, config, *words, env=env) as command:
        return command.wait()


def answered(home: Path, config: Path, *words: str, env: Mapping[str, str] | None = None) -> Ended:
    """The same in this process, for what a command says: importing the program takes a process a second."""
    result = CliRunner().invoke(cli, ["--home", str(home), "--config", str(config), *words], env=env)
    error = result.exception
    said = f"{_said(error)}\n" if isinstance(error, Exception) else ""
    return Ended(result.exit_code, result.stdout, result.stderr + said, ())


@contextmanager
def published() -> Iterator[Publisher]:
    """A publisher in a thread of its own, for tests that wait for processes."""
    with _threaded(Publisher(), _ended) as site:
        yield site


@contextmanager
def proxied(names: Mapping[str, int]) -> Iterator[ForwardProxy]:
    """A forward proxy in a thread of its own, which knows these names."""
    with _threaded(ForwardProxy(names), ForwardProxy.__aexit__) as proxy:
        yield proxy


@contextmanager
def _threaded(server: Any, ended: Callable[[Any], Any]) -> Iterator[Any]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def do(what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, loop).result(PATIENCE)

    do(server.__aenter__())
    try:
        yield server
    finally:
        do(ended(server))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _ended(site: Publisher) -> None:
    """Close a site without waiting for answers that it still drips."""
    for task in list(site._tasks):
        task.cancel()
    await site.__aexit__()


@dataclass
class Desk:
    """Where the alerts of a test arrive: a webhook that notes when each one came."""

    hook: WebHook
    arrived: list[tuple[float, str]] = field(default_factory=list)
    on_arrival: Callable[[str], None] | None = None

    @property
    def env(self) -> dict[str, str]:
        """What the configuration written by `configured` refers to."""
        return {"DESK_URL": f"json://127.0.0.1:{self.hook.port}/desk"}

    def got(self, words: str) -> bool:
        """Whether an accepted alert has these words."""
        return any(words in message for _, message in self.arrived)

    def take(self, post: Any) -> int:
        """Accept a message."""
        message = json.dumps(post.body, ensure_ascii=False)
        self.arrived.append((time.monotonic(), message))
        if self.on_arrival is not None:
            self.on_arrival(message)
        return 200


@contextmanager
def desk() -> Iterator[Desk]:
    """A webhook that accepts every alert."""
    with WebHook() as hook:
        at = Desk(hook)
        hook.answer = at.take
        yield at


def configured(folder: Path, sources: Sequence[Mapping[str, Any]]) -> Path:
    """A configuration of these sources: all is told to the desk at once, troubles to the operators' mailbox."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(checkout / "config" / "sessions.yaml", folder)
    (folder / "sources.yaml").write_text(json.dumps(list(sources), indent=1))
    (folder / "subscriptions.yaml").write_text(
        json.dumps(
            {
                "targets": {"desk": {"url": {"env": "DESK_URL"}, "timeout_seconds": 120}, "operators-box": "mailbox"},
                "operators": ["operators-box"],
                "subscriptions": {"all": {"targets": ["desk"], "cap": 1000, "first_crawl": "tell"}},
            }
        )
    )
    return folder


def listing(site: Publisher, name: str, links: Mapping[str, str], **policy: Any) -> dict[str, Any]:
    """A source whose page links to documents: address below the site -> title."""
    rows = "".join(f'<li><a href="{target}">{title}</a></li>' for target, title in links.items())
    return {
        "id": name,
        "kind": "listing",
        "url": site.says(f"/{name}", f"<html><body><ul>{rows}</ul></body></html>"),
        "item": {"css": "li"},
        "fields": {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        "detail": {},
        "policy": {
            "private_addresses": True,
            "pace": "0s",
            "attempts": 1,
            "timeout": "20m",
            "longest": "1h",
            "alert_after": 1,
            "tell_after": 1,
            "per_host": 8,
            **policy,
        },
    }


def resolution(title: str) -> str:
    """An honest page with one mandate."""
    return (
        f"<!DOCTYPE html><html><body><main><h1>{title}</h1><p>The Assembly,</p>"
        "<p>1. <em>Requests</em> the Secretariat to report to it by 30 June 2027.</p></main></body></html>"
    )


def rows(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the published snapshot answers."""
    return [tuple(row) for row in query(home, sql, limit=None).rows]


def operators_read(home: Path) -> str:
    """All messages in the operators' mailbox, as text."""
    import email
    from email import policy

    said = []
    for path in sorted((home / "mail" / "operators-box").rglob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        said.append(f"{message['Subject']}\n{body.get_content() if body is not None else ''}")
    return "\n".join(said)


def _marked(mark: str, others: set[int]) -> Iterator[Process]:
    """The living processes that were started with the mark in their environment, which children inherit.

    `others` are those that have not, as long as they live: nobody needs to look at them again.
    """
    alive = {int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()}
    others &= alive
    for pid in alive - others:
        folder = Path("/proc") / str(pid)
        try:
            environment = (folder / "environ").read_bytes()
            if mark.encode() not in environment:
                # It has none at the moment when it becomes another program.
                if environment:
                    others.add(pid)
                continue
            state = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            status = (folder / "status").read_text()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if state[0] in "ZX":
            continue
        peak = next((line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")), "0")
        cpu = (int(state[11]) + int(state[12])) / _tick
        yield Process(pid, int(state[1]), command, cpu, int(peak) * 1024)
