"""How `mandates run` ends: what was kept silent, what waits and until when, and what counts as a failed run."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.sites.publisher import Answer
from tests.watched import answered, called, configured, listing, published, resolution

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow
SUBSCRIPTIONS = {
    "targets": {"desk": "mailbox", "box": "mailbox"},
    "subscriptions": {"now": {"targets": ["desk"]}, "daily": {"targets": ["box"], "mode": "daily", "at": "07:00"}},
}


def test_a_run_says_what_it_left(home: Path, tmp_path: Path) -> None:
    """A first crawl says that nobody was notified; the next run what went out and what waits for the digest."""
    with published() as site:
        for name in ("ferries", "ports"):
            site.says(f"/{name}", Answer(resolution(f"Resolution on {name}"), type="text/html"))
        config = configured(tmp_path / "config", [listing(site, "coast", {"/ferries": "Resolution on ferries"})])
        (config / "subscriptions.yaml").write_text(json.dumps(SUBSCRIPTIONS))
        first = called(home, config, "run")
        assert first.code == 0, first.said
        assert "recorded as a baseline and nobody was notified" in first.said
        assert "`first_crawl: tell`" in first.said
        listing(site, "coast", {"/ferries": "Resolution on ferries", "/ports": "Resolution on ports"})
        second = called(home, config, "run", "--all")
        assert "alerts: 1 sent" in second.said
        assert "1 message to box waits until" in second.said
        assert "07:00 UTC (daily digest)" in second.said
        left = json.loads(called(home, config, "run", "--all", "--json").out)
        assert [(each["target"], each["deliveries"]) for each in left["waiting"]] == [("box", 1)]
        assert left["baseline_mandates_not_notified"] == 0


def test_a_run_without_any_answer_fails(home: Path, tmp_path: Path) -> None:
    """No source answers: the run fails, by exit code and in Prefect where it keeps a record; `sources status` too."""
    with published() as site:
        config = configured(tmp_path / "config", [listing(site, "coast", {"/ferries": "Resolution on ferries"})])
        (config / "subscriptions.yaml").write_text(json.dumps(SUBSCRIPTIONS))
        site.says("/coast", Answer(b"gone", status=500))
        for engine in (["--prefect"], []):
            ended = called(home, config, "run", "--all", *engine)
            assert ended.code == 1
            assert "no usable answer: coast" in ended.said
        assert states(home) == ["FAILED"]
        assert answered(home, config, "sources", "status").code == 1


def test_with_and_without_an_engine_the_same_is_recorded(home: Path, tmp_path: Path) -> None:
    """A run without a server leaves nothing of Prefect's; with `--prefect` it gives the same answer, and a record."""
    with published() as site:
        site.says("/ferries", Answer(resolution("Resolution on ferries"), type="text/html"))
        config = configured(tmp_path / "config", [listing(site, "coast", {"/ferries": "Resolution on ferries"})])
        plain = json.loads(called(home, config, "run", "--json").out)
        assert not (home / "prefect").exists()
        other = tmp_path / "other"
        recorded = json.loads(called(other, config, "run", "--prefect", "--json").out)
        assert plain["new_documents"] == recorded["new_documents"] == 1
        assert [each["quote"] for each in plain["findings"]] == [each["quote"] for each in recorded["findings"]]
        assert states(other) == ["COMPLETED"]


def test_a_run_that_fails_still_delivers_what_waits(home: Path, tmp_path: Path) -> None:
    """A calendar that cannot be read ends the run with an error, and a delivery that was due goes out all the same."""
    with published() as site:
        site.says("/ferries", Answer(resolution("Resolution on ferries"), type="text/html"))
        config = configured(tmp_path / "config", [listing(site, "coast", {"/ferries": "Resolution on ferries"})])
        (config / "subscriptions.yaml").write_text(json.dumps(SUBSCRIPTIONS))
        assert called(home, config, "run").code == 0
        rows = map(json.loads, answered(home, config, "outbox", "list", "--json").out.splitlines())
        wanted = [row["delivery_id"] for row in rows if row["target"] == "desk"]
        assert answered(home, config, "outbox", "retry", *wanted).code == 0
        (config / "sessions.yaml").write_text("sessions: 7")
        failed = called(home, config, "run", "--all")
        assert failed.code == 1
        assert "sessions.yaml" in failed.last_line
        assert len(list((home / "mail" / "desk").glob("*.eml"))) == len(wanted) > 0


def states(home: Path) -> list[str]:
    """The states of the runs of this home, as Prefect's own database keeps them."""
    with closing(sqlite3.connect(home / "prefect" / "prefect.db")) as connection:
        return [row[0] for row in connection.execute("SELECT state_type FROM flow_run ORDER BY start_time")]


def test_a_run_with_too_many_new_mandates_waits_for_an_operator(home: Path, tmp_path: Path) -> None:
    """It says what waits, operators get one message, and the release sends all of it; the check hears of a good run."""
    names = ("ferries", "ports", "piers")
    with published() as site:
        for name in names:
            site.says(f"/{name}", Answer(resolution(f"Resolution on {name}"), type="text/html"))
        config = configured(tmp_path / "config", [listing(site, "coast", {})])
        heartbeat = {"url": {"env": "HEARTBEAT_URL"}, "private_addresses": True}
        settings = SUBSCRIPTIONS | {"operators": ["box"], "brake": 2, "heartbeat": heartbeat}
        settings |= {"subscriptions": {"now": {"targets": ["desk"]}}}
        (config / "subscriptions.yaml").write_text(json.dumps(settings))
        env = {"HEARTBEAT_URL": site.says("/beat", "OK")}
        listing(site, "coast", {"/first": "Resolution on tides"})
        site.says("/first", Answer(resolution("Resolution on tides"), type="text/html"))
        assert called(home, config, "run", env=env).code == 0
        listing(site, "coast", {f"/{name}": f"Resolution on {name}" for name in names})
        held = called(home, config, "run", "--all", env=env)
        assert held.code == 0, held.said
        assert "3 messages to desk wait for your approval" in held.said
        assert "alerts: 1 sent" in held.out, held.out
        assert site.targets().count("/beat") == 2
        assert answered(home, config, "outbox", "release", "coast").code == 0
        assert "3 sent" in called(home, config, "deliver").said
