"""`mandates deliver`, `outbox`, `subscriptions` and `alerts`, as people and programs call them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from flows.cli import cli, main
from tests.alerts.made_findings import document, finding, put, subscribed
from tests.post_office import PostOffice

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.slow

yaml = (
    "targets: {desk: mailbox, screen: terminal}\noperators: [screen]\nsubscriptions: {all: {targets: [desk, screen]}}\n"
)


@pytest.fixture
def config(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with one subscription, and two findings recorded for it."""
    folder = tmp_path / "config"
    monkeypatch.setenv("MANDATES_CONFIG", str(folder))
    put(home, subscribed(folder, yaml), [finding(), document(2)], datetime.now(UTC) - timedelta(minutes=1))
    return folder


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("config")
def test_deliver_sends_and_says_so() -> None:
    """A table for people; the second time nothing waits."""
    first = call("deliver")
    assert first.exit_code == 0
    assert "4 sent" in first.stdout
    assert (
        "AALCO: agenda item on “Care of people at sea”" in " ".join(first.stdout.replace("│", " ").split())[:4000]
        or first.stdout
    )
    assert call("deliver").stdout == "No pending alerts.\n"


@pytest.mark.usefixtures("config")
def test_deliver_for_programs() -> None:
    """One JSON object on stdout, whatever the terminal target prints."""
    result = call("deliver", "--json")
    told = json.loads(result.stdout)
    assert (told["sent"], told["dead"]) == (4, 0)
    assert {row["state"] for row in told["deliveries"]} == {"sent"}


def test_deliver_fails_where_a_delivery_died(home: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1 for scripts when something was given up, and the reason stands in the table."""
    refusing = (
        "targets: {gone: {url: {env: MAIL_URL}, to: gone-1@example.org}}\nsubscriptions: {all: {targets: [gone]}}\n"
    )
    waiting = [row["delivery_id"] for row in lines(call("outbox", "list", "--json"))]
    call("outbox", "drop", *waiting)
    put(home, subscribed(config, refusing), [document(7)], datetime.now(UTC) - timedelta(minutes=1))
    with PostOffice() as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        result = call("deliver", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["dead"] == 1
    assert "550" in result.stdout


def test_deliver_says_what_waits(home: Path, config: Path) -> None:
    """Messages for a target without an address wait for one reason: one line says how many, until when and why."""
    missing = "targets: {hook: {url: {env: NOWHERE_TO_BE_FOUND}}}\nsubscriptions: {all: {targets: [hook]}}\n"
    waiting = [row["delivery_id"] for row in lines(call("outbox", "list", "--json"))]
    call("outbox", "drop", *waiting)
    found = [document(number) for number in range(7, 10)]
    put(home, subscribed(config, missing), found, datetime.now(UTC) - timedelta(minutes=1))
    assert call("deliver").exit_code == 1
    said = call("deliver").stdout
    assert "No alert is due." in said
    (line,) = [line for line in said.splitlines() if "hook" in line]
    assert line.startswith("3 messages to hook wait until ")
    assert "NOWHERE_TO_BE_FOUND is not set" in line
    assert [each["deliveries"] for each in json.loads(call("deliver", "--json").stdout)["waiting"]] == [3]


@pytest.mark.usefixtures("config")
def test_the_outbox_is_listed_retried_and_dropped() -> None:
    """By state, by the beginning of an id; an unknown id and a sent delivery are told."""
    waiting = lines(call("outbox", "list", "--json"))
    assert {row["state"] for row in waiting} == {"pending"}
    assert len(lines(call("outbox", "list", "--json", "--limit", "1"))) == 1
    assert call("outbox", "list", "--state", "dead").stdout == "No deliveries.\n"
    chosen = waiting[0]["delivery_id"][:12]
    assert lines(call("outbox", "drop", chosen, "--json"))[0]["state"] == "suppressed"
    assert lines(call("outbox", "retry", chosen, "--json"))[0]["state"] == "pending"
    assert chosen in call("outbox", "list").stdout
    call("deliver")
    sent = call("outbox", "retry", chosen)
    assert sent.exit_code == 1
    assert f"{chosen} is sent and was not changed" in sent.stderr
    states = [event["state"] for event in lines(call("outbox", "show", chosen, "--json"))]
    assert states == ["pending", "suppressed", "pending", "sending", "sent"]
    assert "sent, attempt 1 (" in call("outbox", "show", chosen).stdout


@pytest.mark.usefixtures("config")
def test_an_unknown_delivery_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback for an id that is not there."""
    with pytest.raises(SystemExit, match="1"):
        main(["outbox", "retry", "ffffffffffffffff"])
    assert "no delivery has an id beginning with 'ffffffffffffffff'" in capsys.readouterr().err


@pytest.mark.usefixtures("config")
def test_check_shows_what_would_have_matched() -> None:
    """Findings of the past days by subscription, with subjects; nothing is sent."""
    (row,) = lines(call("subscriptions", "check", "--json", "--days", "3650"))
    assert (row["name"], row["matched"]) == ("all", 2)
    assert {told["subject"] for told in row["findings"]} == {
        "AALCO: agenda item on “Care of people at sea”, 53rd Annual Session (RES/52/S 2)",
        "AALCO: agenda item on “Care of people at sea”, 53rd Annual Session (RES/52/S 5)",
    }
    result = call("subscriptions", "check")
    assert "2 targets usable" in result.stdout
    assert "nobody is notified when a delivery to screen is given up" in result.stderr


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("  hook: {url: {env: NOWHERE_TO_BE_FOUND}}\n", "the environment variable NOWHERE_TO_BE_FOUND is not set"),
        ("  hook: {url: {file: /nowhere/at/all}}\n", "the file /nowhere/at/all cannot be read"),
        ("  hook: {adress: x}\n", "is not a known key"),
    ],
)
def test_check_refuses_bad_input(config: Path, capsys: pytest.CaptureFixture[str], more: str, words: str) -> None:
    """Exit code 1, file and line, and nothing sent."""
    (config / "subscriptions.yaml").write_text(
        f"targets:\n  desk: mailbox\n{more}subscriptions: {{all: {{targets: [desk, hook]}}}}\n", encoding="utf-8"
    )
    for command in (["subscriptions", "check"], ["deliver"], ["subscriptions", "test", "all"]):
        with pytest.raises(SystemExit, match="1"):
            main(command)
        err = capsys.readouterr().err
        assert words in err
        assert "subscriptions.yaml:3: " in err
        assert "Traceback" not in err


def test_a_test_message_tells_the_truth(config: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A marked test goes to each target; where one refuses, the exit code says so and the secret does not show."""
    good = call("subscriptions", "test", "all", "--json")
    assert good.exit_code == 0
    assert [row["outcome"] for row in lines(good)] == ["accepted", "accepted"]
    (mail,) = (home / "mail" / "desk").iterdir()
    assert "This is a test message sent" in mail.read_text(encoding="utf-8")
    monkeypatch.setenv("HOOK", "json://127.0.0.1:9/tok-secret-1")
    (config / "subscriptions.yaml").write_text(
        "targets: {hook: {url: {env: HOOK}}}\nsubscriptions: {all: {targets: [hook]}}\n", encoding="utf-8"
    )
    bad = call("subscriptions", "test", "all", "--json")
    assert bad.exit_code == 1
    assert lines(bad)[0]["outcome"] == "refused"
    assert "tok-secret-1" not in bad.output
    assert call("subscriptions", "test", "nobody").exit_code == 2


@pytest.mark.usefixtures("config")
def test_list_shows_places_and_no_address() -> None:
    """Each subscription with its file and line."""
    (row,) = lines(call("subscriptions", "list", "--json"))
    assert row["name"] == "all"
    assert row["place"].endswith("subscriptions.yaml:3")


@pytest.mark.usefixtures("config")
def test_preview_renders_to_files(tmp_path: Path) -> None:
    """A message and a digest in every dress, of what matched lately or of an invented document."""
    for days in ("3650", "1"):
        result = call("alerts", "preview", "--out", str(tmp_path / days), "--days", days)
        assert result.exit_code == 0
        assert sorted(path.name for path in (tmp_path / days / "all").iterdir()) == sorted(
            f"{kind}.{dress}" for kind in ("message", "digest") for dress in ("mail.html", "slack.txt", "plain.txt")
        )
    assert "RES/52/S" in (tmp_path / "3650" / "all" / "message.plain.txt").read_text(encoding="utf-8")
    assert call("alerts", "preview", "nobody").exit_code == 2


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("text", ["", "targets: {desk: mailbox}\noperators: [desk]\n"])
def test_check_fails_where_nobody_is_told_anything(config: Path, text: str) -> None:
    """A file without a subscription is valid and useless: the check says so and ends with 1."""
    (config / "subscriptions.yaml").write_text(text, encoding="utf-8")
    result = call("subscriptions", "check")
    assert result.exit_code == 1
    assert "nobody will be notified" in result.stderr


@pytest.mark.usefixtures("config")
def test_what_nobody_was_told_leads_the_list(home: Path, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`outbox list` and `deliver` name it first, with what to do, and end with 1 until it is dropped."""
    alone = "targets: {gone: {url: {env: MAIL_URL}, to: gone-1@example.org}}\nsubscriptions: {all: {targets: [gone]}}\n"
    for row in lines(call("outbox", "list", "--json")):
        call("outbox", "drop", row["delivery_id"])
    put(home, subscribed(config, alone), [document(7)], datetime.now(UTC) - timedelta(minutes=1))
    with PostOffice() as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        assert call("deliver").exit_code == 1
        again = call("deliver", "--json")
    assert again.exit_code == 1
    (unreported,) = json.loads(again.stdout)["unreported"]
    assert json.loads(again.stdout)["untold"] == [unreported], "the former key is still there"
    listed = call("outbox", "list")
    assert listed.exit_code == 1
    first, second = listed.stderr.splitlines()
    assert first == "mandates: 1 delivery did not arrive, and no operator could be notified:"
    assert "to gone was given up after 1 attempt: " in second
    assert f"mandates outbox retry {unreported['delivery_id'][:12]}" in second
    assert call("outbox", "drop", unreported["delivery_id"]).exit_code == 0
    assert call("outbox", "list").exit_code == 0
    assert call("deliver").exit_code == 0
