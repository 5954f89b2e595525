"""Reading a whole backup again: disks lose bytes that nobody reads."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.backup.making import objects_of
from warehouse.backup.manifest import generations
from warehouse.model import BackupError
from warehouse.store.lock import Deadline, turn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class BackupChecked:
    """What was read: the names of the generations, how many bytes, and what is wrong, one sentence each."""

    generations: tuple[str, ...]
    bytes: int
    problems: tuple[str, ...]


def check(
    folder: Path,
    *,
    wait_seconds: float | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> BackupChecked:
    """Read every generation and every piece once; `progress` hears how many pieces are done, of how many.

    Raises:
        BackupError: the folder holds no backup.
        WarehouseError: another backup is being made there, or the folder cannot be locked.
    """
    known = generations(folder)
    if not known:
        raise BackupError(f"{folder}: holds no backup; `mandates backup {folder}` makes one")
    # Where nothing can be written, as on a disk that is mounted to restore from, nobody makes a backup meanwhile.
    writable = os.access(folder, os.W_OK)
    with turn(folder / "backup.lock", Deadline(wait_seconds)) if writable else contextlib.nullcontext():
        known, objects, problems = generations(folder), objects_of(folder), []
        # The newest generation that has a piece, and the file in it.
        pieces: dict[str, tuple[str, str]] = {}
        for generation in known:
            try:
                for file in generation.manifest().files:
                    for sha256 in file.pieces:
                        pieces.setdefault(sha256, (generation.name, file.path))
            except BackupError as error:
                problems.append(str(error))
        size = 0
        for done, (sha256, (name, path)) in enumerate(sorted(pieces.items()), start=1):
            damage = objects.damage(sha256)
            if damage is None:
                size += objects.path(sha256).stat().st_size
            else:
                problems.append(f"{name}: {path}: {objects.path(sha256)} {damage}")
            progress(done, len(pieces))
    return BackupChecked(tuple(each.name for each in known), size, tuple(problems))
