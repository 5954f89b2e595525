"""RSS, Atom, RDF and JSON Feed."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from config.source_fields import FieldRule, Fields
from scrapers.crawl.item import Item, read_rows
from scrapers.crawl.words import plain
from scrapers.http import urls
from scrapers.http.encodings import HEAD_BYTES, characters, charset_of, declared
from scrapers.kinds import feed_entries, json_records
from scrapers.kinds.listings import next_page
from scrapers.publication import ReadError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.sources import FeedSource
    from scrapers.http.client import Fetched

# What an entry's fields are when the source says nothing else. Dates are read from the publisher's own words: what
# feedparser makes of them is in UTC, a day early for all that is dated from midnight east of it, and at times a guess.
_FIELDS = Fields(
    title=FieldRule(entry="title"),
    url=FieldRule(entry="link"),
    date=FieldRule(entry="published"),
    author=FieldRule(entry="authors", many=True, fallback=FieldRule(entry="author")),
    summary=FieldRule(entry="summary"),
    topics=FieldRule(entry="tags", many=True),
)
_HTML_KEYS = frozenset(("title", "summary", "content", "author", "authors"))


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry; values are strings or lists of strings."""

    entry: Mapping[str, Any]

    @property
    def words(self) -> str:
        """Title and summary."""
        return " ".join(plain(str(self.entry.get(key, ""))) for key in ("title", "summary")).strip()

    def find(self, rule: FieldRule) -> list[str]:
        """The values of an entry's key, markup taken off where feeds have markup."""
        found = self.entry.get(rule.entry or "title", [])
        values = found if isinstance(found, list) else [found]
        return [plain(value) if rule.entry in _HTML_KEYS else value for value in values if value]


def read_page(source: FeedSource, page: Fetched) -> tuple[list[Item], str | None]:
    """The entries of a page and the address of the next, which is looked for as in a web page.

    Raises:
        ReadError: as `read_feed`.
    """
    return read_feed(page.body, page.url, source.fields, content_type=page.media_type), next_page(source, page)


def read_feed(raw: bytes, url: str, fields: Fields, *, content_type: str | None = None) -> list[Item]:
    """The entries of a feed. Malformed XML with entries in it ("bozo") is no failure.

    Raises:
        ReadError: it is no feed, or it cannot be parsed within the limits.
    """
    if raw.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] in {b"{", b"["}:
        entries = _json_feed(raw)
    else:
        found = feed_entries.parsed(*_in_utf_8(raw, url, content_type))
        if not found["version"] and not found["entries"]:
            raise ReadError(f"the response is not a feed{': ' + found['bozo'] if found['bozo'] else ''}")
        entries = found["entries"]
        if not found["version"].startswith("atom"):
            # "updated" is not the date of publication in Atom, but it is where the dc:date of RSS 1.0 and 2.0 is put.
            for entry in entries:
                entry.setdefault("published", entry.get("updated", ""))
    rules = _FIELDS.model_copy(update=dict(fields.given()))
    return read_rows([EntryRow(entry) for entry in entries], rules, url, origin="feed")


def _in_utf_8(raw: bytes, url: str, content_type: str | None) -> tuple[bytes, str | None]:
    """A feed as UTF-8 with the type that says so: the parser takes all of it for windows-1252 for one bad byte."""
    if b"<" not in raw[:HEAD_BYTES]:
        return raw, content_type  # EBCDIC and the like, which the parser knows
    text = characters(raw, urls.public(url), charset=declared(raw) or charset_of(content_type))
    return text.encode(), "application/xml; charset=utf-8"


def _json_feed(raw: bytes) -> list[dict[str, Any]]:
    feed = json_records.parse(raw)
    entries = feed.get("items") if isinstance(feed, dict) and "jsonfeed.org" in str(feed.get("version")) else None
    if not isinstance(entries, list):
        raise ReadError("the response is JSON, but not a JSON Feed (https://www.jsonfeed.org/version/1.1/)")
    return [_json_entry(item) for item in entries if isinstance(item, dict)]


def _json_entry(item: Mapping[str, Any]) -> dict[str, Any]:
    authors = item.get("authors") or [item.get("author")]
    named = [author["name"] for author in authors if isinstance(author, dict) and isinstance(author.get("name"), str)]
    attached = item.get("attachments") or []
    content = item.get("content_html") or html.escape(str(item.get("content_text") or ""))
    entry = {
        "id": item.get("id"),
        "link": item.get("url") or item.get("external_url"),
        "title": html.escape(str(item.get("title") or "")),
        "summary": html.escape(str(item.get("summary") or "")),
        "content": [content] if content else [],
        "published": item.get("date_published"),
        "updated": item.get("date_modified"),
        "author": ", ".join(named),
        "authors": named,
        "language": item.get("language"),
        "tags": [tag for tag in item.get("tags") or [] if isinstance(tag, str)],
        "enclosures": [part["url"] for part in attached if isinstance(part, dict) and isinstance(part.get("url"), str)],
    }
    return {key: value if isinstance(value, list) else str(value) for key, value in entry.items() if value}
