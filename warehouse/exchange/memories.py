"""What workers must know about their sources: the recorder publishes one complete file for each source that changed.

So workers need no warehouse. `through` is the end of the last crawl in a memory, so that a run can see whether what was
last fetched from the source has been recorded.
"""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from scrapers.publication import ItemState, Memory, Validators
from warehouse.load.landing import landing_folder
from warehouse.load.source_memory import last_crawls, memories_of
from warehouse.store.paths import replacing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from warehouse.exchange.place import Place

log = logging.getLogger(__name__)

ROOM = "memory"
# Requests to object storage take tens of milliseconds each, and do not wait for this machine.
_AT_ONCE = 16
_FORMAT = 1
# 100,000 items of 1 kB; a file that unpacks to more is not one of ours.
MOST_BYTES = 100_000_000
_TIMES = ("first_seen", "since", "next_try", "read_at")


@dataclass(frozen=True, slots=True)
class Known:
    """A source's memory, and the end of the last crawl in it; None if there is no crawl in it."""

    memory: Memory = field(default_factory=Memory)
    through: datetime | None = None


def publish(home: Path, place: Place, *, wait_seconds: float | None = None) -> int:
    """Publish the memories of the sources that were crawled since the last call; returns their number.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`.
        PlaceError: the place cannot be reached; the next call publishes what this one did not.
    """
    path = landing_folder(home) / "memories.json"
    done = _published(path, str(place))
    crawled = last_crawls(home, wait_seconds=wait_seconds)
    changed = [source for source, at in crawled.items() if done.get(source) != at.isoformat()]
    if not changed:
        return 0
    memories = memories_of(home, changed, wait_seconds=wait_seconds)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        # A crawl recorded in the meantime is in the memory but not in `crawled`: publishing it again does no harm.
        list(pool.map(lambda each: place.put(_name(each), _packed(memories[each], crawled[each])), changed))
    done |= {source: crawled[source].isoformat() for source in changed}
    with replacing(path, lasts=False) as aside:
        aside.write_text(json.dumps({"place": str(place), "through": done}), encoding="utf-8")
    return len(changed)


def known(place: Place, source_ids: Sequence[str]) -> dict[str, Known]:
    """What the recorder has published about these sources; an empty memory before their first crawl.

    A damaged memory is logged and its source left out: without it, the source would be fetched from the start.

    Raises:
        PlaceError: the place cannot be reached.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        contents = list(pool.map(lambda each: place.read(_name(each), MOST_BYTES), source_ids))
    found = {}
    for source_id, content in zip(source_ids, contents, strict=True):
        try:
            found[source_id] = _unpacked(content) if content is not None else Known()
        except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            log.warning("%s is damaged, so %s is not polled: %s", _name(source_id), source_id, error)
    return found


def _name(source_id: str) -> str:
    return f"{ROOM}/{source_id}.json.zst"


def _published(path: Path, place: str) -> dict[str, str]:
    """The end of the last crawl in each memory in this place; nothing if it is another place."""
    try:
        said = json.loads(path.read_bytes())
        through: dict[str, str] = said["through"] if said["place"] == place else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return through


def _packed(memory: Memory, through: datetime) -> bytes:
    written = {
        "format": _FORMAT,
        "through": through.isoformat(),
        "validators": {url: _plain(asdict(held)) for url, held in memory.validators.items()},
        "known_urls": sorted(memory.known_urls),
        "state": dict(memory.state),
        "first_crawl": memory.first_crawl,
        "last_success": memory.last_success.isoformat() if memory.last_success else None,
        "items": [_plain(asdict(item)) for item in memory.items.values()],
    }
    with pa.BufferOutputStream() as sink:
        with pa.CompressedOutputStream(sink, "zstd") as stream:
            stream.write(json.dumps(written).encode())
        return bytes(sink.getvalue())


def _unpacked(content: bytes) -> Known:
    with pa.CompressedInputStream(pa.BufferReader(content), "zstd") as stream:
        plain = stream.read(MOST_BYTES + 1)
    if len(plain) > MOST_BYTES:
        raise ValueError(f"it unpacks to more than {MOST_BYTES:,} bytes")
    said = json.loads(plain)
    if said["format"] != _FORMAT:
        raise ValueError(f"it has format {said['format']}, but this program reads {_FORMAT}")
    memory = Memory(
        validators={
            url: replace(Validators(**held), fetched_at=_moment(held["fetched_at"]))
            for url, held in said["validators"].items()
        },
        known_urls=frozenset(said["known_urls"]),
        state=dict(said["state"]),
        first_crawl=bool(said["first_crawl"]),
        last_success=_moment(said["last_success"]) if said["last_success"] else None,
        items={row["key"]: _item(row) for row in said["items"]},
    )
    return Known(memory, _moment(said["through"]))


def _item(row: Mapping[str, Any]) -> ItemState:
    return ItemState(**{**row, **{name: _moment(row[name]) for name in _TIMES if row.get(name)}})


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError(f"a time without a time zone: {written}")
    return moment


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
