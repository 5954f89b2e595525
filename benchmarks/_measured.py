"""What a command costs, seen from outside: wall time, processor time, memory of its whole process tree, bytes written.

Memory of a tree, every 50 ms: what its processes hold of their own, pages that they share counted once (PSS of
anonymous and shared memory), and the mapped files of the process that maps most, since all map the same libraries.
Their PSS would fall when any other Python runs on the machine. Reading PSS takes the kernel 3 ms for a process of
300 MB, a status line 0.02 ms; as it is never more than RSS, it is read only when RSS exceeds the highest peak so far,
and no peak is missed. Linux only (/proc).
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from threading import Event, Thread
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SAMPLE_SECONDS = 0.05
_TICKS = os.sysconf("SC_CLK_TCK")
# What getrusage counts writes in, whatever the file system's own blocks are (Linux: task_io_get_oublock).
_BLOCK_BYTES = 512
# How often what is left is killed before it is given up as unkillable.
_TRIES = 100
_GONE = (FileNotFoundError, ProcessLookupError)


class CommandError(Exception):
    """A measured command failed; the sentence holds the end of what it said."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of processor time (children included); MB of the tree, of its largest process, written.

    `largest` is a high-water mark of RSS that the kernel keeps, `tree` a peak of samples.
    """

    wall: float
    processor: float
    tree: float
    largest: float
    written: float

    def __str__(self) -> str:
        return (
            f"{self.wall:.1f} s, {self.processor:.1f} s of processor time, peak {self.tree:,.0f} MB "
            f"(largest process {self.largest:,.0f} MB), {self.written:,.0f} MB written"
        )


def measured(
    command: Sequence[str | Path], *, folder: Path | None = None, environment: Mapping[str, str] | None = None
) -> tuple[Cost, str]:
    """Run a command to its end, and give its cost and what it printed; processes that it leaves behind are killed.

    Raises:
        CommandError: it ended with another exit code than 0.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as notes:
        began = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=notes
        )
        tree = _Tree(child.pid)
        tree.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            raise
        finally:
            wall = time.perf_counter() - began
            tree.end()
        child.returncode = os.waitstatus_to_exitcode(status)
        said, noted = _all(out), _all(notes)
    if child.returncode:
        raise CommandError(f"{' '.join(map(str, command))}: exit code {child.returncode}\n{noted[-2000:]}")
    # The kernel adds up only what was waited for: a worker that ends after its parent is in the samples alone.
    processor = max(usage.ru_utime + usage.ru_stime, sum(tree.processor.values()))
    return Cost(wall, processor, tree.peak, tree.largest, usage.ru_oublock * _BLOCK_BYTES / 1e6), said


def _all(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(*(statistics.median(getattr(cost, field.name) for cost in costs) for field in fields(Cost)))


class _Tree(Thread):
    """Looks at a process and all that descend from it, also those whose parents have ended."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self._root = root
        self._over = Event()
        # Seconds of each process without its children, as last seen. Numbers of processes are used again: with the
        # moment of its start a number is one process.
        self.processor: dict[tuple[int, str], float] = {}
        self.peak = self.largest = 0.0

    def run(self) -> None:
        """Look until the command has ended."""
        while not self._over.wait(SAMPLE_SECONDS):
            self._look()

    def end(self) -> None:
        """Stop looking, and kill what is left of the tree."""
        self._over.set()
        self.join()
        for _ in range(_TRIES):
            left = self._alive() - {self._root}
            if not left:
                break
            for process in left:
                with suppress(ProcessLookupError):
                    os.kill(process, 9)
            time.sleep(SAMPLE_SECONDS)

    def _alive(self) -> set[int]:
        running: dict[int, _Status] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(*_GONE):
                    running[int(entry.name)] = _status(entry)
        known = {process for process, status in running.items() if (process, status.start) in self.processor}
        known |= {self._root} & running.keys()
        while new := {process for process, status in running.items() if status.parent in known} - known:
            known |= new
        self.processor.update({(process, running[process].start): running[process].processor for process in known})
        return {process for process in known if running[process].state != "Z"}

    def _look(self) -> None:
        alive = self._alive()
        own = mapped = 0.0
        for process in alive:
            with suppress(*_GONE):
                status = _megabytes(process, "status")
                own += status.get("RssAnon", 0.0) + status.get("RssShmem", 0.0)
                mapped = max(mapped, status.get("RssFile", 0.0))
                self.largest = max(self.largest, status.get("VmHWM", 0.0))
        if own + mapped > self.peak:
            shared_once = 0.0
            for process in alive:
                with suppress(*_GONE):
                    sizes = _megabytes(process, "smaps_rollup")
                    shared_once += sizes.get("Pss_Anon", 0.0) + sizes.get("Pss_Shmem", 0.0)
            self.peak = max(self.peak, shared_once + mapped)


class _Status(NamedTuple):
    state: str
    parent: int
    processor: float
    start: str


def _status(folder: Path) -> _Status:
    # The name of a process may have blanks and brackets in it; the fields after it have none (proc_pid_stat(5)).
    words = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
    return _Status(words[0], int(words[1]), (int(words[11]) + int(words[12])) / _TICKS, words[19])


def _megabytes(process: int, table: str) -> dict[str, float]:
    """The sizes in a table of /proc; a process that has ended and was not waited for has none."""
    lines = Path(f"/proc/{process}/{table}").read_text(errors="replace").splitlines()
    return {
        name: int(value.split()[0]) / 1024
        for name, _, value in (line.partition(":") for line in lines)
        if value.endswith(" kB")
    }
