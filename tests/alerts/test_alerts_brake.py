"""The brake: more new mandates at once than anybody would believe wait for an operator's yes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from alerts.dispatch import dispatch
from alerts.match import alerts_for
from alerts.trouble import held_notice
from config.strict_yaml import ConfigError
from flows.cli import cli
from tests.alerts.made_findings import document, finding, histories_follow_the_ways, noon, put, subscribed
from tests.warehouse.made import batch, entry, text
from warehouse.findings.finding import REREAD
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import UnknownDeliveryError
from warehouse.outbox.admin import deliveries, release
from warehouse.outbox.dispatcher import Outbox
from warehouse.outbox.held import AGAIN_AFTER
from warehouse.outbox.history import waiting
from warehouse.store.database import session

if TYPE_CHECKING:
    from pathlib import Path

    from config.subscriptions import Subscriptions
    from tests.post_office import Mail, PostOffice

YAML = """
targets:
  ops: {url: {env: MAIL_URL}, to: ops@example.org}
  desk: {url: {env: MAIL_URL}, to: desk@example.org}
operators: [ops]
brake: 3
subscriptions:
  all: {targets: [desk]}
"""


@pytest.fixture
def subscriptions(home: Path, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Subscriptions:
    """A desk and an operator, after the first crawls of two sources."""
    monkeypatch.setenv("MANDATES_CONFIG", str(tmp_path / "config"))
    loaded = subscribed(tmp_path / "config", YAML)
    land(home, batch(0))
    land(home, batch(0, source="other"))
    record(home, alerts_for(loaded, datetime.now(UTC)))
    return loaded


def arrive(home: Path, subscriptions: Subscriptions, *counts: tuple[str, int], source: str = "made") -> None:
    """One run, in which a source shows so many resolutions of two mandates, in a group each."""
    matcher = alerts_for(subscriptions, datetime.now(UTC))
    for name, count in counts:
        made = [
            entry(f"A/RES/80/{name}{number}", title=f"{name} {number}", words=text.replace("sea", f"{name} {number}"))
            for number in range(count)
        ]
        land(home, batch(len(name) + 1, *made, source=source))
        record(home, matcher)


def to(office: PostOffice, who: str) -> list[Mail]:
    return [mail for mail in office.mails if mail.recipients == [f"{who}@example.org"]]


def called(*words: str) -> str:
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_too_many_at_once_wait_and_operators_get_one_message(
    home: Path, subscriptions: Subscriptions, office: PostOffice
) -> None:
    """What passes the limit in the course of a run is held; one mail says how much, why, and what to do."""
    arrive(home, subscriptions, ("a", 1), ("bb", 2), ("ccc", 1))
    dispatch(home, subscriptions, during_run=True)
    assert [len(to(office, who)) for who in ("desk", "ops")] == [1, 0]
    for _ in range(2):
        # The same dispatch that finds it says so; the next one does not repeat it.
        dispatch(home, subscriptions)
        (notice,) = to(office, "ops")
    assert len(to(office, "desk")) == 1
    assert notice.message["Subject"] == "Held for your approval: 3 messages"
    said = " ".join(notice.plain.split())
    assert "3 messages about 3 documents with 6 new mandates: more than 3 new mandates from made in one run" in said
    for how in ("outbox list --state held", "outbox release SOURCE", "outbox drop SOURCE"):
        assert how in said
    (left,) = [each for each in waiting(home) if each.state == "held"]
    assert (left.target, left.deliveries) == ("desk", 3)


def test_a_release_sends_and_a_drop_cancels_by_source(
    home: Path, subscriptions: Subscriptions, office: PostOffice
) -> None:
    """Each source by itself; the commands are those that the message names."""
    arrive(home, subscriptions, ("a", 3))
    arrive(home, subscriptions, ("b", 2), source="other")
    assert "No deliveries" not in called("outbox", "list", "--state", "held")
    rows = [json.loads(line) for line in called("outbox", "drop", "other", "--json").splitlines()]
    assert [row["state"] for row in rows] == ["suppressed"] * 2
    rows = [json.loads(line) for line in called("outbox", "release", "made", "--json").splitlines()]
    assert [row["state"] for row in rows] == ["pending"] * 3
    dispatch(home, subscriptions)
    assert len(to(office, "desk")) == 3
    assert to(office, "ops") == []
    with pytest.raises(UnknownDeliveryError, match="no delivery is held from a source of that name"):
        release(home, ["nowhere"])
    histories_follow_the_ways(home)


def test_one_delivery_or_all_can_be_released(home: Path, subscriptions: Subscriptions, office: PostOffice) -> None:
    """By the beginning of an id; without a name everything that is held."""
    arrive(home, subscriptions, ("a", 3))
    first = deliveries(home, states=["held"])[0]
    assert [row.state for row in release(home, [first.delivery_id[:12]])] == ["pending"]
    assert len(release(home)) == 2
    dispatch(home, subscriptions)
    assert len(to(office, "desk")) == 3


def test_the_limit_itself_passes_and_each_run_counts_anew(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """As many as the brake allows are sent; the next run begins at nought, and sources are counted apart."""
    subscriptions = subscribed(tmp_path, YAML)
    put(home, subscriptions, [document(number) for number in range(3)])
    put(home, subscriptions, [document(number) for number in range(3, 6)])
    put(home, subscriptions, [document(number, sources=(f"s{number}",)) for number in range(6, 12)])
    assert deliveries(home, states=["held"]) == []
    put(home, subscriptions, [document(number) for number in range(12, 16)])
    assert len(deliveries(home, states=["held"])) == 4
    assert dispatch(home, subscriptions, now=lambda: noon).sent == 13
    assert len(to(office, "desk")) == 12


def test_a_first_crawl_is_not_held(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """Whoever asks for what a new source already lists gets it."""
    subscriptions = subscribed(tmp_path, YAML.replace("[desk]}", "[desk], first_crawl: tell}"))
    land(home, batch(0, *(entry(f"A/RES/80/{n}", title=str(n), words=f"{text}{n}") for n in range(1, 5))))
    record(home, alerts_for(subscriptions, datetime.now(UTC)))
    assert deliveries(home, states=["held"]) == []
    dispatch(home, subscriptions)
    assert len(to(office, "desk")) == 4


def test_what_an_upgrade_finds_is_counted_together(home: Path, tmp_path: Path) -> None:
    """Findings of a newer reader are held over all sources, though each source has but one; others are sent."""
    subscriptions = subscribed(tmp_path, YAML)
    found = [document(number, note=REREAD, sources=(f"s{number}",)) for number in range(5)]
    put(home, subscriptions, [*found, document(9)])
    reasons = {row.reason for row in deliveries(home, states=["held"])}
    assert reasons == {"more than 3 new mandates found by a newer reader in one run"}
    assert [row.state for row in deliveries(home)].count("pending") == 1


def test_operators_are_reminded_of_what_stays_held(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """Once a day, as long as something is held: it may hold somebody's deadline."""
    subscriptions = subscribed(tmp_path, YAML)
    put(home, subscriptions, [document(number) for number in range(4)])
    for hours in (0, 1, 23, 24, 25):
        dispatch(home, subscriptions, now=lambda hours=hours: noon + timedelta(hours=hours))  # type: ignore[misc]
    assert len(to(office, "ops")) == 2
    release(home, now=noon)
    dispatch(home, subscriptions, now=lambda: noon + 3 * AGAIN_AFTER)
    assert len(to(office, "ops")) == 2


def test_a_message_of_a_former_version_is_still_sent(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """One that was written before an upgrade, when only corrections could be held, goes out after it."""
    subscriptions = subscribed(tmp_path, YAML)
    put(home, subscriptions, [document(number) for number in range(4)])
    with Outbox(home, notice=lambda held, now: held_notice(subscriptions, held, now)) as outbox:
        outbox.claim(noon, 0)
    with session(home) as connection:
        connection.execute(
            "UPDATE findings SET detail = replace(detail::VARCHAR, 'alerts_held', 'corrections_held'), "
            "kind = 'corrections_held' WHERE kind = 'alerts_held'"
        )
    dispatch(home, subscriptions, now=lambda: noon)
    assert [mail.message["Subject"] for mail in to(office, "ops")] == ["Held for your approval: 4 messages"]


def test_the_brake_can_be_off(home: Path, tmp_path: Path) -> None:
    """`brake: off` holds nothing; without the key the limit is fifty; nought is refused."""
    put(home, subscribed(tmp_path / "off", YAML.replace("brake: 3", "brake: off")), [finding(n) for n in range(60)])
    assert deliveries(home, states=["held"]) == []
    default = subscribed(tmp_path / "default", YAML.replace("brake: 3\n", ""))
    put(home, default, [document(number) for number in range(100, 150)])
    assert deliveries(home, states=["held"]) == []
    put(home, default, [document(number) for number in range(200, 251)])
    assert deliveries(home, states=["held"]) != []
    with pytest.raises(ConfigError, match="brake"):
        subscribed(tmp_path / "nought", YAML.replace("brake: 3", "brake: 0"))
