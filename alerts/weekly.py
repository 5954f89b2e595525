"""Once a week operators hear that all is well, or what is not: a quiet week and a stopped program look the same."""

from __future__ import annotations

from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from alerts.clock import WEEKDAYS, instant
from alerts.figures import counted
from alerts.match import operator_rows
from alerts.silence import unread_sources
from warehouse.findings.finding import Finding
from warehouse.outbox.history import covered_series
from warehouse.outbox.rows import sha256
from warehouse.outbox.week import week
from warehouse.query.coverage import coverage_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from config.subscriptions import Subscriptions
    from warehouse.model import AlertRow
    from warehouse.outbox.week import Became, Week

# In UTC.
REPORT_AT = time(7)
# A report is made up for so long; later the next one is near.
_LATE = timedelta(days=3)
_MOST_NAMED = 10


def weekly_report(home: Path, subscriptions: Subscriptions, now: datetime) -> Sequence[AlertRow]:
    """The report of the week that ended last, where it is due and was not made; it goes to the operators."""
    if subscriptions.weekly_report is None or not subscriptions.operators:
        return ()
    until = instant(now.date(), REPORT_AT, ZoneInfo("UTC"))
    while until > now or WEEKDAYS[until.weekday()] != subscriptions.weekly_report:
        until -= timedelta(days=1)
    if now - until > _LATE:
        return ()
    since = until - timedelta(days=7)
    name = sha256("weekly_report", until.date().isoformat())
    numbers = week(home, since, until, finding_id=name)
    if numbers is None:
        return ()
    sources_yaml = subscriptions.folder / "sources.yaml" if subscriptions.folder is not None else None
    late = [check.source_id for check in unread_sources(home, sources_yaml, now)]
    unread = list(dict.fromkeys((*numbers.failing, *late)))
    finding = Finding.for_operators(
        "weekly_report",
        finding_id=name,
        about="week",
        title=", ".join(_troubles(numbers, unread)) or "all is well",
        note="\n".join((*_lines(numbers, unread, since, until), *_coverage(home))),
        now=now,
    )
    return operator_rows(subscriptions, [finding], now)


def _troubles(numbers: Week, unread: Sequence[str]) -> Iterator[str]:
    if unread:
        yield f"{counted(len(unread), 'source')} failing"
    if numbers.undelivered:
        yield f"{counted(numbers.undelivered, 'message')} not delivered"
    if numbers.held:
        yield f"{counted(numbers.held, 'message')} held"


def _coverage(home: Path) -> Iterator[str]:
    """What was seen of the counted series; nothing where no source counts."""
    if line := coverage_line(covered_series(home)):
        yield f"Coverage: {line}."


def _mandates(became: Became) -> Iterator[str]:
    """What became of mandates; what did not happen is not said."""
    if became.came_due:
        yield f"{became.came_due:,} came due"
    if became.answered:
        median = f" (median {counted(round(became.reaction), 'day')})" if became.reaction is not None else ""
        yield f"{became.answered:,} answered{median}"
    for count, what in (
        (became.overdue, "overdue"),
        (became.unwatched, "past their due date, answer not watched"),
        (became.renewed, "renewed with changed wording"),
        (became.dropped, "dropped"),
    ):
        if count:
            yield f"{count:,} {what}"


def _lines(numbers: Week, unread: Sequence[str], since: datetime, until: datetime) -> Iterator[str]:
    polled = f"{counted(numbers.sources, 'source')} polled {counted(numbers.polls, 'time')}"
    new = f"{counted(numbers.documents, 'new document')}, {counted(numbers.mandates, 'new mandate')}"
    yield f"{since:%-d %B} to {until:%-d %B %Y}: {polled}, {new}, {counted(numbers.sent, 'message')} sent."
    if mandates := ", ".join(_mandates(numbers.became)):
        yield f"Mandates: {mandates}."
    yield f"Now: {numbers.waiting} waiting (quiet hours, digests, retries), {numbers.held} held for your approval."
    if numbers.undelivered:
        yield f"Not delivered: {numbers.undelivered} (mandates outbox list --state dead --state uncertain)"
    if unread:
        more = len(unread) - _MOST_NAMED
        named = ", ".join(unread[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        yield f"Failing or not read: {named} (mandates sources status)"
