"""Names of the warehouse's files, for those who need not open them: DuckDB alone takes 50 ms to import."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def snapshot_path(home: Path) -> Path:
    """The file that analysts open."""
    return home / "snapshot.duckdb"
