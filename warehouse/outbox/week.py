"""A week in numbers, for the report by which operators know that all is well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.load.checks import noted
from warehouse.store.database import live_path, session

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_IN_WEEK = "BETWEEN $since AND $until"
_NUMBERS = f"""
SELECT
    (SELECT count(*) FROM documents WHERE first_seen {_IN_WEEK}),
    (SELECT count(*) FROM findings WHERE kind = 'new_mandate' AND found_at {_IN_WEEK}),
    count(*) FILTER (sent_at {_IN_WEEK}),
    count(*) FILTER (state IN ('pending', 'failed') OR (state = 'uncertain' AND due_at IS NOT NULL)),
    count(*) FILTER (state = 'held'),
    count(*) FILTER ((state = 'dead' OR (state = 'uncertain' AND due_at IS NULL)) AND changed_at {_IN_WEEK})
FROM deliveries"""  # noqa: S608 - our own words
_POLLS = f"""
SELECT source_id, count(*) FROM batches
WHERE outcome <> 'part' AND finished_at {_IN_WEEK} GROUP BY source_id"""  # noqa: S608 - our own words
_FAILING = "SELECT source_id, last_crawl FROM sources WHERE failures > 0 AND last_crawl >= $since ORDER BY source_id"
# What became of mandates. A first crawl answers and renews what nobody waited for.
_BECAME = f"""
SELECT
    (SELECT count(*) FROM task_occurrences WHERE due_end >= $since::DATE AND due_end < $until::DATE),
    count(*) FILTER (kind = 'mandate_answered'),
    median(try_cast(detail ->> '$.so_far.answered_after' AS INTEGER)) FILTER (kind = 'mandate_answered'),
    count(*) FILTER (kind = 'mandate_overdue' AND coalesce((detail ->> '$.is_watched')::BOOLEAN, true)),
    count(*) FILTER (kind = 'mandate_overdue' AND NOT coalesce((detail ->> '$.is_watched')::BOOLEAN, true)),
    count(*) FILTER (kind = 'mandate_renewed'),
    count(*) FILTER (kind = 'mandate_dropped')
FROM findings WHERE NOT baseline AND found_at {_IN_WEEK}"""  # noqa: S608 - our own words
_KNOWN = """
SELECT
    EXISTS (FROM findings WHERE finding_id = $finding),
    EXISTS (FROM batches WHERE finished_at < $until)"""


@dataclass(frozen=True, slots=True)
class Became:
    """What became of mandates in a week.

    `came_due` counts the deadlines that ended in it. `reaction` is the median of the days from a request to its answer;
    None where there was no answer, or no day to reckon from. `unwatched` are deadlines that passed while nobody could
    have seen an answer.
    """

    came_due: int
    answered: int
    reaction: float | None
    overdue: int
    unwatched: int
    renewed: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Week:
    """What happened in a week, and what waits, is held and fails now; `failing` are source ids.

    `documents` and `mandates` are new; `undelivered` messages were given up, or are held in doubt.
    """

    sources: int
    polls: int
    documents: int
    mandates: int
    sent: int
    waiting: int
    held: int
    undelivered: int
    failing: tuple[str, ...]
    became: Became


def week(home: Path, since: datetime, until: datetime, *, finding_id: str) -> Week | None:
    """The week's numbers; None where the report, this finding, was made, or nothing had been crawled by its end."""
    if not live_path(home).exists():
        return None
    days = {"since": since, "until": until}
    with session(home) as connection:
        known = connection.execute(_KNOWN, {"finding": finding_id, "until": until}).fetchone()
        if known != (False, True):
            return None
        numbers = connection.execute(_NUMBERS, days).fetchone()
        became = connection.execute(_BECAME, days).fetchone()
        polls = dict(connection.execute(_POLLS, days).fetchall())
        failing = dict(connection.execute(_FAILING, {"since": since}).fetchall())
    for check in noted(home):
        if since <= check.finished_at <= until:
            polls[check.source_id] = polls.get(check.source_id, 0) + 1
        if check.source_id in failing and failing[check.source_id] < check.finished_at:
            del failing[check.source_id]
    documents, mandates, sent, waiting, held, undelivered = numbers or (0,) * 6
    return Week(
        sources=len(polls),
        polls=sum(polls.values()),
        documents=documents,
        mandates=mandates,
        sent=sent,
        waiting=waiting,
        held=held,
        undelivered=undelivered,
        failing=tuple(failing),
        became=Became(*(became or (0, 0, None, 0, 0, 0, 0))),
    )
