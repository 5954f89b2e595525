"""The copy of the warehouse that is kept when a newer program upgrades it: the way back.

It is made before the first migration, read to its end, and named after that migration: `live.before-0012.duckdb`.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from typing import TYPE_CHECKING

import duckdb

from warehouse.model import UnfitCopyError, WarehouseError
from warehouse.store.paths import settle

if TYPE_CHECKING:
    from pathlib import Path

# From before the last two upgrades: the fault of an upgrade is sometimes found only after the next one.
KEPT = 2
# The copy itself, and as much again for a migration that writes every row again.
SPACE_FACTOR = 2
_NUMBER = re.compile(r"\.before-(\d{4,})\.duckdb$")


def keep(path: Path, version: int) -> Path:
    """Copy a warehouse that is about to get migration `version`, and remove all but the newest copies.

    Raises:
        WarehouseError: there is too little space, or the copy could not be written.
        UnfitCopyError: the copy cannot be read to its end, so neither can the warehouse. Nothing was changed.
    """
    # It imports the sessions, which import this; and only an upgrade needs it.
    from warehouse.store.verify import rows_read  # noqa: PLC0415

    copy = path.with_name(f"{path.stem}.before-{version:04}{path.suffix}")
    aside = copy.with_name(copy.name + ".part")
    _check_space(path)
    try:
        shutil.copyfile(path, aside)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        rows_read(aside)
        aside.replace(copy)
        settle(copy.parent)
    except UnfitCopyError as error:
        raise UnfitCopyError(
            f"{path}: was not upgraded, because a copy of it is not fit to go back to: {error}"
        ) from error
    except OSError as error:
        raise WarehouseError(
            f"{path}: was not upgraded, because it could not be copied first ({error.strerror or error}); free some "
            "space, or check the owner and the permissions of the folder"
        ) from error
    finally:
        aside.unlink(missing_ok=True)
    for _, older in copies(path)[KEPT:]:
        older.unlink(missing_ok=True)
    return copy


def copies(path: Path) -> list[tuple[int, Path]]:
    """The copies beside a warehouse with the number of the migration that they lack, the newest first."""
    found = [(_NUMBER.search(each.name), each) for each in path.parent.glob(f"{path.stem}.before-*{path.suffix}")]
    return sorted(((int(number[1]), each) for number, each in found if number), reverse=True)


def way_back(path: Path, known: int) -> str:
    """What a program that knows `known` migrations can do about a warehouse that has more."""
    for _, copy in copies(path):
        if schema_of(copy) <= known:
            return f"go back to the copy from before its upgrade: mandates snapshot --restore --from {copy}"
    return "restore a backup: mandates restore FOLDER"


def schema_of(path: Path) -> int:
    """The number of the last migration of a file; a very high one where it cannot be read."""
    with contextlib.suppress(duckdb.Error), contextlib.closing(duckdb.connect(path, read_only=True)) as connection:
        ((found,),) = connection.execute("SELECT max(version) FROM migrations").fetchall()
        return int(found or 0)
    return 1 << 30


def _check_space(path: Path) -> None:
    needed, free = SPACE_FACTOR * path.stat().st_size, shutil.disk_usage(path.parent).free
    if free < needed:
        raise WarehouseError(
            f"{path}: was not upgraded: copying it first and upgrading it needs {needed / 1e6:,.0f} MB, and "
            f"{free / 1e6:,.0f} MB are free; free some space and try again, or use the former program until then"
        )
