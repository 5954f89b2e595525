"""An export: the months that changed since the last one are written, then the manifest is replaced."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import TYPE_CHECKING

import duckdb

from warehouse.export import manifest as manifests
from warehouse.export import views as scripts
from warehouse.export.former_layout import former_folders, former_rows
from warehouse.export.manifest import Manifest, TableFiles
from warehouse.export.places import Folder, place
from warehouse.export.tables import FLAT, TABLES, contents
from warehouse.export.views import views_over
from warehouse.export.writing import Writer
from warehouse.model import UnfitCopyError, WarehouseError
from warehouse.query.opening import without_snapshot
from warehouse.store.database import memory_limit
from warehouse.store.lock import Deadline, turn
from warehouse.store.paths import snapshot_path
from warehouse.store.verify import check_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping
    from pathlib import Path

    from warehouse.export.manifest import Partition
    from warehouse.export.places import Place
    from warehouse.export.tables import Content
    from warehouse.export.views import Views

# How long files stay that are no longer part of the state, for readers that started earlier.
GRACE = timedelta(days=1)
_PROGRAM = version("mandate-monitor")
_COLUMNS = "SELECT column_name, column_type FROM (DESCRIBE snapshot.{})"
_settings: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": memory_limit,
    "threads": 2,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished export: the current state, what was written for it (partitions and bytes), and what was removed.

    `former` are folders of the former layout, which the program no longer reads.
    """

    target: str
    manifest: Manifest
    partitions: int
    written: int
    removed: int
    former: tuple[Path, ...] = ()


def export(
    home: Path,
    target: str,
    *,
    accept_loss: bool = False,
    grace: timedelta = GRACE,
    wait_seconds: float | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Exported:
    """Bring `target`, a folder or an fsspec URL, to the state of the snapshot; `progress` counts partitions.

    With `accept_loss` it may have fewer rows than the previous state, or replace a damaged manifest.

    Raises:
        UnfitCopyError: rows that the target has are missing; it stays as it is.
        LockedError: another export was not done within `wait_seconds`.
        WarehouseError: there is no snapshot, or the target cannot be used; its manifest stays as it was.
    """
    snapshot = snapshot_path(home)
    if not snapshot.exists():
        raise WarehouseError(without_snapshot(snapshot))
    there = place(target)
    with turn(home / "export.lock", Deadline(wait_seconds)), there.turn(wait_seconds):
        making = _Making(snapshot, there, there.stage(home), accept_loss, progress)
        try:
            return making.export(grace)
        except duckdb.Error as error:
            problem = " ".join(str(error).split())
            raise WarehouseError(f"{there.shown}: the export failed, its state is unchanged: {problem}") from error
        finally:
            shutil.rmtree(making.stage, ignore_errors=True)
            shutil.rmtree(making.spill, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Making:
    snapshot: Path
    place: Place
    stage: Path
    accept_loss: bool
    progress: Callable[[int, int], None]

    @property
    def spill(self) -> Path:
        """Where DuckDB puts what does not fit into memory."""
        return self.stage.with_name(f"{self.stage.name}.spill")

    def export(self, grace: timedelta) -> Exported:
        stored = self.place.read(manifests.NAME)
        former = self._former(stored)
        sizes = self.place.sizes()
        # What was lost or cut short there is written again.
        known = former.files if former else {}
        whole = {path for path, file in known.items() if sizes.get(path) == file.bytes}
        status = self.snapshot.stat()
        snapshot = f"{status.st_ino}-{status.st_size}-{status.st_mtime_ns}"
        partitions = written = 0
        is_whole = len(whole) == len(known) and self.place.read(scripts.NAME) is not None
        if former and former.snapshot == snapshot and former.program == _PROGRAM and is_whole:
            state = former
        else:
            with self._opened() as connection:
                views, state, partitions, written = self._made(connection, snapshot, former, whole)
            self._check_alone(stored)
            self.place.replace(scripts.NAME, scripts.script(state.tables, views, self.place.prefix).encode())
        state, over = _aged(state, sizes, former, grace)
        if state != former:
            self._check_alone(stored)
            self.place.replace(manifests.NAME, state.as_bytes())
        self.place.show(state.shown)
        for path in over:
            self.place.remove(path)
        older = former_folders(self.place.root) if isinstance(self.place, Folder) else ()
        return Exported(self.place.shown, state, partitions, written, len(over), older)

    def _former(self, stored: bytes | None) -> Manifest | None:
        try:
            return None if stored is None else manifests.read(stored, f"{self.place.shown}/{manifests.NAME}")
        except WarehouseError as error:
            if self.accept_loss:
                return None
            raise WarehouseError(f"{error}; `--accept-loss` exports everything again") from error

    def _check_alone(self, stored: bytes | None) -> None:
        """Object storage has no locks: the later of two exports stops if it can see the earlier one."""
        if self.place.read(manifests.NAME) != stored:
            raise WarehouseError(f"{self.place.shown}: another export finished in the meantime; export again")

    @contextlib.contextmanager
    def _opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The snapshot, attached to a connection that reads and writes nothing else except staged files."""
        with contextlib.closing(duckdb.connect(config=_settings | {"temp_directory": str(self.spill)})) as connection:
            connection.execute(f"ATTACH {_quoted(self.snapshot)} AS snapshot (READ_ONLY)")
            connection.execute(f"SET allowed_directories = [{_quoted(self.stage)}, {_quoted(self.spill)}]")
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET enable_external_access = false")
            yield connection

    def _made(
        self, connection: duckdb.DuckDBPyConnection, snapshot: str, former: Manifest | None, whole: Container[str]
    ) -> tuple[Views, Manifest, int, int]:
        """The new state, with its files in place; how many partitions and bytes were written for it."""
        columns = {table.name: dict(connection.execute(_COLUMNS.format(table.name)).fetchall()) for table in TABLES}
        views = views_over(connection, columns)
        found = contents(connection, {name: tuple(known) for name, known in columns.items()})
        self._check_kept(found, former)
        columns[FLAT] = dict(views.flat)
        engine = duckdb.__version__
        kept: dict[str, Mapping[str, Partition]] = {
            name: former.tables[name].partitions
            if former
            and former.engine == engine
            and name in former.tables
            and former.tables[name].columns == columns[name]
            and (name != FLAT or former.schema == views.schema)
            else {}
            for name in found
        }
        todo = {
            name: {
                month: content
                for month, content in months.items()
                if not _is_kept(kept[name].get(month), content, whole)
            }
            for name, months in found.items()
        }
        total = sum(map(len, todo.values()))
        writer = Writer(connection, views, self.place, self.stage / "months")
        tables, done = {}, 0
        for name, months in found.items():
            partitions = {month: kept[name][month] for month in months if month not in todo[name]}
            for month, partition in writer.written(name, tuple(columns[name]), todo[name]):
                partitions[month] = partition
                done += 1
                self.progress(done, total)
            tables[name] = TableFiles(columns[name], dict(sorted(partitions.items())))
        state = Manifest(datetime.now(UTC), _PROGRAM, engine, snapshot, views.schema, tables)
        return views, state, total, writer.bytes

    def _check_kept(self, found: Mapping[str, Mapping[str, Content]], former: Manifest | None) -> None:
        if self.accept_loss:
            return
        before: Mapping[str, int] = former.rows if former else {}
        if former is None and isinstance(self.place, Folder):
            before = former_rows(self.place.root)
        rows = {table.name: sum(each.rows or 0 for each in found[table.name].values()) for table in TABLES}
        try:
            check_kept(rows, {name: count for name, count in before.items() if name in rows})
        except UnfitCopyError as error:
            advice = "`--accept-loss` exports what is left"
            raise UnfitCopyError(f"{self.place.shown}: was not replaced: {error}; {advice}") from error


def _is_kept(partition: Partition | None, content: Content, whole: Container[str]) -> bool:
    """Whether the files of a month exist and are up to date."""
    return (
        partition is not None
        and partition.inputs == content.inputs
        and all(file.path in whole for file in partition.files)
    )


def _aged(
    state: Manifest, present: Iterable[str], former: Manifest | None, grace: timedelta
) -> tuple[Manifest, list[str]]:
    """The state with the time since when each other file is superseded, and the files whose grace has ended.

    A file that no manifest names, as left by a killed export, counts from when it is first seen.
    """
    now, used = datetime.now(UTC), state.files
    noted = former.superseded if former else {}
    since = {path: noted.get(path, now) for path in present if path not in used and manifests.is_ours(path)}
    over = [path for path, when in since.items() if now - when >= grace]
    return replace(state, superseded={path: when for path, when in since.items() if path not in over}), over


def _quoted(path: Path) -> str:
    return "'" + str(path.resolve()).replace("'", "''") + "'"
