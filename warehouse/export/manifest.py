"""The file that says which files are the current state: `manifest.json`, replaced as the last step of an export."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from warehouse.export.tables import ALL
from warehouse.model import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "manifest.json"
FORMAT = 1
# A manipulated manifest must not make anyone read or remove a file of its choice.
_FILE = re.compile(r"files/[a-z_]+/(?:month=\d{4,}-\d\d/)?[0-9a-f]{32}\.parquet")


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file: its path below the target, its rows, bytes and hash."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Partition:
    """One month of a table, and what the files depended on when they were written."""

    inputs: str
    files: tuple[DataFile, ...]


@dataclass(frozen=True, slots=True)
class TableFiles:
    """A table: its columns with their types in DuckDB, and its partitions by month."""

    columns: Mapping[str, str]
    partitions: Mapping[str, Partition]

    @property
    def files(self) -> Iterator[DataFile]:
        """All files."""
        return (each for partition in self.partitions.values() for each in partition.files)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(each.rows for each in self.files)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One state. `superseded` are files of earlier states, each with the time at which that was noticed.

    `snapshot` tells one published snapshot from the next, `engine` is the version of DuckDB that computed the digests,
    `schema` a hash of the warehouse's migrations.
    """

    made_at: datetime
    program: str
    engine: str
    snapshot: str
    schema: str
    tables: Mapping[str, TableFiles]
    superseded: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def rows(self) -> dict[str, int]:
        """The rows of each table."""
        return {name: table.rows for name, table in self.tables.items()}

    @property
    def files(self) -> dict[str, DataFile]:
        """All files of the state by their paths."""
        return {each.path: each for table in self.tables.values() for each in table.files}

    @property
    def shown(self) -> dict[str, str]:
        """The names under which a plain glob finds the files: `mandates/month=2026-11/part-0.parquet`."""
        return {
            f"{name}{'' if month == ALL else f'/month={month}'}/part-{number}.parquet": file.path
            for name, table in self.tables.items()
            for month, partition in table.partitions.items()
            for number, file in enumerate(partition.files)
        }

    def as_bytes(self) -> bytes:
        """As it is stored."""
        return json.dumps({"format": FORMAT} | asdict(self), default=datetime.isoformat, indent=0).encode()


def is_ours(path: str) -> bool:
    """Whether a path has the form of a data file."""
    return _FILE.fullmatch(path) is not None


def read(content: bytes, where: str) -> Manifest:
    """The manifest that was stored.

    Raises:
        WarehouseError: it is damaged, or was written by a newer program.
    """
    try:
        return _read(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WarehouseError(f"{where}: is not a manifest that this program can read: {error}") from error


def _read(known: Mapping[str, Any]) -> Manifest:
    if known["format"] != FORMAT:
        raise ValueError(f"it has format {known['format']}, but this program reads {FORMAT}")
    tables = {
        name: TableFiles(
            table["columns"],
            {
                month: Partition(each["inputs"], tuple(DataFile(**file) for file in each["files"]))
                for month, each in table["partitions"].items()
            },
        )
        for name, table in known["tables"].items()
    }
    superseded = {path: datetime.fromisoformat(since) for path, since in known["superseded"].items()}
    made_at = datetime.fromisoformat(known["made_at"])
    given = {name: known[name] for name in ("program", "engine", "snapshot", "schema")}
    manifest = Manifest(made_at, **given, tables=tables, superseded=superseded)
    for path in (*manifest.files, *superseded):
        if not is_ours(path):
            raise ValueError(f"{path!r} is not a file of an export")
    return manifest
