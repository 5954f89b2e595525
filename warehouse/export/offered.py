"""The last export in its usual place, as others can fetch it: the files of one state, by their tables and months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the API reads the types of the fields
from typing import TYPE_CHECKING

from warehouse.export.manifest import NAME, read

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "export"


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A Parquet file of a table. `month` is that of publication, `all` where the table has no months."""

    table: str
    month: str
    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Offered:
    """An export as it was made (UTC): the columns of each table with their types, and the files."""

    made_at: datetime
    tables: dict[str, dict[str, str]]
    files: list[OfferedFile]


def has_export(home: Path) -> bool:
    """Whether `mandates export` wrote one into the home."""
    return (home / FOLDER / NAME).exists()


def offered(home: Path) -> Offered | None:
    """What `mandates export` wrote into the home last; None where it has not, or wrote elsewhere.

    Raises:
        WarehouseError: its manifest is damaged, or was written by a newer program.
    """
    path = home / FOLDER / NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    state = read(content, str(path))
    return Offered(
        state.made_at,
        {name: dict(table.columns) for name, table in state.tables.items()},
        [
            OfferedFile(name, month, file.path, file.rows, file.bytes, file.sha256)
            for name, table in state.tables.items()
            for month, partition in table.partitions.items()
            for file in partition.files
        ],
    )


def offered_path(home: Path, path: str) -> Path | None:
    """Where the file of this name is, if it is one of the last export and still there; raises as `offered`."""
    known = offered(home)
    if known is None or all(path != file.path for file in known.files):
        return None
    found = home / FOLDER / path
    return found if found.is_file() else None
