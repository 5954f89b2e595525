"""The export in the home, which readers of the API fetch: once there is one, each run brings it up to date."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from warehouse.export.making import export
from warehouse.export.offered import FOLDER, has_export
from warehouse.model import LockedError, WarehouseError

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


def refresh_export(home: Path) -> None:
    """Bring an export that is in the home to the state of the snapshot; its cost follows what changed.

    Whatever goes wrong is logged, and is not the run's: the export stays as it was, and the next run tries again.
    """
    if not has_export(home):
        return
    try:
        done = export(home, str(home / FOLDER), wait_seconds=0)
    except LockedError:
        log.info("the export in the home is being made by somebody else")
    except (WarehouseError, OSError) as error:
        log.warning("the export in the home stays as it was: %s", error)
    else:
        if done.partitions:
            log.info("export: %d partitions written, %.1f MB", done.partitions, done.written / 1e6)
