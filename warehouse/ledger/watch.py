"""What was watched: which kinds of documents each source shows, and in which spans of time it was asked without a gap.

That a deadline passed without an answer says something only while a source that would have shown the answer was asked
as usual. A crawl that found nothing changed counts like any other; one that failed, or only began, does not.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.load.arrivals import insert, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.load.landing import LandedBatch

# A source that is polled every five minutes and misses an hour has missed nothing: its next answer shows it.
SHORTEST_GAP = timedelta(days=1)
# Until a second crawl there is no rhythm; the slowest that a source can have is a month.
FIRST_GAP = timedelta(days=31)
TOLERATED = 3

_LAST = """
SELECT source_id, since, until, crawls FROM source_watch WHERE source_id IN (SELECT unnest($sources))
QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY until DESC) = 1"""
_CRAWLS = """
SELECT finished_at FROM batches WHERE source_id = ? AND outcome NOT IN ('failed', 'part') ORDER BY finished_at"""
_PUT = "INSERT OR REPLACE INTO source_watch BY NAME FROM rows_in"
_CRAWLED = "SELECT DISTINCT source_id FROM batches ORDER BY source_id"
_FORGET = "DELETE FROM source_watch WHERE source_id = ?"
_KINDS = "INSERT INTO source_kinds BY NAME FROM rows_in"


@dataclass(frozen=True, slots=True)
class Watch:
    """A span of time in which a source was asked as usual: first and last crawl, and how many."""

    since: datetime
    until: datetime
    crawls: int = 1

    @property
    def tolerated(self) -> timedelta:
        """The longest time until the next crawl that is no gap."""
        if self.crawls == 1:
            return FIRST_GAP
        return max(SHORTEST_GAP, TOLERATED * (self.until - self.since) / (self.crawls - 1))

    @property
    def watched_until(self) -> datetime:
        """Until when the source counts as watched; one crawl alone promises no second one."""
        return self.until + (self.tolerated if self.crawls > 1 else SHORTEST_GAP)

    def extended(self, crawl: datetime) -> Watch | None:
        """With a later crawl; None where there is a gap between."""
        if crawl - self.until > self.tolerated:
            return None
        return Watch(self.since, crawl, self.crawls + 1)


def watches(crawls: Iterable[datetime], last: Watch | None = None) -> Iterator[Watch]:
    """The spans that crawls in their order make, the first of them going on from `last`."""
    for crawl in crawls:
        extended = last.extended(crawl) if last is not None else None
        if last is not None and extended is None:
            yield last
        last = extended or Watch(crawl, crawl)
    if last is not None:
        yield last


def keep(connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch]) -> None:
    """Extend the spans of the sources of these batches, which are recorded; a batch that comes late is put in place."""
    crawls: dict[str, list[datetime]] = {}
    for batch in batches:
        if batch.outcome not in {"failed", "part"} and batch.past is None:
            crawls.setdefault(batch.source_id, []).append(batch.finished_at)
    if not crawls:
        return
    held = {row[0]: Watch(*row[1:]) for row in connection.execute(_LAST, {"sources": sorted(crawls)}).fetchall()}
    rows: list[dict[str, object]] = []
    for source, times in crawls.items():
        last, found = held.get(source), sorted(times)
        if last is not None and found[0] < last.until:
            connection.execute(_FORGET, [source])
            rows += _rows(source, watches(_crawls(connection, source)))
        else:
            rows += _rows(source, watches(found, last))
    _put(connection, rows)


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the spans of all sources from the batches recorded so far; what is there already stays as it is."""
    sources = [row[0] for row in connection.execute(_CRAWLED).fetchall()]
    _put(connection, [row for source in sources for row in _rows(source, watches(_crawls(connection, source)))])


def keep_kinds(connection: duckdb.DuckDBPyConnection, entries: pa.Table) -> None:
    """Write down what kinds of documents of which bodies the sources of these entries show."""
    columns = entries.select(["source_id", "body", "kind", "finished_at"]).filter(pc.is_valid(entries["body"]))
    shown = columns.group_by(["source_id", "body", "kind"]).aggregate([("finished_at", "min")])
    rows = [
        {"source_kind_id": _id(row["source_id"], row["body"], row["kind"]), "since": row.pop("finished_at_min"), **row}
        for row in shown.to_pylist()
    ]
    if rows:
        insert(connection, _KINDS, unknown(connection, "source_kinds", "source_kind_id", pa.Table.from_pylist(rows)))


_WATCH_SCHEMA = pa.schema(
    [
        ("watch_id", pa.string()),
        ("source_id", pa.string()),
        ("since", pa.timestamp("us", tz="UTC")),
        ("until", pa.timestamp("us", tz="UTC")),
        ("crawls", pa.int32()),
        ("watched_until", pa.timestamp("us", tz="UTC")),
    ]
)


def _crawls(connection: duckdb.DuckDBPyConnection, source: str) -> list[datetime]:
    return [row[0] for row in connection.execute(_CRAWLS, [source]).fetchall()]


def _put(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, object]]) -> None:
    insert(connection, _PUT, pa.Table.from_pylist(rows, schema=_WATCH_SCHEMA))


def _rows(source: str, spans: Iterable[Watch]) -> list[dict[str, object]]:
    return [
        {
            "watch_id": _id(source, str(int(each.since.timestamp() * 1_000_000))),
            "source_id": source,
            "since": each.since,
            "until": each.until,
            "crawls": each.crawls,
            "watched_until": each.watched_until,
        }
        for each in spans
    ]


def _id(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
