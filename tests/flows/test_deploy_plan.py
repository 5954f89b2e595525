"""What a deploy would do, from what is wanted and what is found, without a server; and the times of digests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from prefect.exceptions import PrefectHTTPStatusError
from pydantic import ValidationError

from flows.commands.deploy import _next_steps
from flows.deploying.deploy import _words
from flows.deploying.digest_times import digest_schedules
from flows.deploying.plan import Change, Difference, Plan, Thing, compared
from flows.serve.place import claim
from tests.alerts.made_findings import subscribed

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def test_what_is_the_same_is_left_alone_whatever_the_order_of_its_values() -> None:
    """Equal values make no change, and an id from an earlier deploy does not either."""
    want = Thing("deployment", "watch/watch", {"a": {"b": 1, "c": [1]}, "d": {}})
    have = Thing("deployment", "watch/watch", {"d": {}, "a": {"c": [1], "b": 1}}, id="1")
    plan = compared([want], [have], {"1"}, "record")
    assert (plan.changes, plan.kept, plan.same, plan.known) == ((), (), 1, {"1"})


def test_values_of_the_environment_are_not_shown() -> None:
    """A plan says that a variable differs, and never what it holds."""
    want = Thing("deployment", "d/d", {"job_variables": {"env": {"TOKEN": "new-secret"}, "command": "b"}})
    have = Thing("deployment", "d/d", {"job_variables": {"env": {"TOKEN": "old-secret"}, "command": "a"}}, id="1")
    (change,) = compared([want], [have], (), "record").changes
    assert Difference("job_variables.command", "a", "b") in change.differences
    assert "secret" not in str(change.differences)


async def test_a_refusal_does_not_repeat_what_was_sent() -> None:
    """Prefect's server answers a request that is not valid with the request itself, secrets included."""
    # The server's own; to import it takes seconds, which each worker would spend on collecting the tests.
    from prefect.server.api.server import validation_exception_handler
    from prefect.server.schemas.actions import DeploymentCreate

    sent = {"name": 5, "job_variables": {"env": {"TOKEN": "a-secret"}}}
    with pytest.raises(ValidationError) as invalid:
        DeploymentCreate.model_validate({**sent, "job_variables": "a-secret"})
    refused = RequestValidationError(invalid.value.errors(), body=sent)
    answer = await validation_exception_handler(Request({"type": "http"}), refused)
    response = httpx.Response(answer.status_code, content=bytes(answer.body), request=httpx.Request("POST", "http://x"))
    assert "a-secret" in response.text
    words = _words(PrefectHTTPStatusError("", request=response.request, response=response))
    assert words.startswith("422: name: Input should be a valid string; ")
    assert words.removeprefix("422: ") == _words(invalid.value)
    assert "a-secret" not in words


@pytest.mark.parametrize(
    ("content", "words"),
    [(b'{"detail": "no such pool"}', "no such pool"), (b"<html>", "Not Found"), (b"5", "Not Found")],
)
def test_a_refusal_is_in_the_servers_words(content: bytes, words: str) -> None:
    """Where the server gives a reason it is shown; the page of a proxy in between is not."""
    response = httpx.Response(404, content=content, request=httpx.Request("GET", "http://x"))
    assert _words(PrefectHTTPStatusError("", request=response.request, response=response)) == f"404: {words}"


@pytest.mark.parametrize(("recorded", "removed"), [({"1"}, ["watch/former"]), (set(), [])])
def test_only_what_a_deploy_made_is_removed(recorded: set[str], removed: list[str]) -> None:
    """A deployment that no file names goes if its id was noted; its schedules go with it."""
    have = [
        Thing("deployment", "watch/former", id="1"),
        Thing("schedule", "watch/former: hourly", id="2", owner="watch/former"),
    ]
    plan = compared([], have, recorded | ({"2"} if recorded else set()), "record")
    assert [change.name for change in plan.changes] == removed
    assert {change.action for change in plan.changes} <= {"remove"}


def test_ours_comes_before_a_namesake() -> None:
    """Of two automations of one name, the one that a deploy made is compared, and the other is left alone."""
    want = Thing("automation", "mandates: x", {"description": "a"})
    have = [Thing("automation", "mandates: x", {"description": each}, id=each) for each in ("theirs", "ours")]
    (change,) = compared([want], have, {"ours"}, "record").changes
    assert change.found is not None
    assert change.found.id == "ours"


def test_what_was_paused_stays_paused_unless_it_is_to_be_resumed() -> None:
    """A switch is no difference, and is mentioned; with `resume` it is one."""
    want = Thing("schedule", "w/w: hourly", {"interval": 60}, owner="w/w")
    have = Thing("schedule", "w/w: hourly", {"interval": 60}, on=False, id="1", owner="w/w")
    plan = compared([want], [have], {"1"}, "record")
    assert plan.changes == ()
    assert [each.words for each in plan.kept] == ["is paused"]
    (change,) = compared([want], [have], {"1"}, "record", resume=True).changes
    assert change.differences == (Difference("on", old=False, new=True),)


def test_digests_have_a_schedule_for_each_hour_and_zone(tmp_path: Path) -> None:
    """Daily and weekly digests of one hour are one schedule; quiet hours move it; the weekly report is one."""
    yaml = """
targets: {desk: mailbox}
operators: [desk]
weekly_report: monday
subscriptions:
  at_once: {targets: [desk]}
  early: {targets: [desk], mode: daily, at: "05:00", quiet: "22:00-06:30", zone: Europe/Zurich}
  thursday: {targets: [desk], mode: weekly, on: thursday, zone: America/New_York}
  friday: {targets: [desk], mode: weekly, on: friday, zone: America/New_York}
"""
    found = digest_schedules(subscribed(tmp_path / "config", yaml), NOW)
    assert {(each.cron, each.timezone) for each in found} == {
        ("30 6 * * *", "Europe/Zurich"),
        ("0 7 * * THU,FRI", "America/New_York"),
        ("0 7 * * MON", "UTC"),
    }
    assert len({each.slug for each in found}) == len(found)


def test_no_worker_is_to_be_started_beside_a_tree_that_has_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A deploy to the server of the home's `mandates serve` does not ask for a worker; one to another server does."""
    plan = Plan((), (), 0, "record", frozenset(), {}, ("local",))
    monkeypatch.setenv("MANDATES_HOME", str(tmp_path))
    with claim(tmp_path, 4321):
        monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4321/api")
        _next_steps(plan)
        assert "worker" not in capsys.readouterr().out
        monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example.org/api")
        _next_steps(plan)
        assert "mandates worker --pool local" in capsys.readouterr().out
    monkeypatch.delenv("PREFECT_API_URL")
    _next_steps(plan)
    assert "mandates worker --pool local" in capsys.readouterr().out


def test_a_first_deploy_says_how_a_run_is_started_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A deploy that creates the monitor starts nothing, and names the command that does; a later one is silent."""
    monkeypatch.setenv("MANDATES_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    created = (Change("create", "deployment", "monitor/monitor"), Change("create", "deployment", "watch/watch"))
    for changes, lines in (created, 1), ((), 0):
        _next_steps(Plan(changes, (), 0, "record", frozenset(), {}, ("local",)))
        assert capsys.readouterr().out.count("deployment run monitor/monitor") == lines
