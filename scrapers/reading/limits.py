"""What one document may cost, and how a worker is kept to it.

Processor and wall time end the process by a signal's default action, which no loop in C or Python can hold up; the
address space makes allocations fail. The time allowed grows with the document, so that a small one cannot hold a worker
for long: honest PDFs take 10 to 20 ms a page and well under 1 s a megabyte.
"""

from __future__ import annotations

import contextlib
import resource
import signal
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """For one document: seconds for an empty one and for each megabyte, bytes of address space and of the answer."""

    cpu_seconds: float = 10.0
    # For each megabyte, as a share of `cpu_seconds`.
    a_megabyte: float = 0.4
    wall_factor: float = 3.0
    memory_bytes: int = 1_500_000_000
    answer_bytes: int = 100_000_000

    def cpu(self, size: int) -> float:
        """Processor seconds for a document of `size` bytes."""
        return self.cpu_seconds * (1 + self.a_megabyte * size / 1e6)

    def wall(self, size: int) -> float:
        """Wall seconds for a document of `size` bytes: more, because the machine is shared."""
        return self.wall_factor * self.cpu(size)

    def words(self, ending: int, size: int) -> str:
        """Why a worker ended, for people; `ending` is the signal that ended it, 0 where it ended by itself."""
        if ending == signal.SIGPROF:
            return f"reading it took more than {self.cpu(size):.0f} s of processor time and was stopped"
        if ending == signal.SIGALRM:
            return f"reading it took longer than {self.wall(size):.0f} s and was stopped"
        if ending == signal.SIGKILL:
            return "the process that read it was killed (by the system, if memory ran out)"
        if ending <= 0:
            return "reading it crashed its process (it ended)"
        return f"reading it crashed its process ({signal.Signals(ending).name})"


def settle(limits: Limits) -> None:
    """Bound this process for good: address space, no core dump, no file written."""
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS knows the first but refuses it
            resource.setrlimit(kind, (most, most))


def begin(limits: Limits, size: int) -> None:
    """Start the clocks for one document."""
    signal.setitimer(signal.ITIMER_PROF, limits.cpu(size))
    signal.setitimer(signal.ITIMER_REAL, limits.wall(size))


def end() -> None:
    """Stop the clocks."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
