"""Once a week operators hear that all is well, or what is not, with counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.dispatch import dispatch
from alerts.match import alerts_for
from tests.alerts.made_findings import document, put, subscribed
from tests.warehouse.made import batch, entry, start
from warehouse.findings.finding import SoFar
from warehouse.load.checks import note
from warehouse.load.landing import land
from warehouse.load.record import record

if TYPE_CHECKING:
    from pathlib import Path

    from config.subscriptions import Subscriptions
    from tests.post_office import PostOffice

YAML = """
targets:
  ops: {url: {env: MAIL_URL}, to: ops@example.org}
  desk: {url: {env: MAIL_URL}, to: desk@example.org}
operators: [ops]
subscriptions:
  all: {targets: [desk], about: [new_mandate]}
"""
# The Monday after the first crawls of the made sources (Monday 2 March 2026, 09:00 UTC).
MONDAY = datetime(2026, 3, 9, 7, tzinfo=UTC)


def after(subscriptions: Subscriptions, home: Path) -> None:
    """A first crawl, then one that brings a resolution, an hour later; both recorded and sent then."""
    for number, made in enumerate(([], [entry()])):
        land(home, batch(number, *made))
        record(home, alerts_for(subscriptions, start), now=lambda: start)
    dispatch(home, subscriptions, now=lambda: start + timedelta(hours=2))


def reports(home: Path, subscriptions: Subscriptions, office: PostOffice, *moments: datetime) -> list[tuple[str, str]]:
    """Subject and words of the operators' mails that go out at these moments."""
    office.mails.clear()
    for moment in moments:
        dispatch(home, subscriptions, now=lambda moment=moment: moment)  # type: ignore[misc]
    mails = [mail for mail in office.mails if mail.recipients == ["ops@example.org"]]
    return [(str(mail.message["Subject"]), " ".join(mail.plain.split())) for mail in mails]


def test_all_is_well_once_a_week(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """On Monday morning, once however many dispatches there are; then a week later."""
    subscriptions = subscribed(tmp_path, YAML)
    after(subscriptions, home)
    assert reports(home, subscriptions, office, MONDAY - timedelta(minutes=1)) == []
    ((subject, words),) = reports(home, subscriptions, office, MONDAY, MONDAY + timedelta(hours=1))
    assert subject == "Weekly report: all is well"
    assert "2 March to 9 March 2026: 1 source polled 2 times, 1 new document, 2 new mandates, 1 message sent." in words
    assert "0 waiting" in words
    ((_, words),) = reports(home, subscriptions, office, MONDAY + timedelta(days=6), MONDAY + timedelta(days=7))
    assert "0 sources polled 0 times" in words


def test_a_check_that_found_nothing_changed_counts(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """Polls are counted though they are noted beside the warehouse and not recorded yet."""
    subscriptions = subscribed(tmp_path, YAML)
    after(subscriptions, home)
    note(home, batch(5, outcome="not_modified"))
    ((_, words),) = reports(home, subscriptions, office, MONDAY)
    assert "1 source polled 3 times" in words


def test_what_is_not_well_is_said(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """A failing source, a message that died and one that is held are in the subject, and how to look at them."""
    subscriptions = subscribed(tmp_path, YAML.replace("to: desk@", "to: gone-desk@") + "brake: 2\n")
    after(subscriptions, home)
    put(home, subscriptions, [document(number) for number in range(3)], start + timedelta(hours=3))
    land(home, batch(4, outcome="failed", error="status 503"))
    record(home, alerts_for(subscriptions, start), now=lambda: start)
    found = dict(reports(home, subscriptions, office, MONDAY))
    (subject,) = [each for each in found if each.startswith("Weekly")]
    assert subject == "Weekly report: 1 source failing, 1 message not delivered, 3 messages held"
    assert "3 held for your approval" in found[subject]
    assert "Failing or not read: made (mandates sources status)" in found[subject]
    assert "mandates outbox list --state dead" in found[subject]


@pytest.mark.parametrize(
    ("yaml", "moment"),
    [
        (YAML + "weekly_report: off\n", MONDAY),
        (YAML + "weekly_report: tuesday\n", MONDAY),
        (YAML.replace("operators: [ops]", ""), MONDAY),
        (YAML, MONDAY + timedelta(days=4)),
    ],
)
def test_no_report_where_none_is_due(
    home: Path, tmp_path: Path, office: PostOffice, yaml: str, moment: datetime
) -> None:
    """Switched off, on another day, without operators, or when the day is long past."""
    subscriptions = subscribed(tmp_path, yaml)
    after(subscriptions, home)
    assert reports(home, subscriptions, office, moment) == []


def test_a_late_report_and_another_day(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """Whoever was down on the day gets it within three days; the day can be chosen."""
    subscriptions = subscribed(tmp_path, YAML + "weekly_report: friday\n")
    after(subscriptions, home)
    assert len(reports(home, subscriptions, office, datetime(2026, 3, 8, 20, tzinfo=UTC))) == 1


def test_a_new_home_does_not_begin_with_a_report(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """Before anything was crawled there is no week to report on."""
    subscriptions = subscribed(tmp_path, YAML)
    put(home, subscriptions, [document(1)], start)
    assert reports(home, subscriptions, office, MONDAY) == []


def test_what_became_of_mandates_is_counted(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """Each kind with its number, answers with the median of the days they took; what did not happen is not said."""
    subscriptions = subscribed(tmp_path, YAML)
    after(subscriptions, home)
    then = {"found_at": start + timedelta(hours=3)}
    answered = [
        document(number, kind="mandate_answered", so_far=SoFar(answered_after=days), **then)
        for number, days in enumerate((10, 30, 500), 10)
    ]
    late = [
        document(number, kind="mandate_overdue", days_left=-1, is_watched=number == 20, **then)
        for number in (20, 21, 22)
    ]
    renewed = document(30, kind="mandate_renewed", **then)
    put(home, subscriptions, [*answered, *late, renewed], start + timedelta(hours=3))
    ((_, words),) = reports(home, subscriptions, office, MONDAY)
    assert (
        "Mandates: 3 answered (median 30 days), 1 overdue, 2 past their due date, answer not watched, "
        "1 renewed with changed wording." in words
    )
