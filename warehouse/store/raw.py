"""The bytes of every answer as they were fetched, documents, listings and feeds, so that they can be read again.

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

from warehouse.model import LandingError, WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

# About 100,000 PDFs of 200 kB.
default_budget_bytes = 20_000_000_000
# A listing changes every hour and is only ever looked at; a document is analysed again. So within the budget the bytes
# of whatever is no document count as a year older than they are.
_older_seconds = 365 * 86_400

_hash = re.compile(r"[0-9a-f]{64}")


def raw_path(home: Path, raw_sha256: str) -> Path:
    """Where the bytes of that hash are kept, or would be.

    Raises:
        WarehouseError: it is no sha256; a hash from elsewhere never becomes a path of its own making.
    """
    if not _hash.fullmatch(raw_sha256):
        raise WarehouseError(f"{raw_sha256!r} is not a SHA-256 in lower-case hexadecimal")
    return home / "raw" / raw_sha256[:2] / f"{raw_sha256}.zst"


def keep(home: Path, batch_file: Path, *, budget_bytes: int = default_budget_bytes) -> int:
    """Store the bytes that a batch file carries and that are not there yet; how many bytes that took.

    Called under the warehouse's lock. When all together take more than the budget, the oldest go, listings before
    documents: the texts stay.

    Raises:
        LandingError: the batch file is damaged.
        WarehouseError: the bytes cannot be written.
    """
    stored = 0
    for raw_sha256, content, is_document in _carried(batch_file):
        stored += _keep_one(home, raw_sha256, content, is_document=is_document)
    if stored:
        _stay_within(home, stored, budget_bytes)
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
        raise WarehouseError(f"{path}: is damaged: its bytes do not match the hash in its name")
    return found


def _carried(batch_file: Path) -> Iterator[tuple[str, bytes, bool]]:
    try:
        with pq.ParquetFile(batch_file) as file:
            if not {"raw", "raw_sha256"} <= set(file.schema_arrow.names):
                return
            for group in file.iter_batches(
                batch_size=64, columns=["document_id", "raw_sha256", "raw"], use_threads=False
            ):
                for row in group.to_pylist():
                    if row["raw"] and row["raw_sha256"]:
                        yield row["raw_sha256"], row["raw"], row["document_id"] is not None
    except (pa.ArrowException, OSError) as error:
        raise LandingError(f"{batch_file}: is damaged: {error}") from error


def _keep_one(home: Path, raw_sha256: str, content: bytes, *, is_document: bool) -> int:
    path = raw_path(home, raw_sha256)
    if path.exists():
        return 0
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as file, pa.CompressedOutputStream(file, "zstd") as stream:
            stream.write(content)
        if not is_document:
            written = aside.stat().st_mtime - _older_seconds
            os.utime(aside, (written, written))
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise WarehouseError(f"{path}: cannot be written ({error.strerror or error})") from error
    return path.stat().st_size


def _stay_within(home: Path, stored: int, budget_bytes: int) -> None:
    """Add to the running total, and look at the files themselves only when it passes the budget or is lost."""
    total_file = home / "raw" / "total"
    try:
        total = int(total_file.read_text()) + stored
    except (FileNotFoundError, ValueError):
        total = budget_bytes + 1
    if total > budget_bytes:
        total = _trimmed(home, budget_bytes)
    aside = total_file.with_name(f".total.{os.getpid()}")
    aside.write_text(f"{total}\n")
    aside.replace(total_file)


def _trimmed(home: Path, budget_bytes: int) -> int:
    """Remove the oldest files until nine tenths of the budget are left; the bytes that remain."""
    held = sorted(
        ((path.stat(), path) for path in (home / "raw").glob("*/*.zst")), key=lambda pair: pair[0].st_mtime_ns
    )
    total = sum(stat.st_size for stat, _ in held)
    if total <= budget_bytes:
        return total
    removed = 0
    for stat, path in held:
        if total <= budget_bytes * 9 // 10:
            break
        path.unlink(missing_ok=True)
        total -= stat.st_size
        removed += 1
    log.warning("removed the %d oldest files under %s to stay within %d bytes", removed, home / "raw", budget_bytes)
    return total
