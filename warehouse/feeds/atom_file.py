"""Feeds for feed readers (RFC 4287): one entry a mandate, with lasting ids; what did not change keeps its time."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lxml import etree

from warehouse.feeds.chosen import lasting_id, writable
from warehouse.feeds.former import foreign, former, keep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warehouse.feeds.chosen import Task

_ATOM = "http://www.w3.org/2005/Atom"
_PROGRAM = "Mandate Monitor"
_NAMES: Any = {None: _ATOM}


@dataclass(frozen=True, slots=True)
class WrittenFeed:
    """What a new feed has in comparison with the former one."""

    entries: int
    new: int
    changed: int


@dataclass(frozen=True, slots=True)
class _Before:
    """The former feed: its id and time, and its entries by their ids."""

    id: str
    updated: str | None
    entries: dict[str, etree._Element]


def write_feed(
    path: Path,
    title: str,
    tasks: Sequence[Task],
    *,
    now: datetime,
    limit: int,
    address: str | None = None,
    feed_id: str | None = None,
) -> WrittenFeed:
    """Write the feed in place of the one at `path`; each task is one entry, with the occurrence that comes first.

    The first `limit` of the tasks are in it. `address` is where the feed will be found on the web. A new feed gets
    `feed_id`, or a random id.

    Raises:
        FeedFileError: there is another file at `path`, or it cannot be written.
    """
    before = _read(path, feed_id)
    moment = _time(now)
    made: list[etree._Element] = []
    new = changed = 0
    for task in _one_each(tasks)[:limit]:
        name = lasting_id("mandate", task.name).urn
        known = before.entries.get(name)
        if known is None:
            made.append(_entry(name, task, _time(max(task.first_seen, task.known_at))))
            new += 1
            continue
        entry = _entry(name, task, known.findtext(f"{{{_ATOM}}}updated") or moment)
        if _bytes(entry) != _bytes(known):
            entry = _entry(name, task, moment)
            changed += 1
        made.append(entry)
    gone = before.entries.keys() - {entry.findtext(f"{{{_ATOM}}}id") for entry in made}
    times = [entry.findtext(f"{{{_ATOM}}}updated") or moment for entry in made]
    updated = moment if new or changed or gone or before.updated is None else before.updated
    keep(path, _feed(before.id, title, max([updated, *times]), made, address))
    return WrittenFeed(len(made), new, changed)


def _one_each(tasks: Sequence[Task]) -> list[Task]:
    """Of each task the first occurrence that is still open, else the last one."""
    best: dict[str, Task] = {}
    for task in tasks:
        held = best.get(task.name)
        if held is None or (held.is_closed, held.occurrence if not held.is_closed else -held.occurrence) > (
            task.is_closed,
            task.occurrence if not task.is_closed else -task.occurrence,
        ):
            best[task.name] = task
    return list(best.values())


def _read(path: Path, feed_id: str | None) -> _Before:
    content = former(path)
    if content is None:
        # Unlike an entry, the feed of a filter is this installation's own.
        return _Before(feed_id or uuid.uuid4().urn, None, {})
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise foreign(path) from error
    name = root.findtext(f"{{{_ATOM}}}id")
    if root.tag != f"{{{_ATOM}}}feed" or root.findtext(f"{{{_ATOM}}}generator") != _PROGRAM or name is None:
        raise foreign(path)
    entries = {entry.findtext(f"{{{_ATOM}}}id") or "": entry for entry in root.iterfind(f"{{{_ATOM}}}entry")}
    return _Before(name, root.findtext(f"{{{_ATOM}}}updated"), entries)


def _feed(name: str, title: str, updated: str, entries: Sequence[etree._Element], address: str | None) -> bytes:
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap=_NAMES)
    _add(feed, "id", name)
    _add(feed, "title", title)
    _add(feed, "updated", updated)
    _add(feed, "generator", _PROGRAM)
    _add(_add(feed, "author"), "name", _PROGRAM)
    if address is not None:
        _add(feed, "link", rel="self", type="application/atom+xml", href=address)
    feed.extend(entries)
    etree.indent(feed)
    whole: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return whole + b"\n"


def _entry(name: str, task: Task, updated: str) -> etree._Element:
    entry = etree.Element(f"{{{_ATOM}}}entry", nsmap=_NAMES)
    _add(entry, "id", name)
    _add(entry, "title", task.subject)
    _add(entry, "updated", updated)
    _add(entry, "published", _time(task.first_seen))
    _add(_add(entry, "author"), "name", task.body or _PROGRAM)
    if task.url.startswith(("http://", "https://")):
        _add(entry, "link", rel="alternate", href="".join(writable(task.url).split()))
    for term in filter(None, (task.type, task.body)):
        _add(entry, "category", term=term)
    _add(entry, "summary", task.words, type="text")
    return entry


def _add(parent: etree._Element, tag: str, words: str | None = None, /, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{_ATOM}}}{tag}", {key: writable(value) for key, value in attributes.items()})
    if words is not None:
        child.text = writable(words)
    return child


def _bytes(entry: etree._Element) -> bytes:
    """An entry regardless of how it is indented."""
    parts = ((str(each.tag), repr(sorted(each.attrib.items())), (each.text or "").strip()) for each in entry.iter())
    return "\n".join("\0".join(part) for part in parts).encode()


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
