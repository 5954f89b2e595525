"""What is kept of each crawl: the state of the source and its items, its cache validators, the fetch log, the batch.

A source that fails is never "nothing new": its failures are counted, and what operators should hear of it (the crawl
says so in its note "tell") is a finding of its own.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from warehouse.load import items
from warehouse.model import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb

    from warehouse.load.landing import LandedBatch

# A batch that comes late must not undo what a later one told.
_source = """
INSERT INTO sources AS known
SELECT
    $source, coalesce(CAST($notes AS MAP(VARCHAR, VARCHAR))['state'], if($ok, 'healthy', 'failing')),
    if($ok, 0, 1), $error,
    if($ok, $finished, NULL), if($ok, $finished, NULL), $finished,
    if($new, $finished, NULL), CAST($notes AS MAP(VARCHAR, VARCHAR))
ON CONFLICT (source_id) DO UPDATE SET
    state = if(
        excluded.last_crawl >= known.last_crawl,
        coalesce(map_concat(known.notes, excluded.notes)['state'], excluded.state), known.state
    ),
    failures = CASE
        WHEN excluded.last_crawl < known.last_crawl THEN known.failures
        WHEN excluded.failures = 0 THEN 0
        ELSE known.failures + 1
    END,
    error = if(excluded.last_crawl >= known.last_crawl, excluded.error, known.error),
    first_success = least(known.first_success, excluded.first_success),
    last_success = greatest(known.last_success, excluded.last_success),
    last_crawl = greatest(known.last_crawl, excluded.last_crawl),
    last_new = greatest(known.last_new, excluded.last_new),
    notes = if(
        excluded.last_crawl >= known.last_crawl,
        map_concat(known.notes, excluded.notes), map_concat(excluded.notes, known.notes)
    )"""

_validators = """
INSERT INTO validators AS known
SELECT
    sha256($source || chr(10) || v.url), $source, v.url, v.etag, v.last_modified, v.fetched_at::TIMESTAMPTZ,
    v.content_sha256
FROM (SELECT unnest(from_json($rows, '[{"url": "VARCHAR", "etag": "VARCHAR", "last_modified": "VARCHAR",
    "fetched_at": "VARCHAR", "content_sha256": "VARCHAR"}]')) AS v)
ON CONFLICT (validator_id) DO UPDATE SET
    etag = excluded.etag, last_modified = excluded.last_modified, fetched_at = excluded.fetched_at,
    content_sha256 = excluded.content_sha256
WHERE excluded.fetched_at >= known.fetched_at"""

_fetches = """
INSERT INTO fetches
SELECT
    sha256($batch || chr(10) || place), $batch, $source, f.url, f.started_at::TIMESTAMPTZ, f.seconds, f.status,
    f.bytes, f.outcome, f.error, f.raw_sha256
FROM (SELECT unnest(fs) AS f, generate_subscripts(fs, 1) AS place FROM (SELECT from_json($rows, '[{"url": "VARCHAR",
    "started_at": "VARCHAR", "seconds": "DOUBLE", "status": "INTEGER", "bytes": "BIGINT", "outcome": "VARCHAR",
    "error": "VARCHAR", "raw_sha256": "VARCHAR"}]') AS fs))"""

_batch = """
INSERT INTO batches
SELECT $batch, $source, $started, $finished, $outcome, $items_seen, $entries, $error,
    from_json($dropped, '[{"url": "VARCHAR", "title": "VARCHAR", "reason": "VARCHAR", "kind": "VARCHAR"}]'), $now"""


def is_first_crawl(connection: duckdb.DuckDBPyConnection, source_id: str) -> bool:
    """Whether this source has never been crawled with success."""
    query = "SELECT first_success IS NOT NULL FROM sources WHERE source_id = ?"
    rows = connection.execute(query, [source_id]).fetchall()
    return not rows or not rows[0][0]


def keep(connection: duckdb.DuckDBPyConnection, batch: LandedBatch, *, new: bool, now: datetime) -> None:
    """Write down a crawl: the source's state and failures in a row, its items, validators, requests, and the batch."""
    connection.execute(
        _source,
        {
            "source": batch.source_id,
            "ok": batch.outcome != "failed",
            "error": batch.error,
            "finished": batch.finished_at,
            "new": new,
            "notes": dict(batch.notes),
        },
    )
    items.keep(connection, batch)
    if batch.validators:
        rows = [{"url": url, **validators} for url, validators in batch.validators.items()]
        connection.execute(_validators, {"source": batch.source_id, "rows": json.dumps(rows)})
    if batch.fetches:
        rows = [dict(fetch) for fetch in batch.fetches]
        parameters = {"batch": batch.batch_id, "source": batch.source_id, "rows": json.dumps(rows)}
        connection.execute(_fetches, parameters)
    connection.execute(
        _batch,
        {
            "batch": batch.batch_id,
            "source": batch.source_id,
            "started": batch.started_at,
            "finished": batch.finished_at,
            "outcome": batch.outcome,
            "items_seen": batch.items_seen,
            "entries": batch.entries,
            "error": batch.error,
            "dropped": json.dumps([dict(row) for row in batch.dropped]),
            "now": now,
        },
    )


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
