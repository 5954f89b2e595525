"""The bytes of a backup, in pieces of at most 256 kB, each stored once under its own hash and never changed.

A large file that changed in places shares all its other pieces with its former state: DuckDB writes blocks in place, so
pieces are cut at fixed offsets. A piece is renamed into place when it is complete; what a killed backup left is used by
the next one or swept away.
"""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from warehouse.model import BackupError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from warehouse.backup.manifest import BackedUpFile

# Between the number of files that a large warehouse becomes and the bytes that a small change costs
# (docs/decisions/backups.md).
PIECE_BYTES = 262_144

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Objects:
    """The pieces below `folder`; `fresh` are those that this backup has written, `written` their bytes."""

    folder: Path
    written: int = 0
    fresh: set[str] = field(default_factory=set)

    def path(self, sha256: str) -> Path:
        """Where the piece of that hash is, or would be."""
        return self.folder / sha256[:2] / sha256

    def store(
        self, file: BinaryIO, progress: Callable[[int], None], *, reread: bool = False
    ) -> tuple[int, str, tuple[str, ...]]:
        """Store an open file from its beginning to its end; its size, its sha256 and its pieces.

        With `reread` pieces that are there already are read and written again where they are damaged.

        Raises:
            OSError: the folder cannot be written.
        """
        whole, pieces, size = hashlib.sha256(), [], 0
        while piece := file.read(PIECE_BYTES):
            whole.update(piece)
            pieces.append(self._keep(piece, reread=reread))
            size += len(piece)
            progress(len(piece))
        return size, whole.hexdigest(), tuple(pieces)

    def _keep(self, piece: bytes, *, reread: bool) -> str:
        sha256 = hashlib.sha256(piece).hexdigest()
        path = self.path(sha256)
        there = _size(path) == len(piece)
        if there and reread and sha256 not in self.fresh and (damage := self.damage(sha256)):
            log.warning("%s: %s; it is written again", path, damage)
            there = False
        if not there:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_name(f".{sha256}.part")
            aside.write_bytes(piece)
            aside.replace(path)
            self.fresh.add(sha256)
            self.written += len(piece)
        return sha256

    def has(self, file: BackedUpFile) -> bool:
        """Whether all pieces of a file are there, by their sizes alone."""
        sizes = [_size(self.path(sha256)) for sha256 in file.pieces]
        return None not in sizes and sum(size or 0 for size in sizes) == file.size

    def damage(self, sha256: str) -> str | None:
        """What is wrong with a piece as the disk has it; None where its bytes match its name."""
        try:
            with self.path(sha256).open("rb", buffering=0) as file:
                # What was just written is to come from the disk, not from memory.
                with suppress(AttributeError, OSError):
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            return f"cannot be read ({error.strerror or error})"
        return None if found == sha256 else "does not match the hash in its name"

    def read(self, file: BackedUpFile) -> Iterator[bytes]:
        """The bytes of a file, piece by piece, each checked before it is handed out.

        Raises:
            BackupError: a piece is missing or damaged.
        """
        for sha256 in file.pieces:
            try:
                piece = self.path(sha256).read_bytes()
            except OSError as error:
                raise BackupError(f"{file.path}: cannot be read from the backup ({error})") from error
            if hashlib.sha256(piece).hexdigest() != sha256:
                raise BackupError(f"{file.path}: is damaged: {self.path(sha256)} does not match the hash in its name")
            yield piece

    def sweep(self, wanted: Iterable[str]) -> int:
        """Remove all pieces but these, and what killed backups left; how many."""
        keep = set(wanted)
        unwanted = [path for path in self.folder.glob("*/*") if path.name not in keep]
        for path in unwanted:
            path.unlink(missing_ok=True)
        return len(unwanted)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None
