"""What the warehouse knows of a source before a crawl."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapers.publication import Memory, Validators
from warehouse.load.checks import noted
from warehouse.load.items import known_items
from warehouse.store.database import live_path, session

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from warehouse.load.landing import LandedBatch

_validators = """
SELECT source_id, url, etag, last_modified, fetched_at, content_sha256 FROM validators
WHERE source_id IN (SELECT unnest($sources))"""
_urls = "SELECT source_id, list(url) FROM sightings WHERE source_id IN (SELECT unnest($sources)) GROUP BY source_id"
_source = """
SELECT source_id, notes, first_success, last_success FROM sources WHERE source_id IN (SELECT unnest($sources))"""

_LAST_CRAWLS = "SELECT source_id, last_crawl FROM sources WHERE last_crawl IS NOT NULL"


def memories_of(home: Path, source_ids: Sequence[str], *, wait_seconds: float | None = None) -> dict[str, Memory]:
    """Each source's validators, addresses, notes and items, in one look; an empty memory before its first crawl.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`.
    """
    if not live_path(home).exists():
        return {source_id: Memory() for source_id in source_ids}
    wanted = {"sources": list(source_ids)}
    with session(home, wait_seconds=wait_seconds) as connection:
        validators: dict[str, dict[str, Validators]] = defaultdict(dict)
        for source_id, url, *rest in connection.execute(_validators, wanted).fetchall():
            validators[source_id][url] = Validators(*rest)
        urls = dict(connection.execute(_urls, wanted).fetchall())
        items = known_items(connection, source_ids)
        sources = {row[0]: row[1:] for row in connection.execute(_source, wanted).fetchall()}
    found = {}
    later, now = _noted_later(home), datetime.now(UTC)
    for source_id in source_ids:
        notes, first_success, last_success = sources.get(source_id, ({}, None, None))
        for check in later.get(source_id, ()):
            notes = {**notes, **check.notes}
            validators[source_id] |= {url: _validators_of(held) for url, held in check.validators.items()}
            is_newer = last_success is None or last_success < check.finished_at
            # What lies ahead was by a clock that has been set back since.
            last_success = check.finished_at if is_newer or last_success > now else last_success
        found[source_id] = Memory(
            validators=validators[source_id],
            known_urls=frozenset(urls.get(source_id, ())),
            state=dict(notes),
            first_crawl=first_success is None,
            last_success=last_success,
            items=items.get(source_id, {}),
        )
    return found


def last_crawls(home: Path, *, wait_seconds: float | None = None) -> dict[str, datetime]:
    """When the last crawl of each source ended, those included that found nothing changed.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`.
    """
    if not live_path(home).exists():
        return {}
    with session(home, wait_seconds=wait_seconds) as connection:
        found: dict[str, datetime] = dict(connection.execute(_LAST_CRAWLS).fetchall())
    for source_id, checks in _noted_later(home).items():
        last = max(check.finished_at for check in checks)
        found[source_id] = max(found.get(source_id, last), last)
    return found


def _noted_later(home: Path) -> dict[str, list[LandedBatch]]:
    """What crawls that found nothing changed have learned since, by source; it is not in the tables yet."""
    found: dict[str, list[LandedBatch]] = defaultdict(list)
    for check in noted(home):
        found[check.source_id].append(check)
    return found


def _validators_of(held: Mapping[str, Any]) -> Validators:
    fetched_at = datetime.fromisoformat(held["fetched_at"])
    return Validators(held["etag"], held["last_modified"], fetched_at, held["content_sha256"])


def memory_of(home: Path, source_id: str, *, wait_seconds: float | None = None) -> Memory:
    """The same of one source."""
    return memories_of(home, [source_id], wait_seconds=wait_seconds)[source_id]
