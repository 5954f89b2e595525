"""Which local files are read, and how they are opened: nothing outside the folder, and nothing that never ends.

A link that leads out of its folder could show any file of this machine; a FIFO or a device may never end, or begin.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapers.publication import TextError
from scrapers.text.documents import max_bytes, suffixes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Found:
    """A file to be read; or one that is not, and why."""

    path: Path
    refused: str | None = None


def files_at(paths: Sequence[Path]) -> Iterator[Found]:
    """The files to read, each once: those given by name, and of a folder those below it that are of a known kind.

    A link given by name is followed; one in a folder only where it leads to a file of the folder.
    """
    seen: set[Path] = set()
    for path in paths:
        for found in _below(path) if path.is_dir() else [Found(path)]:
            if found.path.absolute() not in seen:
                seen.add(found.path.absolute())
                yield found


def files_in(folder: Path, glob: str) -> list[Found] | None:
    """The files below a folder whose paths fit; None where there is no such folder."""
    if not folder.is_dir():
        return None
    wanted = set(folder.glob(glob))
    return [found for found in files_at([folder]) if found.path in wanted]


def _below(folder: Path) -> Iterator[Found]:
    root = folder.resolve()
    for place, folders, names in os.walk(folder):
        folders.sort()
        # The walk follows no link to a folder; one that leads to a folder below is read where it leads.
        here = folder.__class__(place)
        links = [here / name for name in folders if (here / name).is_symlink()]
        files = [here / name for name in names if (here / name).suffix.lower() in suffixes]
        for path in sorted([*links, *files]):
            if path.is_symlink() and not _is_below(path, root):
                yield Found(path, "is a link that leads nowhere or out of the folder; name what it leads to")
            elif not path.is_dir():
                yield Found(path)


def _is_below(link: Path, root: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def read_bytes(found: Found) -> tuple[bytes, str]:
    """The bytes of a file, and a stamp by which it is known to be unchanged: size and time of its last change.

    Raises:
        TextError: it is refused, no regular file, or over the limit.
        OSError: it cannot be opened.
    """
    if found.refused is not None:
        raise TextError(found.refused)
    # Without O_NONBLOCK, opening a FIFO waits for somebody to write to it.
    with open(os.open(found.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # noqa: PTH123 - by descriptor
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise TextError("is not a regular file")
        if state.st_size > max_bytes:
            raise TextError(f"{state.st_size:,} bytes are over the limit of {max_bytes:,}")
        raw = file.read(max_bytes + 1)
    if len(raw) > max_bytes:
        raise TextError(f"it grew over the limit of {max_bytes:,} bytes while it was read")
    return raw, _stamp(state)


def stamp_of(path: Path) -> str | None:
    """The stamp of a file without opening it; None where there is none to be read."""
    try:
        state = path.stat()
    except OSError:
        return None
    return _stamp(state) if stat.S_ISREG(state.st_mode) else None


def _stamp(state: os.stat_result) -> str:
    return f"{state.st_size} {state.st_mtime_ns}"
