"""Crawls that found nothing changed, noted beside the warehouse: no batch file, no session, no transaction.

A line a crawl, in `landing/checks.jsonl`, is the footer that its batch would have. The lines become rows with the next
group that is recorded, or after an hour; until then whoever asks how a source is doing is given them as well.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import time
from typing import TYPE_CHECKING

from warehouse.load.landing import batch_of, footer_of, landing_folder
from warehouse.model import LandingError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warehouse.load.landing import LandedBatch
    from warehouse.model import Batch

log = logging.getLogger(__name__)

# They are kept so long, or until there are so many, before they are written without anything else to be recorded.
LONGEST_SECONDS = 3600
MOST_BYTES = 1_000_000
_NAME = "checks.jsonl"


def note(home: Path, batch: Batch) -> None:
    """Note a crawl that found nothing changed."""
    path = landing_folder(home) / _NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    # The line break comes first: a line that a full disk cut short does not take the next one with it.
    line = b"\n" + json.dumps(footer_of(batch)).encode()
    while True:
        with path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            # Whoever takes the lines renames the file first: those that come later go into a new one.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                    file.write(line)
                    return


def noted(home: Path) -> tuple[LandedBatch, ...]:
    """The crawls that are noted, in their order."""
    return tuple(batch for path in sorted(landing_folder(home).glob("checks*.jsonl")) for batch in _read(path))


def are_due(home: Path) -> bool:
    """Whether the notes have waited long enough, or are many enough, to be written by themselves."""
    for path in landing_folder(home).glob("checks*.jsonl"):
        with contextlib.suppress(FileNotFoundError):
            state = path.stat()
            if state.st_size > MOST_BYTES or (state.st_size and time.time() - _began(path) > LONGEST_SECONDS):
                return True
    return False


def set_down(home: Path) -> list[Path]:
    """The files of noted crawls, oldest first; later crawls are noted in another one."""
    folder = landing_folder(home)
    path = folder / _NAME
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        path.rename(folder / f"checks-{time.time_ns():020}.jsonl")
    return sorted(folder.glob("checks-*.jsonl"))


@contextlib.contextmanager
def taken(home: Path) -> Iterator[tuple[LandedBatch, ...]]:
    """The noted crawls, to be written by the block; they are gone after it, and stay where it fails."""
    paths = set_down(home)
    yield tuple(batch for each in paths for batch in _read(each, warns=True))
    for each in paths:
        each.unlink(missing_ok=True)


def _read(path: Path, *, warns: bool = False) -> Iterator[LandedBatch]:
    with contextlib.suppress(FileNotFoundError):
        for line in filter(None, path.read_bytes().splitlines()):
            try:
                yield batch_of(path, json.loads(line), 0)
            except (ValueError, LandingError, RecursionError) as error:
                # That the source was crawled is forgotten with it, so the source is asked again.
                if warns:
                    log.warning("%s: a line is damaged and was left out: %s", path, error)


def _began(path: Path) -> float:
    """When the first of its crawls ended, as a time stamp."""
    first = next(_read(path), None)
    return first.finished_at.timestamp() if first is not None else 0.0
