"""The snapshot before the published one, made into a copy of the live file by writing only the blocks that differ.

That file once had the public name, and whoever opened it then may still read it. So it is patched only while the
system grants a lease on it (fcntl(2), F_SETLEASE): that is refused while anybody else has the file open, whether or not
they lock it, and where the file system cannot know (network folders). As long as the lease is held, whoever opens the
file waits until it is whole again.

What can be refused is refused before the first byte is written; until then the file is as it was, under its own name.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.store.blocks import HEADERS_BYTES, Blocks, ForeignLayoutError, differing, disguised, fits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import BinaryIO


class CannotPatchError(Exception):
    """Only a whole copy will do; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What was written, in bytes, and how many blocks had the sum of the former ones and yet other bytes."""

    written: int
    disguised: int


def patch(live: BinaryIO, former: Path, aside: Path, *, every_byte: bool = False) -> Patch:
    """Make the file `former` the same as `live`, under the name `aside`; it is on the disk when this returns.

    With `every_byte` blocks are compared as a whole, not by their sums.

    Raises:
        CannotPatchError: nothing was written, and `former` is as it was.
        OSError: it could not be written to its end; `former` is gone, `aside` is not whole.
    """
    try:
        with former.open("rb") as file:
            source, target = Blocks.of(live), Blocks.of(file)
            changed, hidden = _changed(source, target, every_byte=every_byte)
            seen = os.fstat(file.fileno())
    except (OSError, ForeignLayoutError) as error:
        raise CannotPatchError(f"{former.name}: {_reason(error)}") from error
    with _leased(former, seen) as descriptor:
        _reserve(descriptor, target.size, source.size)
        former.rename(aside)
        for number in changed:
            _write(descriptor, source.read(number), source.at(number))
        os.ftruncate(descriptor, source.size)
        _write(descriptor, source.headers(), 0)
        # Also where no block differs: the file is now as new as the live one.
        os.utime(descriptor)
        os.fsync(descriptor)
    return Patch(len(changed) * source.block_bytes + HEADERS_BYTES, len(hidden))


def _changed(source: Blocks, target: Blocks, *, every_byte: bool) -> tuple[Sequence[int], Sequence[int]]:
    """The blocks to be written, each as its sum says; and those among them that only their bytes give away."""
    if source.block_bytes != target.block_bytes:
        raise CannotPatchError(f"it has blocks of {target.block_bytes:,} bytes, the live file {source.block_bytes:,}")
    hidden = disguised(source, target) if every_byte else []
    changed = sorted([*differing(source, target), *hidden])
    for number in changed:
        if not fits(source.read(number)):
            # Damage, or a free block that a killed process left half written: reading all tables will tell.
            raise CannotPatchError(f"block {number:,} of the live file does not match its checksum")
    return changed, hidden


@contextlib.contextmanager
def _leased(path: Path, seen: os.stat_result) -> Iterator[int]:
    """The file open for writing, while nobody else has it open and whoever opens it waits."""
    descriptor = -1
    try:
        path.chmod(0o644)
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        _check_alone(path, os.fstat(descriptor), seen)
        _lease(descriptor, path)
        yield descriptor
    except (CannotPatchError, PermissionError) as error:
        with contextlib.suppress(OSError):
            path.chmod(0o444)
        if isinstance(error, PermissionError):
            raise CannotPatchError(f"{path.name}: {_reason(error)}") from error
        raise
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def _check_alone(path: Path, found: os.stat_result, seen: os.stat_result) -> None:
    if (found.st_ino, found.st_size, found.st_mtime_ns) != (seen.st_ino, seen.st_size, seen.st_mtime_ns):
        raise CannotPatchError(f"{path.name} was changed meanwhile")
    if found.st_nlink != 1:
        # As after a kill between two renames, where it is the published file itself.
        raise CannotPatchError(f"{path.name} has another name")


def _lease(descriptor: int, path: Path) -> None:
    if not hasattr(fcntl, "F_SETLEASE"):
        raise CannotPatchError("this system grants no leases on files")
    # Whoever opens the file has the holder signalled, by default with one that ends it; this one is ignored by default.
    fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
    except OSError as error:
        if error.errno in {errno.EAGAIN, errno.EACCES}:
            raise CannotPatchError(f"another program has {path.name} open") from error
        raise CannotPatchError(f"the file system grants no lease on {path.name} ({_reason(error)})") from error


def _reserve(descriptor: int, size: int, wanted: int) -> None:
    """Take the space that the file will grow by, so that a full disk leaves it as it is."""
    if wanted <= size:
        return
    try:
        os.posix_fallocate(descriptor, size, wanted - size)
    except OSError as error:
        os.ftruncate(descriptor, size)
        raise CannotPatchError(f"it cannot grow: {_reason(error)}") from error


def _write(descriptor: int, content: bytes, place: int) -> None:
    view = memoryview(content)
    while view:
        written = os.pwrite(descriptor, view, place)
        view, place = view[written:], place + written


def _reason(error: Exception) -> str:
    return str((isinstance(error, OSError) and error.strerror) or error)
