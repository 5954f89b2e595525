"""What `mandates doctor` says of a real Prefect server, before and after `mandates deploy`, and when parts are off."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.flows.prefect_server import prefect, server, wait_for

if TYPE_CHECKING:
    from tests.flows.prefect_server import Server

pytestmark = pytest.mark.slow
MANDATES = str(Path(prefect).parent / "mandates")
SERVERS = {"server", "work pool", "work queue", "workers", "deployments", "schedule", "automation", "runs at work"}


def _found(running: Server) -> dict[str, list[str]]:
    """What is wrong with the server and what belongs to it, by check."""
    done = running.run(MANDATES, "doctor", "--json")
    wrong: dict[str, list[str]] = {}
    for each in json.loads(done.stdout):
        if each["check"] in SERVERS and each["level"] != "good":
            assert each["follows"]
            assert each["cure"]
            wrong.setdefault(each["check"], []).append(each["words"])
    return wrong


def test_a_servers_faults_are_named(tmp_path: Path) -> None:
    """Each part that `mandates deploy` makes is missed where it is missing, and nothing where all is there."""
    config = tmp_path / "config"
    config.mkdir()
    (tmp_path / "papers").mkdir()
    (config / "sources.yaml").write_text(f"- {{id: papers, kind: files, path: {tmp_path / 'papers'}}}\n")
    (config / "subscriptions.yaml").write_text(
        "targets: {desk: mailbox}\noperators: [desk]\nsubscriptions: {everything: {targets: [desk]}}\n"
    )
    with server(tmp_path / "state", tmp_path / "home", config) as running:
        before = _found(running)
        assert "there is no work pool mandates" in before["work pool"]
        assert {words.partition(" is not")[0] for words in before["deployments"]} >= {"monitor/monitor", "watch/watch"}
        assert before["automation"]

        assert running.run(MANDATES, "deploy").returncode == 0
        assert _found(running)["workers"] == ["no worker of mandates is online"]

        running.start(prefect, "worker", "start", "--pool", "mandates")
        assert wait_for(lambda: _found(running) == {} or None) is True

        for path, words in (
            (("work-pool", "pause", "mandates"), "work pool"),
            (("work-queue", "pause", "default", "--pool", "mandates"), "work queue"),
            (("automation", "pause", "mandates: crash runs whose worker died"), "automation"),
        ):
            done = running.run(prefect, "--no-prompt", *path)
            assert done.returncode == 0, done.stdout + done.stderr
            assert words in _found(running), words
        code = (
            "from prefect.client.orchestration import get_client as client\n"
            "with client(sync_client=True) as c: c.pause_deployment(c.read_deployment_by_name('watch/watch').id)"
        )
        done = running.run(sys.executable, "-c", code)
        assert done.returncode == 0, done.stderr
        assert "watch/watch is paused" in _found(running)["deployments"]
        for schedule in running.ask("deployments/name/dispatch/dispatch")["schedules"]:
            running.run(prefect, "deployment", "schedule", "pause", "dispatch/dispatch", schedule["id"])
        assert "dispatch/dispatch has no active schedule" in _found(running)["deployments"]
