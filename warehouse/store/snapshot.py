"""The published snapshot: what analysts open, so that they never meet the live file.

A copy is made beside it, verified and renamed into place: whoever opens it gets one whole state, whoever has the former
one open goes on reading that. The former one stays as `snapshot.previous.duckdb`, and the next copy is made out of it
by writing the blocks that differ; where that is not possible, the live file is copied whole.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from warehouse.model import UnfitCopyError, WarehouseError
from warehouse.store.database import at_rest, live_path
from warehouse.store.lock import Deadline, turn
from warehouse.store.patching import CannotPatchError, patch
from warehouse.store.paths import settle
from warehouse.store.paths import snapshot_path as snapshot_path  # noqa: PLC0414 - those who open it import it from here
from warehouse.store.publication import Publication, is_to_be_read, note, published
from warehouse.store.verify import check_kept, check_opens, rows_counted, rows_in, rows_read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

RESTORE = "`mandates snapshot --restore` puts the last published state in its place"
copy_chunk = 4 * 1024 * 1024

log = logging.getLogger(__name__)


def previous_path(home: Path) -> Path:
    """The snapshot before the published one."""
    return home / "snapshot.previous.duckdb"


def is_behind(home: Path) -> bool:
    """Whether the live file was written after the snapshot, as when a disk was full in between."""
    snapshot, live = snapshot_path(home), live_path(home)
    return snapshot.exists() and live.exists() and live.stat().st_mtime_ns > snapshot.stat().st_mtime_ns


def is_to_be_published(home: Path) -> bool:
    """Whether the live file has what no snapshot shows: it was written later, or the snapshot is gone or damaged.

    The damage that shows on opening is looked for, not that in some page. Either is logged: analysts had no data.
    """
    if not live_path(home).exists():
        return False
    if is_behind(home):
        return True
    snapshot = snapshot_path(home)
    if not snapshot.exists():
        log.warning("%s: is missing; it is published again", snapshot)
        return True
    try:
        _check_whole(snapshot, published(home))
    except UnfitCopyError as error:
        log.warning("%s: is damaged; it is published again: %s", snapshot, error)
        return True
    return False


def _check_whole(snapshot: Path, last: Publication | None) -> None:
    """See that it has the size with which it was published, and opens.

    Raises:
        UnfitCopyError: it has not, or does not.
    """
    size = snapshot.stat().st_size
    if last is not None and size != last.bytes:
        raise UnfitCopyError(f"it has {size:,} bytes, and {last.bytes:,} were published")
    check_opens(snapshot)


def publish(home: Path, *, wait_seconds: float | None = None, accept_loss: bool = False) -> Path:
    """Publish the present state of the warehouse; the snapshot's path.

    With `accept_loss` the state may have fewer rows than the published one; a damaged one is never published.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`.
        UnfitCopyError: the live file is damaged or has lost rows; the former snapshot stays.
        WarehouseError: the folder cannot be written, or the live file is not whole by itself.
    """
    # The copy is verified when the live file is free again: only publishers wait for that.
    with turn(home / "snapshot.lock", Deadline(wait_seconds)):
        return _publish(home, _Making(home, wait_seconds, accept_loss=accept_loss))


def publish_with(home: Path, beside: Callable[[], None], name: Path, *, wait_seconds: float | None = None) -> Path:
    """Publish, and give the snapshot a second name, which is kept from later publications; that name.

    `beside` is called while the live file is held in the very state that is published, and again where it has to be
    copied after all: it sees what lies beside the file as it was at that moment.

    Raises:
        LockedError, UnfitCopyError, WarehouseError: as `publish`.
    """
    with turn(home / "snapshot.lock", Deadline(wait_seconds)):
        snapshot = _publish(home, _Making(home, wait_seconds, beside=beside))
        try:
            _link(snapshot, name)
        except OSError as error:
            raise WarehouseError(f"{name}: cannot be written ({error.strerror or error})") from error
        return name


def _publish(home: Path, making: _Making) -> Path:
    snapshot, aside = snapshot_path(home), making.aside
    try:
        last, former = published(home), _former_rows(snapshot)
        made = making.made(last, former)
        # A tool that opened the file for writing would leave a log beside it, to be replayed into the next snapshot.
        aside.chmod(0o444)
        snapshot.with_name(snapshot.name + ".wal").unlink(missing_ok=True)
        if former is not None:
            _keep_previous(home)
        aside.replace(snapshot)
        settle(snapshot.parent)
        note(home, last, made)
    except OSError as error:
        problem = f"cannot be written ({error.strerror or error}); the former snapshot stays"
        raise WarehouseError(f"{snapshot}: {problem}") from error
    finally:
        with contextlib.suppress(OSError):
            aside.unlink()
    log.info("published %s, %s", snapshot, made)
    return snapshot


def _former_rows(snapshot: Path) -> dict[str, int] | None:
    """The rows of the published snapshot; None where there is none that is worth keeping."""
    if not snapshot.exists():
        return None
    try:
        return rows_counted(snapshot)
    except UnfitCopyError as error:
        log.warning("%s: is damaged and will be replaced: %s", snapshot, error)
        return None


def _nothing() -> None:
    """What most publications do beside the copy."""


@dataclass(frozen=True, slots=True)
class _Making:
    """How the next snapshot is made under the name `aside`; `beside` is called while the live file is held."""

    home: Path
    wait_seconds: float | None
    accept_loss: bool = False
    beside: Callable[[], None] = _nothing

    @property
    def aside(self) -> Path:
        """Its name until it is published."""
        return self.home / f".{snapshot_path(self.home).name}.part"

    def made(self, last: Publication | None, former: Mapping[str, int] | None) -> Publication:
        """Make it, and verify it; `former` are the rows of the published one, if that is sound."""
        try:
            return self._patched(last, former)
        except CannotPatchError as reason:
            return self._copied(str(reason), former)

    def _patched(self, last: Publication | None, former: Mapping[str, int] | None) -> Publication:
        previous = previous_path(self.home)
        if not previous.exists():
            raise CannotPatchError("there is no earlier snapshot to patch yet")
        if former is None:
            raise CannotPatchError("the earlier snapshot is the only sound one")
        to_be_read = is_to_be_read(last)
        with at_rest(self.home, rows_in, wait_seconds=self.wait_seconds) as (live, rows):
            self.beside()
            # Before the first byte is written.
            self._check_kept(rows, former)
            done = patch(live, previous, self.aside, every_byte=to_be_read)
        if done.disguised:
            log.warning("blocks that had changed behind the same checksum, now written: %d", done.disguised)
        try:
            found = rows_read(self.aside) if to_be_read else rows_counted(self.aside)
        except UnfitCopyError as error:
            raise CannotPatchError(f"the patched file is not sound: {error}") from error
        if found != rows:
            raise CannotPatchError("the patched file does not have the rows of the live file")
        return self._publication(done.written, None, None if to_be_read or last is None else last.read_at)

    def _copied(self, reason: str, former: Mapping[str, int] | None) -> Publication:
        with at_rest(self.home, rows_in, wait_seconds=self.wait_seconds) as (live, _):
            self.beside()
            write_whole(live, self.aside)
        try:
            rows = rows_read(self.aside)
        except UnfitCopyError as error:
            live_file = live_path(self.home)
            raise UnfitCopyError(f"{live_file}: is damaged and was not published: {error}; {RESTORE}") from error
        self._check_kept(rows, former)
        return self._publication(self.aside.stat().st_size, reason, None)

    def _check_kept(self, rows: Mapping[str, int], former: Mapping[str, int] | None) -> None:
        live_file = live_path(self.home)
        try:
            check_kept(rows, former or {})
        except UnfitCopyError as error:
            if not self.accept_loss:
                advice = f"{RESTORE}; `mandates snapshot --accept-loss` publishes what is left instead"
                raise UnfitCopyError(f"{live_file}: has lost data and was not published: {error}; {advice}") from error
            log.warning("%s: published although %s", live_file, error)

    def _publication(self, written: int, reason: str | None, read_at: datetime | None) -> Publication:
        now = datetime.now(UTC)
        return Publication(now, self.aside.stat().st_size, written, reason, read_at or now)


def _keep_previous(home: Path) -> None:
    """By a second name for the same file, so that there is a snapshot at every moment."""
    _link(snapshot_path(home), previous_path(home))


def _link(path: Path, name: Path) -> None:
    """Give a file a second name, in the place of whatever has that name."""
    aside = name.with_name(f".{name.name}.part")
    aside.unlink(missing_ok=True)
    try:
        os.link(path, aside)
    except OSError:
        # Some network folders know no second names.
        shutil.copyfile(path, aside)
    aside.replace(name)


def write_whole(source: BinaryIO, path: Path) -> None:
    """Copy to `path`, a new file, and see it onto the disk."""
    # What a killed process left there may be read-only.
    path.unlink(missing_ok=True)
    with path.open("wb") as target:
        shutil.copyfileobj(source, target, copy_chunk)
        target.flush()
        os.fsync(target.fileno())
