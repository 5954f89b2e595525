"""How far the past of each source is loaded: in a batch's footer, in the table `baselines`, and for whoever goes on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from scrapers.publication import Past
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import duckdb

    from warehouse.load.landing import LandedBatch

_DAYS = ("since", "until", "reached")
# A batch that comes late must not undo what a later one said.
_KEEP = """
INSERT INTO baselines AS known (source_id, since, until, place, reached, outcome, changed_at)
SELECT p.source, p.since::DATE, p.until::DATE, p.place, p.reached::DATE, p.outcome, p.finished::TIMESTAMPTZ
FROM (SELECT unnest(from_json($rows, '[{"source": "VARCHAR", "since": "VARCHAR", "until": "VARCHAR",
    "place": "VARCHAR", "reached": "VARCHAR", "outcome": "VARCHAR", "finished": "VARCHAR"}]')) AS p)
ON CONFLICT (source_id) DO UPDATE SET
    since = excluded.since, until = excluded.until, place = excluded.place, reached = excluded.reached,
    outcome = excluded.outcome, changed_at = excluded.changed_at
WHERE excluded.changed_at >= known.changed_at"""

_PAST = "SELECT since, until, place, reached, outcome FROM baselines WHERE source_id = ?"
_FIRST = "SELECT first_success FROM sources WHERE source_id = ?"
_RATE = """
SELECT
    min(published_on), count(*) FILTER (published_on BETWEEN current_date - INTERVAL 365 DAY AND current_date),
    date_diff('day', greatest(min(published_on), CAST(current_date - INTERVAL 365 DAY AS DATE)), current_date),
    (SELECT avg(seconds) FROM fetches WHERE source_id = $source),
    (SELECT count(*) FROM fetches WHERE source_id = $source AND outcome = 'ok')
        / greatest((SELECT count(*) FROM items WHERE source_id = $source AND read_at IS NOT NULL), 1)
FROM sightings JOIN documents USING (document_id)
WHERE source_id = $source"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a source before its past is loaded further.

    `first_success` is when its first crawl succeeded, `oldest` the date of its oldest document. `dated` of its
    documents are from the last `days` days (a year at most); a request took `seconds` on average, and a document
    `requests`.
    """

    past: Past | None
    first_success: datetime | None
    oldest: date | None = None
    dated: int = 0
    days: int = 0
    seconds: float = 0.0
    requests: float = 1.0


def stated(past: Past | None) -> dict[str, Any] | None:
    """How a footer says it."""
    if past is None:
        return None
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(past).items()}


def past_in(footer: Mapping[str, Any] | None) -> Past | None:
    """What a footer says; None for what is not the past."""
    if footer is None:
        return None
    return Past(**{**footer, **{name: _day(footer[name]) for name in _DAYS}})


def keep(connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch]) -> None:
    """Write down how far these batches have come; of one source the latest counts."""
    latest = {
        batch.source_id: {"source": batch.source_id, "finished": batch.finished_at.isoformat(), **said}
        for batch in sorted(batches, key=lambda batch: batch.finished_at)
        if (said := stated(batch.past)) is not None
    }
    if latest:
        connection.execute(_KEEP, {"rows": json.dumps(list(latest.values()))})


def standing(home: Path, source_id: str, *, wait_seconds: float | None = None) -> Standing:
    """How far the past of a source is loaded, and at what rate it publishes and answers.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`.
    """
    with session(home, wait_seconds=wait_seconds) as connection:
        past = connection.execute(_PAST, [source_id]).fetchone()
        first = connection.execute(_FIRST, [source_id]).fetchone()
        rate = connection.execute(_RATE, {"source": source_id}).fetchone() or (None, 0, 0, None, None)
    oldest, dated, days, seconds, requests = rate
    return Standing(
        Past(*past) if past is not None else None,
        first[0] if first is not None else None,
        oldest,
        dated,
        days or 0,
        float(seconds or 0),
        max(float(requests or 1), 1.0),
    )


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
