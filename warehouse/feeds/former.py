"""The file that a new one replaces: what was exported before is remembered there, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.model import WarehouseError
from warehouse.store.paths import replacing

if TYPE_CHECKING:
    from pathlib import Path

# Some 20,000 entries.
_MOST_BYTES = 20_000_000


class FeedFileError(WarehouseError):
    """A file cannot be written, or is not one of ours."""


def former(path: Path) -> bytes | None:
    """What is in the file; None where there is none.

    Raises:
        FeedFileError: it cannot be read, or is too large to be one of ours.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FeedFileError(f"{path}: cannot be read ({error.strerror or error})") from error
    if len(content) > _MOST_BYTES:
        raise foreign(path)
    return content


def foreign(path: Path) -> FeedFileError:
    """The refusal of a file that was not written by this program."""
    return FeedFileError(f"{path}: exists and was not written by this command; move it away or choose another name")


def keep(path: Path, content: bytes) -> None:
    """Write the file, whole or not at all; one that would not change is left alone.

    Raises:
        FeedFileError: it cannot be written.
    """
    if former(path) == content:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as aside:
            aside.write_bytes(content)
    except OSError as error:
        raise FeedFileError(f"{path}: cannot be written ({error.strerror or error})") from error
