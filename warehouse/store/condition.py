"""What state the files of a warehouse are in, looked at without changing anything: no upgrade, no checkpoint."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from warehouse.model import LockedError, UnfitCopyError, WarehouseError
from warehouse.store.database import holder_of, is_held, live_path
from warehouse.store.lock import Deadline, turn
from warehouse.store.schema import migrations
from warehouse.store.snapshot import is_behind, snapshot_path
from warehouse.store.verify import rows_counted, rows_read

if TYPE_CHECKING:
    from pathlib import Path

_VERSION = "SELECT max(version) FROM migrations"


@dataclass(frozen=True, slots=True)
class LiveFile:
    """The file that flows write. `schema` is the version of its tables, `known` the newest that this program knows.

    `trouble` says why it could not be looked at, `holder` which process has it; then `schema` is None. `is_elsewhere`
    if that is a program which takes no turns with ours, such as DuckDB's own shell.
    """

    bytes: int
    schema: int | None
    known: int
    trouble: str | None = None
    holder: int | None = None
    is_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The published file: when it was written, whether the live file was written later, and what damage it has."""

    written_at: datetime
    is_behind: bool
    damage: str | None


def live_file(home: Path, *, wait_seconds: float = 2.0) -> LiveFile | None:
    """The live file; None where there is none yet."""
    path = live_path(home)
    if not path.exists():
        return None
    size, known = path.stat().st_size, migrations()[-1].version
    try:
        with (
            turn(home / "live.lock", Deadline(wait_seconds)),
            contextlib.closing(duckdb.connect(path, read_only=True)) as connection,
        ):
            ((schema,),) = connection.execute(_VERSION).fetchall()
    except LockedError as error:
        return LiveFile(size, None, known, str(error), error.pid)
    except duckdb.Error as error:
        # None of ours can have it open: this process had the turn.
        return LiveFile(size, None, known, " ".join(str(error).split()), holder_of(error), is_elsewhere=is_held(error))
    except WarehouseError as error:
        return LiveFile(size, None, known, " ".join(str(error).split()))
    return LiveFile(size, schema, known)


def snapshot(home: Path, *, thorough: bool = False) -> Snapshot | None:
    """The snapshot; None where none was published. `thorough` reads every page of it, else only what is counted."""
    path = snapshot_path(home)
    if not path.exists():
        return None
    damage = None
    try:
        (rows_read if thorough else rows_counted)(path)
    except UnfitCopyError as error:
        damage = str(error)
    return Snapshot(datetime.fromtimestamp(path.stat().st_mtime, UTC), is_behind(home), damage)
