"""A clock that was set back: what had been due goes out, once, and what has an hour of its own keeps it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from alerts.dispatch import Patience, dispatch
from alerts.match import alerts_for
from tests.alerts.made_findings import ask, document, finding, noon, put, subscribed
from tests.post_office import PostOffice
from warehouse.findings import finding_store
from warehouse.outbox.admin import deliveries
from warehouse.outbox.dispatcher import Outbox
from warehouse.outbox.enqueue import enqueue
from warehouse.store.database import session, transaction

if TYPE_CHECKING:
    from pathlib import Path

    from alerts.model import DispatchReport
    from config.subscriptions import Subscriptions

pytestmark = pytest.mark.slow

DESK = "targets: {desk: mailbox}\nsubscriptions: {all: {targets: [desk]"
AT_ONCE = DESK + "}}\n"
DAILY = DESK + ", mode: daily, at: '18:00', zone: UTC}}\n"
QUIET = DESK + ", quiet: '08:00-10:30', zone: UTC}}\n"
hour = timedelta(hours=1)
earlier = noon - 2 * hour


def run(home: Path, subscriptions: Subscriptions, at: datetime, **more: Any) -> DispatchReport:
    return dispatch(home, subscriptions, now=lambda: at, **more)


def test_what_had_been_due_goes_out_at_once_and_once(home: Path, tmp_path: Path) -> None:
    """It does not wait two hours, and when the old time comes again, nothing is sent a second time."""
    subscriptions = subscribed(tmp_path, AT_ONCE)
    put(home, subscriptions, [finding(1), document(2)])
    assert [row.state for row in run(home, subscriptions, earlier).rows] == ["sent", "sent"]
    assert [run(home, subscriptions, at).rows for at in (earlier, noon, noon + hour)] == [(), (), ()]
    assert len(list((home / "mail" / "desk").iterdir())) == 2


def test_a_clock_that_was_a_year_ahead_holds_nothing_for_a_year(home: Path, tmp_path: Path) -> None:
    """Not even a digest, of which the hour lies further ahead than any."""
    for name, yaml in (("once", AT_ONCE), ("daily", DAILY)):
        subscriptions = subscribed(tmp_path / name, yaml)
        put(home / name, subscriptions, [finding()], noon + timedelta(days=365))
        assert [row.state for row in run(home / name, subscriptions, noon).rows] == ["sent"]
        assert run(home / name, subscriptions, noon + timedelta(days=366)).rows == ()


def test_a_digest_keeps_its_hour(home: Path, tmp_path: Path) -> None:
    """Six in the evening is six in the evening by either clock, and what is found until then joins it."""
    subscriptions = subscribed(tmp_path, DAILY)
    put(home, subscriptions, [finding()])
    assert run(home, subscriptions, earlier).rows == ()
    put(home, subscriptions, [document(2)], earlier)
    assert run(home, subscriptions, noon + 5 * hour).rows == ()
    (sent,) = run(home, subscriptions, noon + 6 * hour).rows
    assert len(sent.findings) == 2


def test_quiet_hours_are_those_of_the_clock_as_it_is(home: Path, tmp_path: Path) -> None:
    """What was due at noon waits at ten until half past, and is looked at again only then."""
    subscriptions = subscribed(tmp_path, QUIET)
    put(home, subscriptions, [finding()])
    assert [run(home, subscriptions, earlier).rows for _ in range(2)] == [(), ()]
    assert ask(home, "SELECT count(*) FROM delivery_events WHERE note = 'quiet hours'") == [(1,)]
    assert [row.state for row in run(home, subscriptions, earlier + hour / 2).rows] == ["sent"]


def test_a_retry_comes_at_once_and_then_after_its_usual_wait(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock that went back costs one early attempt, not two hours, and not one at every dispatch."""
    yaml = "targets: {busy: {url: {env: MAIL_URL}, to: busy@example.org}}\nsubscriptions: {all: {targets: [busy]}}\n"
    subscriptions, patience = subscribed(tmp_path, yaml), Patience(first=hour)
    put(home, subscriptions, [finding()])
    with PostOffice(busy={"busy@example.org": 2}) as office:
        monkeypatch.setenv("MAIL_URL", office.url)
        assert run(home, subscriptions, noon, patience=patience).failed == 1
        assert run(home, subscriptions, earlier, patience=patience).failed == 1
        assert run(home, subscriptions, earlier + hour, patience=patience).rows == ()
        assert [row.state for row in run(home, subscriptions, earlier + 3 * hour, patience=patience).rows] == ["sent"]
        assert len(office.mails) == 1


def test_what_waits_for_an_operator_goes_on_waiting(home: Path, tmp_path: Path) -> None:
    """A delivery in doubt without a due time is nobody's to send, whatever the clock says."""
    subscriptions = subscribed(tmp_path, AT_ONCE)
    put(home, subscriptions, [finding()])
    with Outbox(home, hold=frozenset({"desk"})) as outbox:
        (delivery,) = outbox.claim(noon, 1)
        outbox.sending(delivery, now=noon)
        outbox.settle(delivery, "uncertain", now=noon)
    assert run(home, subscriptions, earlier).rows == ()
    assert [(row.state, row.due_at) for row in deliveries(home)] == [("uncertain", None)]


def test_a_few_minutes_change_nothing(home: Path, tmp_path: Path) -> None:
    """A dispatcher that waited for the warehouse has an older time than what was written meanwhile."""
    subscriptions = subscribed(tmp_path, AT_ONCE)
    put(home, subscriptions, [finding()])
    assert run(home, subscriptions, noon - timedelta(minutes=5)).rows == ()
    assert len(run(home, subscriptions, noon).rows) == 1


def test_a_run_that_began_by_the_former_clock_sends_at_once(home: Path, tmp_path: Path) -> None:
    """What it records after the clock was set back is due by the time of the recording."""
    subscriptions = subscribed(tmp_path, AT_ONCE)
    matcher = alerts_for(subscriptions, noon, clock=lambda: earlier)
    with session(home) as connection, transaction(connection):
        enqueue(connection, matcher(finding_store.write(connection, [finding()])), earlier)
    assert [row.state for row in run(home, subscriptions, earlier + timedelta(seconds=1)).rows] == ["sent"]
