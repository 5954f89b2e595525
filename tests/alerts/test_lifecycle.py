"""What time brings: overdue, and dates that pass unwatched, from the recording to the message that people get."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from alerts.dispatch import dispatch
from alerts.match import alerts_for
from scrapers.publication import PublishedOn
from tests.alerts.made_findings import ask, subscribed
from tests.warehouse.former import as_former_version
from tests.warehouse.made import batch, due, entry, nobody, report, start
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.outbox.reminders import OVERDUE_WITHIN, remind

if TYPE_CHECKING:
    from pathlib import Path

    from config.subscriptions import Subscriptions
    from tests.post_office import Mail, PostOffice
    from warehouse.findings.finding import Finding
    from warehouse.model import Entry

DESK = "targets: {desk: {url: {env: MAIL_URL}, to: desk@example.org}}\nsubscriptions: {all: {targets: [desk]}}\n"
DAILY = DESK.replace("[desk]}", "[desk], mode: daily}")
DEADLINE = date(2026, 9, 30)


def recorded(
    home: Path, subscriptions: Subscriptions | None, number: int, *entries: Entry, at: datetime | None = None
) -> tuple[Finding, ...]:
    """The findings of a crawl, recorded an hour after it by the clock of the made sources."""
    moment = at or start + timedelta(hours=number + 1)
    made = batch(number, *entries)
    if at is not None:
        made = replace(made, harvest=replace(made.harvest, started_at=at, finished_at=at))
    land(home, made)
    match = alerts_for(subscriptions, moment) if subscriptions is not None else nobody
    return record(home, match, now=lambda: moment).findings


def mails(home: Path, subscriptions: Subscriptions, office: PostOffice, moment: datetime) -> list[Mail]:
    office.mails.clear()
    dispatch(home, subscriptions, now=lambda: moment)
    return list(office.mails)


def watched(home: Path, subscriptions: Subscriptions | None, until: date, *, since: date = date(2026, 8, 1)) -> None:
    """A source that has shown a report of the body, crawled each day."""
    other = entry("A/80/700", title="Other matters", words="Report on other matters\n", kind="report", stage=None)
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    for number, day in enumerate(days, 100):
        made = batch(number, *([other] if day == since else []))
        at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
        land(home, replace(made, harvest=replace(made.harvest, started_at=at, finished_at=at)))
    match = alerts_for(subscriptions, on(since)) if subscriptions is not None else nobody
    record(home, match, now=lambda: on(since))


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


def overdue(home: Path, day: date) -> list[tuple[str | None, bool]]:
    """Type of each mandate that is past its deadline on a day, and whether the answer was watched."""
    found = remind(home, nobody, on(day))
    return [(each.clause.type, each.is_watched) for each in found if each.kind == "mandate_overdue"]


def test_overdue_is_said_once_and_only_where_it_was_watched(home: Path) -> None:
    """Nobody watches the rooms in which items are taken up; a report that did not come was watched for."""
    recorded(home, None, 0)
    recorded(home, None, 1, due(entry(), DEADLINE))
    watched(home, None, DEADLINE + timedelta(days=2))
    assert overdue(home, DEADLINE) == []
    found = overdue(home, DEADLINE + timedelta(days=1))
    assert ("reporting_request", True) in found
    assert overdue(home, DEADLINE + timedelta(days=2)) == []


def test_a_source_that_dies_after_it_makes_no_second_message(home: Path) -> None:
    """Once called overdue, a mandate is not brought again as one whose answer nobody watched for."""
    recorded(home, None, 0)
    recorded(home, None, 1, due(entry(), DEADLINE))
    watched(home, None, DEADLINE + timedelta(days=2))
    assert ("reporting_request", True) in overdue(home, DEADLINE + timedelta(days=1))
    assert overdue(home, DEADLINE + timedelta(days=12)) == []


def test_an_answer_says_how_long_it_took(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """The mail counts the days since the request and those to the deadline, and names the reminder before."""
    subscriptions = subscribed(tmp_path, DESK.replace("[desk]}", "[desk], filters: {types: reporting_request}}"))
    recorded(home, subscriptions, 0)
    recorded(home, subscriptions, 1, due(entry(), DEADLINE))
    mails(home, subscriptions, office, on(DEADLINE - timedelta(days=14)))
    issued = PublishedOn(DEADLINE - timedelta(days=3), "day", "document")
    recorded(home, subscriptions, 2, report("A/81/7", "A/RES/80/1", published=issued), at=on(issued.value))
    (mail,) = mails(home, subscriptions, office, on(issued.value))
    words = " ".join(mail.plain.split())
    assert "A/81/7 answers A/RES/80/1" in words
    assert "Answered after: 283 days (3 days before the deadline)" in words
    assert "Earlier reminders: 16 September 2026" in words
    assert {kind for kind, _ in overdue(home, DEADLINE + timedelta(days=1))} == {"agenda_placement"}


def test_a_date_that_passed_unwatched_is_no_alarm(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """The source was down: digests say once that the answer was not watched; who gets messages at once gets none."""
    yaml = DAILY.replace("subscriptions: {", "subscriptions: {soon: {targets: [quick]}, ")
    yaml = yaml.replace("targets: {desk", "targets: {quick: {url: {env: MAIL_URL}, to: quick@example.org}, desk")
    subscriptions = subscribed(tmp_path, yaml)
    recorded(home, subscriptions, 0)
    recorded(home, subscriptions, 1, due(entry(), DEADLINE))
    watched(home, subscriptions, DEADLINE - timedelta(days=20))
    mails(home, subscriptions, office, on(DEADLINE))
    mails(home, subscriptions, office, on(DEADLINE + timedelta(days=1)))
    sent = mails(home, subscriptions, office, on(DEADLINE + timedelta(days=2)))
    assert [each.recipients for each in sent] == [["desk@example.org"]]
    assert "2 due dates passed, answers not watched" in str(sent[0].message["Subject"])
    assert "No source that would show the answers was read without a gap" in " ".join(sent[0].plain.split())
    assert mails(home, subscriptions, office, on(DEADLINE + timedelta(days=3))) == []


def test_what_was_late_before_it_was_known_is_history(home: Path) -> None:
    """A deadline that had passed when the mandate was recorded, or when the ledger began, is never called overdue."""
    recorded(home, None, 0)
    watched(home, None, DEADLINE + timedelta(days=5))
    recorded(home, None, 300, due(entry(), DEADLINE), at=on(DEADLINE + timedelta(days=5)))
    assert overdue(home, DEADLINE + timedelta(days=5)) == []
    assert overdue(home, DEADLINE + timedelta(days=OVERDUE_WITHIN - 1)) == []


def test_an_upgrade_says_nothing_by_itself_and_goes_on_reminding(home: Path) -> None:
    """A former home gets its ledger at the first look: what is late in it is history, what comes near is said."""
    coming = due(entry("A/RES/80/2", title="Other travellers"), DEADLINE + timedelta(days=20))
    recorded(home, None, 0)
    recorded(home, None, 1, due(entry(), DEADLINE), coming)
    watched(home, None, DEADLINE + timedelta(days=6))
    as_former_version(home)
    found = remind(home, nobody, on(DEADLINE + timedelta(days=6)))
    assert {(each.kind, each.document.symbol) for each in found} == {("mandate_due", "A/RES/80/2")}
    assert ask(home, "SELECT count(DISTINCT document_id) FROM ledger_tasks") == [(2,)]
    assert remind(home, nobody, on(DEADLINE + timedelta(days=7))) == ()
