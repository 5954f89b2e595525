"""Parquet for other engines: every table and view of the snapshot in a folder of its own, partitioned where that helps.

An export is a new folder; `current` is a link that is swapped to it when it is complete, so a reader finds one whole
state under one name.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from warehouse.model import UnfitCopyError, WarehouseError
from warehouse.store.snapshot import snapshot_path
from warehouse.store.verify import check_kept

if TYPE_CHECKING:
    from pathlib import Path

# The large ones, by what analysts filter by; the year of a document without a date is "none".
_partitioned = {
    "documents": "SELECT *, {year} AS year FROM documents",
    "versions": "SELECT versions.*, documents.body, {year} AS year FROM versions JOIN documents USING (document_id)",
    "clauses": "SELECT clauses.*, documents.body, {year} AS year FROM clauses JOIN documents USING (document_id)",
    "mandates": "SELECT mandates.*, documents.body, {year} AS year FROM mandates JOIN documents USING (document_id)",
    "citations": "SELECT citations.*, documents.body, {year} AS year FROM citations JOIN documents USING (document_id)",
}
_year = "coalesce(year(documents.published_on)::VARCHAR, 'none')"
# What an export is for: the record, not the machinery of delivering and crawling.
_whole = (
    "analyses", "sightings", "relations", "sources", "key_aliases", "decisions", "open_mandates", "tasks", "dues",
    "citations_resolved", "document_history",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export: its folder, the pointer to it, and how many rows each table has."""

    folder: Path
    pointer: Path
    rows: dict[str, int]


def export(home: Path, target: Path, *, now: datetime | None = None, accept_loss: bool = False) -> Export:
    """Write the snapshot as Parquet into a new folder under `target`, then point `target/current` at it.

    With `accept_loss` it may have fewer rows than the export that `current` is now.

    Raises:
        UnfitCopyError: rows that the current export has are missing; it stays the current one.
        WarehouseError: there is no snapshot, the folder of this moment exists already, or it cannot be written.
    """
    snapshot = snapshot_path(home)
    if not snapshot.exists():
        raise WarehouseError(f"{snapshot}: there is no snapshot yet; `mandates snapshot` publishes one")
    folder = target / (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    aside = target / f".{folder.name}.part"
    if folder.exists() or aside.exists():
        raise WarehouseError(f"{folder}: already exists; an export needs a new folder")
    try:
        aside.mkdir(parents=True)
        rows = _write(snapshot, aside)
        if not accept_loss:
            _check(target / "current", rows)
        (aside / "export.json").write_text(json.dumps({"snapshot": snapshot.name, "rows": rows}, indent=2) + "\n")
        aside.rename(folder)
        return Export(folder, _point(target, folder), rows)
    except OSError as error:
        raise WarehouseError(f"{folder}: cannot be written ({error.strerror or error})") from error
    except duckdb.Error as error:
        raise WarehouseError(f"{folder}: cannot be written: {error}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(snapshot: Path, folder: Path) -> dict[str, int]:
    rows: dict[str, int] = {}
    with duckdb.connect(snapshot, read_only=True, config={"autoinstall_known_extensions": False}) as connection:
        connection.execute(f"SET allowed_directories = [{_quoted(folder)}]")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_external_access = false")
        for table, query in _partitioned.items():
            target = _quoted(folder / table)
            options = "FORMAT parquet, COMPRESSION zstd, PARTITION_BY (body, year), WRITE_PARTITION_COLUMNS true"
            rows[table] = _copied(connection, f"COPY ({query.format(year=_year)}) TO {target} ({options})")
        for table in _whole:
            (folder / table).mkdir()
            target = _quoted(folder / table / "all.parquet")
            rows[table] = _copied(connection, f"COPY {table} TO {target} (FORMAT parquet, COMPRESSION zstd)")
    return rows


def _check(current: Path, rows: dict[str, int]) -> None:
    try:
        former = json.loads((current / "export.json").read_text())["rows"]
    except (OSError, ValueError, KeyError):
        return
    try:
        check_kept(rows, {table: before for table, before in former.items() if table in rows})
    except UnfitCopyError as error:
        raise UnfitCopyError(f"{current}: was not replaced: {error}; `--accept-loss` exports what is left") from error


def _copied(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    return int(connection.execute(statement).fetchall()[0][0])


def _quoted(path: Path) -> str:
    return "'" + str(path.resolve()).replace("'", "''") + "'"


def _point(target: Path, folder: Path) -> Path:
    """Swap the pointer in one step."""
    pointer, aside = target / "current", target / f".current.{os.getpid()}"
    aside.unlink(missing_ok=True)
    aside.symlink_to(folder.name, target_is_directory=True)
    aside.replace(pointer)
    return pointer
