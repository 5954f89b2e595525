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
# What deploy made, changed by other means: as by an older program, in the UI, or by a script.
CHANGED = """
from datetime import timedelta
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentUpdate, GlobalConcurrencyLimitUpdate
from prefect.client.schemas.objects import ConcurrencyOptions
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.events.schemas.automations import AutomationCore
with get_client(sync_client=True) as client:
    def made(name):
        return client.read_deployment_by_name(f"{name}/{name}")
    monitor, dispatch, record, watch = map(made, ("monitor", "dispatch", "record", "watch"))
    client.delete_global_concurrency_limit_by_name(monitor.global_concurrency_limit.name)
    slower = IntervalSchedule(interval=timedelta(seconds=900))
    client.update_deployment_schedule(dispatch.id, dispatch.schedules[0].id, schedule=slower)
    off = GlobalConcurrencyLimitUpdate(active=False)
    client.update_global_concurrency_limit(record.global_concurrency_limit.name, off)
    client.delete_deployment_schedule(record.id, record.schedules[0].id)
    queued = ConcurrencyOptions(collision_strategy="ENQUEUE")
    client.update_deployment(watch.id, DeploymentUpdate(concurrency_options=queued, version="0.0.9"))
    variables = watch.job_variables | {"env": watch.job_variables["env"] | {"DO_NOT_TRACK": "token-123"}}
    client.update_deployment(made("survey").id, DeploymentUpdate(job_variables=variables))
    client.delete_deployment(made("backfill").id)
    (guard,) = client.read_automations_by_name("mandates: crash runs whose worker died")
    guard.trigger.within = timedelta(hours=2)
    core = AutomationCore.model_validate(guard.model_dump(exclude={"id"}, exclude_unset=True))
    client.update_automation(guard.id, core)
    (guard,) = client.read_automations_by_name("mandates: crash runs that were taken and never began")
    client.delete_automation(guard.id)
    client.delete_variable_by_name("mandate_monitor_deployed")
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
        assert "dispatch/dispatch: sweep is paused" in found["schedule"]
        assert "'mandates: crash runs whose worker died' is switched off" in found["automation"]
        assert running.run(MANDATES, "deploy", "--resume").returncode == 0
        assert "deployments" not in _found(running)

        done = running.run(sys.executable, "-c", CHANGED)
        assert done.returncode == 0, done.stderr
        found = _found(running)
        for words in (
            "monitor/monitor: concurrency limit is not set, not 1",
            "the limit of runs of record is switched off",
            "watch/watch: concurrency options.collision strategy is ENQUEUE, not CANCEL_NEW",
            "survey/survey: job variables.env.DO NOT TRACK is not as in prefect.yaml",
            "backfill/backfill is not deployed",
        ):
            assert words in found["deployments"]
        assert any(words.startswith("watch/watch: version is 0.0.9, not ") for words in found["deployments"])
        assert any("the variable mandate_monitor_deployed does not have" in words for words in found["deployments"])
        assert found["schedule"] == [
            "dispatch/dispatch: sweep: interval is 900 s, not 300 s",
            "record/record: sweep is missing",
        ]
        assert found["automation"] == [
            "'mandates: crash runs whose worker died': trigger.within is 7200.0, not 90.0",
            "'mandates: crash runs that were taken and never began' is missing",
        ]
        assert "token-123" not in str(found)
        assert running.run(MANDATES, "deploy").returncode == 0
        cured = _found(running)
        assert cured.keys() == {"work queue", "deployments"}
        assert cured["deployments"] == ["the limit of runs of record is switched off"]
