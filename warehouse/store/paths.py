"""Names of the warehouse's files, for those who need not open them, and what makes a new name last.

DuckDB alone takes 50 ms to import.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def snapshot_path(home: Path) -> Path:
    """The file that analysts open."""
    return home / "snapshot.duckdb"


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
