"""Writing one generation of a backup, while runs go on.

The order keeps the parts consistent. Batches that wait are copied first: one that is recorded afterwards is in the
backup twice, and recording it again changes nothing. Then the warehouse, by the publication that every run makes, so
that the live file is held no longer than for that; the delivery journals are read within the same hold, since steps
move from them into the tables. Last come the raw files, which never change and may be more than the warehouse knows.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

import duckdb

from config.env_file import NAME as ENV_FILE
from config.secret_references import YAML_ENDINGS, secret_references
from warehouse.backup.manifest import BackedUpFile, Manifest, generations, write
from warehouse.backup.objects import Objects
from warehouse.load.landing import landing_folder
from warehouse.model import BackupError
from warehouse.store.database import live_path
from warehouse.store.lock import DISK_FULL, Deadline, turn
from warehouse.store.restore import TO_BE_SENT
from warehouse.store.schema import migrations
from warehouse.store.snapshot import publish_with
from warehouse.store.verify import rows_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO

    from warehouse.backup.manifest import Generation

KEEP = 14
LIVE = "home/live.duckdb"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackupMade:
    """A generation that was written and verified: `written` bytes of it were new, `dropped` older ones were removed."""

    generation: Generation
    manifest: Manifest
    written: int
    dropped: tuple[str, ...]


def objects_of(folder: Path) -> Objects:
    """The pieces of the backup in `folder`."""
    return Objects(folder / "objects")


def backup(
    home: Path,
    config: Path,
    folder: Path,
    *,
    keep: int = KEEP,
    wait_seconds: float | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> BackupMade:
    """Write a generation to `folder` and keep the newest `keep`; `progress` hears how many bytes are done, of how many.

    Raises:
        BackupError: there is nothing to back up, the folder cannot be written, or what was written cannot be read
            back; no earlier generation was removed.
        LockedError, UnfitCopyError, WarehouseError: as `warehouse.store.snapshot.publish`.
    """
    if not live_path(home).exists():
        raise BackupError(f"{live_path(home)}: is missing: there is nothing to back up")
    if folder.resolve().is_relative_to(config.resolve()):
        raise BackupError(
            f"{folder}: is inside the configuration folder, which is part of the backup; choose another folder"
        )
    link = home / ".backup.duckdb"
    with turn(folder / "backup.lock", Deadline(wait_seconds)):
        try:
            link.unlink(missing_ok=True)
            making = _Making(home, objects_of(folder), _former(folder), progress)
            manifest = making.manifest(config, link, wait_seconds)
            _check_written(making.objects)
            generation = write(folder, manifest)
            return BackupMade(generation, manifest, making.objects.written, _drop(folder, generation, keep))
        except OSError as error:
            where = error.filename or folder
            advice = "free some space" if error.errno in DISK_FULL else "check the disk, the owner and the permissions"
            raise BackupError(
                f"{where}: the backup failed ({error.strerror or error}); earlier generations are unchanged; {advice}"
            ) from error
        finally:
            with contextlib.suppress(OSError):
                link.unlink()


def _former(folder: Path) -> Manifest | None:
    """The newest generation that can be read."""
    for generation in generations(folder):
        try:
            return generation.manifest()
        except BackupError as error:
            log.warning("%s", error)
    return None


class _Making:
    """One generation on its way; `done` of `total` bytes have been looked at."""

    def __init__(
        self, home: Path, objects: Objects, former: Manifest | None, progress: Callable[[int, int], None]
    ) -> None:
        self.objects = objects
        self._home = home
        self._former = {file.path: file for file in former.files} if former else {}
        self._former_rows = former.rows if former else {}
        self._told = progress
        self._done = 0
        self._total = live_path(home).stat().st_size

    def manifest(self, config: Path, link: Path, wait_seconds: float | None) -> Manifest:
        """Store all files, and describe them."""
        made_at = datetime.now(UTC)
        files = self._stored("home/landing", landing_folder(self._home), landing_folder(self._home).glob("[!.]*"))
        journals: dict[str, bytes] = {}
        publish_with(self._home, lambda: journals.update(_journals(self._home)), link, wait_seconds=wait_seconds)
        with link.open("rb") as file:
            live = self._file(LIVE, file, time.time_ns(), reread=True)
        rows, to_be_sent = self._read(link, live)
        files.append(live)
        for name, content in sorted(journals.items()):
            files.append(self._file(f"home/outbox/{name}", io.BytesIO(content), time.time_ns()))
        raw = self._home / "raw"
        files += self._stored("home/raw", raw, raw.glob("*/*.zst"), never_change=True)
        kept, left_out = _configuration(config)
        files += self._stored("config", config, kept)
        schema = migrations()[-1].version
        return Manifest(made_at, version("mandate-monitor"), schema, rows, to_be_sent, left_out, tuple(files))

    def _stored(
        self, prefix: str, folder: Path, paths: Iterator[Path] | Sequence[Path], *, never_change: bool = False
    ) -> list[BackedUpFile]:
        """The files below a folder that are still there; those that never change are not read a second time."""
        found = []
        for path in sorted(paths):
            try:
                with path.open("rb") as file:
                    stat = os.fstat(file.fileno())
                    self._total += stat.st_size
                    name = f"{prefix}/{path.relative_to(folder)}"
                    known = self._former.get(name) if never_change else None
                    if known and known.size == stat.st_size and self.objects.has(known):
                        self._heard(known.size)
                        found.append(replace(known, mtime_ns=stat.st_mtime_ns))
                    else:
                        found.append(self._file(name, file, stat.st_mtime_ns))
            except FileNotFoundError:
                # A batch was recorded, or a raw file went to stay within the budget.
                if path.exists():
                    raise
        return found

    def _file(self, path: str, file: BinaryIO, mtime_ns: int, *, reread: bool = False) -> BackedUpFile:
        size, sha256, pieces = self.objects.store(file, self._heard, reread=reread)
        return BackedUpFile(path, size, mtime_ns, sha256, pieces)

    def _read(self, link: Path, live: BackedUpFile) -> tuple[dict[str, int], int]:
        """The rows of each table, after reading all of them unless the same bytes were read for the former backup."""
        known = self._former.get(LIVE)
        rows = dict(self._former_rows) if known and known.sha256 == live.sha256 else rows_read(link)
        with contextlib.closing(duckdb.connect(link, read_only=True)) as connection:
            ((to_be_sent,),) = connection.execute(TO_BE_SENT).fetchall()
        return rows, int(to_be_sent)

    def _heard(self, size: int) -> None:
        self._done += size
        self._told(self._done, max(self._done, self._total))


def _journals(home: Path) -> dict[str, bytes]:
    """What dispatchers did and did not write into the tables yet; read while the live file is held."""
    found = {}
    for path in (home / "outbox").glob("*.jsonl"):
        with contextlib.suppress(FileNotFoundError):
            if content := path.read_bytes():
                found[path.name] = content
    return found


def _configuration(config: Path) -> tuple[list[Path], tuple[str, ...]]:
    """The files to be kept, and in words all that is not: secrets, and whatever may be one."""
    paths = [path for path in config.rglob("*") if path.is_file()]
    documents = tuple(path for path in paths if path.suffix in YAML_ENDINGS)
    secrets = secret_references(documents)
    left_out = [f"{ENV_FILE} (settings and secrets, in the folder where commands are run)", *secrets.words]
    kept = []
    for path in paths:
        hidden = any(part.startswith(".") for part in path.relative_to(config).parts)
        if hidden or path.resolve() in secrets.files:
            left_out.append(f"the file {path}")
        elif secrets.unreadable and path not in documents:
            names = ", ".join(each.name for each in secrets.unreadable)
            left_out.append(f"the file {path}, which may hold secrets: {names} cannot be read")
        else:
            kept.append(path)
    return kept, tuple(dict.fromkeys(left_out))


def _check_written(objects: Objects) -> None:
    """Read back all that was written, from the disk.

    Raises:
        BackupError: something is not there as it was written.
    """
    # One call instead of one for each of a hundred thousand files.
    os.sync()
    for sha256 in sorted(objects.fresh):
        damage = objects.damage(sha256)
        if damage:
            raise BackupError(
                f"{objects.path(sha256)}: was just written and {damage}; this generation was not kept, earlier ones "
                "are unchanged; check the disk"
            )


def _drop(folder: Path, made: Generation, keep: int) -> tuple[str, ...]:
    """Remove the generations beyond the newest `keep`, never the one that was just made, and their own pieces."""
    others = [each for each in generations(folder) if each != made]
    staying, dropped = others[: keep - 1], others[keep - 1 :]
    if not dropped:
        return ()
    try:
        wanted = {piece for each in (made, *staying) for file in each.manifest().files for piece in file.pieces}
    except BackupError as error:
        log.warning("no older generation was removed: %s", error)
        return ()
    for each in dropped:
        each.path.unlink()
    objects_of(folder).sweep(wanted)
    return tuple(each.name for each in dropped)
