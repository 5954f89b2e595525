"""Replay: what a subscription would have received is what the outbox would have made, and nothing is sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from alerts.dispatch import dispatch
from alerts.match import alerts_for
from alerts.replay import replay
from flows.cli import cli
from tests.alerts.made_findings import ask, document, finding, noon, put, subscribed
from tests.alerts.test_alerts_corrections import otherwise
from tests.warehouse.made import batch, entry, start, text
from warehouse.findings.reanalysis import reanalyse
from warehouse.load.kept import Reader
from warehouse.load.landing import land
from warehouse.load.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from alerts.replay import Replayed
    from config.subscriptions import Subscriptions
    from tests.post_office import PostOffice
    from warehouse.findings.finding import Finding

pytestmark = pytest.mark.slow

NOBODY = "targets: {desk: mailbox}\n"
YAML = """
targets:
  desk: {url: {env: MAIL_URL}, to: desk@example.org}
  team: {url: {env: MAIL_URL}, to: team@example.org}
subscriptions:
  all: {targets: [desk]}
  few: {targets: [desk], filters: {words: [harbour]}}
  weekly: {targets: [team], mode: weekly, zone: Europe/Zurich, language: fr}
  quiet: {targets: [desk], quiet: "22:00-07:00", zone: Europe/Zurich}
  small: {targets: [desk], cap: 2}
"""


def happened(home: Path, folder: Path, *groups: tuple[datetime, Sequence[Finding]]) -> Subscriptions:
    """Findings recorded at these moments while nobody subscribed to anything; the subscriptions of today."""
    nobody = subscribed(folder / "then", NOBODY)
    for moment, found in groups:
        put(home, nobody, [_at(each, moment) for each in found], moment)
    return subscribed(folder / "now", YAML)


def _at(made: Finding, moment: datetime) -> Finding:
    from dataclasses import replace

    return replace(made, found_at=moment)


def replayed(home: Path, subscriptions: Subscriptions, name: str, *, days: int = 20) -> tuple[Replayed, ...]:
    """The messages of some days from the day before noon."""
    (chosen,) = subscriptions.named([name])
    begin = noon - timedelta(days=1)
    return replay(home, subscriptions, chosen, begin, begin + timedelta(days=days))


def test_what_was_missed_is_shown_and_not_sent(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """One message a document, at its time, with the subject it would have had; the outbox stays empty."""
    later = noon + timedelta(days=3)
    subscriptions = happened(
        home, tmp_path, (noon, [document(1), document(1, kind="new_document")]), (later, [document(2)])
    )
    found = replayed(home, subscriptions, "all")
    assert [(each.at, each.target, each.digest) for each in found] == [(noon, "desk", None), (later, "desk", None)]
    assert "S 1" in found[0].subject
    assert found[0].findings == 2
    assert ask(home, "SELECT count(*) FROM deliveries") == [(0,)]
    dispatch(home, subscriptions, now=lambda: later)
    assert office.mails == []


def test_filters_digests_and_quiet_hours_apply(home: Path, tmp_path: Path) -> None:
    """Only what matches; a week's findings are one digest on Monday; what is found at night comes in the morning."""
    night = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    subscriptions = happened(
        home,
        tmp_path,
        (noon, [document(1)]),
        (night, [document(2, title="Harbour dues", quote="Requests a report on the harbour.")]),
        (noon + timedelta(days=7), [document(3)]),
    )
    assert [each.at for each in replayed(home, subscriptions, "few")] == [night]
    digests = replayed(home, subscriptions, "weekly")
    assert [(each.at.isoformat(), each.findings) for each in digests] == [
        ("2026-11-23T06:00:00+00:00", 1),
        ("2026-11-30T06:00:00+00:00", 2),
    ]
    assert digests[0].subject.endswith(": 1 nouveau mandat")
    assert [each.at.hour for each in replayed(home, subscriptions, "quiet")] == [12, 6, 12]


def test_what_a_month_received_is_counted_by_the_day_it_went_out(home: Path, tmp_path: Path) -> None:
    """A digest of Monday holds what was found on Saturday before the first day; what goes out later is left out."""
    subscriptions = happened(home, tmp_path, (noon, [document(1)]), (noon + timedelta(days=3), [document(2)]))
    (chosen,) = subscriptions.named(["weekly"])
    sunday = noon + timedelta(days=1)
    (only,) = replay(home, subscriptions, chosen, sunday, sunday + timedelta(days=6))
    assert (only.at.isoformat(), only.findings) == ("2026-11-23T06:00:00+00:00", 1)


def test_cap_and_brake_apply_to_each_run(home: Path, tmp_path: Path) -> None:
    """Groups of one run count together: more than the cap become a digest, more than the brake allows are held."""
    group = [
        (noon + timedelta(seconds=2 * place), [document(10 * place + number) for number in range(2)])
        for place in range(2)
    ]
    subscriptions = happened(home, tmp_path, *group)
    assert [bool(each.digest) for each in replayed(home, subscriptions, "small")] == [False, False, True]
    braked = subscribed(tmp_path / "braked", YAML + "brake: 3\n")
    assert [each.held is not None for each in replayed(home, braked, "all")] == [False, False, True, True]


def test_a_baseline_is_silent_and_a_mute_holds(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept silent then, or is muted today, would not have been received."""
    subscriptions = subscribed(tmp_path / "config", YAML)
    monkeypatch.setenv("MANDATES_CONFIG", str(tmp_path / "config"))
    land(home, batch(0, entry("A/RES/80/9", title="Known", words=text.replace("sea", "lake"))))
    land(home, batch(1, entry()))
    for moment in (start, start + timedelta(hours=1)):
        record(home, alerts_for(subscribed(tmp_path / "nobody", NOBODY), start), now=lambda moment=moment: moment)  # type: ignore[misc]
    land(home, batch(2, entry("A/RES/80/3", title="New", words=text.replace("sea", "bay"))))
    record(home, alerts_for(subscribed(tmp_path / "nobody", NOBODY), start), now=lambda: start + timedelta(days=1))
    (chosen,) = subscriptions.named(["all"])
    first = replay(home, subscriptions, chosen, start - timedelta(days=1), start + timedelta(days=9))
    keys = [row[0] for row in ask(home, "SELECT task_key FROM tasks JOIN documents USING (document_id) ORDER BY ALL")]
    CliRunner().invoke(cli, ["mute", *keys], catch_exceptions=False)
    second = replay(home, subscriptions, chosen, start - timedelta(days=1), start + timedelta(days=9))
    assert all("Known" not in each.subject for each in first)
    assert sum(each.findings for each in second) < sum(each.findings for each in first)


def test_corrections_are_shown_to_whoever_would_have_been_notified(
    home: Path, tmp_path: Path, office: PostOffice
) -> None:
    """A correction reaches those whose subscription matched the mandate; to another it would not have gone."""
    then = subscribed(tmp_path / "then", YAML.replace("words: [harbour]", "types: [agenda_placement]"))
    land(home, batch(0))
    record(home, alerts_for(then, start))
    land(home, batch(1, entry()))
    record(home, alerts_for(then, datetime.now(UTC)))
    dispatch(home, then)
    assert reanalyse(home, Reader(otherwise(type="establishment")), apply=True).corrected == 1
    since = datetime.now(UTC) - timedelta(days=1)
    for name, expected in (("all", 1), ("few", 0)):
        (chosen,) = then.named([name])
        found = replay(home, then, chosen, since, since + timedelta(days=2))
        assert sum("orrection" in each.subject for each in found) == expected


def test_the_command_takes_a_month_or_days(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--month` is the whole month in the subscription's zone, `--until` a last day; wrong calls are refused."""
    last = datetime(2026, 11, 30, 22, 59, tzinfo=UTC)
    happened(home, tmp_path, (noon, [document(1)]), (last, [document(2)]), (last + timedelta(minutes=2), [finding(3)]))
    monkeypatch.setenv("MANDATES_CONFIG", str(tmp_path / "now"))

    def call(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, ["subscriptions", "replay", *words])
        return result.exit_code, result.output

    code, said = call("all", "--month", "2026-11")
    assert code == 0
    assert "2026-11-21 12:00  desk: " in said
    assert said.endswith("3 messages from 2026-11-01 to 2026-11-30 (UTC)\n")
    code, said = call("all", "--since", "2026-11-21", "--until", "2026-11-21", "--json")
    (row,) = map(json.loads, said.splitlines())
    assert (row["day"], row["target"], row["findings"]) == ("2026-11-21", "desk", 1)
    code, said = call("quiet", "--since", "2026-12-01", "--until", "2026-12-01", "--json")
    assert [json.loads(line)["at"][:16] for line in said.splitlines()] == ["2026-12-01T07:00"] * 2
    assert call("all", "--month", "2026-13")[0] == 2
    assert call("all", "--month", "2026-11", "--since", "2026-11-01")[0] == 2
    assert call("all", "--since", "2026-11-02", "--until", "2026-11-01")[0] == 2
    assert call("nobody")[0] == 2
    assert call("all")[0] == 0


def test_an_empty_home_has_nothing_to_replay(home: Path, tmp_path: Path) -> None:
    """Before anything was recorded there are no messages, and no warehouse is made."""
    assert replayed(home, subscribed(tmp_path, YAML), "all") == ()
    assert not home.exists()
