"""Putting a generation of a backup in its place, whole or not at all.

Everything is read, checked and written beside its place first. Then, with both locks held, what was there is set aside
and the new files are renamed into place, the live file last and in one step. Raw files are added one by one: they are
named by their content, and one more does no harm.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.backup.making import LIVE, objects_of
from warehouse.backup.manifest import chosen, generations
from warehouse.model import BackupError
from warehouse.outbox.journal import Journal
from warehouse.store.database import live_path
from warehouse.store.lock import DISK_FULL, Deadline, turn
from warehouse.store.paths import settle
from warehouse.store.schema import migrations
from warehouse.store.snapshot import publish
from warehouse.store.verify import rows_read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from warehouse.backup.manifest import BackedUpFile, Manifest

# What belongs to one state of the warehouse, and goes aside with it. Raw files and logs stay.
_OF_A_STATE = ("landing", "outbox", "snapshot*", "search.db*", "live.duckdb.wal")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What a restoration does: which generation goes where, and whether a warehouse that is there is set aside.

    `config_to` is the folder that the configuration is written to; None where the same files are there already.
    """

    name: str
    others: tuple[str, ...]
    manifest: Manifest
    home: Path
    replaces: bool
    config_to: Path | None


@dataclass(frozen=True, slots=True)
class BackupRestored:
    """What was done. `kept_as` is the folder with the state that was there; `skipped` files are damaged."""

    plan: RestorePlan
    kept_as: Path | None
    skipped: tuple[str, ...]


def plan(folder: Path, home: Path, config: Path, generation: str | None = None) -> RestorePlan:
    """What `restore` would do; nothing is changed.

    Raises:
        BackupError: there is no such generation, it is damaged, or it was made by a program with a newer schema.
    """
    found = chosen(folder, generation)
    manifest, known = found.manifest(), migrations()[-1].version
    if manifest.schema > known:
        raise BackupError(
            f"{found.name}: has schema {manifest.schema}, this program knows {known}, and a warehouse cannot be "
            f"downgraded; install Mandate Monitor {manifest.program} or newer, or choose an older generation"
        )
    files = [file for file in manifest.files if file.path.startswith("config/")]
    target: Path | None = config
    if config.is_dir() and any(config.iterdir()):
        same = all(_has(config / file.path.removeprefix("config/"), file) for file in files)
        target = None if same else config.with_name(f"{config.name}.from-backup-{found.name}")
    others = tuple(each.name for each in generations(folder) if each != found)
    return RestorePlan(found.name, others, manifest, home, _has_state(home), target if files else None)


def restore(
    folder: Path,
    planned: RestorePlan,
    *,
    replace: bool = False,
    skip_damaged: bool = False,
    wait_seconds: float | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> BackupRestored:
    """Carry out a plan; `progress` hears how many bytes are done, of how many.

    With `skip_damaged` raw files, waiting batches and configuration files that are damaged are left out.

    Raises:
        BackupError: there is a warehouse already, the backup is damaged, or the home cannot be written or is in use;
            what was there is as it was.
        LockedError: the warehouse was not free within `wait_seconds`.
    """
    home = planned.home
    if planned.replaces and not replace:
        raise BackupError(
            f"{home}: has a warehouse; use --replace to set it aside, or --to for another folder; nothing was changed"
        )
    work = _Restoring(folder, planned, progress, skip_damaged=skip_damaged)
    try:
        with turn(home / "snapshot.lock", Deadline(wait_seconds)):
            work.stage()
            work.configure()
            with turn(home / "live.lock", Deadline(wait_seconds)):
                _check_no_dispatcher(home)
                kept_as = work.exchange()
    except OSError as error:
        advice = "free some space" if error.errno in DISK_FULL else "check the disk, the owner and the permissions"
        raise BackupError(
            f"{error.filename or home}: the backup could not be restored ({error.strerror or error}); {advice}, then "
            "run the command again"
        ) from error
    finally:
        shutil.rmtree(work.staging, ignore_errors=True)
    publish(home, wait_seconds=wait_seconds)
    return BackupRestored(planned, kept_as, tuple(work.skipped))


class _Restoring:
    """The steps of one restoration; `staging` holds the files until they are put into place."""

    def __init__(
        self, folder: Path, planned: RestorePlan, progress: Callable[[int, int], None], *, skip_damaged: bool
    ) -> None:
        self._objects = objects_of(folder)
        self._planned = planned
        self._told = progress
        self._skip_damaged = skip_damaged
        self._done = 0
        self.staging = planned.home / ".restore.part"
        self.skipped: list[str] = []

    def stage(self) -> None:
        """Write all files beside their places, raw files into theirs, and read the warehouse to its end."""
        home, manifest = self._planned.home, self._planned.manifest
        shutil.rmtree(self.staging, ignore_errors=True)
        manifest.file(LIVE)
        for file in manifest.files:
            is_raw = file.path.startswith("home/raw/")
            path = home / file.path.removeprefix("home/") if is_raw else self.staging / file.path
            if not (is_raw and path.exists() and path.stat().st_size == file.size):
                self._write(file, path)
            self._done += file.size
            self._told(self._done, manifest.size)
        (home / "raw" / "total").unlink(missing_ok=True)  # counted again by the next run
        rows = rows_read(self.staging / LIVE)
        if rows != dict(manifest.rows):
            raise BackupError(f"{self._planned.name}: the restored tables do not have the rows that were backed up")

    def _write(self, file: BackedUpFile, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.part")
        try:
            self._copy(file, aside)
            os.utime(aside, ns=(file.mtime_ns, file.mtime_ns))
            aside.replace(path)
        except BackupError as error:
            if file.path == LIVE or not self._skip_damaged:
                advice = "choose another generation" if file.path == LIVE else "--skip-damaged restores everything else"
                raise BackupError(f"{error}; the warehouse was not touched; {advice}") from error
            log.warning("%s", error)
            self.skipped.append(file.path)
        finally:
            aside.unlink(missing_ok=True)

    def _copy(self, file: BackedUpFile, aside: Path) -> None:
        whole = hashlib.sha256()
        with aside.open("wb") as target:
            for piece in self._objects.read(file):
                whole.update(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        if whole.hexdigest() != file.sha256:
            raise BackupError(f"{file.path}: is damaged: its pieces do not make the file that was backed up")

    def exchange(self) -> Path | None:
        """Set aside the state that is there and put the new one in its place; the folder with the former one."""
        home, staged = self._planned.home, self.staging / "home"
        live, former = live_path(home), home / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
        old = _state(home)
        if old or live.exists():
            former.mkdir()
        for path in old:
            path.rename(former / path.name)
        for name in ("landing", "outbox"):
            if (staged / name).exists():
                (staged / name).rename(home / name)
        if live.exists():
            # A second name first, so that there is a live file at every moment.
            _second_name(live, former / live.name)
        (self.staging / LIVE).replace(live)
        settle(home)
        return former if former.exists() else None

    def configure(self) -> None:
        """Put the configuration where the plan says."""
        target, staged = self._planned.config_to, self.staging / "config"
        if target is None or not staged.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        # Often on another disk than the home; what exists is never written over, for the plan names a new folder.
        shutil.copytree(staged, target, dirs_exist_ok=True)


def _has(path: Path, file: BackedUpFile) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
    except OSError:
        return False


def _state(home: Path) -> Sequence[Path]:
    """What belongs to the state that is there, but for the live file and locks."""
    return [
        path
        for pattern in _OF_A_STATE
        for path in sorted(home.glob(pattern))
        if not path.name.endswith((".lock", ".lock.queue"))
    ]


def _has_state(home: Path) -> bool:
    return live_path(home).exists() or bool(_state(home))


def _second_name(path: Path, name: Path) -> None:
    try:
        os.link(path, name)
    except OSError:
        shutil.copyfile(path, name)


def _check_no_dispatcher(home: Path) -> None:
    """See that nobody is delivering from the state that is about to go.

    Raises:
        BackupError: a dispatcher is at work.
    """
    folder = home / "outbox"
    free = list(Journal.abandoned(folder))
    for journal in free:
        journal.close(remove=False)
    if len(free) < len(list(folder.glob("*.jsonl"))):
        raise BackupError(f"{home}: alerts are being delivered from it; stop `mandates run` and its workers first")
