"""Who holds what: numbered generations of small objects, each created by one run alone.

Taking and giving back are each the next number. An expired holder is succeeded, not removed, so that of two
successors one fails: deleting a lease and creating it again would be a race.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from warehouse.exchange.presence import ALIVE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping

    from warehouse.exchange.place import Held
    from warehouse.exchange.presence import Presence

log = logging.getLogger(__name__)

_MOST_BYTES = 10_000
# File systems take 255 bytes.
_LONGEST_NAME = 200
# A name has 12 digits. Ten generations a second take 300 years to reach the last one; higher numbers are not leases.
_DIGITS = 12
LAST = 10 ** (_DIGITS - 1)
# No run has this name.
_UNREADABLE = "?"


@dataclass(frozen=True, slots=True)
class Generation:
    """One state of a lease. `holder` is None where it is free; `words` is what the writer left for the next."""

    number: int
    stamp: float
    holder: str | None = None
    words: Mapping[str, Any] = field(default_factory=dict)


FIRST = Generation(0, 0.0)


class Leases:
    """The leases in one room of the place, as one run sees and takes them; a key is any text."""

    def __init__(self, presence: Presence, room: str) -> None:
        self._presence = presence
        self._place = presence.place
        self._room = room
        self._reported: set[str] = set()

    def newest(self, key: str) -> Generation:
        """The state of a lease; `FIRST` if no run has ever held it.

        Raises:
            PlaceError: the place cannot be reached.
        """
        return self._read(self._place.find(self._folder(key)))

    def all_held(self) -> dict[str, list[Held]]:
        """The objects of every lease, by the quoted key: one listing instead of one a key.

        Raises:
            PlaceError: the place cannot be reached.
        """
        found: dict[str, list[Held]] = {}
        for held in self._place.find(self._room):
            found.setdefault(held.name.split("/")[1], []).append(held)
        return found

    def newest_of(self, listed: Mapping[str, list[Held]], key: str) -> Generation:
        """The state of a lease in a listing.

        Raises:
            PlaceError: the place cannot be reached.
        """
        return self._read(listed.get(_quoted(key), []))

    def is_held(self, generation: Generation, alive: Container[str]) -> bool:
        """Whether a live run holds it; one that is being written or is damaged counts as free after a while."""
        if generation.holder == _UNREADABLE:
            return self._presence.now() - generation.stamp < ALIVE_SECONDS
        return generation.holder is not None and generation.holder in alive

    def take(self, key: str, after: Generation, **words: Any) -> Generation | None:
        """Take a lease; None if another run was quicker.

        Raises:
            PlaceError: the place cannot be reached.
        """
        return self._write(key, after, self._presence.name, words)

    def give_back(self, key: str, after: Generation, **words: Any) -> Generation | None:
        """Free a lease that this run holds; None if it no longer did.

        Raises:
            PlaceError: the place cannot be reached.
        """
        return self._write(key, after, None, words)

    def _write(self, key: str, after: Generation, holder: str | None, words: Mapping[str, Any]) -> Generation | None:
        # No run gets to the last number by counting. Somebody else wrote it, and numbers begin again at 1.
        number = after.number + 1 if after.number < LAST else 1
        content = json.dumps({"holder": holder, "words": dict(words)}).encode()
        if number <= after.number:
            self._place.remove(f"{self._folder(key)}/{after.number:012}")
        if not self._place.create(f"{self._folder(key)}/{number:012}", content):
            return None
        numbers = {_number(held): held.name for held in self._place.find(self._folder(key)) if _number(held)}
        # A folder that others clean up while it is listed may seem empty.
        if max(numbers, default=0) != number:
            # We were so slow that others went on and cleaned up: this number was free because it is long past.
            self._place.remove(f"{self._folder(key)}/{number:012}")
            return None
        for former in sorted(numbers)[:-1]:
            self._place.remove(numbers[former])
        return Generation(number, self._presence.now(), holder, words)

    def _folder(self, key: str) -> str:
        return f"{self._room}/{_quoted(key)}"

    def _read(self, listed: Collection[Held]) -> Generation:
        held = max(listed, key=_number, default=None)
        self._report(each for each in listed if not _number(each))
        if held is None or not (number := _number(held)):
            return FIRST
        try:
            said = json.loads(self._place.read(held.name, _MOST_BYTES) or b"")
            return Generation(number, held.stamp, said["holder"], dict(said["words"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            return Generation(number, held.stamp, _UNREADABLE)

    def _report(self, strange: Iterable[Held]) -> None:
        """Only once for each lease: a run that waits for it looks again and again."""
        for held in strange:
            folder = held.name.rpartition("/")[0]
            if folder not in self._reported:
                self._reported.add(folder)
                log.warning("%r in the landing place is not a state of a lease; it is ignored", held.name)


def _quoted(key: str) -> str:
    """A key as the name of a folder. Hosts are what publishers write into links: `http://../` is a URL, too."""
    quoted = quote(key, safe="")
    if len(quoted) > _LONGEST_NAME:
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return quoted if quoted.strip(".") else quoted.replace(".", "%2E")


def _number(held: Held) -> int:
    """The generation in an object's name, from 1 to `LAST`; 0 if there is none."""
    name = held.name.rpartition("/")[2]
    if not (len(name) == _DIGITS and name.isascii() and name.isdecimal()):
        return 0
    return int(name) if int(name) <= LAST else 0
