"""Mandates that fall due: told at 60 days, at 14 and on the day, once each, while no answer has been seen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from alerts.dispatch import dispatch
from alerts.match import alerts_for
from scrapers.publication import PublishedOn
from tests.alerts.made_findings import subscribed
from tests.warehouse.asking import resolution
from tests.warehouse.made import batch, due, entry, nobody, report, start
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.outbox.reminders import remind

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.findings.finding import Finding
    from warehouse.model import AlertRow, Entry

deadline = date(2026, 9, 30)


def at(days_before: int) -> datetime:
    return datetime(2026, 9, 30, 8, tzinfo=UTC) - timedelta(days=days_before)


def recorded(home: Path, *entries: Entry, number: int = 0) -> None:
    land(home, batch(number, *entries))
    record(home, nobody, now=lambda: start)


def told(home: Path, moment: datetime) -> list[int | None]:
    """The days left in each reminder."""
    return [finding.days_left for finding in remind(home, nobody, moment) if finding.kind == "mandate_due"]


def test_each_threshold_is_told_once(home: Path) -> None:
    """Looking again and again, both mandates at 60 days, at 14 and on the day, and never again."""
    recorded(home, due(entry(), deadline))
    days = {left: told(home, at(left)) for left in (90, 61, 60, 59, 30, 15, 14, 13, 1, 0, -1, -4)}
    assert {left: found for left, found in days.items() if found} == {60: [60, 60], 14: [14, 14], 0: [0, 0]}


def test_a_late_look_tells_what_is_still_true(home: Path) -> None:
    """Whoever was down on the day hears of it within three days; a mandate first seen at 20 days is told at 20."""
    recorded(home, due(entry(), deadline))
    assert told(home, at(20)) == [20, 20]
    assert told(home, at(-2)) == [-2, -2]
    assert told(home, at(-3)) == []


def test_old_deadlines_are_history(home: Path) -> None:
    """What was due long ago is not told when it is recorded."""
    recorded(home, due(entry(), date(2020, 1, 1)))
    assert told(home, at(0)) == []


def test_every_deadline_of_a_task_is_told(home: Path) -> None:
    """A task with two deadlines reminds of each, and is open until the last one is past."""
    recorded(home, due(entry(), deadline, deadline + timedelta(days=100)))
    assert told(home, at(14)) == [14, 14]
    assert told(home, at(-86)) == [14, 14]
    (first, _) = remind(home, nobody, at(-100))
    assert first.due is not None
    assert (first.due.last, first.deadlines[1].last) == (deadline + timedelta(days=100), deadline)


def test_an_answered_request_is_not_due(home: Path) -> None:
    """When a report answers the resolution, its request is met; the item on the agenda is still due."""
    recorded(home, due(entry(), deadline))
    recorded(home, report("A/81/7", "A/RES/80/1"), number=1)
    (left,) = remind(home, nobody, at(14))
    assert left.clause.type == "agenda_placement"


def test_a_draft_asks_nothing_yet(home: Path) -> None:
    """Deadlines in drafts are not told."""
    recorded(home, due(entry("A/C.3/80/L.1", stage="draft"), deadline))
    assert told(home, at(14)) == []


def test_a_new_version_does_not_tell_again(home: Path) -> None:
    """The same words in a corrected text are the same reminder."""
    first = due(entry(), deadline)
    recorded(home, first)
    assert told(home, at(14)) == [14, 14]
    assert first.publication.text is not None
    recorded(home, due(entry(words=first.publication.text.text + "4. Thanks everyone.\n")), number=1)
    assert told(home, at(13)) == []


def test_alerts_are_written_with_the_reminder(home: Path) -> None:
    """When matching fails, nothing is recorded, so the next look tells it."""
    recorded(home, due(entry(), deadline))

    def broken(_findings: object) -> list[AlertRow]:
        raise RuntimeError

    for _ in range(2):
        try:
            remind(home, broken, at(14))
        except RuntimeError:
            continue
        raise AssertionError
    assert told(home, at(14)) == [14, 14]


def test_dispatch_reminds_by_itself(home: Path, tmp_path: Path) -> None:
    """The sweep is enough: recording nothing new, a dispatch tells of what falls due."""
    subscriptions = subscribed(tmp_path, "targets: {desk: mailbox}\nsubscriptions: {all: {targets: [desk]}}\n")
    recorded(home, due(entry(), deadline))
    sent = dispatch(home, subscriptions, now=lambda: at(14))
    assert [row.subject for row in sent.rows] == [
        "UNGA: 2 mandates of “Care of travellers at sea” due in 14 days (A/RES/80/1)"
    ]
    assert dispatch(home, subscriptions, now=lambda: at(14)).rows == ()


def test_filters_apply_to_reminders(home: Path, tmp_path: Path) -> None:
    """Only who asked for such mandates is reminded of them."""
    yaml = "targets: {desk: mailbox}\nsubscriptions: {all: {targets: [desk], filters: {types: reporting_request}}}\n"
    recorded(home, due(entry(), deadline))
    seen: list[Finding] = []
    match = alerts_for(subscribed(tmp_path, yaml), at(14))

    def keep(findings: object) -> object:
        rows = match(findings)  # type: ignore[arg-type]
        seen.extend(row.finding for row in rows)
        return rows

    remind(home, keep, at(14))  # type: ignore[arg-type]
    assert [finding.clause.type for finding in seen] == ["reporting_request"]


def test_each_time_of_a_series_is_told_until_it_is_answered(home: Path) -> None:
    """What is asked for each year reminds each year; the year that a report has answered does not."""
    yearly = resolution("Requests the Secretary-General to report annually to the General Assembly on the keepers")
    recorded(home, yearly)
    years = {year: told(home, datetime(year, 12, 17, 8, tzinfo=UTC)) for year in (2026, 2027)}
    assert years == {2026: [14], 2027: [14]}
    words = "Keepers of lighthouses\n\nReport of the Secretary-General\n\nSubmitted pursuant to resolution 80/901.\n"
    answer = entry(
        "A/83/7", title="Keepers of lighthouses", words=words, kind="report", stage=None, session=83,
        answers=("A/RES/80/901",), published=PublishedOn(date(2028, 8, 1), "day", "document"),
    )  # fmt: skip
    recorded(home, answer, number=1)
    assert told(home, datetime(2028, 12, 17, 8, tzinfo=UTC)) == []
    assert told(home, datetime(2029, 12, 17, 8, tzinfo=UTC)) == [14]
