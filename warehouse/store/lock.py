"""The one lock of a warehouse: `flock` on a sidecar file, in the order in which it was asked for.

DuckDB shuts every other process out, at once, while one has the file open for writing. Writers that take turns on a
sidecar get twice the transactions of writers that retry (25 a second against 12, eight writers). `flock` itself keeps
no order: of eight writers the one that had just had its turn took the next, and one waited 13 s where 2 s were its
share. So whoever has to wait draws a ticket: a file named after the moment, locked for as long as its process lives.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import threading
import time
from typing import TYPE_CHECKING

from config.settings import Settings
from warehouse.model import LockedError, WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger(__name__)

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

# Short enough that a turn is taken soon after it is given up, long enough that waiting costs nothing.
poll_seconds = 0.005
# Whoever shows no sign of life for so long, as a process that was stopped with Ctrl-Z, loses its place for the time.
patience_seconds = 2.0
# A wait that a person would notice is said once, with the holder's process id.
notice_seconds = 2.0


class Deadline:
    """How long a caller is ready to wait, on the clock that never goes back.

    `seconds` is for those who know better than the operator, who sets it for all others (MANDATES_LOCK_WAIT_SECONDS).
    """

    def __init__(self, seconds: float | None = None) -> None:
        self.seconds = Settings().lock_wait_seconds if seconds is None else seconds
        self._started = time.monotonic()
        self._noticed = False

    @property
    def waited(self) -> float:
        """Seconds since the wait began."""
        return time.monotonic() - self._started

    def wait(self, path: Path, pid: int | None) -> None:
        """Sleep a little, or give up.

        Raises:
            LockedError: the time is over; it names the process that holds `path` where that is known.
        """
        holder = f"process {pid}" if pid else "another process"
        # First, so that a process that was held up itself says for whom it waited all the same.
        if not self._noticed and self.waited >= notice_seconds:
            self._noticed = True
            log.warning("waiting for %s, held by %s; giving up after %g s", path, holder, self.seconds)
        if self.waited >= self.seconds:
            raise LockedError(
                f"{path} is held by {holder} and was not free within {self.seconds:g} s; "
                "let that process finish or stop it, then try again (analysts: use snapshot.duckdb instead)",
                path=path,
                pid=pid,
            )
        time.sleep(poll_seconds)


@contextlib.contextmanager
def turn(path: Path, deadline: Deadline) -> Iterator[None]:
    """Hold the lock on the sidecar `path`; it is freed by the system when this process dies.

    Raises:
        LockedError: no turn came before the deadline.
        WarehouseError: the sidecar cannot be made, as in a read-only folder.
    """
    descriptor = _taken(path, deadline)
    try:
        # The lock is held already. Who holds it is for the words of others, and a full disk has no room for it.
        with contextlib.suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _taken(path: Path, deadline: Deadline) -> int:
    """The sidecar's descriptor, locked."""
    queue, ticket = path.with_name(path.name + ".queue"), None
    try:
        while True:
            if _is_first(queue, ticket):
                descriptor = _locked(path)
                if descriptor is not None:
                    return descriptor
            ticket = ticket or _Ticket(queue)
            deadline.wait(path, _holder(path))
            ticket.renew()
    except OSError as error:
        advice = "free some space" if error.errno in DISK_FULL else "check the folder's owner and permissions"
        raise WarehouseError(f"{path}: cannot be written ({error.strerror}); {advice}") from error
    finally:
        if ticket is not None:
            ticket.give_back()


class _Ticket:
    """A place in the queue, given up when its process ends, however it ends."""

    def __init__(self, queue: Path) -> None:
        queue.mkdir(exist_ok=True)
        # The clock that never goes back is the same for all processes of the machine.
        self.path = queue / f"{time.monotonic_ns():020}-{os.getpid()}-{threading.get_ident()}"
        aside = self.path.with_name("." + self.path.name)
        self._descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        # Locked before anybody can see it, for an unlocked ticket is that of a dead process.
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        aside.rename(self.path)

    def renew(self) -> None:
        """Show that we still look."""
        os.utime(self._descriptor)

    def give_back(self) -> None:
        """Leave the queue."""
        self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def _is_first(queue: Path, ticket: _Ticket | None) -> bool:
    """Whether nobody who is awake drew a ticket before; those of the dead are cleared away."""
    with contextlib.suppress(FileNotFoundError):
        for other in sorted(path for path in queue.iterdir() if path.name[0] != "."):
            if ticket is not None and other >= ticket.path:
                return True
            if _is_awake(other):
                return False
    return True


def _is_awake(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink(missing_ok=True)
    except BlockingIOError:
        return time.time() - os.fstat(descriptor).st_mtime < patience_seconds
    finally:
        os.close(descriptor)
    return False


def _locked(path: Path) -> int | None:
    """The sidecar's descriptor, locked; None where another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Somebody may have deleted the sidecar meanwhile: the lock is then on a file that nobody else will open.
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    return None


def _holder(path: Path) -> int | None:
    """The process that wrote its id into the sidecar."""
    try:
        written = path.read_text().strip()
    except FileNotFoundError:
        return None
    return int(written) if written.isdigit() else None
