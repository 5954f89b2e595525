"""Where an export goes: a folder, or object storage through fsspec.

Both add complete files under new names, and replace the small files that describe the state in one step: a folder by
renaming, object storage with one PUT.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from config.redaction import public
from warehouse.model import WarehouseError
from warehouse.store.lock import DISK_FULL, Deadline, turn
from warehouse.store.paths import settle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FILES = "files"
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_CHUNK = 4 * 1024 * 1024


class Place(Protocol):
    """A target. Paths in it are relative, with slashes; all methods raise WarehouseError if it cannot be used."""

    shown: str
    # What readers put before a path; folders may be mounted anywhere, so their paths are relative.
    prefix: str

    def turn(self, seconds: float | None) -> contextlib.AbstractContextManager[None]:
        """Keep other exports of this machine out, waiting at most so long; None as `Deadline`."""

    def stage(self, home: Path) -> Path:
        """A local folder, not created yet, in which files are written first."""

    def add(self, staged: Path, path: str) -> None:
        """Add a staged file under a new name, so that it survives a power cut."""

    def read(self, path: str) -> bytes | None:
        """The content of a small file; None if it does not exist."""

    def replace(self, path: str, content: bytes) -> None:
        """Replace a small file in one step."""

    def sizes(self) -> dict[str, int]:
        """All data files, with their bytes."""

    def remove(self, path: str) -> None:
        """Remove a data file, if it is there."""

    def sha256(self, path: str) -> str:
        """The hash of a file as it is read back."""

    def show(self, names: Mapping[str, str]) -> None:
        """Show data files under these permanent names, and no others, if a file can have two names."""


def place(target: str) -> Place:
    """The place that a folder or an fsspec URL (s3://bucket/path) names.

    Raises:
        WarehouseError: nothing here can write to such a URL.
    """
    found = _URL.match(target)
    if found is None:
        return Folder(Path(target))
    if found[1].lower() in {"file", "local"}:
        return Folder(Path(target[found.end() :]))
    return Bucket(target)


class Folder:
    """A folder, on a disk of this machine or shared."""

    prefix = ""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.shown = str(root)

    @contextlib.contextmanager
    def turn(self, seconds: float | None) -> Iterator[None]:
        """One export at a time: readers need no lock."""
        if not self.root.absolute().parent.is_dir():
            # A share that is not mounted must not become a folder on the local disk.
            raise WarehouseError(f"{self.root.parent}: there is no such folder; create it, or mount the share")
        with turn(self.root / "export.lock", Deadline(seconds)):
            yield

    def stage(self, home: Path) -> Path:
        """On the same disk, so that files are renamed."""
        return self.root / ".part"

    def add(self, staged: Path, path: str) -> None:
        """By renaming."""
        with self._explained():
            with staged.open("rb") as file:
                os.fsync(file.fileno())
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            staged.replace(self.root / path)
            settle((self.root / path).parent)

    def read(self, path: str) -> bytes | None:
        """The file's bytes."""
        with self._explained():
            try:
                return (self.root / path).read_bytes()
            except FileNotFoundError:
                return None

    def replace(self, path: str, content: bytes) -> None:
        """By renaming."""
        aside = self.root / f".{path}.part"
        with self._explained():
            try:
                with aside.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                aside.replace(self.root / path)
            finally:
                aside.unlink(missing_ok=True)
            settle(self.root)

    def sizes(self) -> dict[str, int]:
        """Those below `files`."""
        with self._explained():
            paths = (self.root / _FILES).rglob("*.parquet")
            return {path.relative_to(self.root).as_posix(): path.stat().st_size for path in paths}

    def remove(self, path: str) -> None:
        """Only the name: readers that have the file open can continue."""
        with self._explained():
            (self.root / path).unlink(missing_ok=True)

    def sha256(self, path: str) -> str:
        """From the disk rather than the cache, if the system allows that."""
        with self._explained(), (self.root / path).open("rb", buffering=0) as file:
            with contextlib.suppress(AttributeError, OSError):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return hashlib.file_digest(file, "sha256").hexdigest()

    def show(self, names: Mapping[str, str]) -> None:
        """By hard links, each swapped in one step, or by copies if the file system has no hard links."""
        with self._explained():
            for name, path in names.items():
                shown, file = self.root / name, self.root / path
                if not _same(shown, file):
                    shown.parent.mkdir(parents=True, exist_ok=True)
                    self._link(file, shown)
            for pattern in ("*/part-*.parquet", "*/month=*/part-*.parquet"):
                for shown in self.root.glob(pattern):
                    if shown.relative_to(self.root).as_posix() not in names:
                        shown.unlink()
                        with contextlib.suppress(OSError):
                            shown.parent.rmdir()

    def _link(self, file: Path, name: Path) -> None:
        # Not next to the name, where a glob would find it after a kill.
        aside = self.root / ".name.part"
        aside.unlink(missing_ok=True)
        try:
            try:
                os.link(file, aside)
            except OSError:
                shutil.copy2(file, aside)
            aside.replace(name)
        finally:
            aside.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            advice = "free some space" if error.errno in DISK_FULL else "check the disk, the owner and the permissions"
            where = error.filename or self.root
            raise WarehouseError(f"{where}: cannot be used ({error.strerror or error}); {advice}") from error


class Bucket:
    """Object storage. It has no locks against exports from other machines; the operator has to prevent those."""

    def __init__(self, url: str) -> None:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - it takes 70 ms, and folders do not need it

        self.shown = public(url.rstrip("/"))
        self.prefix = f"{self.shown}/"
        with self._explained():
            self._fs: Any
            self._fs, root = url_to_fs(url.rstrip("/"), use_listings_cache=False)
            self._root: str = root.rstrip("/")

    def turn(self, seconds: float | None) -> contextlib.AbstractContextManager[None]:
        """Nothing: there is only the lock of the home."""
        return contextlib.nullcontext()

    def stage(self, home: Path) -> Path:
        """In the home."""
        return home / ".export.part"

    def add(self, staged: Path, path: str) -> None:
        """By one put."""
        with self._explained():
            self._fs.put_file(str(staged), self._path(path))
        staged.unlink()

    def read(self, path: str) -> bytes | None:
        """The object's bytes."""
        with self._explained():
            try:
                content: bytes = self._fs.cat_file(self._path(path))
            except FileNotFoundError:
                return None
            return content

    def replace(self, path: str, content: bytes) -> None:
        """By one put."""
        with self._explained():
            self._fs.pipe_file(self._path(path), content)

    def sizes(self) -> dict[str, int]:
        """Those below `files`."""
        with self._explained():
            self._fs.invalidate_cache()
            found: dict[str, Any] = {}
            # If nothing exists yet, some file systems raise this, and others find nothing.
            with contextlib.suppress(FileNotFoundError):
                found = self._fs.find(self._path(_FILES), detail=True)
            return {path[len(self._root) :].lstrip("/"): int(each["size"]) for path, each in found.items()}

    def remove(self, path: str) -> None:
        """Delete the object."""
        with self._explained(), contextlib.suppress(FileNotFoundError):
            self._fs.rm_file(self._path(path))

    def sha256(self, path: str) -> str:
        """By fetching it."""
        digest = hashlib.sha256()
        with self._explained(), self._fs.open(self._path(path), "rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def show(self, names: Mapping[str, str]) -> None:
        """An object has one name: readers use the manifest or `views.sql`."""

    def _path(self, path: str) -> str:
        return f"{self._root}/{path}"

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except ImportError as error:
            advice = "for s3:// install mandate-monitor[s3]"
            raise WarehouseError(f"{self.shown}: needs a package that is not installed ({error}); {advice}") from error
        except WarehouseError:
            raise
        except Exception as error:
            # Each file system has its own errors.
            problem = public(" ".join(str(error).split())) or type(error).__name__
            raise WarehouseError(f"{self.shown}: cannot be used ({problem})") from error


def _same(shown: Path, file: Path) -> bool:
    """Whether a permanent name belongs to this file, or to a copy of it."""
    with contextlib.suppress(FileNotFoundError):
        one, other = shown.stat(), file.stat()
        return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)
    return False
