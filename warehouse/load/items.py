"""The states of a source's items: how a batch carries them, how they are kept, and what is said of them.

A batch holds the states that its crawl changed, so that a source of ten thousand items costs no more to record than
what happened to it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from scrapers.publication import ItemState
from warehouse.findings.finding import DocumentFacts, Finding

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from scrapers.publication import Harvest, Unreadable
    from warehouse.load.landing import LandedBatch

_TIMES = ("first_seen", "since", "next_try", "read_at")
# The names of the columns; the item's key is called `item` there.
_NAMES = tuple(field.name for field in fields(ItemState))
COLUMNS = ", ".join({"key": "item"}.get(name, f'"{name}"') for name in _NAMES)
_TYPES = json.dumps(
    [dict.fromkeys(("source", "finished", *_NAMES), "VARCHAR") | {"tries": "INTEGER", "baseline": "BOOLEAN"}]
)
_VALUES = ", ".join(f"s.{name}::TIMESTAMPTZ" if name in _TIMES else f's."{name}"' for name in _NAMES)
_KEPT = frozenset(("key", "first_seen", "baseline"))
_UPDATES = ", ".join(f'"{name}" = excluded."{name}"' for name in _NAMES if name not in _KEPT)

# A batch that comes late must not undo what a later one said.
_KEEP = f"""
INSERT INTO items AS known (item_id, source_id, changed_at, {COLUMNS})
SELECT sha256(s.source || chr(10) || s.key), s.source, s.finished::TIMESTAMPTZ, {_VALUES}
FROM (SELECT unnest(from_json($rows, '{_TYPES}')) AS s)
ON CONFLICT (item_id) DO UPDATE SET
    first_seen = least(known.first_seen, excluded.first_seen), changed_at = excluded.changed_at, {_UPDATES}
WHERE excluded.changed_at >= known.changed_at"""  # noqa: S608 - the names are those of the dataclass

_KNOWN = f"SELECT source_id, {COLUMNS} FROM items WHERE source_id IN (SELECT unnest($sources))"  # noqa: S608 - as above

_FIRST_SUCCESS = "SELECT first_success FROM sources WHERE source_id = ?"


def states_in(harvest: Harvest) -> list[dict[str, Any]]:
    """The states of a harvest for a batch's footer; times as ISO 8601."""
    return [_plain({name: getattr(state, name) for name in _NAMES}) for state in harvest.items]


def unreadable_in(harvest: Harvest) -> list[dict[str, Any]]:
    """What a batch's footer says of documents that are listed and could not be read."""
    return [_plain(_stated(each)) for each in harvest.unreadable]


def keep(connection: duckdb.DuckDBPyConnection, batches: Sequence[LandedBatch]) -> None:
    """Write the states that crawls of different sources changed; a later crawl's are never overwritten."""
    rows = [
        {"source": batch.source_id, "finished": batch.finished_at.isoformat(), **state}
        for batch in batches
        for state in batch.items
    ]
    if rows:
        connection.execute(_KEEP, {"rows": json.dumps(rows)})


def known_items(connection: duckdb.DuckDBPyConnection, source_ids: Sequence[str]) -> dict[str, dict[str, ItemState]]:
    """The states of the items of each source, by their keys."""
    found: dict[str, dict[str, ItemState]] = {}
    for source_id, *row in connection.execute(_KNOWN, {"sources": list(source_ids)}).fetchall():
        found.setdefault(source_id, {})[row[0]] = state_of(row)
    return found


def state_of(row: Sequence[Any]) -> ItemState:
    """The state of an item from its row of `COLUMNS`."""
    return ItemState(*row)


def findings(connection: duckdb.DuckDBPyConnection, batch: LandedBatch, now: datetime) -> tuple[Finding, ...]:
    """What subscribers should hear: a document is listed, and could not be read. Once an item, by its finding's id.

    What was there already when the source was crawled first, or came with its past, is part of its baseline.
    """
    if not batch.unreadable:
        return ()
    rows = connection.execute(_FIRST_SUCCESS, [batch.source_id]).fetchall()
    first_success = rows[0][0] if rows else None
    return tuple(_finding(batch.source_id, each, first_success, now) for each in batch.unreadable)


def _finding(source_id: str, stated: Mapping[str, Any], first_success: datetime | None, now: datetime) -> Finding:
    name = hashlib.sha256(f"item_unreadable\n{source_id}\n{stated['item']}".encode()).hexdigest()
    document = DocumentFacts(
        document_id=stated["document_id"],
        symbol=stated["symbol"],
        title=stated["title"],
        body=stated["body"],
        kind=stated["document_kind"],
        stage=stated["stage"],
        language=stated["language"],
        url=stated["url"],
        published_on=_day(stated["published_on"]),
        published_precision=stated["published_precision"],
        topics=tuple(stated["topics"]),
        sources=(source_id,),
    )
    return Finding(
        name,
        "item_unreadable",
        now,
        baseline=bool(stated.get("baseline"))
        or first_success is None
        or datetime.fromisoformat(stated["first_seen"]) <= first_success,
        document=document,
        note=stated["note"],
        tries=stated["tries"],
        since=_day(stated["since"]),
    )


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _stated(unreadable: Unreadable) -> Mapping[str, Any]:
    """The fields of a finding that the crawl knows, and what tells whether it is a baseline."""
    item, publication = unreadable.item, unreadable.publication
    return {
        "item": item.key,
        "first_seen": item.first_seen,
        "baseline": item.baseline,
        "document_id": publication.document_id,
        "symbol": publication.symbol,
        "title": publication.title,
        "body": publication.body,
        "document_kind": publication.kind,
        "stage": publication.stage,
        "language": publication.language,
        "url": publication.url,
        "published_on": publication.published.value if publication.published else None,
        "published_precision": publication.published.precision if publication.published else None,
        "topics": publication.topics,
        "note": item.reason,
        "tries": item.tries,
        "since": item.since.date(),
    }


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
