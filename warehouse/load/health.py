"""What is kept of each crawl: the state of the source and its items, its cache validators, the fetch log, the batch.

A source that fails is never "nothing new": its failures are counted, and what operators should hear of it (the crawl
says so in its note "tell") is a finding of its own.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from warehouse.findings.finding import Finding
from warehouse.ledger import watch
from warehouse.load import items

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.load.landing import LandedBatch

# A batch that comes late must not undo what a later one said; but one that is later than now was by a clock that has
# been set back since, and yields to any.
_SOURCES = """
INSERT INTO sources AS known
SELECT
    s.source, coalesce(s.notes['state'], if(s.ok, 'healthy', 'failing')), if(s.ok, 0, 1), s.error,
    if(s.ok, s.finished::TIMESTAMPTZ, NULL), if(s.ok, s.finished::TIMESTAMPTZ, NULL), s.finished::TIMESTAMPTZ,
    if(s.new, s.finished::TIMESTAMPTZ, NULL), s.notes
FROM (SELECT unnest(from_json($rows, '[{"source": "VARCHAR", "ok": "BOOLEAN", "error": "VARCHAR",
    "finished": "VARCHAR", "new": "BOOLEAN", "notes": "MAP(VARCHAR, VARCHAR)"}]')) AS s)
ON CONFLICT (source_id) DO UPDATE SET
    state = if(
        excluded.last_crawl >= known.last_crawl OR known.last_crawl > $now,
        coalesce(map_concat(known.notes, excluded.notes)['state'], excluded.state), known.state
    ),
    failures = CASE
        WHEN excluded.last_crawl < known.last_crawl AND known.last_crawl <= $now THEN known.failures
        WHEN excluded.failures = 0 THEN 0
        ELSE known.failures + 1
    END,
    error = if(excluded.last_crawl >= known.last_crawl OR known.last_crawl > $now, excluded.error, known.error),
    first_success = least(known.first_success, excluded.first_success),
    last_success = if(
        known.last_success > $now,
        coalesce(excluded.last_success, $now), greatest(known.last_success, excluded.last_success)
    ),
    last_crawl = greatest(if(known.last_crawl > $now, NULL, known.last_crawl), excluded.last_crawl),
    last_new = greatest(known.last_new, excluded.last_new),
    notes = if(
        excluded.last_crawl >= known.last_crawl OR known.last_crawl > $now,
        map_concat(known.notes, excluded.notes), map_concat(excluded.notes, known.notes)
    )"""

_VALIDATORS = """
INSERT INTO validators AS known
SELECT
    sha256(v.source || chr(10) || v.url), v.source, v.url, v.etag, v.last_modified, v.fetched_at::TIMESTAMPTZ,
    v.content_sha256
FROM (SELECT unnest(from_json($rows, '[{"source": "VARCHAR", "url": "VARCHAR", "etag": "VARCHAR",
    "last_modified": "VARCHAR", "fetched_at": "VARCHAR", "content_sha256": "VARCHAR"}]')) AS v)
ON CONFLICT (validator_id) DO UPDATE SET
    etag = excluded.etag, last_modified = excluded.last_modified, fetched_at = excluded.fetched_at,
    content_sha256 = excluded.content_sha256
WHERE excluded.fetched_at >= known.fetched_at OR known.fetched_at > $now"""

_FETCHES = """
INSERT INTO fetches
SELECT
    sha256(f.batch || chr(10) || f.place), f.batch, f.source, f.url, f.started_at::TIMESTAMPTZ, f.seconds, f.status,
    f.bytes, f.outcome, f.error, f.raw_sha256
FROM (SELECT unnest(from_json($rows, '[{"batch": "VARCHAR", "place": "BIGINT", "source": "VARCHAR", "url": "VARCHAR",
    "started_at": "VARCHAR", "seconds": "DOUBLE", "status": "INTEGER", "bytes": "BIGINT", "outcome": "VARCHAR",
    "error": "VARCHAR", "raw_sha256": "VARCHAR"}]')) AS f)"""

_BATCHES = """
INSERT INTO batches
SELECT
    b.batch, b.source, b.started::TIMESTAMPTZ, b.finished::TIMESTAMPTZ, b.outcome, b.items_seen, b.entries, b.error,
    b.dropped, $now
FROM (SELECT unnest(from_json($rows, '[{"batch": "VARCHAR", "source": "VARCHAR", "started": "VARCHAR",
    "finished": "VARCHAR", "outcome": "VARCHAR", "items_seen": "INTEGER", "entries": "INTEGER", "error": "VARCHAR",
    "dropped": [{"url": "VARCHAR", "title": "VARCHAR", "reason": "VARCHAR", "kind": "VARCHAR"}]}]')) AS b)"""

_CRAWLED = "SELECT source_id FROM sources WHERE first_success IS NOT NULL AND source_id IN (SELECT unnest($sources))"


def first_crawls(connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch]) -> set[str]:
    """The sources of these batches that have never been crawled with success."""
    sources = {batch.source_id for batch in batches}
    crawled = connection.execute(_CRAWLED, {"sources": sorted(sources)}).fetchall()
    return sources - {source for (source,) in crawled}


def keep(
    connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch], *, showing: Container[str], now: datetime
) -> None:
    """Write down crawls: the state of each source and its items, its validators, the requests, and the batches.

    `showing` are the sources that showed something new. A part of a crawl says nothing of the source's state yet.
    """
    for wave in _waves(batches):
        whole = [batch for batch in wave if batch.outcome != "part"]
        _write(connection, _SOURCES, [_source_row(batch, new=batch.source_id in showing) for batch in whole], now=now)
        items.keep(connection, wave)
        _write(
            connection,
            _VALIDATORS,
            [
                {"source": batch.source_id, "url": url, **held}
                for batch in whole
                for url, held in batch.validators.items()
            ],
            now=now,
        )
    fetches = [
        {"batch": batch.batch_id, "place": place, "source": batch.source_id, **fetch}
        for batch in batches
        for place, fetch in enumerate(batch.fetches, 1)
    ]
    _write(connection, _FETCHES, fetches)
    _write(connection, _BATCHES, [_batch_row(batch) for batch in batches], now=now)
    watch.keep(connection, batches)


def _waves(batches: Sequence[LandedBatch]) -> Iterator[list[LandedBatch]]:
    """The batches so that no source comes twice in one statement, each source's in their order."""
    left = list(batches)
    while left:
        wave = list({batch.source_id: batch for batch in reversed(left)}.values())[::-1]
        yield wave
        taken = {batch.batch_id for batch in wave}
        left = [batch for batch in left if batch.batch_id not in taken]


def _write(connection: duckdb.DuckDBPyConnection, statement: str, rows: Sequence[object], **more: object) -> None:
    if rows:
        connection.execute(statement, {"rows": json.dumps(rows), **more})


def _source_row(batch: LandedBatch, *, new: bool) -> dict[str, object]:
    return {
        "source": batch.source_id,
        "ok": batch.outcome != "failed",
        "error": batch.error,
        "finished": batch.finished_at.isoformat(),
        "new": new,
        "notes": dict(batch.notes),
    }


def _batch_row(batch: LandedBatch) -> dict[str, object]:
    return {
        "batch": batch.batch_id,
        "source": batch.source_id,
        "started": batch.started_at.isoformat(),
        "finished": batch.finished_at.isoformat(),
        "outcome": batch.outcome,
        "items_seen": batch.items_seen,
        "entries": batch.entries,
        "error": batch.error,
        "dropped": [dict(row) for row in batch.dropped],
    }


def state_findings(batch: LandedBatch, now: datetime) -> Sequence[Finding]:
    """What operators should hear of the source: an alarm, a reminder, an all-clear, as its crawl found it."""
    note = batch.notes.get("tell")
    if not note:
        return ()
    about = f"source:{batch.source_id}"
    name = hashlib.sha256(f"source_state\n{about}\n{batch.batch_id}".encode()).hexdigest()
    source = batch.source_id
    return (
        Finding.for_operators(
            "source_state", finding_id=name, about=about, title=source, note=note, now=now, sources=(source,)
        ),
    )
