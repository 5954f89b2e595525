"""What killed processes left half written, up to 2 GB each: the recorder removes it a day later."""

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

# Whoever still writes a file stamps it with each piece; no pause within one is that long.
OLD_SECONDS = 86_400.0


def remove_halves(home: Path, place: Place | None) -> int:
    """Remove old half-written files from a home's own landing and from a shared place; how many.

    One that cannot be tidied up is logged and left as it is: recording must not wait for that.
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
