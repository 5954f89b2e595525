"""The way back after a damaged or emptied live file: the last published state is put in its place.

Nothing is deleted: the file that was there, with its log, is kept under another name.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.model import UnfitCopyError, WarehouseError
from warehouse.store.database import live_path, session
from warehouse.store.former_copy import schema_of
from warehouse.store.lock import Deadline, turn
from warehouse.store.paths import settle
from warehouse.store.schema import migrations
from warehouse.store.snapshot import previous_path, snapshot_path, write_whole
from warehouse.store.verify import rows_read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

log = logging.getLogger(__name__)

# Deliveries that a restored warehouse sends, whether or not they were sent after it was copied.
TO_BE_SENT = "SELECT count(*) FROM deliveries WHERE state IN ('pending', 'sending', 'failed', 'uncertain')"


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in the live file's place now: a copy of `source`, written at `written_at`.

    `kept_as` is the file that was there, None where it was missing. `pending` deliveries are to be sent as far as the
    restored state knows, for the first time or again.
    """

    live: Path
    source: Path
    written_at: datetime
    documents: int
    pending: int
    kept_as: Path | None


def restore(home: Path, source: Path | None = None, *, wait_seconds: float | None = None) -> Restored:
    """Put `source` in the place of the live file; without one the snapshot, or the one before it if that is damaged.

    Raises:
        LockedError: the warehouse was not free within `wait_seconds`.
        UnfitCopyError: the source is damaged or no warehouse; nothing was changed.
        WarehouseError: there is no source, or the folder cannot be written.
    """
    live = live_path(home)
    aside = live.with_name(f".{live.name}.part")
    with turn(home / "live.lock", Deadline(wait_seconds)):
        chosen = _fit([source] if source else [snapshot_path(home), previous_path(home)])
        try:
            with chosen.open("rb") as good:
                write_whole(good, aside)
            # The copy, not the source: a disk that damages files is often why one is here.
            rows = rows_read(aside)
            kept_as = _set_aside(live)
            aside.rename(live)
            settle(home)
            # The index knows how far it has come by the places of rows, which a former state gives to others.
            for index in home.glob("search.db*"):
                index.unlink()
        except OSError as error:
            raise WarehouseError(f"{live}: cannot be written ({error.strerror or error})") from error
        finally:
            aside.unlink(missing_ok=True)
    with session(home, wait_seconds=wait_seconds) as connection:
        ((pending,),) = connection.execute(TO_BE_SENT).fetchall()
    written_at = datetime.fromtimestamp(chosen.stat().st_mtime, UTC)
    return Restored(live, chosen, written_at, rows.get("documents", 0), int(pending), kept_as)


def _fit(candidates: Sequence[Path]) -> Path:
    """The first that can be read to its end."""
    problem: WarehouseError | None = None
    for path in candidates:
        if not path.exists():
            problem = problem or WarehouseError(f"{path}: there is no such file to restore from")
            continue
        try:
            rows_read(path)
            _check_known(path)
        except UnfitCopyError as error:
            problem = UnfitCopyError(f"{path}: cannot be restored from: {error}")
            log.warning("%s", problem)
        else:
            return path
    assert problem is not None  # noqa: S101 - there is at least one candidate
    raise problem


def _check_known(path: Path) -> None:
    has, known = schema_of(path), migrations()[-1].version
    if has > known:
        raise UnfitCopyError(f"it has schema {has}, this program knows {known}; install the newer program first")


def _set_aside(live: Path) -> Path | None:
    """Another name for the live file and its log."""
    kept = live.with_name(f"live.before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.duckdb")
    log_file = live.with_name(live.name + ".wal")
    if log_file.exists():
        log_file.rename(kept.with_name(kept.name + ".wal"))
    if not live.exists():
        return None
    live.rename(kept)
    return kept
