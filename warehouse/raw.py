"""The bytes of every document as they were fetched, so that they can be read again.

They are compressed and addressed by their hash: `raw/ab/abcdef….zst` holds the bytes whose sha256 is `abcdef…`. A
file is put there whole or not at all and never changes.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.model import WarehouseError

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

_hash = re.compile(r"[0-9a-f]{64}")


def raw_path(home: Path, raw_sha256: str) -> Path:
    """Where the bytes of that hash are kept, or would be.

    Raises:
        WarehouseError: it is no sha256; a hash from elsewhere never becomes a path of its own making.
    """
    if not _hash.fullmatch(raw_sha256):
        raise WarehouseError(f"{raw_sha256!r} is no sha256 in lower-case hexadecimal")
    return home / "raw" / raw_sha256[:2] / f"{raw_sha256}.zst"


def keep(home: Path, batch_file: Path) -> int:
    """Store the bytes that a batch file carries and that are not there yet; how many were stored."""
    stored = 0
    with pq.ParquetFile(batch_file) as file:
        for group in file.iter_batches(batch_size=64, columns=["raw_sha256", "raw"]):
            for row in group.to_pylist():
                if row["raw"] and row["raw_sha256"]:
                    stored += _keep_one(home, row["raw_sha256"], row["raw"])
    return stored


def read(home: Path, raw_sha256: str) -> bytes | None:
    """The bytes of that hash; None when they are not kept (any more).

    Raises:
        WarehouseError: the file is damaged.
    """
    path = raw_path(home, raw_sha256)
    try:
        with pa.CompressedInputStream(pa.OSFile(str(path)), "zstd") as stream:
            found = bytes(stream.read())
    except FileNotFoundError:
        return None
    except (OSError, pa.ArrowException) as error:
        raise WarehouseError(f"{path}: cannot be read: {error}") from error
    if hashlib.sha256(found).hexdigest() != raw_sha256:
        raise WarehouseError(f"{path}: is damaged, its bytes no longer have the hash in its name")
    return found


def _keep_one(home: Path, raw_sha256: str, content: bytes) -> int:
    path = raw_path(home, raw_sha256)
    if path.exists():
        return 0
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file, pa.CompressedOutputStream(file, "zstd") as stream:
            stream.write(content)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise WarehouseError(f"{path}: cannot be written ({error.strerror or error})") from error
    return 1
