"""The dead-man's check: each run reports how it ended to a real server, and never fails by it."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from alerts.dispatch import dispatch
from config.settings import Settings
from config.strict_yaml import ConfigError
from config.subscriptions import load_subscriptions
from flows.round import run_round
from tests.alerts.made_findings import finding, noon, put
from tests.post_office import PostOffice
from tests.sites.publisher import Answer, Publisher
from tests.watched import configured, listing
from warehouse.outbox.admin import drop, unreported_in

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

KEY = "8f14e45f-ceea-467f-a83d-2b1c0e3d7f11"
BY_NAME = {"url": {"env": "HEARTBEAT_URL"}, "private_addresses": True}


@pytest.fixture
async def settings(home: Path, tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """One source on loopback, which has nothing; the address of the check is in HEARTBEAT_URL."""
    monkeypatch.setenv("MANDATES_CONFIG", str(configured(tmp_path / "config", [listing(publisher, "coast", {})])))
    publisher.says("/coast", "<html><body><ul><li><a href='/x'>A page</a></li></ul></body></html>")
    publisher.says("/x", "<html><body><main><h1>A page</h1><p>Some words.</p></main></body></html>")
    monkeypatch.setenv("HEARTBEAT_URL", publisher.says(f"/ping/{KEY}", "OK"))
    publisher.says(f"/ping/{KEY}/fail", "OK")
    return Settings()


def subscribe(settings: Settings, heartbeat: Any, **more: Any) -> None:
    """Write the subscriptions with this check."""
    whole = {"targets": {"desk": "mailbox"}, "subscriptions": {"all": {"targets": ["desk"]}}, "heartbeat": heartbeat}
    (settings.config / "subscriptions.yaml").write_text(json.dumps(whole | more))


def beats(publisher: Publisher) -> list[str]:
    """What was reported: "" for good, "/fail" for failed."""
    return [each.removeprefix(f"/ping/{KEY}") for each in publisher.targets() if each.startswith("/ping")]


async def test_each_run_reports_how_it_ended(settings: Settings, publisher: Publisher) -> None:
    """A good run, one with nothing due, one in which no source answered, and one that could not begin."""
    subscribe(settings, BY_NAME)
    await run_round(settings, due_or_not=True)
    await run_round(settings)
    assert beats(publisher) == ["", ""]
    publisher.says("/coast", Answer(b"gone", status=500))
    assert (await run_round(settings, due_or_not=True)).unanswered
    with pytest.raises(Exception, match="nowhere"):
        await run_round(settings, ["nowhere"])
    assert beats(publisher) == ["", "", "/fail", "/fail"]


async def test_a_check_that_fails_does_not_fail_the_run(
    settings: Settings, publisher: Publisher, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server error, a closed port and a missing address are logged in one line each, without the key."""
    subscribe(settings, BY_NAME)
    publisher.says(f"/ping/{KEY}", Answer("no such check", status=404))
    await run_round(settings, due_or_not=True)
    monkeypatch.setenv("HEARTBEAT_URL", f"http://127.0.0.1:1/ping/{KEY}")
    await run_round(settings, due_or_not=True)
    monkeypatch.delenv("HEARTBEAT_URL")
    await run_round(settings, due_or_not=True)
    said = [each.getMessage() for each in caplog.records if each.name == "flows.heartbeat"]
    assert len(said) == 3
    assert "404" in said[0]
    assert "the environment variable HEARTBEAT_URL is not set" in said[2]
    assert KEY not in caplog.text


async def test_a_private_address_is_asked_only_if_said(
    settings: Settings, publisher: Publisher, caplog: pytest.LogCaptureFixture
) -> None:
    """Without `private_addresses` the guard refuses loopback, as for every other request."""
    caplog.set_level(logging.WARNING)
    subscribe(settings, {"url": {"env": "HEARTBEAT_URL"}})
    await run_round(settings, due_or_not=True)
    assert beats(publisher) == []
    assert "heartbeat: " in caplog.text


async def test_the_address_may_be_in_a_file_and_have_a_query(
    settings: Settings, publisher: Publisher, tmp_path: Path
) -> None:
    """The failure is reported below the path, and the query stays."""
    path = tmp_path / "address"
    path.write_text(publisher.says(f"/ping/{KEY}?rid=7", "OK") + "\n")
    publisher.says(f"/ping/{KEY}/fail?rid=7", "OK")
    subscribe(settings, {"url": {"file": str(path)}, "private_addresses": True})
    await run_round(settings, due_or_not=True)
    publisher.says("/coast", Answer(b"gone", status=500))
    await run_round(settings, due_or_not=True)
    assert beats(publisher) == ["?rid=7", "/fail?rid=7"]


async def test_a_message_that_reached_nobody_fails_the_check(
    settings: Settings, publisher: Publisher, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What died without an operator knowing is what nobody else would ever hear of; dropped, all is well again."""
    target = {"url": {"env": "MAIL_URL"}, "to": "gone-desk@example.org"}
    with PostOffice() as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        subscribe(settings, BY_NAME, targets={"desk": target})
        loaded = load_subscriptions(settings.config)
        put(home, loaded, [finding()])
        dispatch(home, loaded, now=lambda: noon)
        (dead,) = unreported_in(home)
        await run_round(settings, due_or_not=True)
        drop(home, [dead.delivery_id])
        await run_round(settings, due_or_not=True)
    assert beats(publisher) == ["/fail", ""]


@pytest.mark.parametrize("url", ["http://example.org/ping", "example.org", {}, {"env": "A", "file": "b"}, 7])
def test_an_address_that_cannot_be_used_is_refused(tmp_path: Path, url: Any) -> None:
    """Plain http, no scheme, no or two references: an error with the key's name."""
    (tmp_path / "subscriptions.yaml").write_text(json.dumps({"heartbeat": {"url": url}}))
    with pytest.raises(ConfigError, match="heartbeat"):
        load_subscriptions(tmp_path)


def test_an_https_address_may_stand_in_the_file(tmp_path: Path) -> None:
    """Without any heartbeat there is none."""
    (tmp_path / "subscriptions.yaml").write_text("heartbeat: {url: 'https://hc.example.org/ping/8f14e45f'}\n")
    found = load_subscriptions(tmp_path).heartbeat
    assert found is not None
    assert (found.url, found.private_addresses) == ("https://hc.example.org/ping/8f14e45f", False)
    (tmp_path / "subscriptions.yaml").write_text("targets: {}\n")
    assert load_subscriptions(tmp_path).heartbeat is None
