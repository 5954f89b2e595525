"""A run that others can see: as long as it writes signs of life into the place, it keeps what it holds there.

Ages are differences between stamps of the place itself; the clocks of machines are never compared, and setting a clock
changes nothing. What a killed run held is free `ALIVE_SECONDS + MARGIN_SECONDS` after its last sign.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from warehouse.model import PlaceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.exchange.place import Place

log = logging.getLogger(__name__)

ROOM = "runs"
SIGN_SECONDS = 8.0
# Three signs may be missing before others take over; the run itself stops using what it holds before that.
ALIVE_SECONDS = 30.0
# S3 stamps in whole seconds, so a difference between two stamps may be off by one.
MARGIN_SECONDS = 2.0
# After this, the sign of a dead run is removed.
_FORGOTTEN_SECONDS = 3600.0


class Presence:
    """One run in a place. `name` is its own; `is_sure` says whether what it holds is still its own."""

    def __init__(self, place: Place) -> None:
        self.place = place
        host = "".join(each if each.isalnum() else "-" for each in socket.gethostname().lower())[:30]
        self.name = f"{host}-{os.getpid()}-{secrets.token_hex(6)}"
        # Counts the times when the signs stopped for so long that others may have taken what was held.
        self.life = 0
        self._lock = Lock()
        # When the last sign was begun and when it was there, by our clock; when it was written, by the place's.
        self._began = 0.0
        self._shown = 0.0
        self._stamp = 0.0

    def is_sure(self, seconds: float = 0.0) -> bool:
        """Whether this run keeps what it holds for so many more seconds, whatever happens."""
        with self._lock:
            return time.monotonic() + seconds < self._began + ALIVE_SECONDS

    def now(self) -> float:
        """The time by the clock of the place; behind it by as long as a write takes, never ahead."""
        with self._lock:
            return self._stamp + time.monotonic() - self._shown

    def alive(self) -> set[str]:
        """The runs that have given a recent sign of life.

        Raises:
            PlaceError: the place cannot be reached.
        """
        now = self.now()
        oldest = now - ALIVE_SECONDS - MARGIN_SECONDS
        return {held.name.rpartition("/")[2] for held in self.place.find(ROOM) if held.stamp > oldest} | {self.name}

    def sign(self) -> None:
        """Give a sign of life, and read the place's clock by it.

        Raises:
            PlaceError: the place cannot be reached.
        """
        began = time.monotonic()
        mine = f"{ROOM}/{self.name}"
        self.place.put(mine, b"")
        shown = time.monotonic()
        held = {each.name: each.stamp for each in self.place.find(ROOM)}
        if mine not in held:
            raise PlaceError(f"the landing place {self.place} does not show what was just written to it")
        with self._lock:
            if self._began and began > self._began + ALIVE_SECONDS:
                self.life += 1
            self._began, self._shown, self._stamp = began, shown, held[mine]
        for name, stamp in held.items():
            if stamp < held[mine] - _FORGOTTEN_SECONDS:
                self.place.remove(name)

    def leave(self) -> None:
        """Let go of everything, so that others need not wait."""
        self.place.remove(f"{ROOM}/{self.name}")


@contextmanager
def present(place: Place) -> Iterator[Presence]:
    """A run's presence, with signs of life from a thread of its own until the block ends.

    Raises:
        PlaceError: the place cannot be reached.
    """
    presence = Presence(place)
    presence.sign()
    over = Event()
    signs = Thread(target=_signs, args=(presence, over), name="signs of life", daemon=True)
    signs.start()
    try:
        yield presence
    finally:
        over.set()
        signs.join()
        try:
            presence.leave()
        except PlaceError as error:
            log.warning("%s; others can poll what this run held in %.0f s", error, ALIVE_SECONDS + MARGIN_SECONDS)


def _signs(presence: Presence, over: Event) -> None:
    is_away = False
    while not over.wait(1.0 if is_away else SIGN_SECONDS):
        try:
            presence.sign()
        except PlaceError as error:
            if not is_away:
                log.warning("%s; requests wait until it is back", error)
            is_away = True
        else:
            is_away = False
