"""Which run polls which source: never two at once, and not again before what was fetched has been recorded."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from warehouse.exchange.leases import Leases

if TYPE_CHECKING:
    from config.sources import Source
    from warehouse.exchange.leases import Generation
    from warehouse.exchange.memories import Known
    from warehouse.exchange.presence import Presence

log = logging.getLogger(__name__)

ROOM = "claims"
# If its memory lacks what was fetched last, a source would be fetched again from where it was before. So it waits for
# the recorder, but not for ever: what a publisher takes down in the meantime would be missed.
PATIENCE = timedelta(hours=1)


class Claims:
    """The claims of one run. What it does not give back becomes free when its signs of life end."""

    def __init__(self, presence: Presence) -> None:
        self._presence = presence
        self._leases = Leases(presence, ROOM)
        self._alive: set[str] = set()
        self._listed = self._leases.all_held()
        self._alive = presence.alive()
        self._held: dict[str, Generation] = {}

    def take(self, source: Source, known: Known) -> str | None:
        """Claim a source that is due; None if this run has it now, otherwise the reason why it must not be polled.

        Raises:
            PlaceError: the place cannot be reached.
        """
        newest = self._leases.newest_of(self._listed, source.id)
        if self._leases.is_held(newest, self._alive):
            return "another run is polling it"
        finished = _finished(newest)
        if finished is not None and (known.through is None or finished > known.through):
            age = timedelta(seconds=self._presence.now() - newest.stamp)
            if age < max(source.every, PATIENCE):
                return "what was fetched from it last has not been recorded yet"
            log.warning("%s: what was fetched %s ago has not been recorded; it is polled again", source.id, age)
        taken = self._leases.take(source.id, newest)
        if taken is None:
            return "another run is polling it"
        self._held[source.id] = taken
        return None

    def give_back(self, source_id: str, finished_at: datetime | None) -> None:
        """Let a source go; `finished_at` is the end of its crawl, None where nothing of it has reached the place.

        Raises:
            PlaceError: the place cannot be reached.
        """
        held = self._held.pop(source_id)
        words = {"finished_at": finished_at.isoformat()} if finished_at is not None else {}
        if self._leases.give_back(source_id, held, **words) is None:
            log.warning("%s: another run took it over, because this one showed no sign of life", source_id)


def _finished(generation: Generation) -> datetime | None:
    try:
        written = generation.words.get("finished_at")
        moment = datetime.fromisoformat(written) if written else None
    except (TypeError, ValueError):
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
