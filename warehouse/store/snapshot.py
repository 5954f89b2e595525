"""The published snapshot: what analysts open, so that they never meet the live file.

A copy is made beside it, verified and renamed into place: whoever opens it gets one whole state, whoever has the former
one open goes on reading that. The former one stays as `snapshot.previous.duckdb`.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from typing import TYPE_CHECKING, BinaryIO

from warehouse.model import UnfitCopyError, WarehouseError
from warehouse.store.database import at_rest, default_wait_seconds
from warehouse.store.lock import Deadline, turn
from warehouse.store.verify import check_kept, rows_counted, rows_read

if TYPE_CHECKING:
    from pathlib import Path

RESTORE = "`mandates snapshot --restore` puts the last published state in its place"
copy_chunk = 4 * 1024 * 1024

log = logging.getLogger(__name__)


def snapshot_path(home: Path) -> Path:
    """The file that analysts open."""
    return home / "snapshot.duckdb"


def previous_path(home: Path) -> Path:
    """The snapshot before the published one."""
    return home / "snapshot.previous.duckdb"


def is_behind(home: Path) -> bool:
    """Whether the live file was written after the snapshot, as when a disk was full in between."""
    snapshot, live = snapshot_path(home), home / "live.duckdb"
    return snapshot.exists() and live.exists() and live.stat().st_mtime_ns > snapshot.stat().st_mtime_ns


def publish(home: Path, *, wait_seconds: float = default_wait_seconds, accept_loss: bool = False) -> Path:
    """Publish the present state of the warehouse; the snapshot's path.

    With `accept_loss` the state may have fewer rows than the published one; a damaged one is never published.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`.
        UnfitCopyError: the live file is damaged or has lost rows; the former snapshot stays.
        WarehouseError: the folder cannot be written, or the live file is not whole by itself.
    """
    snapshot = snapshot_path(home)
    aside = snapshot.with_name(f".{snapshot.name}.part")
    # The copy is verified when the live file is free again: only publishers wait for that.
    with turn(home / "snapshot.lock", Deadline(wait_seconds)):
        try:
            with at_rest(home, wait_seconds=wait_seconds) as live:
                write_whole(live, aside)
            is_fit = _check(aside, snapshot, accept_loss=accept_loss)
            # A tool that opened the file for writing would leave a log beside it, to be replayed into the next
            # snapshot.
            aside.chmod(0o444)
            snapshot.with_name(snapshot.name + ".wal").unlink(missing_ok=True)
            if is_fit:
                _keep_previous(home)
            aside.replace(snapshot)
            settle(snapshot.parent)
        except OSError as error:
            problem = f"cannot be written ({error.strerror or error}); the former snapshot stays"
            raise WarehouseError(f"{snapshot}: {problem}") from error
        finally:
            with contextlib.suppress(OSError):
                aside.unlink()
    log.info("published %s, %.1f MB", snapshot, snapshot.stat().st_size / 1e6)
    return snapshot


def _check(aside: Path, snapshot: Path, *, accept_loss: bool) -> bool:
    """See that the copy may be published; whether the former snapshot is worth keeping."""
    live = snapshot.with_name("live.duckdb")
    try:
        rows = rows_read(aside)
    except UnfitCopyError as error:
        raise UnfitCopyError(f"{live}: is damaged and was not published: {error}; {RESTORE}") from error
    if not snapshot.exists():
        return False
    try:
        former = rows_counted(snapshot)
    except UnfitCopyError as error:
        log.warning("%s: is damaged and will be replaced: %s", snapshot, error)
        return False
    try:
        check_kept(rows, former)
    except UnfitCopyError as error:
        if not accept_loss:
            advice = f"{RESTORE}; `mandates snapshot --accept-loss` publishes what is left instead"
            raise UnfitCopyError(f"{live}: has lost data and was not published: {error}; {advice}") from error
        log.warning("%s: published although %s", live, error)
    return True


def _keep_previous(home: Path) -> None:
    """By a second name for the same file, so that there is a snapshot at every moment."""
    snapshot, previous = snapshot_path(home), previous_path(home)
    aside = previous.with_name(f".{previous.name}.part")
    aside.unlink(missing_ok=True)
    try:
        os.link(snapshot, aside)
    except OSError:
        # Some network folders know no second names.
        shutil.copyfile(snapshot, aside)
    aside.replace(previous)


def write_whole(source: BinaryIO, path: Path) -> None:
    """Copy to `path`, a new file, and see it onto the disk."""
    # What a killed process left there may be read-only.
    path.unlink(missing_ok=True)
    with path.open("wb") as target:
        shutil.copyfileobj(source, target, copy_chunk)
        target.flush()
        os.fsync(target.fileno())


def settle(folder: Path) -> None:
    """Make a rename outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
