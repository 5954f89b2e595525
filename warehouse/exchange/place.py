"""The shared landing place: a folder or a bucket, and the few things that machines do there.

Objects appear as a whole or not at all, and if several runs `create` the same name at once, one of them succeeds; all
else is built on these two. Folders and buckets stamp objects with their own clock, so ages never depend on the clocks
of two machines.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from warehouse.model import PlaceError
from warehouse.store.paths import settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# One pass looks at no more objects than this in one room of the place.
MOST_LISTED = 100_000
MOST_SWEPT = 1_000
# A new version is first written to a separate file with this ending, which is not an object.
_HALF = ".part"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Held:
    """An object in the place; `stamp` is when it was written, in seconds since 1970 by the place's own clock."""

    name: str
    bytes: int
    stamp: float


class Place(Protocol):
    """Names are paths with "/", such as `batches/0a1b.parquet`. Every method may raise PlaceError."""

    def find(self, room: str) -> list[Held]:
        """The objects in a room and the rooms in it, in no order."""

    def read(self, name: str, most_bytes: int) -> bytes | None:
        """At most so many bytes of an object; None if it does not exist."""

    def fetch(self, name: str, path: Path, most_bytes: int) -> bool:
        """Copy an object to a local file and sync it to disk; False if it does not exist.

        An object with more bytes is an error, even if the listing said less: it may be written to in the meantime.
        """

    def put(self, name: str, content: bytes | Path) -> None:
        """Write an object as a whole or not at all, so that it survives a power cut; an existing one is replaced."""

    def create(self, name: str, content: bytes) -> bool:
        """Write an object unless the name exists; whether it was written."""

    def move(self, name: str, to: str) -> None:
        """Rename an object; one that has gone is no error."""

    def remove(self, name: str) -> None:
        """Remove an object; one that has gone is no error."""

    def sweep(self, room: str, seconds: float) -> int:
        """Remove half-written files that are older than so many seconds by the place's clock; how many were removed.

        One call looks at up to `MOST_LISTED` files and removes up to `MOST_SWEPT`.
        """


def open_place(landing: str) -> Place:
    """The place that MANDATES_LANDING names: a folder, or a bucket as `s3://BUCKET/FOLDER`.

    Raises:
        PlaceError: it is neither, or what is needed to reach it is not installed.
    """
    parts = urlsplit(landing)
    if len(parts.scheme) <= 1:
        return Folder(Path(landing))
    if parts.scheme == "file":
        return Folder(Path(parts.path))
    if parts.scheme != "s3":
        # Others do not refuse to overwrite, or this was never tried; claims would be worthless there.
        raise PlaceError(f"MANDATES_LANDING must be a folder or s3://BUCKET/FOLDER, not {parts.scheme}://")
    if "@" in parts.netloc:
        raise PlaceError("MANDATES_LANDING contains a key; put it in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    from warehouse.exchange.bucket import Bucket  # noqa: PLC0415 - 0.4 s, for those who use it

    return Bucket(landing)


@contextlib.contextmanager
def reaching(what: str) -> Iterator[None]:
    """Turn any error in a place into a PlaceError."""
    try:
        yield
    except PlaceError:
        raise
    except Exception as error:
        # The clients of object storage raise errors of many kinds, most of which are no OSError.
        words = getattr(error, "strerror", None) or " ".join(str(error).split())[:300] or type(error).__name__
        raise PlaceError(f"the landing place {what} cannot be used: {words}") from error


class Folder:
    """A folder that all machines mount. Hard links (or O_EXCL) and renames must work there, as on NFS 3 and later."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    def __str__(self) -> str:
        return str(self._folder)

    def find(self, room: str) -> list[Held]:
        """Regular files only: a link may lead anywhere."""
        with reaching(str(self)):
            if not self._folder.is_dir():
                raise PlaceError(f"the landing place {self} cannot be used: there is no such folder")
            entries = (each for each in self._files(self._folder / room) if not each.name.endswith(_HALF))
            return list(islice(self._held(entries), MOST_LISTED))

    def sweep(self, room: str, seconds: float) -> int:
        """See Place."""
        folder = self._folder / room
        with reaching(str(self)):
            if room and folder.is_symlink():
                return 0
            entries = islice(self._files(folder), MOST_LISTED)
            halves = list(self._held(each for each in entries if each.name[0] == "." and each.name.endswith(_HALF)))
            if not halves:
                return 0
            with self._aside("clock", b"") as clock:
                oldest = clock.stat().st_mtime - seconds
            old = [each.name for each in halves if each.stamp < oldest][:MOST_SWEPT]
            for name in old:
                self.remove(name)
            return len(old)

    def _files(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from self._files(Path(entry.path))
                elif entry.is_file(follow_symlinks=False):
                    yield entry

    def _held(self, entries: Iterable[os.DirEntry[str]]) -> Iterator[Held]:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                found = entry.stat(follow_symlinks=False)
                yield Held(Path(entry.path).relative_to(self._folder).as_posix(), found.st_size, found.st_mtime)

    def read(self, name: str, most_bytes: int) -> bytes | None:
        """See Place."""
        with reaching(str(self)):
            try:
                with self._opened(name) as file:
                    content: bytes = file.read(most_bytes)
            except FileNotFoundError:
                return None
            return content

    def fetch(self, name: str, path: Path, most_bytes: int) -> bool:
        """See Place."""
        with reaching(str(self)):
            try:
                source = self._opened(name)
            except FileNotFoundError:
                return False
            with source:
                copy_bounded(name, source, path, most_bytes)
            return True

    def _opened(self, name: str) -> Any:
        # Others who write here must not make us read another file or wait for a pipe.
        file = os.open(self._folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise PlaceError(f"{name} in the landing place is not a file")
        return os.fdopen(file, "rb")

    def put(self, name: str, content: bytes | Path) -> None:
        """See Place."""
        with self._aside(name, content) as aside:
            aside.replace(self._folder / name)
            # Whoever sent a batch removes its own copy now.
            settle((self._folder / name).parent)

    def create(self, name: str, content: bytes) -> bool:
        """See Place."""
        with self._aside(name, content) as aside:
            try:
                os.link(aside, self._folder / name)
            except FileExistsError:
                return False
            except OSError:
                # No hard links (SMB, FAT). The file is empty for a moment; readers take it for damaged.
                try:
                    with (self._folder / name).open("xb") as file:
                        file.write(content)
                        os.fsync(file.fileno())
                except FileExistsError:
                    return False
            return True

    @contextlib.contextmanager
    def _aside(self, name: str, content: bytes | Path) -> Iterator[Path]:
        path = self._folder / name
        aside = path.with_name(f".{path.name[:100]}.{os.getpid()}.{secrets.token_hex(4)}{_HALF}")
        with reaching(str(self)):
            if not self._folder.is_dir():
                # A share that is not mounted must not become a folder on this machine's own disk.
                raise PlaceError(f"the landing place {self} cannot be used: there is no such folder")
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                if isinstance(content, Path):
                    with content.open("rb") as source:
                        _write(aside, iter(lambda: source.read(_PIECE), b""))
                else:
                    _write(aside, [content])
                yield aside
            finally:
                aside.unlink(missing_ok=True)

    def move(self, name: str, to: str) -> None:
        """See Place."""
        with reaching(str(self)), contextlib.suppress(FileNotFoundError):
            (self._folder / to).parent.mkdir(parents=True, exist_ok=True)
            (self._folder / name).replace(self._folder / to)

    def remove(self, name: str) -> None:
        """See Place."""
        with reaching(str(self)):
            (self._folder / name).unlink(missing_ok=True)


def copy_bounded(name: str, source: Any, path: Path, most_bytes: int) -> None:
    """Copy an open object to a local file and sync it to disk.

    Raises:
        PlaceError: it has more bytes.
    """

    def pieces() -> Iterator[bytes]:
        left = most_bytes
        while piece := source.read(min(_PIECE, left + 1)):
            left -= len(piece)
            if left < 0:
                raise PlaceError(
                    f"{name} in the landing place has more than the {most_bytes:,} bytes it was listed with"
                )
            yield piece

    _write(path, pieces())


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file and sync it to disk."""
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
