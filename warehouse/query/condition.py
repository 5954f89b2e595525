"""How an installation is doing, in figures from the published snapshot: reading them costs no run its lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.outbox.states import CLAIMED, TRANSITIONS
from warehouse.query.counts import counted
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from warehouse.model import DeliveryState

_TOTALS = """
SELECT
    (SELECT count(*) FROM documents),
    (SELECT count(*) FROM items WHERE state = 'failed'), (SELECT count(*) FROM items WHERE state = 'waiting'),
    (SELECT max(finished_at) FROM batches)"""
_OPEN = "SELECT count(*) FROM open_mandates"
_STATES = "SELECT state, count(*) FROM deliveries GROUP BY ALL"
_WAITING = """
SELECT
    count(*) FILTER (state = 'uncertain' AND due_at IS NULL),
    count(*) FILTER (list_contains($claimed::VARCHAR[], state) AND due_at < $before),
    min(due_at) FILTER (list_contains($claimed::VARCHAR[], state))
FROM deliveries"""
_SOURCES = """
SELECT
    source_id, last_success, last_crawl, failures, epoch(finished_at) - epoch(started_at),
    epoch(recorded_at) - epoch(finished_at), items_seen, entries
FROM sources
LEFT JOIN (
    FROM batches QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY finished_at DESC) = 1
) AS crawls USING (source_id)
ORDER BY source_id"""


@dataclass(frozen=True, slots=True)
class Totals:
    """What was recorded; `proposed` are the mandates of drafts, which are in no other number.

    `newest` is the end of the last crawl (UTC), None where there was none.
    """

    documents: int
    mandates: int
    proposed: int
    items_failed: int
    items_waiting: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Outbox:
    """The deliveries by state, each state of them.

    `undecided` may or may not have arrived and wait for an operator, `overdue` should have gone out before the moment
    that was asked for, `waiting_since` is when the oldest that waits was due.
    """

    states: Mapping[DeliveryState, int]
    undecided: int
    overdue: int
    waiting_since: datetime | None


@dataclass(frozen=True, slots=True)
class LastCrawl:
    """A source's last crawl: when, how long, how long after it was recorded (seconds), what it listed and brought."""

    source_id: str
    success: datetime | None
    polled: datetime
    failures: int
    seconds: float | None
    recorded_after: float | None
    items: int | None
    documents: int | None


def totals(home: Path) -> Totals:
    """What was recorded.

    Raises:
        QueryError: there is no snapshot, or it cannot be read; so do the others.
    """
    ((documents, failed, waiting, newest),) = query(home, _TOTALS).rows
    asked = counted(home)
    return Totals(documents, asked.mandates, asked.proposed, failed, waiting, newest)


def open_mandates(home: Path) -> int:
    """How many mandates have a deadline ahead: the whole view is worked out for it, so a page does not ask for it."""
    return int(query(home, _OPEN).rows[0][0])


def outbox(home: Path, before: datetime) -> Outbox:
    """The deliveries; those due before that moment (UTC) are overdue."""
    counts: dict[DeliveryState, int] = dict(query(home, _STATES).rows)
    ((undecided, overdue, since),) = query(home, _WAITING, {"claimed": list(CLAIMED), "before": before}).rows
    return Outbox({state: counts.get(state, 0) for state in TRANSITIONS}, undecided, overdue, since)


def last_crawls(home: Path) -> list[LastCrawl]:
    """The last crawl of each source, by its id."""
    return [LastCrawl(*row) for row in query(home, _SOURCES).rows]
