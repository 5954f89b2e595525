"""Targets of the former layout: a folder for each export, and `current`, a link to the newest.

Nothing writes them any more. Readers of `current` keep working: once the folder has a new export, `current` leads to
the folder itself. The earlier folders stay until somebody removes them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_STATE = "export.json"


def former_rows(root: Path) -> Mapping[str, int]:
    """The rows of each table in the newest export; empty if there is none."""
    try:
        known = json.loads((root / "current" / _STATE).read_text())["rows"]
        return {str(name): int(rows) for name, rows in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def former_folders(root: Path) -> tuple[Path, ...]:
    """Let `current` lead to `root`, which has an export now; returns the folders of earlier exports."""
    pointer, folders = root / "current", tuple(sorted(path.parent for path in root.glob(f"*T*Z/{_STATE}")))
    if pointer.is_symlink() and pointer.readlink().name in {folder.name for folder in folders}:
        aside = root / ".current"
        aside.unlink(missing_ok=True)
        aside.symlink_to(".", target_is_directory=True)
        aside.replace(pointer)
    return folders
