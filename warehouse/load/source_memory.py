"""What the warehouse knows of a source before a crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapers.publication import Memory, Validators
from warehouse.database import default_wait_seconds, live_path, session

if TYPE_CHECKING:
    from pathlib import Path

_validators = "SELECT url, etag, last_modified, fetched_at, content_sha256 FROM validators WHERE source_id = ?"
_urls = "SELECT url FROM sightings WHERE source_id = ?"
_source = "SELECT notes, first_success, last_success FROM sources WHERE source_id = ?"


def memory_of(home: Path, source_id: str, *, wait_seconds: float = default_wait_seconds) -> Memory:
    """The source's validators, known addresses and own notes; an empty memory before its first crawl.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`.
    """
    if not live_path(home).exists():
        return Memory()
    with session(home, wait_seconds=wait_seconds) as connection:
        validators = connection.execute(_validators, [source_id]).fetchall()
        urls = connection.execute(_urls, [source_id]).fetchall()
        sources = connection.execute(_source, [source_id]).fetchall()
    notes, first_success, last_success = sources[0] if sources else ({}, None, None)
    return Memory(
        validators={row[0]: Validators(*row[1:]) for row in validators},
        known_urls=frozenset(url for (url,) in urls),
        state=dict(notes),
        first_crawl=first_success is None,
        last_success=last_success,
    )
