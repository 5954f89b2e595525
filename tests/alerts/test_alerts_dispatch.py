"""From recorded findings to recipients and back into the tables, over real servers, with a clock that the test sets."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import pytest
from apprise.plugins.slack import NotifySlack

from alerts.dispatch import Patience, dispatch
from tests.alerts.made_findings import ask, document, finding, histories_follow_the_ways, noon, put, subscribed
from tests.post_office import PostOffice, WebHook, patience
from warehouse.outbox.admin import deliveries, drop, retry
from warehouse.outbox.dispatcher import Outbox

if TYPE_CHECKING:
    from pathlib import Path

    from alerts.model import DispatchReport
    from config.subscriptions import Subscriptions

pytestmark = pytest.mark.slow

desk = "targets: {desk: mailbox, screen: terminal}\noperators: [screen]\nsubscriptions: {all: {targets: [desk]}}\n"
minute = timedelta(minutes=1)


def mail_to(*recipients: str, more: str = "") -> str:
    """Targets on the test's mail server, one a recipient, all subscribed; operators have a mailbox."""
    targets = "".join(
        f"  {name}: {{url: {{env: MAIL_URL}}, to: {name}@example.org, timeout_seconds: {patience(name)}{more}}}\n"
        for name in recipients
    )
    return (
        f"targets:\n  operators-box: mailbox\n{targets}operators: [operators-box]\n"
        f"subscriptions: {{all: {{targets: [{', '.join(recipients)}]}}}}\n"
    )


def run(home: Path, subscriptions: Subscriptions, at: datetime = noon, **more: Any) -> DispatchReport:
    return dispatch(home, subscriptions, now=lambda: at, **more)


def test_each_finding_goes_out_once(home: Path, tmp_path: Path) -> None:
    """One message a document and target; a second dispatch and a second recording send nothing."""
    subscriptions = subscribed(tmp_path, desk)
    found = [finding(1), finding(2), document(3)]
    assert put(home, subscriptions, found) == (3, 2)
    report = run(home, subscriptions)
    assert [row.state for row in report.rows] == ["sent", "sent"]
    assert sorted(row.subject for row in report.rows) == [
        "AALCO: 2 new mandates in “Care of people at sea”, due 53rd Annual Session (RES/52/S 5)",
        "AALCO: agenda item on “Care of people at sea”, 53rd Annual Session (RES/52/S 3)",
    ]
    assert put(home, subscriptions, found) == (0, 0)
    assert run(home, subscriptions).rows == ()
    assert len(list((home / "mail" / "desk").iterdir())) == 2


def test_alerts_are_lost_with_their_finding_or_kept_with_it(home: Path, tmp_path: Path) -> None:
    """Alert and delivery rows belong to the finding's transaction: when that fails, there are none."""
    subscriptions = subscribed(tmp_path, desk)
    with pytest.raises(RuntimeError):
        put_and_fail(home, subscriptions)
    assert ask(home, "SELECT count(*) FROM alerts") == [(0,)]
    assert run(home, subscriptions).rows == ()


def put_and_fail(home: Path, subscriptions: Subscriptions) -> None:
    from alerts.match import alerts_for
    from warehouse.outbox.enqueue import enqueue
    from warehouse.store.database import session, transaction

    with session(home) as connection, transaction(connection):
        enqueue(connection, alerts_for(subscriptions, noon)([finding()]), noon)
        raise RuntimeError


def test_every_state_is_a_row(home: Path, tmp_path: Path) -> None:
    """Analysts see when a delivery was written, begun and sent, by whom, and how long it took."""
    subscriptions = subscribed(tmp_path, desk)
    put(home, subscriptions, [finding()])
    run(home, subscriptions, noon + minute)
    rows = ask(home, "SELECT state, attempt, worker IS NOT NULL, seconds IS NOT NULL FROM delivery_events ORDER BY ALL")
    assert sorted(rows) == [("pending", 0, False, False), ("sending", 1, True, False), ("sent", 1, True, True)]
    assert ask(home, "SELECT state, attempts, doubts, sent_at = changed_at, due_at, worker FROM deliveries") == [
        ("sent", 1, 0, True, None, None)
    ]
    assert not list((home / "outbox").iterdir())


def test_refusals_are_tried_again_later_and_then_die(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waits double with jitter; after the limit the delivery is dead and the operators get a message elsewhere."""
    subscriptions = subscribed(tmp_path, mail_to("busy"))
    put(home, subscriptions, [finding()])
    patience = Patience(attempts=3, first=10 * minute)
    with PostOffice(busy={"busy@example.org": 9}) as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        assert run(home, subscriptions, patience=patience).failed == 1
        assert run(home, subscriptions, noon + 7 * minute, patience=patience).rows == ()
        assert run(home, subscriptions, noon + 13 * minute, patience=patience).failed == 1
        (waiting,) = deliveries(home)
        assert waiting.due_at is not None
        assert 16 * minute <= waiting.due_at - (noon + 13 * minute) <= 24 * minute
        report = run(home, subscriptions, noon + 60 * minute, patience=patience)
        assert not office.mails
    assert [(row.target, row.state) for row in report.rows] == [("busy", "dead"), ("operators-box", "sent")]
    (mail,) = (home / "mail" / "operators-box").iterdir()
    text = mail.read_text(encoding="utf-8")
    assert "Subject: A message to busy was not delivered" in text
    assert "mandates outbox retry" in text
    assert ask(home, "SELECT state, attempts FROM deliveries WHERE target = 'busy'") == [("dead", 3)]


def test_refused_for_good_dies_at_once(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mailbox that does not exist is not asked again; the operators hear of it in the same dispatch."""
    subscriptions = subscribed(tmp_path, mail_to("gone-1", "here"))
    put(home, subscriptions, [finding()])
    with PostOffice() as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        report = run(home, subscriptions)
        assert [mail.recipients for mail in office.mails] == [["here@example.org"]]
    assert {(row.target, row.state) for row in report.rows} == {
        ("gone-1", "dead"),
        ("here", "sent"),
        ("operators-box", "sent"),
    }
    assert run(home, subscriptions, noon + timedelta(days=2)).rows == ()


def test_two_dead_channels_do_not_accuse_each_other_for_ever(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alarm that dies raises no further alarm; it stays in every report until somebody retries or drops it."""
    yaml = mail_to("gone-1", "gone-2").replace("operators: [operators-box]", "operators: [gone-1, gone-2]")
    subscriptions = subscribed(tmp_path, yaml)
    put(home, subscriptions, [finding()])
    with PostOffice() as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        assert run(home, subscriptions).dead == 4
        later = run(home, subscriptions, noon + timedelta(days=1))
    assert len(deliveries(home, states=("dead",))) == 4
    assert later.rows == ()
    assert [row.kinds for row in later.unreported] == [("delivery_state",)] * 2
    assert not later.well
    drop(home, [row.delivery_id for row in later.unreported])
    assert run(home, subscriptions, noon + timedelta(days=2)).well


def test_what_nobody_was_told_goes_with_the_next_message_to_an_operator(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the failing target is the only operator, every report says so, until a message gets out and says it too."""
    yaml = mail_to("gone-1").replace("operators: [operators-box]", "operators: [gone-1]")
    failing = subscribed(tmp_path, yaml)
    mended = subscribed(tmp_path / "mended", yaml.replace("to: gone-1@", "to: well@"))
    put(home, failing, [finding()])
    with PostOffice() as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        (unreported,) = run(home, failing).unreported
        assert (unreported.target, unreported.state) == ("gone-1", "dead")
        assert run(home, failing, noon + minute).unreported == (unreported,)
        put(home, mended, [document(2), document(3)], noon + 2 * minute)
        told = run(home, mended, noon + 2 * minute)
        first, second = office.mails
    assert "no operator could be notified" in first.plain
    assert f"mandates outbox retry {unreported.delivery_id[:12]}" in first.plain
    assert "no operator could be notified" not in second.plain
    assert told.well
    assert run(home, failing, noon + 3 * minute).well


def test_an_operator_who_is_named_later_hears_of_what_died_before(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody could be told is told, by an alarm of its own, as soon as there is another channel."""
    yaml = mail_to("gone-1")
    alone = subscribed(tmp_path, yaml.replace("operators: [operators-box]", "operators: []"))
    put(home, alone, [finding()])
    with PostOffice() as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        assert len(run(home, alone).unreported) == 1
        report = run(home, subscribed(tmp_path / "two", yaml), noon + minute)
    assert [(row.target, row.subject) for row in report.rows] == [
        ("operators-box", "A message to gone-1 was not delivered")
    ]
    assert report.unreported == ()


def test_doubt_is_told_and_sent_again_under_the_same_id(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a time-out the message goes again, says that it may be a repeat, and the doubt stays counted."""
    subscriptions = subscribed(tmp_path, mail_to("slow-1"))
    put(home, subscriptions, [finding()])
    with PostOffice() as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        assert run(home, subscriptions).uncertain == 1
        office.slow_seconds = 0
        assert run(home, subscriptions, noon + 10 * minute).sent == 1
        first, second = office.mails
    assert first.message["X-Delivery-Id"] == second.message["X-Delivery-Id"]
    assert first.message["X-Possible-Repeat"] is None
    assert second.message["X-Possible-Repeat"] == "yes"
    assert "may have received this message before" in second.plain
    assert ask(home, "SELECT state, attempts, doubts FROM deliveries") == [("sent", 2, 1)]


def test_doubt_can_be_held_for_an_operator(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that must not get repeats is held in doubt, the operators are told, and `retry` sends it."""
    subscriptions = subscribed(tmp_path, mail_to("slow-1", more=", after_doubt: hold"))
    put(home, subscriptions, [finding()])
    with PostOffice() as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        report = run(home, subscriptions)
        assert {(row.target, row.state) for row in report.rows} == {("slow-1", "uncertain"), ("operators-box", "sent")}
        assert run(home, subscriptions, noon + timedelta(days=3)).rows == ()
        (held,) = deliveries(home, states=("uncertain",))
        assert retry(home, [held.delivery_id[:10]])[0].state == "pending"
        office.slow_seconds = 0
        assert run(home, subscriptions, datetime.now(noon.tzinfo) + minute).sent == 1


def test_a_dropped_delivery_is_not_sent(home: Path, tmp_path: Path) -> None:
    """What an operator drops stays as suppressed, with its history, and can be taken up again."""
    subscriptions = subscribed(tmp_path, desk)
    put(home, subscriptions, [finding()])
    (waiting,) = deliveries(home)
    assert drop(home, [waiting.delivery_id])[0].state == "suppressed"
    assert run(home, subscriptions).rows == ()
    retry(home, [waiting.delivery_id], now=noon)
    assert run(home, subscriptions).sent == 1
    assert retry(home, [waiting.delivery_id])[0].state == "sent"


def test_a_silent_baseline_is_kept_and_not_sent(home: Path, tmp_path: Path) -> None:
    """A first crawl leaves suppressed rows: nobody is disturbed, and nothing is hidden."""
    subscriptions = subscribed(tmp_path, desk)
    assert put(home, subscriptions, [document(n, baseline=True) for n in range(5)]) == (5, 0)
    assert run(home, subscriptions).rows == ()
    assert {row.state for row in deliveries(home)} == {"suppressed"}


def test_a_digest_is_filled_until_it_goes(home: Path, tmp_path: Path) -> None:
    """Findings of several runs go out as one message at seven; what comes later goes the next day."""
    yaml = desk.replace("{targets: [desk]}", "{targets: [desk], mode: daily, zone: Europe/Zurich}")
    subscriptions = subscribed(tmp_path, yaml)
    for number in range(3):
        put(home, subscriptions, [document(number)], noon + number * minute)
    assert run(home, subscriptions, noon + 5 * minute).rows == ()
    seven = datetime.fromisoformat("2026-11-22T07:00+01:00")
    (row,) = run(home, subscriptions, seven).rows
    assert row.subject == "Daily digest: 3 new mandates"
    put(home, subscriptions, [document(9)], seven + minute)
    assert run(home, subscriptions, seven + minute).rows == ()
    assert run(home, subscriptions, seven + timedelta(days=1)).sent == 1


def test_a_digest_tells_of_sources_nobody_could_read(home: Path, tmp_path: Path) -> None:
    """A source that was not read for twice its interval stands in the digest; one that is off does not."""
    yaml = desk.replace("{targets: [desk]}", "{targets: [desk], mode: daily}")
    subscriptions = subscribed(tmp_path, yaml)
    put(home, subscriptions, [finding()])
    from warehouse.store.database import session

    with session(home) as connection:
        connection.execute(
            """INSERT INTO sources (source_id, state, failures, last_success, last_crawl, notes)
            VALUES ('gfmd', 'failing', 5, '2026-11-01 12:00:00+00', '2026-11-21 12:00:00+00', MAP {}),
                ('weekly', 'healthy', 0, '2026-11-15 12:00:00+00', '2026-11-15 12:00:00+00', MAP {}),
                ('gone', 'failing', 9, '2026-01-01 12:00:00+00', '2026-01-01 12:00:00+00', MAP {})"""
        )
    (tmp_path / "sources.yaml").write_text(
        "- {id: gfmd, kind: files, path: x}\n- {id: weekly, kind: files, path: x, every: 7d}\n"
        "- {id: new, kind: files, path: x}\n- {id: resting, kind: files, path: x, off: not needed now}\n",
        encoding="utf-8",
    )
    assert run(home, subscriptions, noon + timedelta(days=1)).sent == 1
    (mail,) = (home / "mail" / "desk").iterdir()
    text = mail.read_text(encoding="utf-8")
    assert "gfmd: last checked 1 November 2026" in text
    assert "new: never checked" in text
    assert not [name for name in ("weekly", "gone", "resting") if f"{name}: " in text]


def test_nothing_goes_out_in_quiet_hours_even_if_late(home: Path, tmp_path: Path) -> None:
    """A message that was due before the night but not sent waits for the morning."""
    yaml = desk.replace("{targets: [desk]}", '{targets: [desk], zone: Europe/Zurich, quiet: "20:00-07:00"}')
    subscriptions = subscribed(tmp_path, yaml)
    put(home, subscriptions, [finding()])
    night = datetime.fromisoformat("2026-11-21T23:00+01:00")
    assert run(home, subscriptions, night).rows == ()
    (waiting,) = deliveries(home)
    assert waiting.due_at == datetime.fromisoformat("2026-11-22T07:00+01:00")
    assert run(home, subscriptions, datetime.fromisoformat("2026-11-22T07:00+01:00")).sent == 1


def test_a_dead_server_does_not_hold_up_the_others(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After three failures in a row a target rests; the others get theirs in the same dispatch."""
    yaml = (
        "targets:\n  hook: {url: {env: HOOK_URL}}\n  desk: mailbox\noperators: [desk]\n"
        "subscriptions: {all: {targets: [hook, desk]}}\n"
    )
    subscriptions = subscribed(tmp_path, yaml)
    put(home, subscriptions, [document(number) for number in range(8)])
    with WebHook([500] * 20) as hook:
        monkeypatch.setenv("HOOK_URL", f"json://127.0.0.1:{hook.port}/x")
        report = run(home, subscriptions)
        assert len(hook.posts) == 3
    assert (report.sent, report.failed) == (8, 3)
    assert {row.state for row in deliveries(home) if row.target == "hook"} == {"failed", "pending"}


def test_slack_is_not_hurried(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two messages to one Slack channel there is a pause."""
    yaml = "targets: {team: {url: {env: SLACK_URL}}}\nsubscriptions: {all: {targets: [team]}}\n"
    subscriptions = subscribed(tmp_path, yaml)
    put(home, subscriptions, [document(number) for number in range(3)])
    pauses: list[float] = []
    monkeypatch.setattr("alerts.sending.time.sleep", pauses.append)
    with WebHook() as hook:
        monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{hook.port}/services")
        monkeypatch.setenv("SLACK_URL", f"slack://{'T' * 9}/{'B' * 9}/{'x' * 24}")
        assert run(home, subscriptions).sent == 3
    assert [round(pause, 1) for pause in pauses if pause] == [1.2, 1.2]


def test_a_target_that_is_gone_ends_with_the_operators(home: Path, tmp_path: Path) -> None:
    """A delivery whose target left the file, or has another name now, is told at once; naming it again sends it."""
    known = subscribed(tmp_path, desk)
    put(home, known, [finding()])
    renamed = subscribed(tmp_path, desk.replace("desk", "office"))
    report = run(home, renamed)
    assert {(row.target, row.state) for row in report.rows} == {("desk", "dead"), ("screen", "sent")}
    assert "add it again to retry" in str(report.rows[0].reason)
    retry(home, [row.delivery_id for row in deliveries(home, states=("dead",))], now=noon)
    assert run(home, known).sent == 1


def test_a_subscription_that_is_gone_still_tells_what_it_found(home: Path, tmp_path: Path) -> None:
    """What waits when a subscription is removed, or renamed, goes out, and says that nothing more will come from it."""
    put(home, subscribed(tmp_path, desk), [finding()])
    yaml = desk.replace("{all: {targets: [desk]}}", "{others: {targets: [desk], filters: {bodies: IPU}}}")
    assert run(home, subscribed(tmp_path, yaml)).sent == 1
    (mail,) = (home / "mail" / "desk").iterdir()
    told = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("plain",))
    assert told is not None
    assert "“all”, which is no longer in subscriptions.yaml" in told.get_content()


def test_a_clock_that_goes_back_loses_and_repeats_nothing(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour that comes twice: what was sent stays sent, and what waits does not wait for its second end."""
    subscriptions = subscribed(tmp_path, mail_to("busy"))
    put(home, subscriptions, [finding()])
    with PostOffice(busy={"busy@example.org": 1}) as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        assert run(home, subscriptions).failed == 1
        put(home, subscriptions, [document(2)], noon - 60 * minute)
        assert run(home, subscriptions, noon - 60 * minute).sent == 2
        assert run(home, subscriptions, noon - 59 * minute).rows == ()
        assert run(home, subscriptions, noon + 10 * minute).rows == ()
        assert run(home, subscriptions, noon + 20 * minute).rows == ()
        assert len(office.mails) == 2


def test_two_subscriptions_of_one_target_both_arrive(home: Path, tmp_path: Path) -> None:
    """At once and in a daily digest, in English and in French: each mode and each language arrives, each once."""
    yaml = (
        "targets: {desk: mailbox}\nsubscriptions:\n  now: {targets: [desk]}\n  again: {targets: [desk]}\n"
        "  french: {targets: [desk], language: fr}\n  daily: {targets: [desk], mode: daily}\n"
        "  quotidien: {targets: [desk], mode: daily, language: fr}\n"
    )
    subscriptions = subscribed(tmp_path, yaml)
    put(home, subscriptions, [finding()])
    at_once = run(home, subscriptions)
    assert sorted(row.subscription for row in at_once.rows) == ["again, now", "french"]
    assert any("point de l’ordre du jour" in row.subject for row in at_once.rows)
    later = run(home, subscriptions, noon + timedelta(days=1))
    assert sorted((row.subscription, row.state) for row in later.rows) == [("daily", "sent"), ("quotidien", "sent")]
    assert run(home, subscriptions, noon + timedelta(days=1)).rows == ()


def test_a_bad_address_stops_its_own_target_only(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing secret and an unknown service are named with file and line, to operators too; all others get theirs."""
    yaml = (
        "targets:\n  desk: mailbox\n  one: {url: {env: NOT_SET_ANYWHERE}}\n  two: {url: {env: TWO}}\n"
        "  three: {url: {prefect_secret: not-there}}\n  unused: {url: {file: /nowhere}}\n"
        "operators: [desk]\nsubscriptions: {all: {targets: [desk, one, two, three]}}\n"
    )
    monkeypatch.setenv("TWO", "nosuch://hunter22")
    subscriptions = subscribed(tmp_path, yaml)
    put(home, subscriptions, [finding()])
    report = run(home, subscriptions)
    lines = [str(error) for error in report.unusable]
    assert [line.split("subscriptions.yaml:")[1][:2] for line in lines] == ["3:", "4:", "5:"]
    assert "the environment variable NOT_SET_ANYWHERE is not set" in lines[0]
    assert "hunter22" not in "".join(lines)
    assert (report.sent, report.well) == (4, False)
    states = {row.target: row.state for row in deliveries(home) if row.kinds == ("new_mandate",)}
    assert states == {"desk": "sent", "one": "pending", "two": "pending", "three": "pending"}
    told = "".join(path.read_text(encoding="utf-8") for path in (home / "mail" / "desk").rglob("*") if path.is_file())
    assert "NOT_SET_ANYWHERE" in told
    assert "hunter22" not in told


def test_a_prefect_secret_is_asked_for_by_name(home: Path, tmp_path: Path) -> None:
    """The dispatcher is handed the way to Prefect's blocks; it knows no Prefect itself."""
    subscriptions = subscribed(
        tmp_path, "targets: {hook: {url: {prefect_secret: the-hook}}}\nsubscriptions: {all: {targets: [hook]}}\n"
    )
    put(home, subscriptions, [finding()])
    with WebHook() as hook:
        urls = {"the-hook": f"json://127.0.0.1:{hook.port}/x"}
        assert run(home, subscriptions, secrets=urls.get).sent == 1


def test_a_broken_template_stops_its_message_only(home: Path, tmp_path: Path) -> None:
    """What cannot be rendered is tried again later with the reason in its row; other dresses go out."""
    yaml = desk.replace("{targets: [desk]}", "{targets: [desk, screen]}")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "mail.html.j2").write_text("{% broken")
    subscriptions = subscribed(tmp_path, yaml)
    put(home, subscriptions, [finding()])
    report = run(home, subscriptions)
    assert {(row.target, row.state) for row in report.rows} == {("desk", "failed"), ("screen", "sent")}
    assert "mail.html.j2:1" in json.dumps([row.reason for row in report.rows])


def test_a_finding_that_cannot_be_read_holds_up_no_other(home: Path, tmp_path: Path) -> None:
    """A damaged finding ends with the operators; all other messages go out."""
    subscriptions = subscribed(tmp_path, desk)
    put(home, subscriptions, [document(1), document(2), document(3)])
    from warehouse.store.database import session

    with session(home) as connection:
        broken = [document(1).finding_id, document(2).finding_id]
        connection.execute("UPDATE findings SET detail = '{\"kind\": 1}' WHERE finding_id = ?", broken[:1])
        connection.execute("DELETE FROM findings WHERE finding_id = ?", broken[1:])
    report = run(home, subscriptions, patience=Patience(attempts=1))
    assert sorted((row.target, row.state) for row in report.rows) == [
        ("desk", "dead"),
        ("desk", "dead"),
        ("desk", "sent"),
        ("screen", "sent"),
    ]
    assert [row.subject for row in report.rows if row.target == "screen"] == ["2 messages to desk were not delivered"]


def test_no_row_holds_a_secret(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever servers answer, addresses stand in no table."""
    yaml = "targets: {hook: {url: {env: HOOK_URL}}}\nsubscriptions: {all: {targets: [hook]}}\n"
    subscriptions = subscribed(tmp_path, yaml)
    put(home, subscriptions, [finding()])
    monkeypatch.setenv("HOOK_URL", "json://user:hunter22@127.0.0.1:9/tok-in-path?+X-Key=header-value")
    assert run(home, subscriptions).failed == 1
    rows = str(ask(home, "SELECT * FROM deliveries") + ask(home, "SELECT * FROM delivery_events"))
    assert "refused" in rows
    assert not [secret for secret in ("hunter22", "tok-in-path", "header-value") if secret in rows]


def test_two_dispatchers_share_the_work(home: Path, tmp_path: Path) -> None:
    """What one holds, the other does not get; what it did not send comes back when it leaves."""
    subscriptions = subscribed(tmp_path, desk)
    put(home, subscriptions, [document(number) for number in range(4)])
    with Outbox(home) as one, Outbox(home) as two:
        first = one.claim(noon, 3)
        second = two.claim(noon, 3)
        assert (len(first), len(second)) == (3, 1)
        assert not {d.delivery_id for d in first} & {d.delivery_id for d in second}
    assert {row.state for row in deliveries(home)} == {"pending"}


@pytest.mark.parametrize(("begun", "state"), [(False, "pending"), (True, "uncertain")])
def test_a_dead_dispatcher_is_taken_over(home: Path, tmp_path: Path, begun: bool, state: str) -> None:
    """Of three deliveries that a dead dispatcher held, at most the one it was sending is in doubt."""
    subscriptions = subscribed(tmp_path, desk)
    put(home, subscriptions, [document(number) for number in range(3)])
    dead = Outbox(home)
    claimed = dead.claim(noon, 3)
    dead.sending(claimed[0], now=noon)
    dead.settle(claimed[0], "sent", now=noon)
    if begun:
        dead.sending(claimed[1], now=noon)
    dead._journal.close(remove=False)  # what the system does when a process dies
    with Outbox(home) as heir:
        assert len(heir.claim(noon + minute, 9)) == 2
        states = ask(home, "SELECT state, doubts FROM deliveries ORDER BY ALL")
    assert states == [("sending", 0), ("sending", int(begun)), ("sent", 0)]
    told = ask(
        home, f"SELECT count(*) FROM delivery_events WHERE note LIKE 'the dispatcher died%' AND state = '{state}'"
    )
    assert told == [(1 if begun else 2,)]


def test_a_takeover_is_never_dated_before_what_it_follows(home: Path, tmp_path: Path) -> None:
    """The heir reads the clock and then waits for the warehouse, while the other still works: the order is kept."""
    put(home, subscribed(tmp_path, desk), [document(number) for number in range(2)])
    dead = Outbox(home)
    begun, _ = dead.claim(noon + minute, 2)
    dead.sending(begun, now=noon + 2 * minute)
    dead._journal.close(remove=False)
    with Outbox(home) as heir:
        heir.claim(noon, 0)
    events = ask(home, "SELECT state, happened_at FROM delivery_events WHERE state <> 'pending' ORDER BY happened_at")
    assert events == [("sending", noon + 2 * minute), ("uncertain", noon + 2 * minute)]
    assert ask(home, "SELECT min(changed_at) FROM deliveries") == [(noon + minute,)]
    histories_follow_the_ways(home)


@pytest.mark.parametrize(("hold", "states"), [(False, [("pending", 0), ("uncertain", 1)]), (True, [("uncertain", 1)])])
def test_an_interrupted_call_is_in_doubt(home: Path, tmp_path: Path, hold: bool, states: list[Any]) -> None:
    """Ctrl-C in the middle of a call: that delivery may have arrived, the others certainly did not."""
    subscriptions = subscribed(tmp_path, desk)
    put(home, subscriptions, [document(number) for number in range(3)])
    with pytest.raises(KeyboardInterrupt):
        interrupted(Outbox(home, hold=frozenset({"desk"} if hold else ())))
    found = ask(home, "SELECT DISTINCT state, doubts FROM deliveries WHERE state <> 'sent' AND due_at IS NOT NULL")
    held = ask(home, "SELECT DISTINCT state, doubts FROM deliveries WHERE state <> 'sent' AND due_at IS NULL")
    assert sorted(held if hold else found) == states
    assert ask(home, "SELECT count(*) FROM deliveries WHERE state = 'pending'") == [(1,)]


def interrupted(dispatcher: Outbox) -> None:
    with dispatcher as outbox:
        first, second, _ = outbox.claim(noon, 3)
        outbox.sending(first, now=noon)
        outbox.settle(first, "sent", now=noon)
        outbox.sending(second, now=noon)
        raise KeyboardInterrupt


def test_the_last_doubt_counts_too(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery that dies of time-outs shows each of them."""
    subscriptions = subscribed(tmp_path, mail_to("slow-1"))
    put(home, subscriptions, [finding()])
    with PostOffice() as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        assert run(home, subscriptions, patience=Patience(attempts=1)).dead == 1
    assert ask(home, "SELECT state, attempts, doubts FROM deliveries WHERE target = 'slow-1'") == [("dead", 1, 1)]


def test_a_failed_fold_leaves_the_journals_to_others(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the transaction fails, a dead dispatcher's journal is let go, and the next one folds it."""
    subscriptions = subscribed(tmp_path, desk)
    put(home, subscriptions, [finding()])
    dead = Outbox(home)
    dead.claim(noon, 1)
    dead._journal.close(remove=False)
    other = Outbox(home)
    with monkeypatch.context() as patch:
        patch.setattr("warehouse.outbox.dispatcher.unreported", lambda _connection: (_ for _ in ()).throw(RuntimeError))
        with pytest.raises(RuntimeError):
            other.claim(noon, 1)
    assert run(home, subscriptions).sent == 1


@pytest.mark.parametrize(("hold", "claimed"), [(False, 1), (True, 0)])
def test_a_lost_journal_leaves_doubt_when_the_lease_is_over(
    home: Path, tmp_path: Path, hold: bool, claimed: int
) -> None:
    """Without its journal nobody knows what a dispatcher did; after the lease its deliveries are in doubt."""
    put(home, subscribed(tmp_path, desk), [finding()])
    lost = Outbox(home)
    lost.claim(noon, 1)
    lost._journal.close(remove=True)
    with Outbox(home, hold=frozenset({"desk"} if hold else ())) as heir:
        assert heir.claim(noon + 9 * minute, 9) == ()
        again = heir.claim(noon + 11 * minute, 9)
        assert [delivery.repeat_of_uncertain for delivery in again] == [True] * claimed
    assert ask(home, "SELECT doubts, due_at IS NULL FROM deliveries") == [(1, hold)]


def test_folding_a_journal_twice_adds_nothing(home: Path, tmp_path: Path) -> None:
    """A crash between the commit and the journal's removal leaves a journal that is folded once more, to no effect."""
    subscriptions = subscribed(tmp_path, desk)
    put(home, subscriptions, [finding()])
    outbox = Outbox(home)
    (claimed,) = outbox.claim(noon, 1)
    outbox.sending(claimed, now=noon)
    outbox.settle(claimed, "sent", now=noon)
    kept = outbox._journal.path.read_bytes()
    outbox.claim(noon, 0)
    outbox._journal.path.write_bytes(kept)
    outbox._journal.close(remove=False)
    before = ask(home, "SELECT * FROM delivery_events ORDER BY ALL")
    with Outbox(home) as heir:
        assert heir.claim(noon, 9) == ()
    assert ask(home, "SELECT * FROM delivery_events ORDER BY ALL") == before
    assert ask(home, "SELECT attempts, doubts FROM deliveries") == [(1, 0)]


@pytest.mark.parametrize("garbage", [b"\0\0\0\n", b'{"number": 1}\n', b"[]\n", b"\xff\xfe\n"])
def test_a_damaged_journal_leaves_doubt_and_no_standstill(home: Path, tmp_path: Path, garbage: bytes) -> None:
    """What a journal does not tell any more is in doubt; dispatching goes on."""
    subscriptions = subscribed(tmp_path, desk)
    put(home, subscriptions, [document(1), document(2)])
    dead = Outbox(home)
    first, _ = dead.claim(noon, 2)
    dead.sending(first, now=noon)
    dead.settle(first, "sent", now=noon)
    with dead._journal.path.open("ab") as file:
        file.write(garbage)
    dead._journal.close(remove=False)
    assert run(home, subscriptions).sent == 1
    assert ask(home, "SELECT state, doubts FROM deliveries ORDER BY doubts") == [("sent", 0), ("sent", 1)]


def test_a_torn_line_is_no_step(home: Path, tmp_path: Path) -> None:
    """Half a line at the end of a journal was never acted upon."""
    subscriptions = subscribed(tmp_path, desk)
    put(home, subscriptions, [finding()])
    dead = Outbox(home)
    dead.claim(noon, 1)
    with dead._journal.path.open("a") as file:
        file.write('{"number": 1, "deliv')
    dead._journal.close(remove=False)
    assert run(home, subscriptions).sent == 1
