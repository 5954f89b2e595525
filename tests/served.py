"""A real `mandates serve` in a process tree of its own, and an office with one folder as its source."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.patience import PATIENCE, until
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable

MANDATES = str(Path(sys.executable).parent / "mandates")
AT_WORK = {"any_": ["PENDING", "RUNNING", "CANCELLING"]}
SUBSCRIPTIONS = """targets: {desk: mailbox}
operators: [desk]
subscriptions: {everything: {targets: [desk], first_crawl: tell}}
"""
PAPER = """Ferry crews of line {number}

The Assembly,

1. Requests the Secretariat to report on the ferry crews of line {number} by 30 June 2031.
"""


def children_of(process: int) -> dict[int, str]:
    """The processes below one, with their command lines."""
    found: dict[int, str] = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if f"\nPPid:\t{process}\n" in status.read_text():
                found[int(status.parent.name)] = (status.parent / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return found


def descendants_of(process: int) -> set[int]:
    """All processes below one."""
    below = set(children_of(process))
    return below.union(*(descendants_of(each) for each in below))


@dataclass
class Office:
    """A folder with a configuration, papers that appear in it, and a tree that serves it."""

    folder: Path
    port: int = field(default_factory=free_port)
    register: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    papers: int = 0

    def __post_init__(self) -> None:
        """Write the configuration."""
        for name in ("papers", "config"):
            (self.folder / name).mkdir(parents=True)
        source = {"id": "papers", "kind": "files", "path": str(self.folder / "papers"), "every": "1s"}
        (self.folder / "config" / "sources.yaml").write_text(json.dumps([source]))
        (self.folder / "config" / "subscriptions.yaml").write_text(SUBSCRIPTIONS)

    @property
    def home(self) -> Path:
        """Where its state is."""
        return self.folder / "home"

    @property
    def api(self) -> str:
        """Where its server is asked."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def log(self) -> str:
        """What the log of the tree says."""
        return (self.home / "logs" / "serve.log").read_text()

    @property
    def environment(self) -> dict[str, str]:
        """As somebody has it who has set nothing."""
        return {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MANDATES_"))}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Call `mandates` in the folder."""
        return subprocess.run(
            [MANDATES, "--home", "home", *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, **more: str) -> None:
        """Serve, wait until the tree says that it is ready, and in a new office until its first run is over."""
        before = self.log.count("ready: http") if (self.home / "logs").exists() else 0
        is_new = not (self.home / "snapshot.duckdb").exists()
        if is_new:
            self.show()
        with (self.folder / "terminal.txt").open("ab") as terminal:
            self.process = subprocess.Popen(
                [MANDATES, "--home", "home", "serve", "--port", str(self.port), "--register-port", str(self.register)],
                cwd=self.folder,
                env=self.environment | more,
                stdout=terminal,
                stderr=terminal,
            )
        self.wait_for(lambda: self.log.count("ready: http") > before)
        if is_new:
            self.wait_for((self.home / "snapshot.duckdb").exists)
            self.quiet()

    def stop(self) -> int:
        """One SIGTERM, and the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait()

    def pid_of(self, name: str) -> int:
        """The process of a child of the tree, once there is one that is ready."""
        assert self.process is not None
        words = {
            "server": "prefect server start",
            "worker": "flows.serve.worker",
            "warm": "flows.serve.warm",
            "register": "mandate_monitor register",
        }
        word = words[name]
        top = self.process.pid
        found = self.wait_for(lambda: [pid for pid, command in children_of(top).items() if word in command])
        return int(found[0])

    def run_pids(self) -> dict[str, int]:
        """The processes of the run that goes on now: its client, and the child of the warm process."""
        clients = [pid for pid, command in children_of(self.pid_of("worker")).items() if "client.py" in command]
        forked = [pid for pid, command in children_of(self.pid_of("warm")).items() if "flows.serve.warm" in command]
        return {name: pids[0] for name, pids in (("client", clients), ("forked", forked)) if pids}

    def ask(self, path: str, body: object = None) -> Any:
        """What the API answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.api}/{path}", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def wait_for(self, what: Callable[[], Any]) -> Any:
        """Ask until the answer is something; only a dead tree fails the test."""

        def asked() -> Any:
            assert self.process is None or self.process.poll() is None, (self.folder / "terminal.txt").read_text()
            return what()

        return until(asked, ignoring=(OSError, ValueError))

    def show(self) -> None:
        """Let a paper appear."""
        self.papers += 1
        (self.folder / "papers" / f"{self.papers}.txt").write_text(PAPER.format(number=self.papers))

    def begin(self) -> str:
        """Ask for a run of the monitor deployment; its id."""
        monitor = self.wait_for(lambda: self.ask("deployments/name/monitor/monitor"))["id"]
        run = self.wait_for(
            lambda: self.ask(f"deployments/{monitor}/create_flow_run", {"parameters": {"due_or_not": True}})
        )
        return str(run["id"])

    def state(self, run: str) -> str:
        """The type of a run's state."""
        return str(self.wait_for(lambda: self.ask(f"flow_runs/{run}"))["state_type"])

    def at_work(self) -> list[str]:
        """The runs that are pending or running."""
        runs = self.ask("flow_runs/filter", {"flow_runs": {"state": {"type": AT_WORK}}})
        return [f"{each['name']} {each['state_name']}" for each in runs]

    def quiet(self) -> None:
        """Wait until no run is pending or running."""
        self.wait_for(lambda: self.at_work() == [])

    def delivered(self) -> set[int]:
        """The numbers of the papers that the desk was notified of."""
        mails = "".join(each.read_text(errors="replace") for each in (self.home / "mail" / "desk").rglob("*.*"))
        return {int(number) for number in re.findall(r"[Ff]erry crews of\s+line\s+(\d+)", mails)}
