"""On a real Prefect server with a real worker: deployed, scheduled, run, and shown in the UI's terms."""

from __future__ import annotations

import json
import re
import shlex
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from prefect_server import Server, prefect, server, wait_for

from demo.site import PublicationSite
from flows.commands.demo import configuration
from tests.patience import END_SECONDS, PATIENCE
from tests.post_office import WebHook

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
mandates = str(Path(sys.executable).parent / "mandates")
DAY = timedelta(days=1)
# The deployments of which tests start runs; their schedules are paused.
BY_HAND = ("monitor/monitor", "dispatch/dispatch", "watch/watch", "record/record")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublicationSite]:
    """The bundled site, to be watched."""
    with PublicationSite(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, site: PublicationSite) -> Iterator[Server]:
    """A server to which everything is deployed, and a worker."""
    folder = tmp_path_factory.mktemp("prefect")
    config = configuration(folder / "config", site)
    with server(folder / "state", folder / "home", config) as running:
        done = running.run(mandates, "deploy")
        assert done.returncode == 0, done.stderr + done.stdout
        assert "created deployment monitor/monitor" in done.stdout
        assert ("run it with Python 3.12" in done.stderr) == (sys.version_info < (3, 12))
        # A scheduled run would take the documents that a test is about, or the only slot of its deployment.
        for name in BY_HAND:
            (schedule,) = running.ask(f"deployments/name/{name}")["schedules"]
            done = running.run(prefect, "deployment", "schedule", "pause", name, schedule["id"])
            assert done.returncode == 0, done.stderr
        running.start(prefect, "worker", "start", "--pool", "mandates")
        yield running


def finished(running: Server, run_id: str) -> dict[str, Any]:
    """The flow run, when it has come to its end."""

    def run() -> dict[str, Any] | None:
        found: dict[str, Any] = running.ask(f"flow_runs/{run_id}")
        return found if found["state_type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"} else None

    found: dict[str, Any] = wait_for(run, every=END_SECONDS)
    return found


def start(running: Server, deployment: str, **parameters: Any) -> str:
    """Ask for a run of a deployment; its id."""
    deployed = running.ask(f"deployments/name/{deployment}/{deployment}")
    run: dict[str, Any] = running.ask(f"deployments/{deployed['id']}/create_flow_run", {"parameters": parameters})
    return str(run["id"])


def test_the_server_creates_scheduled_runs(running: Server) -> None:
    """A schedule in prefect.yaml becomes runs (a mismatched SQLAlchemy leaves the server healthy and idle)."""

    def scheduled() -> list[Any]:
        found: list[Any] = running.ask(
            "flow_runs/filter",
            {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}, "deployments": {"name": {"any_": ["digest"]}}},
        )
        return [run for run in found if run["auto_scheduled"]]

    assert wait_for(scheduled)


def test_a_monitor_run_shows_what_it_did(running: Server) -> None:
    """The run is named after its sources, its log lines name them, and it ends with one table, a row for each."""
    run_id = start(running, "monitor", sources=["demo-aalco-64"])
    run = finished(running, run_id)
    assert run["state_type"] == "COMPLETED", run["state"]
    assert run["name"].startswith("demo-aalco-64")
    # The worker starts our own interpreter, and nothing before it.
    deployed = running.ask(f"deployments/{run['deployment_id']}")
    assert deployed["job_variables"]["command"] == f"{shlex.quote(sys.executable)} -m prefect.engine"
    assert "new publications" in run["state"]["message"]

    assert run["state_name"] == "Completed"

    def lines() -> list[str]:
        logs = running.ask("logs/filter", {"logs": {"flow_run_id": {"any_": [run_id]}}})
        ours = [line for line in logs if line["name"].split(".")[0] in {"flows", "scrapers", "warehouse"}]
        return [line["message"] for line in ours if line["task_run_id"]]

    said = wait_for(lines)
    assert [line for line in said if not line.startswith("demo-aalco-64: ")] == []
    (row,) = table(running, run_id)
    assert row["source"].startswith("[demo-aalco-64](http")
    assert row["new"] > 0
    assert row["mandates"] > 0
    assert " sent" in row["alerts"]
    (artifact,) = tables_of(running, run_id)
    assert artifact["key"] == "mandates-run"
    assert "new publications" in artifact["description"]
    (page,) = running.ask("artifacts/filter", {"artifacts": {"key": {"any_": ["mandates-health"]}}})
    assert "| demo-aalco-64 | healthy |" in page["data"]


def newest(running: Server, flow: str, count: int = 1) -> list[dict[str, Any]]:
    """The runs of a flow that ended last, the newest first."""
    ended = {"state": {"type": {"any_": ["COMPLETED", "FAILED"]}}}
    asked = {"sort": "START_TIME_DESC", "limit": count, "flow_runs": ended, "flows": {"name": {"any_": [flow]}}}
    found: list[dict[str, Any]] = running.ask("flow_runs/filter", asked)
    return found


def artifacts_of(running: Server, run_id: str) -> list[dict[str, Any]]:
    """What a run left, but for the health page, which belongs to whichever run wrote it first."""
    found = running.ask("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run_id]}}})
    return [artifact for artifact in found if artifact["key"] != "mandates-health"]


def tables_of(running: Server, run_id: str) -> list[dict[str, Any]]:
    """The tables of a run; on a busy machine one that took long has a progress bar, too."""
    return [artifact for artifact in artifacts_of(running, run_id) if artifact["type"] == "table"]


def table(running: Server, run_id: str) -> list[dict[str, Any]]:
    """The rows of the one table of a run."""
    (one,) = tables_of(running, run_id)
    rows: list[dict[str, Any]] = json.loads(one["data"])
    return rows


def test_what_a_run_had_to_leave_wakes_the_dispatcher(running: Server) -> None:
    """A run delivers what it found and wakes nobody; where it could deliver nothing, it says so and a dispatch runs."""

    def woken() -> list[Any]:
        found: list[Any] = running.ask("flow_runs/filter", {"flows": {"name": {"any_": ["dispatch"]}}})
        return [run for run in found if (run["created_by"] or {}).get("type") == "AUTOMATION"]

    run = finished(running, start(running, "monitor", sources=["demo-ipu-152"]))
    assert run["state_type"] == "COMPLETED", run["state"]
    assert re.search(r"alerts: \d+ sent", run["state"]["message"]), run["state"]
    # Dispatchers keep their journals in a folder, which cannot be made now.
    journals = Path(running.environment["MANDATES_HOME"]) / "outbox"
    journals.rename(journals.with_name("aside"))
    journals.write_text("in the way", encoding="utf-8")
    run = finished(running, start(running, "monitor", sources=["demo-gfmd-feed"]))
    assert run["state_type"] == "COMPLETED", run["state"]
    assert "new publications" in run["state"]["message"]
    assert "no alert was sent" in run["state"]["message"]
    assert run["state_name"] == "Alerts left"
    # Events come in order, so that one of the first run would have come by now.
    (dispatch,) = wait_for(woken)
    assert finished(running, dispatch["id"])["state_type"] == "FAILED"
    journals.unlink()
    journals.with_name("aside").rename(journals)


def test_the_watch_keeps_one_health_page(running: Server) -> None:
    """The page has each source that is on, the ones never asked among them; later runs change it in its place."""
    pages = []
    for _ in range(2):
        run = finished(running, start(running, "watch"))
        assert run["state_type"] == "COMPLETED"
        assert "sources are healthy" in run["state"]["message"]
        assert run["name"].startswith("State of the sources · 20")
        assert sorted(run["tags"]) == ["mandates", "sources"]
        pages += running.ask("artifacts/filter", {"artifacts": {"key": {"any_": ["mandates-health"]}}})
    before, after = pages
    assert (before["id"], before["type"]) == (after["id"], "markdown")
    assert before["updated"] < after["updated"]
    assert "| demo-gfmd-feed | " in after["data"]
    latest = running.ask("artifacts/mandates-health/latest")
    assert latest["data"] == after["data"]


def test_deploying_again_changes_nothing(running: Server) -> None:
    """A second deploy updates what is there: no second work pool, deployment or automation."""
    before = {automation["name"] for automation in running.ask("automations/filter", {})}
    done = running.run(mandates, "deploy")
    assert done.returncode == 0, done.stderr
    after = [automation["name"] for automation in running.ask("automations/filter", {})]
    assert sorted(after) == sorted(before)
    assert len(running.ask("deployments/filter", {})) == 9
    # What a fixture of these tests paused is left to whoever paused it.
    assert "nothing to change" in done.stdout
    assert "kept schedule monitor/monitor: every-ten-minutes: it is paused" in done.stdout


def test_a_failing_source_is_a_failed_task(running: Server, site: PublicationSite) -> None:
    """A source that fails shows red in its run with the reason; the run goes on and says which one it was."""
    site.fault("/pfp/ppd/labour-migration", "410")
    run_id = start(running, "monitor", sources=["demo-gfmd-labour", "demo-un-ga-81"])
    run = finished(running, run_id)
    site.mend()
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", "Partly failed")
    assert "failed: demo-gfmd-labour" in run["state"]["message"]
    rows = table(running, run_id)
    assert "demo-gfmd-labour" in rows[0]["source"]
    assert rows[0]["failed"].startswith("[status 410")
    site.fault("/pfp/ppd/labour-migration", "410")
    run = finished(running, start(running, "monitor", sources=["demo-gfmd-labour"]))
    site.mend()
    assert (run["state_type"], run["state_name"]) == ("FAILED", "All failed")
    tasks = running.ask("task_runs/filter", {"task_runs": {"flow_run_id": {"any_": [run_id]}}})
    states = {task["name"]: task["state"] for task in tasks}
    assert states["demo-gfmd-labour"]["type"] == "FAILED"
    assert "410" in states["demo-gfmd-labour"]["message"]
    assert states["demo-un-ga-81"]["type"] == "COMPLETED"
    assert "seen" in states["demo-un-ga-81"]["message"]


def test_recording_says_what_it_brought(running: Server) -> None:
    """A run without anything to load ends with a sentence too, never with an object."""
    # What a fetch of another test announced starts a run of its own, which may have the only slot.
    while (run := finished(running, start(running, "record")))["state_type"] == "CANCELLED":
        continue
    assert run["state"]["message"] == "0 new documents, 0 new texts, 0 new mandates"
    assert run["name"].startswith("Landed batches · 20")
    assert run["state_name"] == "Nothing due"


def test_a_wrong_call_fails_the_run(running: Server) -> None:
    """A source that is not configured fails the run, with the id in its message."""
    run = finished(running, start(running, "monitor", sources=["no-such-source"]))
    assert run["state_type"] == "FAILED"
    assert "no source is called 'no-such-source'" in run["state"]["message"]


def test_the_past_of_a_source_is_loaded_from_a_form(running: Server) -> None:
    """A backfill says how far it went; the same run again has nothing to do; a period that cannot be fails it."""
    asked = {"source": "demo-un-library", "since": "2020-01-01"}
    run = finished(running, start(running, "backfill", **asked))
    assert run["state_type"] == "COMPLETED", run["state"]
    assert run["name"] == "demo-un-library back to 2020-01-01"
    assert "demo-un-library: the past is loaded back to 2020-01-01" in run["state"]["message"]
    (bar,) = [each for each in artifacts_of(running, run["id"]) if each["type"] == "progress"]
    assert float(bar["data"]) == 100
    assert bar["description"].startswith("Loading the past of demo-un-library: done")
    run = finished(running, start(running, "backfill", **asked, until="2019-01-01"))
    assert run["state_type"] == "FAILED"
    assert "until (2019-01-01) is before since (2020-01-01)" in run["state"]["message"]


def test_todays_rules_are_shown_before_they_are_applied(running: Server) -> None:
    """Reanalysing writes nothing unless it is asked to; the form offers what can be asked."""
    form = running.ask("deployments/name/reanalyse/reanalyse")["parameter_openapi_schema"]["properties"]
    assert form["changes"]["enum"] == ["show", "apply", "apply and notify"]
    assert all(field["description"] for field in form.values())
    run = finished(running, start(running, "reanalyse", texts=True))
    assert run["state_type"] == "COMPLETED", run["state"]
    assert "texts read again, 0 of them read differently; nothing was written" in run["state"]["message"]


def test_a_survey_says_what_to_do_about_each_source(running: Server, site: PublicationSite) -> None:
    """A survey completes whatever the sources do, and its page names the one that does not work."""
    site.fault("/pfp/ppd/labour-migration", "410")
    run = finished(running, start(running, "survey", sources=["demo-gfmd-labour", "demo-un-ga-81"]))
    site.mend()
    assert run["state_type"] == "COMPLETED", run["state"]
    assert run["state"]["message"].startswith("2 sources: 1 work")
    (artifact,) = [each for each in artifacts_of(running, run["id"]) if each["type"] != "progress"]
    assert artifact["key"] == "survey"
    assert "demo-gfmd-labour" in artifact["data"]
    assert "410" in artifact["data"]


TWICE = """
import asyncio
from flows.monitor import monitor
for _ in range(2):
    asyncio.run(monitor(return_state=True))
"""


def test_a_run_with_nothing_due_says_so(running: Server, tmp_path: Path) -> None:
    """The name of the run and of its state say it, and it leaves no table; the run before says whom it polled."""
    # In a home of its own, so that it takes no documents that other tests are about.
    own = replace(running, environment={**running.environment, "MANDATES_HOME": str(tmp_path / "home")}, children=[])
    done = own.run(sys.executable, "-c", TWICE)
    assert done.returncode == 0, done.stderr
    idle, busy = newest(running, "monitor", 2)
    assert busy["state_name"] == "Completed", busy["state"]
    assert re.match(r"demo-[a-z0-9-]+, demo-[a-z0-9-]+, demo-[a-z0-9-]+ and \d+ more · 20", busy["name"])
    assert (idle["state_type"], idle["state_name"]) == ("COMPLETED", "Nothing due")
    assert idle["name"].startswith("Nothing due · 20")
    assert idle["state"]["message"] == "no source was due"
    assert artifacts_of(running, idle["id"]) == []
    # Automations go by the name in the event.
    event = {"filter": {"event": {"name": ["prefect.flow-run.Nothing due"]}}}
    assert wait_for(lambda: running.ask("events/filter", event)["events"])
    guards = [each for each in running.ask("automations/filter", {}) if "worker died" in each["name"]]
    assert [guard["trigger"]["expect"] for guard in guards] == [["prefect.flow-run.*"]] * len(guards)
    assert guards


FAILING = """
import asyncio, os
from pathlib import Path
from flows.monitor import monitor

def run():
    asyncio.run(monitor(["papers"], return_state=True))

for _ in range(3):
    run()
papers = Path(os.environ["PAPERS"])
papers.mkdir()
(papers / "paper.txt").write_text(os.environ["PAPER"])
run()
"""
PAPER = """Ferry crews

The Assembly,

1. Requests the Secretariat to report on ferry crews by {day:%-d %B %Y}.
"""


def test_what_happens_is_an_event_each_on_the_server(running: Server, tmp_path: Path) -> None:
    """A source fails and recovers, a paper is recorded, its deadline is near, and a message to somebody dies."""
    config, papers = tmp_path / "config", tmp_path / "papers"
    config.mkdir()
    (config / "sources.yaml").write_text(f"- {{id: papers, kind: files, path: {papers}}}\n")
    with WebHook(answer=lambda _: 410) as hook:
        (config / "subscriptions.yaml").write_text(
            "targets: {operators-box: mailbox, gone: {url: {env: GONE_URL}}}\noperators: [operators-box]\n"
            "subscriptions: {everything: {targets: [gone], first_crawl: tell}}\n"
        )
        more = {
            "MANDATES_HOME": str(tmp_path / "home"),
            "MANDATES_CONFIG": str(config),
            "GONE_URL": f"json://127.0.0.1:{hook.port}",
            "PAPERS": str(papers),
            "PAPER": PAPER.format(day=datetime.now(UTC) + 10 * DAY),
        }
        own = replace(running, environment=running.environment | more, children=[])
        done = own.run(sys.executable, "-c", FAILING)
        assert done.returncode == 0, done.stderr

    def seen(name: str, **wanted: object) -> dict[str, Any] | None:
        # Other tests have events of these names, too.
        found = running.ask("events/filter", {"filter": {"event": {"name": [name]}}, "limit": 50})["events"]
        ours = (each for each in found if all(each["payload"].get(key) == said for key, said in wanted.items()))
        return next(ours, None)

    failing = wait_for(lambda: seen("source.failing", source="papers"))
    assert failing["resource"]["prefect.resource.id"] == "mandates.source.papers"
    assert failing["payload"]["state"] == "failing"
    recovered = wait_for(lambda: seen("source.recovered", source="papers"))
    assert recovered["occurred"] > failing["occurred"]
    recorded = wait_for(lambda: seen("publications.recorded", source="papers"))["payload"]
    assert (recorded["documents"], recorded["mandates"]) == (1, 1)
    assert [each["title"] for each in recorded["named"]] == ["Ferry crews"]
    due = wait_for(lambda: seen("mandate.due", title="Ferry crews"))
    assert due["payload"]["days_left"] in {9, 10}
    assert due["resource"]["prefect.resource.id"] == f"mandates.mandate.{due['payload']['mandate']}"
    dead = wait_for(lambda: seen("delivery.dead", target="gone"))
    assert "410" in dead["payload"]["reason"]
    assert str(hook.port) not in json.dumps(dead)


FETCHED = """
import asyncio
from flows.fetch import fetch
from flows.monitor import record
asyncio.run(fetch(return_state=True))
asyncio.run(record(return_state=True))
"""


def test_a_workers_run_says_whom_it_polled(running: Server, site: PublicationSite, tmp_path: Path) -> None:
    """A fetch run is named after its sources, the failing one first, has a row for each, and a record run follows."""
    site.fault("/pfp/ppd/labour-migration", "410")
    places = {"MANDATES_HOME": str(tmp_path / "home"), "MANDATES_LANDING": str(tmp_path / "shared")}
    own = replace(running, environment={**running.environment, **places}, children=[])
    (tmp_path / "shared").mkdir()
    done = own.run(sys.executable, "-c", FETCHED)
    site.mend()
    assert done.returncode == 0, done.stderr
    (run,) = running.ask("flow_runs/filter", {"flows": {"name": {"any_": ["fetch"]}}})
    assert run["state_name"] == "Partly failed", run["state"]
    assert re.match(r"demo-gfmd-labour, demo-[a-z0-9-]+, demo-[a-z0-9-]+ and \d+ more · 20", run["name"])
    rows = table(running, run["id"])
    assert rows[0]["failed"].startswith("[status 410")
    assert sum(row["fetched"] for row in rows) > 0
    # What the fetch announced may start the deployment `record` as well, which has another home.
    found = newest(running, "record", 20)
    run = next(run for run in found if run["deployment_id"] is None)
    assert run["state_name"] == "Completed", run["state"]
    assert "new documents" in run["state"]["message"]


def test_a_warehouse_that_cannot_be_written_is_named(running: Server, tmp_path: Path) -> None:
    """A damaged warehouse ends the run as Not recorded, with the sentence that the command prints too."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "live.duckdb").write_bytes(b"no database" * 1000)
    own = replace(running, environment={**running.environment, "MANDATES_HOME": str(tmp_path / "home")}, children=[])
    done = own.run(mandates, "run", "--all")
    assert done.returncode == 1, done.stderr
    (run,) = newest(running, "monitor")
    assert (run["state_type"], run["state_name"]) == ("FAILED", "Not recorded")
    assert "live.duckdb" in run["state"]["message"]
    assert run["state"]["message"].splitlines()[0] in done.stderr


# The events of runs, as the server and a run's process send them. The guards are those that were deployed, but for the
# one of five minutes, of which these runs have a copy with the 90 seconds of the others. Each event is sent as soon as
# the guard that the one before it sets off waits, as the server's own table says: their order does not depend on speed.
DYING = """
import json, sqlite3, sys, time, uuid
from datetime import timedelta
from pathlib import Path
from prefect.client.orchestration import get_client
from prefect.events import emit_event
from prefect.events.schemas.events import ResourceSpecification
from prefect.settings import get_current_settings
from flows.deploying import HARDLY_BEGUN, NEVER_BEGUN, ZOMBIES
from flows.deploying.automations import as_automation, pending_guard
flow, deployment, events = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
probe = str(uuid.uuid4())
ids = [f"prefect.flow-run.{run}" for run in (*events, probe)]
made = as_automation(pending_guard(), {})
made.name += " (test)"
made.trigger.within = timedelta(seconds=90)
made.trigger.match = ResourceSpecification({"prefect.resource.id": ids})
with get_client(sync_client=True) as client:
    client.create_automation(made)
deployed = {"prefect.resource.id": f"prefect.deployment.{deployment}", "prefect.resource.role": "deployment"}
named = {"prefect.resource.id": f"prefect.flow.{flow}", "prefect.resource.name": "monitor"}

def sent(run, event):
    # What loads a run does not know its flow.
    related = [deployed] if "pull-step" in event else [named | {"prefect.resource.role": "flow"}, deployed]
    made = emit_event(f"prefect.flow-run.{event}", resource={"prefect.resource.id": f"prefect.flow-run.{run}"},
                      related=related)
    return str(made.id)

def waiting(run):
    # The guards that wait for the next event of a run, and the event that set each off.
    state = Path(get_current_settings().home) / "prefect.db"
    with sqlite3.connect(f"file:{state}?mode=ro", uri=True, timeout=600) as database:
        rows = database.execute(
            "SELECT automation.name, json_extract(last_event, '$.id') FROM automation_bucket AS bucket "
            "JOIN automation ON automation.id = bucket.automation_id WHERE bucketing_key LIKE ? AND count < 1",
            [f"%{run}%"],
        ).fetchall()
    return {name: event for name, event in rows if name != NEVER_BEGUN}

# The server takes a moment to know of the automation.
while made.name not in waiting(probe):
    sent(probe, "Pending")
    time.sleep(1)
sent(probe, "Completed")
GUARDS = {"Running": HARDLY_BEGUN, "heartbeat": ZOMBIES, "Completed": None}
for run, sequence in events.items():
    for event in sequence:
        last, guard = sent(run, event), GUARDS.get(event, made.name)
        while waiting(run) != ({guard: last} if guard else {}):
            time.sleep(0.05)
"""
EVENTS = ("Pending", "Submitting", "pull-step.executed", "Running", "heartbeat", "Completed")


@pytest.fixture(scope="module", autouse=True)
def dying(running: Server) -> tuple[str, ...]:
    """The runs of workers that died ever later; the last one came to its end. The other tests go on meanwhile."""
    deployed = running.ask("deployments/name/monitor/monitor")
    # Far ahead, so that no worker takes them.
    later = {"type": "SCHEDULED", "state_details": {"scheduled_time": (datetime.now(UTC) + DAY).isoformat()}}
    url = f"deployments/{deployed['id']}/create_flow_run"
    sent = {running.ask(url, {"state": later})["id"]: EVENTS[:last] for last in range(1, len(EVENTS) + 1)}
    done = running.run(sys.executable, "-c", DYING, deployed["flow_id"], deployed["id"], json.dumps(sent))
    assert done.returncode == 0, done.stderr
    return tuple(sent)


def test_a_run_ends_whenever_its_worker_died(running: Server, dying: tuple[str, ...]) -> None:
    """Taken and not loaded, loaded and not begun, begun without a heartbeat, at work: each is marked as crashed."""

    def said(run: str) -> str | None:
        state: dict[str, str] = running.ask(f"flow_runs/{run}")["state"]
        return state["message"] if state["type"] == "CRASHED" else None

    *doomed, well = dying
    found = wait_for(lambda: all(words := [said(run) for run in doomed]) and words, every=END_SECONDS)
    never = "Taken five minutes ago and never begun: the worker died."
    none = "Began, and no heartbeat for 90 seconds: the worker died."
    assert found == [never, never, never, none, "No heartbeat for 90 seconds: the worker died."]
    assert said(well) is None


LONG = """
import asyncio
from prefect import flow
from flows.artifacts import shown_progress

@flow(name="long")
async def long():
    async with shown_progress("Counting to five") as progress:
        progress(2, 5, "two")
        await asyncio.sleep(600)

asyncio.run(long())
"""


WHEN = """
import asyncio, os, signal
import prefect.artifacts

create = prefect.artifacts.acreate_progress_artifact

async def created(*args, **kwargs):
    made = await create(*args, **kwargs)
    {then}
    return made

prefect.artifacts.acreate_progress_artifact = created
"""


@pytest.mark.parametrize(
    "then",
    [
        pytest.param("", id="heard"),
        # The server has created the bar, but its answer has not been read when the run is stopped.
        pytest.param("await asyncio.sleep(600)", id="unheard"),
        # The signal comes while the bar's own task is at work, and not the run's.
        pytest.param("os.kill(os.getpid(), signal.SIGTERM)", id="elsewhere"),
    ],
)
def test_the_progress_of_a_stopped_run_says_so(running: Server, then: str, request: pytest.FixtureRequest) -> None:
    """A bar shows how far it has come while it goes on; when the run is stopped, it stays there and says so."""
    name = f"long-{request.node.callspec.id}"

    def bar() -> Any:
        wanted = {"flows": {"name": {"any_": [name]}}, "artifacts": {"type": {"any_": ["progress"]}}}
        bars = running.ask("artifacts/filter", wanted)
        return (float(bars[0]["data"]), bars[0]["description"]) if bars else None

    child = running.start(sys.executable, "-c", WHEN.format(then=then) + LONG.replace('"long"', f'"{name}"'))
    if "SIGTERM" not in then:
        wait_for(lambda: bar() == (40, "Counting to five: two"))
        child.terminate()
    child.wait(PATIENCE)
    assert bar() == (40, "Counting to five: stopped: two")
