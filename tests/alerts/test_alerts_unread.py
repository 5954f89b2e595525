"""A text that could not be read is never passed over: operators and subscribers get one list a run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from alerts.dispatch import dispatch
from alerts.match import COLLECTING, alerts_for, unread_digest
from flows.recording import release_unread
from tests.alerts.made_findings import ask, subscribed
from tests.warehouse.made import batch, entry
from tests.warehouse.test_warehouse_review import unread
from warehouse.load.landing import land
from warehouse.load.record import nothing, record

if TYPE_CHECKING:
    from pathlib import Path

    from tests.post_office import Mail, PostOffice
    from warehouse.model import Batch

SUBSCRIPTIONS = """
targets:
  ops: {url: {env: MAIL_URL}, to: ops@example.org}
  desk: {url: {env: MAIL_URL}, to: desk@example.org}
  news: {url: {env: MAIL_URL}, to: news@example.org}
operators: [ops]
subscriptions:
  resolutions: {targets: [desk], filters: {kinds: [resolution], types: [reporting_request]}}
  news: {targets: [news], filters: {kinds: [news]}}
"""


def run(home: Path, folder: Path, began: datetime, *batches: Batch) -> None:
    """A run that records each batch as a group of its own, then lets its list go."""
    from config.settings import Settings

    matcher = alerts_for(subscribed(folder, SUBSCRIPTIONS), began)
    recorded = nothing
    for made in batches:
        land(home, made)
        recorded += record(home, matcher)
        dispatch(home, subscribed(folder, SUBSCRIPTIONS))
    release_unread(Settings(), recorded, began)
    dispatch(home, subscribed(folder, SUBSCRIPTIONS))


def lists(office: PostOffice) -> list[Mail]:
    """The mails that list texts which could not be read."""
    return [mail for mail in office.mails if "could not be read" in mail.message["Subject"]]


def test_one_list_a_run_goes_to_operators_and_subscribers(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """Two texts of two groups are one mail to each who asked for such documents, with title, source, link, reason."""
    reason = "after paragraph 2 the next that could be read is 5"
    run(
        home,
        tmp_path,
        datetime.now(UTC),
        batch(0),
        batch(1, unread("A/RES/80/3"), unread("A/80/9", kind="news")),
        batch(2, unread("A/RES/80/5", "partial", reason, title="Harbours")),
        batch(3, unread("A/RES/80/3")),
    )
    assert sorted(mail.recipients for mail in lists(office)) == [["desk@example.org"], ["ops@example.org"]]
    for mail in lists(office):
        assert mail.message["Subject"] == "2 documents could not be read in full: please check"
        for words in ("Care of travellers at sea", "A/RES/80/3", "https://example.org/A/RES/80/3", "Source: made",
                      "no clause could be read", "Harbours", "A/RES/80/5", reason):  # fmt: skip
            assert words in mail.plain
    assert "mandates in" not in "".join(mail.message["Subject"] for mail in office.mails)
    assert ask(home, "SELECT count(*) FROM deliveries WHERE state <> 'sent'") == [(0,)]


def test_a_first_crawl_records_and_notifies_nobody(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """What a new source already shows is listed for review; neither operators nor subscribers get mail."""
    run(home, tmp_path, datetime.now(UTC), batch(0, entry(), unread("A/RES/80/3")))
    assert office.mails == []
    assert ask(home, "SELECT symbol, reason FROM to_review") == [("A/RES/80/3", "no clause could be read")]
    assert ask(home, "SELECT count(*) FROM findings WHERE kind = 'reading_incomplete' AND baseline") == [(1,)]


def test_the_list_of_a_run_that_was_killed_goes_out_later(home: Path, tmp_path: Path, office: PostOffice) -> None:
    """What a run collected and could not let go is sent by the first dispatch after an hour."""
    subscriptions, began = subscribed(tmp_path, SUBSCRIPTIONS), datetime.now(UTC)
    for made in (batch(0), batch(1, unread("A/RES/80/3"))):
        land(home, made)
        record(home, alerts_for(subscriptions, began))
    dispatch(home, subscriptions)
    assert lists(office) == []
    dispatch(home, subscriptions, now=lambda: began + COLLECTING + timedelta(minutes=1))
    assert len(lists(office)) == 2
    digests = ask(home, "SELECT DISTINCT digest FROM deliveries WHERE digest IS NOT NULL")
    assert digests == [(unread_digest(began),)]
