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
# Each part is paused in the way that the UI does it.
PAUSED = """
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolUpdate
with get_client(sync_client=True) as client:
    client.update_work_pool("mandates", WorkPoolUpdate(is_paused=True))
    queue = client.read_work_queue_by_name("default", work_pool_name="mandates")
    client.update_work_queue(queue.id, is_paused=True)
    (guard,) = client.read_automations_by_name("mandates: crash runs whose worker died")
    client.pause_automation(guard.id)
    client.pause_deployment(client.read_deployment_by_name("watch/watch").id)
    dispatch = client.read_deployment_by_name("dispatch/dispatch")
    for schedule in dispatch.schedules:
        client.update_deployment_schedule(dispatch.id, schedule.id, active=False)
"""
# The server has made the next runs of `dispatch` for later than is their turn, as after its clock was set back.
POSTPONED = """
from datetime import timedelta
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.states import Scheduled
with get_client(sync_client=True) as client:
    dispatch = DeploymentFilterId(any_=[client.read_deployment_by_name("dispatch/dispatch").id])
    for run in client.read_flow_runs(deployment_filter=DeploymentFilter(id=dispatch)):
        later = Scheduled(scheduled_time=run.expected_start_time + timedelta(hours=2))
        client.set_flow_run_state(run.id, later, force=True)
"""
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

        done = running.run(sys.executable, "-c", POSTPONED)
        assert done.returncode == 0, done.stderr
        assert "dispatch runs every 5 minutes, but next at" in _found(running)["schedule"][0]

        done = running.run(sys.executable, "-c", PAUSED)
        assert done.returncode == 0, done.stderr
        found = _found(running)
        assert found.keys() >= {"work pool", "work queue", "automation"}
        assert "watch/watch is paused" in found["deployments"]
        assert "dispatch/dispatch has no active schedule" in found["deployments"]
