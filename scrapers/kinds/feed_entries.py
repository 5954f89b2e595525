"""What feedparser makes of a feed, as plain values.

feedparser is quadratic in attributes (a feed of 1.1 MB ran over 20 s), so it runs where reading has limits.
"""

from __future__ import annotations

import warnings
from typing import Any

from scrapers.publication import ReadError

# An honest feed of 5 MB takes feedparser under 4 s and some 150 MB.
MAX_BYTES = 5_000_000
_KEYS = ("title", "link", "id", "author", "summary", "published", "updated", "language", "rights", "comments")


def parsed(raw: bytes, content_type: str | None) -> dict[str, Any]:
    """The feed's version, bozo (a sentence or None), language, title and entries.

    Raises:
        ReadError: the feed is too large, or breaks the parser.
    """
    import feedparser  # noqa: PLC0415 - other kinds need not pay for it

    if len(raw) > MAX_BYTES:
        raise ReadError(f"the feed has {len(raw):,} bytes, over the limit of {MAX_BYTES:,}")
    headers = {"content-type": content_type[:500]} if content_type else None
    try:
        with warnings.catch_warnings():
            # feedparser warns where an entry without "updated" is asked for it.
            warnings.simplefilter("ignore", DeprecationWarning)
            return _plain(feedparser.parse(raw, response_headers=headers))
    except Exception as error:
        raise ReadError(f"the feed could not be parsed: {type(error).__name__}: {error}"[:300]) from error


def _plain(found: Any) -> dict[str, Any]:
    return {
        "version": found.get("version", ""),
        "bozo": f"{found.get('bozo_exception', '')}"[:300] if found.get("bozo") else None,
        "language": found.get("feed", {}).get("language"),
        "title": found.get("feed", {}).get("title"),
        "entries": [_entry(entry) for entry in found.get("entries", [])],
    }


def _entry(entry: Any) -> dict[str, str | list[str]]:
    plain: dict[str, str | list[str]] = {key: str(entry[key]) for key in _KEYS if entry.get(key)}
    plain["content"] = [str(part["value"]) for part in entry.get("content", []) if part.get("value")]
    plain["authors"] = [str(author["name"]) for author in entry.get("authors", []) if author.get("name")]
    plain["tags"] = [str(tag["term"]) for tag in entry.get("tags", []) if tag.get("term")]
    plain["enclosures"] = [str(link["href"]) for link in entry.get("enclosures", []) if link.get("href")]
    plain["links"] = [str(link["href"]) for link in entry.get("links", []) if link.get("href")]
    return plain
