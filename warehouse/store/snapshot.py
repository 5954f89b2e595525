"""The published snapshot: what analysts open, so that they never meet the live file.

A copy is made beside it and renamed into place: whoever opens it gets one whole state, whoever has the former one open
goes on reading that.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from typing import TYPE_CHECKING

from warehouse.model import WarehouseError
from warehouse.store.database import at_rest, default_wait_seconds

if TYPE_CHECKING:
    from pathlib import Path

copy_chunk = 4 * 1024 * 1024

log = logging.getLogger(__name__)


def snapshot_path(home: Path) -> Path:
    """The file that analysts open."""
    return home / "snapshot.duckdb"


def publish(home: Path, *, wait_seconds: float = default_wait_seconds) -> Path:
    """Publish the present state of the warehouse; the snapshot's path.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`.
        WarehouseError: the folder cannot be written, or the live file is not whole by itself.
    """
    snapshot = snapshot_path(home)
    aside = snapshot.with_name(f".{snapshot.name}.part")
    with at_rest(home, wait_seconds=wait_seconds) as live:
        try:
            with aside.open("wb") as target:
                shutil.copyfileobj(live, target, copy_chunk)
                target.flush()
                os.fsync(target.fileno())
            # A tool that opened the file for writing would leave a log beside it, to be replayed into the next
            # snapshot.
            aside.chmod(0o444)
            snapshot.with_name(snapshot.name + ".wal").unlink(missing_ok=True)
            aside.replace(snapshot)
            _settle(snapshot.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                aside.unlink()
            problem = f"cannot be written ({error.strerror or error}); the former snapshot stays"
            raise WarehouseError(f"{snapshot}: {problem}") from error
    log.info("published %s, %.1f MB", snapshot, snapshot.stat().st_size / 1e6)
    return snapshot


def _settle(folder: Path) -> None:
    """Make a rename outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
