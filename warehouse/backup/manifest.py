"""What one generation of a backup consists of: a JSON file, renamed into place last and named by time and own hash."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from warehouse.model import BackupError
from warehouse.store.paths import settle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1
_NAME = re.compile(r"(\d{8}T\d{12}Z)\.([0-9a-f]{64})\.json")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# `home/` or `config/`, then names that lead nowhere else: a manifest from elsewhere writes no file of its choice.
_PATH = re.compile(r"(?:home|config)(?:/(?!\.{1,2}(?:/|$))[^/\0]+)+")


@dataclass(frozen=True, slots=True)
class BackedUpFile:
    """One file: its path below `home/` or `config/`, size in bytes, time of change in ns, and pieces in order."""

    path: str
    size: int
    mtime_ns: int
    sha256: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """One generation. `rows` are those of each table of the warehouse, `left_out` what has to be put back by hand.

    `to_be_sent` deliveries were pending or in doubt when it was made.
    """

    made_at: datetime
    program: str
    schema: int
    rows: Mapping[str, int]
    to_be_sent: int
    left_out: tuple[str, ...]
    files: tuple[BackedUpFile, ...]

    @property
    def size(self) -> int:
        """The bytes of all files together."""
        return sum(file.size for file in self.files)

    def file(self, path: str) -> BackedUpFile:
        """The file of that path.

        Raises:
            BackupError: it is not in this generation.
        """
        for file in self.files:
            if file.path == path:
                return file
        raise BackupError(f"the backup has no {path}")


@dataclass(frozen=True, slots=True)
class Generation:
    """A manifest that is there, not read yet; `name` is its time in UTC, which tells generations apart."""

    path: Path

    @property
    def name(self) -> str:
        """As `--generation` takes it: 20300131T020000000000Z."""
        return self.path.name.partition(".")[0]

    def manifest(self) -> Manifest:
        """What it says.

        Raises:
            BackupError: it is damaged, or was written by a newer program.
        """
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise BackupError(f"{self.path}: cannot be read ({error.strerror or error})") from error
        if hashlib.sha256(content).hexdigest() != self.path.name.split(".")[1]:
            raise BackupError(f"{self.path}: is damaged: its bytes do not match the hash in its name")
        try:
            known = json.loads(content)
            if known["format"] > FORMAT:
                raise BackupError(
                    f"{self.path}: was made by Mandate Monitor {known['program']} in format {known['format']}, and "
                    f"this program reads format {FORMAT}; install that version or a newer one, or choose an older "
                    "backup with --generation"
                )
            return _read(known)
        except (ValueError, KeyError, TypeError) as error:
            raise BackupError(
                f"{self.path}: is not the manifest of a backup that this program reads: {error}"
            ) from error


def generations(folder: Path) -> tuple[Generation, ...]:
    """The generations below a backup's folder, newest first."""
    found = [Generation(path) for path in (folder / "generations").glob("*.json") if _NAME.fullmatch(path.name)]
    return tuple(sorted(found, key=lambda each: each.path.name, reverse=True))


def chosen(folder: Path, name: str | None) -> Generation:
    """The generation whose name begins so; the newest where none is named.

    Raises:
        BackupError: there is no such generation, or more than one.
    """
    known = generations(folder)
    if not known:
        raise BackupError(f"{folder}: holds no backup; `mandates backup {folder}` makes one")
    fitting = [each for each in known if each.name.startswith(name)] if name else [known[0]]
    if len(fitting) != 1:
        problem = "has no generation" if not fitting else f"has {len(fitting)} generations"
        listed = ", ".join(each.name for each in (fitting or known))
        raise BackupError(f"{folder}: {problem} {name!r}; choose one of {listed}")
    return fitting[0]


def write(folder: Path, manifest: Manifest) -> Generation:
    """Publish a generation whose files are all on the disk.

    Raises:
        OSError: the folder cannot be written.
    """
    content = json.dumps({"format": FORMAT} | asdict(manifest), default=datetime.isoformat, indent=1).encode()
    name = f"{manifest.made_at:%Y%m%dT%H%M%S%fZ}.{hashlib.sha256(content).hexdigest()}.json"
    path = folder / "generations" / name
    path.parent.mkdir(exist_ok=True)
    aside = path.with_name(".manifest.part")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(path)
    settle(path.parent)
    return Generation(path)


def _read(known: Mapping[str, Any]) -> Manifest:
    if known["format"] != FORMAT:
        raise ValueError(f"it has format {known['format']}, this program reads {FORMAT}")
    files = tuple(
        BackedUpFile(each["path"], int(each["size"]), int(each["mtime_ns"]), each["sha256"], tuple(each["pieces"]))
        for each in known["files"]
    )
    for file in files:
        if not _PATH.fullmatch(file.path) or not all(map(_SHA256.fullmatch, (file.sha256, *file.pieces))):
            raise ValueError(f"{file.path!r} is not a file that a backup contains")
    given = {field.name: known[field.name] for field in fields(Manifest)}
    made_at = datetime.fromisoformat(known["made_at"]).astimezone(UTC)
    return Manifest(**given | {"made_at": made_at, "left_out": tuple(known["left_out"]), "files": files})
