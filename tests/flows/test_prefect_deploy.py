"""`mandates deploy` on a real Prefect server: the plan, what it does, and what it leaves to others."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.prefect_server import Server, prefect, server, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
MANDATES = str(Path(prefect).parent / "mandates")
SHIPPED = Path(__file__).parent.parent.parent / "prefect.yaml"
SUBSCRIPTIONS = """
targets: {desk: mailbox}
operators: [desk]
weekly_report: monday
subscriptions:
  mornings: {targets: [desk], mode: daily, at: "06:45", zone: Europe/Zurich}
  thursdays: {targets: [desk], mode: weekly, on: thursday}
"""
OTHERS = """
from prefect.client.orchestration import get_client
from prefect.events.schemas.automations import AutomationCore
with get_client(sync_client=True) as client:
    ours = client.read_deployment_by_name("monitor/monitor")
    kept = {name: getattr(ours, name) for name in ("entrypoint", "tags", "work_pool_name", "parameter_openapi_schema")}
    client.create_deployment(flow_id=ours.flow_id, name="monitor-2", **kept)
    taken = client.read_automations()[0].model_dump(mode="json")
    taken |= {"name": "mandates: crash runs of mine"}
    client.create_automation(AutomationCore.model_validate(taken))
"""
BY_HAND = """
from datetime import timedelta
from prefect.client.orchestration import get_client
from prefect.client.schemas.schedules import IntervalSchedule
with get_client(sync_client=True) as client:
    dispatch = client.read_deployment_by_name("dispatch/dispatch")
    slower = IntervalSchedule(interval=timedelta(seconds=900))
    client.update_deployment_schedule(dispatch.id, dispatch.schedules[0].id, schedule=slower)
    client.create_deployment_schedules(dispatch.id, [(IntervalSchedule(interval=timedelta(days=2)), True)])
    watch = client.read_deployment_by_name("watch/watch")
    client.update_deployment_schedule(watch.id, watch.schedules[0].id, active=False)
"""


FAILING = """
from datetime import UTC, datetime
from prefect import flow
from prefect.client.orchestration import get_client
from alerts.model import DispatchReport
from flows.events import announce
from warehouse.findings.finding import Finding
with get_client(sync_client=True) as client:
    (example,) = client.read_automations_by_name("mandates: survey a source that fails")
    client.resume_automation(example.id)
note = "papers has been failing since 3 May 2026"
state = Finding.for_operators(
    "source_state", finding_id="f", about="source:papers", title="papers", note=note, now=datetime.now(UTC),
    sources=("papers",),
)
flow(lambda: announce([state], DispatchReport()), name="a-run")()
"""


# The server is killed after the first change.
DYING = """
import os, signal
from flows.cli import main
import sys, flows.deploying.deploy
deploy = sys.modules["flows.deploying.deploy"]
making = deploy.make
async def make(*words):
    if made:
        os.kill({server}, signal.SIGKILL)
    made.append(1)
    return await making(*words)
made = []
deploy.make = make
main(["deploy", "--file", {file!r}])
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without workers."""
    folder = tmp_path_factory.mktemp("deploy")
    (folder / "config").mkdir()
    (folder / "config" / "sources.yaml").write_text(f"- {{id: papers, kind: files, path: {folder}}}\n")
    (folder / "config" / "subscriptions.yaml").write_text(SUBSCRIPTIONS)
    with server(folder / "state", folder / "home", folder / "config") as running:
        yield running


def deploy(running: Server, *options: str, code: int = 0) -> dict[str, Any]:
    """What the command says it does, or would do."""
    done = running.run(MANDATES, "deploy", "--json", *options)
    assert done.returncode == code, done.stderr + done.stdout
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def by_client(running: Server, code: str) -> None:
    """What somebody does by other means."""
    done = running.run(sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr


def named(running: Server, what: str) -> set[str]:
    """The names of what there is."""
    return {each["name"] for each in running.ask(f"{what}/filter", {})}


def test_a_deploy_is_planned_repeated_changed_and_taken_back(running: Server, tmp_path: Path) -> None:
    """A plan changes nothing; a second deploy has nothing to do; what the file drops goes, and nothing of others.

    Once switched on, the automation that comes with it surveys a source of which a flow says that it fails.
    """
    plan = deploy(running, "--plan", "--exit-code", code=2)
    assert {change["action"] for change in plan["changes"]} == {"create"}
    assert named(running, "deployments") == named(running, "automations") == set()
    assert deploy(running)["changes"] == plan["changes"]
    assert deploy(running, "--plan", "--exit-code")["changes"] == []
    # What runs of the deployment get, as Prefect's own deploy would have stored it.
    monitor = running.ask("deployments/name/monitor/monitor")
    assert monitor["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert monitor["global_concurrency_limit"]["limit"] == 1
    (step,) = monitor["pull_steps"]
    assert step["prefect.deployments.steps.set_working_directory"]["directory"] == str(running.folder)
    form = running.ask("deployments/name/backfill/backfill")["parameter_openapi_schema"]["properties"]
    assert form["source"]["enum"] == ["papers"]
    digests = running.ask("deployments/name/dispatch/digest")["schedules"]
    rules = {(each["schedule"]["cron"], each["schedule"]["timezone"]) for each in digests}
    assert rules == {("45 6 * * *", "Europe/Zurich"), ("0 7 * * MON,THU", "UTC")}

    by_client(running, OTHERS)
    by_client(running, BY_HAND)
    plan = deploy(running, "--plan", "--exit-code", code=2)
    (change,) = plan["changes"]
    assert change["name"] == "dispatch/dispatch: sweep"
    assert change["differences"] == [{"path": "interval", "old": 900, "new": 300}]
    kept = {each["name"].partition(":")[0]: each["words"] for each in plan["kept"]}
    assert kept == {"watch/watch": "is paused", "dispatch/dispatch": "is not in the file (172800, UTC)"}
    deploy(running)
    assert [each["active"] for each in running.ask("deployments/name/watch/watch")["schedules"]] == [False]
    assert deploy(running, "--plan")["changes"] == []
    assert [each["name"] for each in deploy(running, "--resume")["changes"]] == ["watch/watch: hourly"]
    assert [each["active"] for each in running.ask("deployments/name/watch/watch")["schedules"]] == [True]

    own = tmp_path / "prefect.yaml"
    before = SHIPPED.read_text(encoding="utf-8")
    own.write_text(
        before[: before.index("  - name: survey")].replace("slug: hourly", "slug: each-hour"), encoding="utf-8"
    )
    plan = deploy(running, "--file", str(own))
    done = [(change["action"], change["name"]) for change in plan["changes"]]
    assert sorted(done) == [
        # It has the flows of the file.
        ("change", "mandates: crash runs whose worker died as they began"),
        ("create", "watch/watch: each-hour"),
        ("remove", "mandates: survey a source that fails"),
        ("remove", "survey/survey"),
        ("remove", "watch/watch: hourly"),
    ]
    assert "monitor-2" in named(running, "deployments")
    assert "survey" not in named(running, "deployments")
    assert "mandates: crash runs of mine" in named(running, "automations")
    assert "mandates: survey a source that fails" not in named(running, "automations")
    assert len(running.ask("deployments/name/dispatch/dispatch")["schedules"]) == 2

    deploy(running)
    assert surveys(running) == []

    def surveyed() -> list[Any]:
        # The server takes a moment to know that the automation is on.
        by_client(running, FAILING)
        return surveys(running)

    run = wait_for(surveyed)[0]
    assert run["parameters"] == {"sources": ["papers"]}
    assert run["created_by"]["type"] == "AUTOMATION"


@pytest.mark.long
def test_a_deploy_whose_server_dies_says_what_was_done_and_can_be_repeated(running: Server, tmp_path: Path) -> None:
    """One clear line instead of a traceback; the same command then does the rest, and all of it is ours."""
    deploy(running)
    own = tmp_path / "prefect.yaml"
    own.write_text(SHIPPED.read_text(encoding="utf-8").replace("slug: hourly", "slug: now-and-then"), encoding="utf-8")
    planned = deploy(running, "--file", str(own), "--plan")["changes"]
    assert len(planned) > 1
    dying = DYING.format(server=running.main.pid, file=str(own))
    broken = running.run(sys.executable, "-c", dying)
    running.main.wait()
    assert broken.returncode == 1
    assert "Traceback" not in broken.stderr
    first = " ".join(planned[0][name] for name in ("action", "kind", "name"))
    assert f"after 1 of {len(planned)} changes ({first}); run the same command again" in broken.stderr
    running.serve()
    again = deploy(running, "--file", str(own))["changes"]
    assert again == planned[1:]
    # Also what was made just before the end is known as ours, and goes with the file.
    back = [(each["action"], each["name"]) for each in deploy(running, "--plan")["changes"]]
    assert ("remove", planned[0]["name"]) in back
    assert len(back) == len(planned)


def surveys(running: Server) -> list[Any]:
    """The runs of the survey."""
    found: list[Any] = running.ask("flow_runs/filter", {"flows": {"name": {"any_": ["survey"]}}})
    return found
