"""Seen and muted: a mandate that somebody takes care of reminds less, a muted one is silent, and messages say how."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from alerts.dispatch import dispatch
from alerts.match import alerts_for
from alerts.render import Renderer
from alerts.sample import sample_delivery, sample_findings
from flows.cli import cli
from tests.alerts.made_findings import ask, histories_follow_the_ways, subscribed
from tests.warehouse.made import batch, deadlines, entry, text
from tests.warehouse.test_warehouse_review import decide
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.outbox.admin import deliveries, retry
from warehouse.review.decision import DecisionError
from warehouse.review.task_names import short_name, task_named
from warehouse.store.database import session

if TYPE_CHECKING:
    from pathlib import Path

    from config.subscriptions import Subscriptions
    from tests.post_office import PostOffice

pytestmark = pytest.mark.slow

YAML = """
targets:
  desk: {url: {env: MAIL_URL}, to: desk@example.org}
  digest: {url: {env: MAIL_URL}, to: digest@example.org}
subscriptions:
  reports: {targets: [desk], filters: {types: [reporting_request]}}
  weekly: {targets: [digest], about: [new_mandate], mode: weekly}
"""
REPORT, AGENDA = (f"SELECT task_key FROM tasks WHERE verb = '{verb}'" for verb in ("Requests", "Decides"))


@pytest.fixture
def subscriptions(home: Path, tmp_path: Path, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> Subscriptions:
    """A desk that hears of every request at once, and a weekly digest; both were notified of one resolution."""
    loaded = subscribed(tmp_path / "config", YAML)
    monkeypatch.setenv("MANDATES_CONFIG", str(tmp_path / "config"))
    land(home, batch(0))
    record(home, alerts_for(loaded, datetime.now(UTC)))
    arrive(home, loaded, 1, text)
    dispatch(home, loaded)
    assert [mail.recipients for mail in office.mails] == [["desk@example.org"]]
    office.mails.clear()
    return loaded


def arrive(home: Path, subscriptions: Subscriptions, number: int, words: str) -> None:
    """The source shows the resolution in these words."""
    land(home, batch(number, entry(words=words)))
    record(home, alerts_for(subscriptions, datetime.now(UTC)))


def called(*words: str) -> str:
    """The output of a command that succeeds."""
    result = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def sent_at(home: Path, subscriptions: Subscriptions, office: PostOffice, *days_left: int) -> list[int]:
    """On which of these days before the deadline the desk gets a mail."""
    told = []
    for left in days_left:
        office.mails.clear()
        moment = datetime(*deadlines[0][2].timetuple()[:3], 8, tzinfo=UTC) - timedelta(days=left)
        dispatch(home, subscriptions, now=lambda moment=moment: moment)  # type: ignore[misc]
        told += [left for mail in office.mails if mail.recipients == ["desk@example.org"]]
    return told


def test_seen_spares_the_first_reminder_only(home: Path, subscriptions: Subscriptions, office: PostOffice) -> None:
    """Whoever takes care of a mandate is reminded at 14 days and on the day; the views say who saw it."""
    ((key,),) = ask(home, REPORT)
    assert "A/RES/80/1: 2. Requests" in called("seen", short_name(key), "--why", "the desk drafts it")
    assert sent_at(home, subscriptions, office, 60, 14, 0) == [14, 0]
    assert ask(home, "SELECT DISTINCT decided FROM open_mandates WHERE type = 'reporting_request'") == [(["seen"],)]
    assert ask(home, "SELECT field, why FROM current_decisions") == [("seen", "the desk drafts it")]


def test_a_mute_is_silent_until_it_is_undone(home: Path, subscriptions: Subscriptions, office: PostOffice) -> None:
    """No reminder while it is muted; undone, the reminder whose time has come is sent."""
    ((key,),) = ask(home, REPORT)
    called("mute", key)
    assert sent_at(home, subscriptions, office, 60, 14) == []
    assert called("mute", key, "--undo").startswith("no longer muted: A/RES/80/1: ")
    assert sent_at(home, subscriptions, office, 10, 0) == [10, 0]


def test_undoing_what_was_never_decided_says_so(home: Path, subscriptions: Subscriptions) -> None:
    """A task that was never muted is not unmuted: no decision is recorded, and the answer says why."""
    assert subscriptions.targets
    ((key,),) = ask(home, REPORT)
    assert called("mute", key, "--undo").startswith("was not muted: A/RES/80/1: ")
    assert ask(home, "SELECT * FROM decisions") == []


def test_a_mute_covers_corrections_and_new_words(home: Path, subscriptions: Subscriptions, office: PostOffice) -> None:
    """A corrected addressee and a publisher's other words are kept and sent to nobody, and the new words are muted."""
    ((key,),) = ask(home, REPORT)
    decide(home, key, "muted", "yes", "not ours")
    decide(home, key, "addressee", "the Registrar")
    arrive(home, subscriptions, 2, text.replace("report on it at", "report on it in detail at"))
    assert {row[0] for row in ask(home, "SELECT kind FROM findings")} >= {"reading_corrected", "changed_clause"}
    ((now,),) = ask(home, REPORT)
    assert now != key
    assert ask(home, f"SELECT field, why FROM current_decisions WHERE task_key = '{now}'") == [("muted", "not ours")]
    dispatch(home, subscriptions)
    assert office.mails == []
    assert sent_at(home, subscriptions, office, 60, 14, 0) == []
    reasons = [row.reason for row in deliveries(home, states=["suppressed"]) if row.target == "desk"]
    assert reasons == ["the mandate is muted"] * 2
    histories_follow_the_ways(home)


def test_new_words_of_a_mandate_that_is_not_muted_are_told(
    home: Path, subscriptions: Subscriptions, office: PostOffice
) -> None:
    """Muting one mandate of a resolution leaves the others as loud as before."""
    ((key,),) = ask(home, AGENDA)
    called("mute", key)
    arrive(home, subscriptions, 2, text.replace("report on it at", "report on it in detail at"))
    dispatch(home, subscriptions)
    assert ["changed paragraph" in mail.message["Subject"] for mail in office.mails] == [True]


def test_a_waiting_digest_goes_out_without_what_was_muted(
    home: Path, subscriptions: Subscriptions, office: PostOffice
) -> None:
    """The other mandates of the digest are told; the muted one can still be sent by an operator."""
    ((key,),) = ask(home, REPORT)
    called("mute", key)
    later = datetime.now(UTC) + timedelta(days=8)
    dispatch(home, subscriptions, now=lambda: later)
    (mail,) = [mail for mail in office.mails if mail.recipients == ["digest@example.org"]]
    assert mail.message["Subject"] == "Weekly digest: 1 new mandate"
    assert "provisional agenda" in mail.plain
    (muted,) = [row for row in deliveries(home, states=["suppressed"]) if row.target == "digest"]
    retry(home, [muted.delivery_id])
    dispatch(home, subscriptions)
    assert "to report on it" in " ".join(office.mails[-1].plain.split())
    histories_follow_the_ways(home)


def test_a_digest_of_muted_mandates_alone_is_not_sent(
    home: Path, subscriptions: Subscriptions, office: PostOffice
) -> None:
    """Where everything that waits is muted, nothing is left to send."""
    called("mute", *(row[0] for row in ask(home, f"{REPORT} UNION {AGENDA}")))
    later = datetime.now(UTC) + timedelta(days=8)
    dispatch(home, subscriptions, now=lambda: later)
    assert office.mails == []


def test_the_key_of_a_message_is_what_the_command_takes(
    home: Path, subscriptions: Subscriptions, office: PostOffice
) -> None:
    """What the sent mail says to type works, and so does the beginning of it."""
    land(home, batch(2, entry("A/RES/80/2", title="Harbours", words=text.replace("sea", "bay"))))
    record(home, alerts_for(subscriptions, datetime.now(UTC)))
    dispatch(home, subscriptions)
    ((told,),) = [re.findall(r"mandates mute (\S+)", mail.plain) for mail in office.mails]
    for name in (told, told[:6]):
        done = json.loads(called("mute", name, "--json"))
        assert (short_name(done["key"]), done["value"], done["document"]) == (told, "yes", "A/RES/80/2")


def test_a_key_that_fits_none_or_several_is_refused(home: Path, subscriptions: Subscriptions) -> None:
    """Nothing is recorded then, and the error lists what it could mean."""
    ((key,),) = ask(home, REPORT)
    with session(home) as connection:
        connection.execute(
            "INSERT INTO mandates SELECT * REPLACE (mandate_id || ':2' AS mandate_id, replace(task_key, ':request:1', "
            "':ask:1') AS task_key) FROM mandates WHERE task_key = ?",
            [key],
        )
        for name in ("request", "0000000000"):
            with pytest.raises(DecisionError, match="no recorded task"):
                task_named(connection, name)
        for name in ("", "zz", key[:3]):
            with pytest.raises(DecisionError, match="at least 4"):
                task_named(connection, name)
        with pytest.raises(DecisionError, match="2 tasks have a key that begins so") as caught:
            task_named(connection, key[:12])
        assert short_name(key) in str(caught.value)
        assert task_named(connection, f"{key[:12]}-req").key == key
        assert task_named(connection, key).key == key
    with pytest.raises(DecisionError):
        CliRunner().invoke(cli, ["mute", key, "0000000000"], catch_exceptions=False)
    assert ask(home, "SELECT * FROM decisions") == []


@pytest.mark.parametrize(
    ("language", "seen", "mute"),
    [
        ("en", "Seen: mandates seen", "Mute: mandates mute"),
        ("fr", "Pris en charge\u00a0: mandates seen", "Ne plus être averti\u00a0: mandates mute"),
        ("es", "Alguien se ocupa: mandates seen", "No recibir más avisos: mandates mute"),
    ],
)
def test_each_message_says_how(tmp_path: Path, language: str, seen: str, mute: str) -> None:
    """In mail, Slack and plain text, with a key that can be copied; a digest has the keys of its mandates."""
    yaml = f"targets: {{desk: mailbox}}\nsubscriptions: {{all: {{targets: [desk], language: {language}}}}}\n"
    renderer = Renderer(subscribed(tmp_path, yaml))
    now = datetime.now(UTC)
    delivery = sample_delivery("desk", ["all"], now)
    (found,) = delivery.findings
    key = short_name(found.clause.task_key or "")
    for dress in ("mail", "slack", "plain"):
        body = unescape(renderer.render(delivery, dress).body)  # type: ignore[arg-type]
        assert f"{seen} {key}" in body
        assert f"{mute} {key}" in body
        digest = sample_delivery("desk", ["all"], now)
        made = type(digest)(
            digest.delivery_id, "desk", ("all",), sample_findings(now), "daily:2026-11-22", 0, digest.lease_until
        )
        body = renderer.render(made, dress).body  # type: ignore[arg-type]
        assert key in body
        assert re.search("mandates seen (KEY|CLÉ|CLAVE)", body)


def test_a_message_about_no_mandate_says_nothing_of_it(tmp_path: Path) -> None:
    """A new document without mandates, and a source's state, have no key."""
    renderer = Renderer(subscribed(tmp_path, "targets: {desk: mailbox}\nsubscriptions: {all: {targets: [desk]}}\n"))
    now = datetime.now(UTC)
    findings = tuple(each for each in sample_findings(now) if each.kind == "new_document")
    one = sample_delivery("desk", ["all"], now)
    made = type(one)(one.delivery_id, "desk", ("all",), findings, None, 0, one.lease_until)
    assert "mandates mute" not in renderer.render(made, "plain").body
