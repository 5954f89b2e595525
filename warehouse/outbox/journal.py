"""A dispatcher's own journal: one line a step, on disk before the step is taken.

Opening DuckDB for every message would cost twice what a mail costs (30-40 ms against 19). So a dispatcher claims many
at once, notes each step here, and folds the notes into the tables with its next claim. The file is locked (`flock`)
while its dispatcher lives; the system frees the lock at its death, however it dies, and the next dispatcher folds what
is left. A crash leaves at most one delivery in doubt: the one whose last line says `sending`.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warehouse.model import DeliveryState


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a delivery's state. `number` counts a worker's steps from 1, over all its folds."""

    number: int
    delivery_id: str
    at: datetime
    state: DeliveryState
    attempt: int
    due_at: datetime | None = None
    seconds: float | None = None
    note: str | None = None


class Journal:
    """An open, locked journal file; `worker` is its name and is in every row that it leads to."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.worker = path.stem
        self.damaged = False
        self._descriptor = descriptor

    @classmethod
    def begin(cls, folder: Path) -> Self:
        """A new one, locked before anyone can take it for a dead dispatcher's."""
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            path = folder / f"{uuid.uuid4().hex}.jsonl"
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
            journal = cls._locked(path, descriptor)
            if journal is not None:
                return journal

    @classmethod
    def abandoned(cls, folder: Path) -> Iterator[Self]:
        """The journals of dispatchers that are dead, each locked by us from now on."""
        for path in sorted(folder.glob("*.jsonl")):
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            journal = cls._locked(path, descriptor)
            if journal is not None:
                yield journal

    @classmethod
    def _locked(cls, path: Path, descriptor: int) -> Self | None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Between opening and locking, another dispatcher may have folded the file and removed it.
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return cls(path, descriptor)
        except (BlockingIOError, FileNotFoundError):
            pass
        os.close(descriptor)
        return None

    def write(self, step: Step) -> None:
        """Hand the line to the system: it survives the death of this process."""
        os.write(self._descriptor, (json.dumps(asdict(step), default=str, ensure_ascii=False) + "\n").encode())

    def sync(self) -> None:
        """Wait until all lines are on the disk: they survive the death of the machine."""
        os.fdatasync(self._descriptor)

    def steps(self) -> list[Step]:
        """All whole lines. A torn last one is a step that was never taken, since `sync` had not returned.

        Lines from the first unreadable one on are lost, and `damaged` says so: what they said is in doubt.
        """
        content = os.pread(self._descriptor, os.fstat(self._descriptor).st_size, 0)
        steps = []
        for line in content.split(b"\n")[:-1]:
            try:
                steps.append(_step(line))
            except (ValueError, TypeError, KeyError):
                log.exception("%s is damaged; its entries from step %d on are uncertain", self.path, len(steps) + 1)
                self.damaged = True
                break
        return steps

    def empty(self) -> None:
        """Forget the lines, once the tables hold them."""
        os.ftruncate(self._descriptor, 0)

    def close(self, *, remove: bool) -> None:
        """Let go of the file, and remove it where nothing in it is needed any more."""
        if remove:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def _step(line: bytes) -> Step:
    fields = json.loads(line)
    for name in ("at", "due_at"):
        if fields[name] is not None:
            fields[name] = datetime.fromisoformat(fields[name])
    return Step(**fields)
