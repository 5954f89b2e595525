"""On a real Prefect server: addresses from Secret blocks, and a dispatch that nobody could be told of."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prefect_server import Server, checkout, server

from tests.alerts.made_findings import ask, document, finding, put
from tests.post_office import WebHook
from warehouse.outbox.admin import deliveries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.subscriptions import Subscriptions

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
mandates = str(Path(sys.executable).parent / "mandates")
token = "tok-4711-very-secret"
yaml = """
targets:
  hook: {url: {prefect_secret: registry-hook}, timeout_seconds: 5}
operators: [hook]
subscriptions: {all: {targets: [hook]}}
"""
dispatched = """
import asyncio
from flows.dispatching import dispatch
state = asyncio.run(dispatch(return_state=True))
print(state.type.value, state.message)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home, configuration and Prefect's state lie here."""
    folder = tmp_path_factory.mktemp("dispatch")
    (folder / "config").mkdir()
    (folder / "config" / "subscriptions.yaml").write_text(yaml, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def running(place: Path) -> Iterator[Server]:
    """A server without deployments or workers."""
    with server(place / "prefect", place / "home", place / "config") as running:
        yield running


@pytest.fixture
def subscriptions(place: Path) -> Subscriptions:
    """The subscriptions above."""
    from config.subscriptions import load_subscriptions

    return load_subscriptions(place / "config")


def client(running: Server, code: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run some Python as a client of the server."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={
            **running.environment,
            "PYTHONPATH": str(checkout),
            "PREFECT_LOGGING_EXTRA_LOGGERS": "alerts,flows",
            **more,
        },
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )


def keep(running: Server, port: int) -> None:
    """Save the address as a Secret block. It goes by the environment, so that no command line holds it."""
    code = (
        "import os; from prefect.blocks.system import Secret; "
        "Secret(value=os.environ['SECRET_URL']).save('registry-hook', overwrite=True)"
    )
    done = client(running, code, SECRET_URL=f"json://127.0.0.1:{port}/in/{token}")
    assert done.returncode == 0, done.stderr


def dispatch(running: Server) -> tuple[dict[str, Any], str]:
    """Run the flow once; its run as the server knows it, and all that it printed."""
    done = client(running, dispatched)
    assert done.returncode == 0, done.stderr
    newest = {"sort": "START_TIME_DESC", "limit": 1, "flows": {"name": {"any_": ["dispatch"]}}}
    (run,) = running.ask("flow_runs/filter", newest)
    return run, done.stdout + done.stderr


def told_of(running: Server, run: dict[str, Any]) -> str:
    """The artifacts and the log lines of a run."""
    artifacts = running.ask("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}})
    logs = running.ask("logs/filter", {"logs": {"flow_run_id": {"any_": [run["id"]]}}})
    return json.dumps([artifacts, logs, run])


def test_an_address_lies_in_a_secret_block(running: Server, place: Path, subscriptions: Subscriptions) -> None:
    """The dispatch reads the block and sends; the address is in no log, row, artifact, file or terminal line."""
    home = place / "home"
    with WebHook() as hook:
        keep(running, hook.port)
        put(home, subscriptions, [finding()])
        run, printed = dispatch(running)
        check = running.run(mandates, "subscriptions", "test", "all", "--json")
        assert {post.path for post in hook.posts} == {f"/in/{token}"}, printed + check.stderr
        assert len(hook.posts) >= 2
    assert run["state_type"] == "COMPLETED"
    assert " sent" in run["state"]["message"]
    told = told_of(running, run)
    assert "RES/52/S 5" in told
    for words in (told, printed, check.stdout + check.stderr, str(ask(home, "SELECT * FROM delivery_events"))):
        assert token not in words
    written = [path for folder in (home, place / "prefect") for path in folder.rglob("*") if path.is_file()]
    assert (place / "prefect" / "prefect.db") in written
    assert [path for path in written if token.encode() in path.read_bytes()] == []


def test_a_block_that_is_gone_is_named(running: Server, place: Path, subscriptions: Subscriptions) -> None:
    """Without the block nothing is sent: the run fails with file, line and block, and the delivery waits."""
    running.run(sys.executable, "-m", "prefect", "block", "delete", "secret/registry-hook")
    put(place / "home", subscriptions, [document(7)])
    run, printed = dispatch(running)
    assert run["state_type"] == "FAILED"
    assert re.search(r"subscriptions\.yaml:3: targets\.hook: the Prefect Secret block registry-hook", printed), printed
    assert [row.state for row in deliveries(place / "home", states=("pending",))] == ["pending"]


def test_a_run_fails_while_nobody_could_be_told(running: Server, place: Path, subscriptions: Subscriptions) -> None:
    """Where the only operator's target fails, each run is Failed and names it, until a message gets out and says it."""
    home = place / "home"
    with WebHook(answers=[410]) as hook:
        keep(running, hook.port)
        put(home, subscriptions, [document(8)])
        run, printed = dispatch(running)
        dead = deliveries(home, states=("dead",))
        assert len(dead) == 1, printed
        begun = dead[0].delivery_id[:12]
        assert run["state_type"] == "FAILED"
        for words in ("to hook was given up after 1 attempt: ", f"mandates outbox retry {begun}"):
            assert words in run["state"]["message"]
        artifacts = running.ask("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}})
        states = [row["state"] for row in json.loads(artifacts[0]["data"])]
        assert "dead, and no operator notified" in states
        later, _ = dispatch(running)
        assert later["state_type"] == "FAILED"
        listed = running.run(mandates, "outbox", "list")
        assert listed.returncode == 1
        assert "no operator could be notified" in listed.stderr.splitlines()[0]
        put(home, subscriptions, [document(9)])
        well, printed = dispatch(running)
        assert well["state_type"] == "COMPLETED", printed
        assert begun in json.dumps(hook.posts[-1].body)
    assert running.run(mandates, "outbox", "list").returncode == 0
    assert token not in told_of(running, run) + printed
    assert os.environ.get("SECRET_URL") is None


def test_a_run_says_that_nobody_is_told(running: Server, tmp_path: Path) -> None:
    """Without a subscription a run records as always, and warns that nobody hears of it."""
    config = tmp_path / "config"
    papers = tmp_path / "papers"
    for folder in (config, papers):
        folder.mkdir()
    (papers / "paper.txt").write_text("The Assembly,\n1. Requests the Secretariat to report.\n", encoding="utf-8")
    (config / "sources.yaml").write_text(f"- {{id: papers, kind: files, path: {papers}}}\n", encoding="utf-8")
    (config / "sessions.yaml").write_text((checkout / "config" / "sessions.yaml").read_text("utf-8"), "utf-8")
    (config / "subscriptions.yaml").write_text("targets: {desk: mailbox}\n", encoding="utf-8")
    done = running.run(mandates, "--home", str(tmp_path / "home"), "--config", str(config), "run")
    assert done.returncode == 0, done.stderr
    assert "nobody will be notified" in done.stderr
