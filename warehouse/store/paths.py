"""Names of the warehouse's files, for those who need not open them, and how a file gets its name: whole or not at all.

DuckDB alone takes 50 ms to import.
"""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def snapshot_path(home: Path) -> Path:
    """The file that analysts open."""
    return home / "snapshot.duckdb"


@contextlib.contextmanager
def replacing(path: Path, *, lasts: bool = True) -> Iterator[Path]:
    """A temporary name beside `path` for a block that writes the file; it gets its own name when the block ends.

    The bytes are on the disk before, and with `lasts` so is the name after. Where the block fails nothing is left, and
    whatever had the name keeps it.
    """
    aside = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    try:
        yield aside
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    if lasts:
        settle(path.parent)


def settle(folder: Path) -> None:
    """Make a rename survive a power cut; some shared file systems do that by themselves and refuse the request."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)
