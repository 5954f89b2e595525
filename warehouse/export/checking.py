"""Checks that a target matches its manifest, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.export import manifest as manifests
from warehouse.export import views as scripts
from warehouse.export.places import place
from warehouse.model import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from warehouse.export.manifest import DataFile
    from warehouse.export.places import Place


@dataclass(frozen=True, slots=True)
class Checked:
    """What was read: when the state was exported, its files and bytes, and what is wrong with it."""

    target: str
    made_at: datetime
    files: int
    bytes: int
    rows: dict[str, int]
    problems: tuple[str, ...]


def check(target: str, *, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Checked:
    """Read every file of a target's state and compare it with the manifest; exports may go on.

    Raises:
        WarehouseError: there is no export, or its manifest is damaged.
    """
    there = place(target)
    content = there.read(manifests.NAME)
    if content is None:
        raise WarehouseError(f"{there.shown}: there is no export here; `mandates export` creates one")
    state = manifests.read(content, f"{there.shown}/{manifests.NAME}")
    problems, files = [], state.files
    for done, file in enumerate(files.values(), 1):
        problem = _problem(there, file)
        if problem:
            problems.append(f"{there.shown}/{file.path}: {problem}")
        progress(done, len(files))
    if there.read(scripts.NAME) is None:
        problems.append(f"{there.shown}/{scripts.NAME}: is missing")
    size = sum(file.bytes for file in files.values())
    return Checked(there.shown, state.made_at, len(files), size, state.rows, tuple(problems))


def _problem(there: Place, file: DataFile) -> str | None:
    try:
        found = there.sha256(file.path)
    except WarehouseError as error:
        return str(error)
    return None if found == file.sha256 else "its bytes do not match the manifest"
