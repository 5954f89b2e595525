"""What people were notified of and turns out wrong is corrected to them: once, in the thread of the first message."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

import mandates
from alerts.dispatch import dispatch
from alerts.match import alerts_for
from tests.alerts.made_findings import ask, subscribed
from tests.warehouse.made import analysis_of, batch, entry, text
from tests.warehouse.test_warehouse_review import decide
from warehouse.findings.reanalysis import reanalyse
from warehouse.load.kept import Reader
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.outbox.admin import deliveries, drop, history, release
from warehouse.outbox.dispatcher import Outbox
from warehouse.outbox.reading_corrections import MOST_BY_THEMSELVES
from warehouse.outbox.reminders import remind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from config.subscriptions import Subscriptions
    from mandates.model import Analysis, Mandate
    from tests.post_office import Mail, PostOffice
    from warehouse.load.kept import KeptText

YAML = """
targets:
  ops: {url: {env: MAIL_URL}, to: ops@example.org}
  desk: {url: {env: MAIL_URL}, to: desk@example.org}
  other: {url: {env: MAIL_URL}, to: other@example.org}
operators: [ops]
subscriptions:
  reports: {targets: [desk], about: [new_mandate], filters: {types: [reporting_request]}}
  agendas: {targets: [other], about: [new_mandate], filters: {types: [agenda_placement]}}
"""
REPORT = "SELECT task_key FROM tasks WHERE verb = 'Requests'"


@pytest.fixture
def subscriptions(home: Path, tmp_path: Path) -> Subscriptions:
    """Two subscribers of different mandates, notified of what one resolution asks for."""
    return subscribed(tmp_path, YAML)


def first_crawl(home: Path, subscriptions: Subscriptions) -> None:
    """After it, what the source shows is news."""
    land(home, batch(0))
    record(home, alerts_for(subscriptions, datetime.now(UTC)))


def notify(home: Path, subscriptions: Subscriptions, *symbols: str) -> None:
    """Record these resolutions after a first crawl, and send what that causes."""
    made = [entry(symbol, title=symbol) for symbol in symbols or ("A/RES/80/1",)]
    first_crawl(home, subscriptions)
    land(home, batch(1, *made))
    record(home, alerts_for(subscriptions, datetime.now(UTC)))
    assert dispatch(home, subscriptions).sent == 2 * len(made)


def corrections(office: PostOffice) -> list[Mail]:
    return [mail for mail in office.mails if "orrection" in mail.message["Subject"]]


def otherwise(**changes: object) -> Callable[[KeptText], Analysis]:
    """Today's rules, which read the request of a text with these other fields."""

    def read(kept: KeptText) -> Analysis:
        found = analysis_of(kept.text)

        def changed(mandate: Mandate) -> Mandate:
            return replace(mandate, **changes) if mandate.verb == "Requests" else mandate  # type: ignore[arg-type]

        clauses = tuple(replace(each, mandates=tuple(map(changed, each.mandates))) for each in found.clauses)
        return replace(found, clauses=clauses)

    return read


def test_a_decision_is_corrected_once_to_those_who_were_notified(
    home: Path, subscriptions: Subscriptions, office: PostOffice
) -> None:
    """The desk gets what was said and what is right, in the first message's thread; nobody else gets it."""
    notify(home, subscriptions)
    (first,) = [mail for mail in office.mails if mail.recipients == ["desk@example.org"]]
    ((key,),) = ask(home, REPORT)
    decide(home, key, "addressee", "the Registrar", "the annex names the Registrar")
    decide(home, key, "due_end", "2027-03-01")
    for _ in range(2):
        dispatch(home, subscriptions)
    (mail,) = corrections(office)
    assert mail.recipients == ["desk@example.org"]
    assert "UNGA: 2 corrections to mandates in " in mail.message["Subject"]
    assert "Who: the Registrar (we said: the Secretary-General)" in mail.plain
    assert "By when: 1 March 2027 (we said: " in mail.plain
    assert "decided by desk: the annex names the Registrar" in mail.plain
    assert mail.message["In-Reply-To"] in first.message["References"].split()
    assert set(mail.message["References"].split()) <= set(first.message["References"].split())
    decide(home, key, "addressee", "the Registrar", "seen again")
    dispatch(home, subscriptions)
    assert len(corrections(office)) == 1


def test_what_is_no_mandate_is_said_and_may_become_one_again(
    home: Path, subscriptions: Subscriptions, office: PostOffice
) -> None:
    """A rejected mandate is corrected as nothing asked for; taken back, that is corrected too."""
    notify(home, subscriptions)
    ((key,),) = ask(home, REPORT)
    for value in ("no", None):
        decide(home, key, "is_mandate", value)
        dispatch(home, subscriptions)
    rejected, restored = (" ".join(mail.plain.split()) for mail in corrections(office))
    assert "What: no mandate: nobody is asked to do anything here (we said: report requested)" in rejected
    assert "Who: " not in rejected
    assert "What: report requested (we said: no mandate: nobody is asked to do anything here)" in restored
    assert "Who: the Secretary-General" in restored


def test_a_re_reading_is_corrected(home: Path, subscriptions: Subscriptions, office: PostOffice) -> None:
    """A deadline, a type or an addressee that only a later reading gets right reaches those who were notified."""
    notify(home, subscriptions)
    due = analysis_of(text).clauses[1].dues[0]
    later = replace(due, due_start=due.due_end, due_end=due.due_end and due.due_end + timedelta(days=9))
    done = reanalyse(home, Reader(otherwise(dues=(later,), type="task_assignment")), apply=True)
    assert (done.corrected, done.held, done.findings) == (1, 0, ())
    dispatch(home, subscriptions)
    (mail,) = corrections(office)
    assert mail.recipients == ["desk@example.org"]
    assert "What: task assigned (we said: report requested)" in mail.plain
    assert f"When: {due.due_end and due.due_end.day} " in mail.plain
    assert "found by reading the text again" in mail.plain
    assert reanalyse(home, Reader(otherwise(dues=(later,), type="task_assignment")), apply=True).corrected == 0


def test_a_crawl_that_reads_again_corrects_too(
    home: Path, subscriptions: Subscriptions, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where newer rules read an unchanged publication otherwise, nothing is news and the error is put right."""
    notify(home, subscriptions)
    monkeypatch.setattr(mandates, "RULES_VERSION", mandates.RULES_VERSION + 1)
    made = entry(title="A/RES/80/1")
    lost = analysis_of(text.replace("2. Requests", "2) Requests"))
    land(home, batch(2, replace(made, analysis=lost)))
    recorded = record(home, alerts_for(subscriptions, datetime.now(UTC)))
    assert (recorded.findings, recorded.deliveries) == ((), 1)
    dispatch(home, subscriptions)
    (mail,) = corrections(office)
    assert "no mandate" in mail.plain


def test_a_corrigendum_reaches_those_who_were_notified(
    home: Path, subscriptions: Subscriptions, office: PostOffice
) -> None:
    """Whoever was notified of a mandate gets its corrigendum, though the subscription does not ask for any."""
    notify(home, subscriptions)
    words = "Paragraph 2\nFor “at the next session” read “at the session after the next”.\n"
    land(home, batch(2, entry("A/RES/80/1/Corr.1", title="Corrigendum", words=words)))
    record(home, alerts_for(subscriptions, datetime.now(UTC)))
    dispatch(home, subscriptions)
    (mail,) = [mail for mail in office.mails if "corrigendum" in mail.message["Subject"]]
    assert mail.recipients == ["desk@example.org"]
    assert "at the session after the next" in " ".join(mail.plain.split())


def test_what_nobody_was_sent_is_not_corrected(home: Path, subscriptions: Subscriptions, office: PostOffice) -> None:
    """On a silent baseline, and where the alert was dropped, a decision causes no message."""
    land(home, batch(0, entry()))
    record(home, alerts_for(subscriptions, datetime.now(UTC)))
    ((key,),) = ask(home, REPORT)
    decide(home, key, "addressee", "the Registrar")
    land(home, batch(1, entry("A/RES/80/2", title="Harbours", words=text.replace("sea", "bay"))))
    record(home, alerts_for(subscriptions, datetime.now(UTC)))
    drop(home, [row.delivery_id for row in deliveries(home, states=["pending"])])
    ((other,),) = ask(
        home, f"{REPORT} AND document_id <> (SELECT document_id FROM documents WHERE symbol = 'A/RES/80/1')"
    )
    decide(home, other, "is_mandate", "no")
    dispatch(home, subscriptions)
    assert office.mails == []


@pytest.mark.slow
def test_more_than_a_few_corrections_of_one_upgrade_wait(
    home: Path, subscriptions: Subscriptions, office: PostOffice
) -> None:
    """Ten go out by themselves, the others are held, one message says so; released, they go out; once."""
    symbols = [f"A/RES/80/{number}" for number in range(1, MOST_BY_THEMSELVES + 4)]
    notify(home, subscriptions, *symbols)
    tell = alerts_for(subscriptions, datetime.now(UTC))
    done = reanalyse(home, Reader(otherwise(type="establishment")), apply=True, alerts_for=tell)
    assert (done.corrected, done.held) == (MOST_BY_THEMSELVES, 3)
    dispatch(home, subscriptions)
    to_desk = [mail for mail in corrections(office) if mail.recipients == ["desk@example.org"]]
    (notice,) = [mail for mail in office.mails if mail.recipients == ["ops@example.org"]]
    assert len(to_desk) == MOST_BY_THEMSELVES
    assert notice.message["Subject"] == "Held for your approval: 3 messages"
    assert "mandates outbox release" in notice.plain
    assert [row.state for row in deliveries(home, states=["held"])] == ["held"] * 3
    assert len(release(home)) == 3
    dispatch(home, subscriptions)
    assert len(corrections(office)) == MOST_BY_THEMSELVES + 3


def test_a_held_correction_that_is_taken_back_is_never_sent(home: Path, subscriptions: Subscriptions) -> None:
    """When the next reading agrees with what was said, the held correction is suppressed."""
    symbols = [f"A/RES/80/{number}" for number in range(1, MOST_BY_THEMSELVES + 3)]
    notify_silently(home, subscriptions, symbols)
    assert reanalyse(home, Reader(otherwise(type="establishment")), apply=True).held == 2
    reanalyse(home, Reader(otherwise()), apply=True)
    replaced = deliveries(home, states=["suppressed"])
    assert [row.reason for row in replaced] == ["replaced by another reading"] * 2
    _, events = history(home, replaced[0].delivery_id)
    assert [event.state for event in events] == ["held", "suppressed"]
    held = {finding for row in deliveries(home, states=["held"]) for finding in [row.symbol]}
    assert held & set(symbols) == held


def notify_silently(home: Path, subscriptions: Subscriptions, symbols: list[str]) -> None:
    """The alerts are written and count as said, though no server is there yet."""
    first_crawl(home, subscriptions)
    land(home, batch(1, *(entry(symbol, title=symbol) for symbol in symbols)))
    record(home, alerts_for(subscriptions, datetime.now(UTC)))


def test_a_correction_survives_a_kill_between_commit_and_send(
    home: Path, subscriptions: Subscriptions, office: PostOffice
) -> None:
    """Claimed by a dispatcher that dies before the call, it goes out with the next one, and only once."""
    notify(home, subscriptions)
    ((key,),) = ask(home, REPORT)
    decide(home, key, "is_mandate", "no")
    now = datetime.now(UTC)
    dead = Outbox(home)
    assert len(dead.claim(now, 10)) == 1
    dead._journal.close(remove=False)  # as the system does with a killed process's files
    for minutes in (1, 2, 30):
        dispatch(home, subscriptions, now=lambda minutes=minutes: now + timedelta(minutes=minutes))  # type: ignore[misc]
    assert len(corrections(office)) == 1


def test_reminders_follow_decisions(home: Path, subscriptions: Subscriptions) -> None:
    """A decided deadline is the one that people are reminded of; what is done reminds nobody."""
    notify_silently(home, subscriptions, ["A/RES/80/1"])
    ((key,),) = ask(home, REPORT)
    now = datetime.now(UTC)
    decide(home, key, "due_end", str(now.date() + timedelta(days=10)))
    decide(home, key, "addressee", "the Registrar")
    (due,) = remind(home, alerts_for(subscriptions, now), now)
    assert (due.days_left, due.clause.addressee, due.due and due.due.basis) == (10, "the Registrar", "decided")
    decide(home, key, "state", "done")
    assert remind(home, alerts_for(subscriptions, now), now + timedelta(days=10)) == ()
