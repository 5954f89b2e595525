"""The other process in which feeds are parsed: `python -m scrapers.kinds.feed_worker`.

feedparser is quadratic in attributes (a feed of 1.1 MB ran over 20 s) and cannot be interrupted; a process can.
Each message is a length of four bytes and as many bytes: a feed comes in, its entries go out as JSON.
"""

from __future__ import annotations

import json
import struct
import sys
from time import struct_time
from typing import IO, Any

# An honest feed of 5 MB takes some 150 MB to parse.
max_memory = 1_500_000_000
_keys = ("title", "link", "id", "author", "summary", "published", "updated", "language", "rights", "comments")


def parsed(raw: bytes, content_type: str | None) -> dict[str, Any]:
    """What feedparser makes of a feed, as plain values: version, bozo (a sentence or None), language, entries."""
    import feedparser  # noqa: PLC0415 - the parent imports this module for its types alone

    found = feedparser.parse(raw, response_headers={"content-type": content_type} if content_type else None)
    return {
        "version": found.get("version", ""),
        "bozo": f"{found.get('bozo_exception', '')}"[:300] if found.get("bozo") else None,
        "language": found.get("feed", {}).get("language"),
        "title": found.get("feed", {}).get("title"),
        "entries": [_entry(entry) for entry in found.get("entries", [])],
    }


def _entry(entry: Any) -> dict[str, str | list[str]]:
    plain: dict[str, str | list[str]] = {key: str(entry[key]) for key in _keys if entry.get(key)}
    for key in ("published", "updated"):
        at = entry.get(f"{key}_parsed")
        if isinstance(at, struct_time):
            plain[f"{key}_utc"] = f"{at[0]:04}-{at[1]:02}-{at[2]:02}T{at[3]:02}:{at[4]:02}:{at[5]:02}+00:00"
    plain["content"] = [str(part["value"]) for part in entry.get("content", []) if part.get("value")]
    plain["tags"] = [str(tag["term"]) for tag in entry.get("tags", []) if tag.get("term")]
    plain["enclosures"] = [str(link["href"]) for link in entry.get("enclosures", []) if link.get("href")]
    plain["links"] = [str(link["href"]) for link in entry.get("links", []) if link.get("href")]
    return plain


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    while head := requests.read(8):
        size, type_size = struct.unpack(">II", head)
        content_type = requests.read(type_size).decode("utf-8", errors="replace") or None
        raw = requests.read(size)
        try:
            answer = json.dumps(parsed(raw, content_type)).encode()
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent must hear of it
            answer = json.dumps({"error": f"{type(error).__name__}: {error}"[:300]}).encode()
        answers.write(struct.pack(">I", len(answer)) + answer)
        answers.flush()


def _main() -> None:
    try:
        import resource  # noqa: PLC0415 - not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (max_memory, max_memory))
    except (ImportError, ValueError, OSError):
        pass
    _serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    _main()
