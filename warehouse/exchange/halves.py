"""Half-written files that killed processes left, up to 2 GB each: the recorder removes them after a day."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from warehouse.exchange.batches import BATCHES, CHECKS
from warehouse.exchange.memories import ROOM as MEMORIES
from warehouse.exchange.place import Folder
from warehouse.load.landing import landing_folder
from warehouse.model import PlaceError

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.exchange.place import Place

log = logging.getLogger(__name__)

# Each write updates a file's time stamp, and no process pauses for that long in the middle of a file.
OLD_SECONDS = 86_400.0


def remove_halves(home: Path, place: Place | None) -> int:
    """Remove old half-written files from a home's own landing and from a shared place; how many.

    A folder where that fails is logged and skipped, so that recording goes on.
    """
    removed = 0
    rooms: list[tuple[Place, str]] = (
        [(place, room) for room in (BATCHES, CHECKS, MEMORIES)] if place is not None else []
    )
    if landing_folder(home).is_dir():
        rooms.append((Folder(landing_folder(home)), ""))
    for where, room in rooms:
        try:
            count = where.sweep(room, OLD_SECONDS)
        except PlaceError as error:
            log.warning("half-written files were not removed: %s", error)
            continue
        if count:
            log.warning("%s: removed half-written files of killed processes: %d", f"{where}/{room}".rstrip("/"), count)
        removed += count
    return removed
