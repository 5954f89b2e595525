"""Batches in transit: a worker puts what it has landed into the place, and the recorder moves it to its own landing.

Each end removes its copy only when the other copy is on a disk, so a batch may exist twice and is never lost; it is
recorded once, by its id. What is not a valid batch is moved to `refused/` with the reason beside it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from warehouse.load import checks
from warehouse.load.landing import landing_folder, read_footer, waiting_batches
from warehouse.model import LandingError, NewerBatchError, PlaceError
from warehouse.store.paths import settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warehouse.exchange.place import Held, Place

log = logging.getLogger(__name__)

BATCHES, CHECKS, REFUSED = "batches", "checks", "refused"
# By its policy, one crawl may fetch 1 GB, which is compressed here; parts of it land before it ends.
MOST_BATCH_BYTES = 2_000_000_000
MOST_CHECKS_BYTES = 20_000_000
# One pass moves no more than this, so that it is recorded before the next one and the disk has room for both.
MOST_FILES, MOST_BYTES = 500, 4_000_000_000
# Moving costs requests, and somebody may write any number of invalid files.
MOST_REFUSED = 100
_BATCH = re.compile(rf"{BATCHES}/([A-Za-z0-9][A-Za-z0-9._-]{{0,150}})\.parquet")
_CHECKS = re.compile(rf"{CHECKS}/[A-Za-z0-9][A-Za-z0-9_-]{{0,100}}\.jsonl")


@dataclass(frozen=True, slots=True)
class Passed:
    """What one pass moved: batches and files of checks, their bytes, those refused, and whether more is waiting."""

    batches: int = 0
    checks: int = 0
    bytes: int = 0
    refused: int = 0
    more: bool = False


def send(home: Path, place: Place) -> int:
    """Put everything that has landed in a worker's home into the place; returns the number of files.

    Raises:
        PlaceError: the place cannot be reached; what was not sent waits in the home.
    """
    sent = 0
    for path in waiting_batches(home):
        sent += _send(place, path, f"{BATCHES}/{path.name}")
    for path in checks.set_down(home):
        sent += _send(place, path, f"{CHECKS}/{_digest(path)}.jsonl")
    return sent


def _digest(path: Path) -> str:
    """A name that two machines do not share, and that is the same if a file has to be sent again."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return "gone"


def send_batch(home: Path, place: Place, batch_id: str) -> int:
    """The same for one batch, if it has landed as a file."""
    path = landing_folder(home) / f"{batch_id}.parquet"
    return _send(place, path, f"{BATCHES}/{path.name}")


def _send(place: Place, path: Path, name: str) -> int:
    if not path.exists():
        return 0  # another run in this home has just sent it
    try:
        place.put(name, path)
    except PlaceError:
        if not path.exists():
            return 0
        raise
    path.unlink(missing_ok=True)
    return 1


def waiting(place: Place) -> list[Held]:
    """The batches in the place that nobody has taken yet.

    Raises:
        PlaceError: the place cannot be reached.
    """
    return [held for held in place.find(BATCHES) if _BATCH.fullmatch(held.name)]


def refused(place: Place) -> list[Held]:
    """What was moved aside, without the notes with the reasons.

    Raises:
        PlaceError: the place cannot be reached.
    """
    return [held for held in place.find(REFUSED) if not held.name.endswith(".why.txt")]


def bring(home: Path, place: Place) -> Passed:
    """Take what waits in the place into the landing of this home, the oldest first, at most one pass of it.

    Raises:
        PlaceError: the place cannot be reached.
    """
    landing_folder(home).mkdir(parents=True, exist_ok=True)
    passed = Passed()
    for room, take in ((BATCHES, _take_batch), (CHECKS, _take_checks)):
        for held in sorted(place.find(room), key=lambda held: (held.stamp, held.name)):
            # The first is always looked at: otherwise a file over the limit would be "more" in every pass.
            is_full = passed.batches + passed.checks >= MOST_FILES or passed.bytes + held.bytes > MOST_BYTES
            if is_full and passed.batches + passed.checks:
                passed = replace(passed, more=True)
                break
            passed = _passed(home, place, held, take, passed)
    return passed


def _passed(home: Path, place: Place, held: Held, take: Callable[[Path, Place, Held], bool], passed: Passed) -> Passed:
    try:
        if not take(home, place, held):
            return passed
    except NewerBatchError as error:
        log.warning("%s was left in the landing place: %s", held.name, _plain(error))
        return passed
    except LandingError as error:
        if passed.refused < MOST_REFUSED:
            _refuse(place, held, _plain(error))
        return replace(passed, refused=passed.refused + 1)
    except PlaceError as error:
        # A file that cannot be read must not hold up the others; if all fail, each is logged.
        log.warning("%s was left in the landing place: %s", held.name, error)
        return passed
    batches, files = (1, 0) if take is _take_batch else (0, 1)
    return replace(
        passed, batches=passed.batches + batches, checks=passed.checks + files, bytes=passed.bytes + held.bytes
    )


def _take_batch(home: Path, place: Place, held: Held) -> bool:
    named = _BATCH.fullmatch(held.name)
    if named is None:
        raise LandingError("its name is not that of a batch")
    if held.bytes > MOST_BATCH_BYTES:
        raise LandingError(f"it has {held.bytes:,} bytes, over the limit of {MOST_BATCH_BYTES:,}")

    def checked(path: Path) -> None:
        batch_id = read_footer(path).batch_id
        if batch_id != named[1]:
            raise LandingError("it contains a batch with another id than its name says")

    return _take(place, held, landing_folder(home) / f"{named[1]}.parquet", checked)


def _take_checks(home: Path, place: Place, held: Held) -> bool:
    if not _CHECKS.fullmatch(held.name):
        raise LandingError("its name is not that of a file of checks")
    if held.bytes > MOST_CHECKS_BYTES:
        raise LandingError(f"it has {held.bytes:,} bytes, over the limit of {MOST_CHECKS_BYTES:,}")
    path = landing_folder(home) / f"checks-{time.time_ns():020}.jsonl"
    return _take(place, held, path, lambda _: None)


def _take(place: Place, held: Held, path: Path, check: Callable[[Path], None]) -> bool:
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if not place.fetch(held.name, aside, held.bytes):
            return False
        check(aside)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    # The batch is safe on our disk; a copy left in the place would only be loaded again and found recorded.
    settle(path.parent)
    place.remove(held.name)
    return True


def _plain(error: LandingError) -> str:
    """What is wrong with a file, without its temporary name."""
    return str(error).partition(".part: ")[2] or str(error)


def _refuse(place: Place, held: Held, reason: str) -> None:
    name = f"{REFUSED}/{held.name.replace('/', '_')[-200:]}"
    log.warning("%s in the landing place was moved to %s: %s", held.name, name, reason)
    try:
        place.move(held.name, name)
        place.put(f"{name}.why.txt", f"{reason}\n".encode())
    except PlaceError as error:
        log.warning("%s stays in the landing place: %s", held.name, error)
