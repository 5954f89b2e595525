"""Keeps children alive: starts them in order, checks their health, restarts them, and stops them in turns.

It never gives up on a child. The delays between restarts grow to a minute, and the log has the reason of each end.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from flows.serve.log import Log

LONGEST_WAIT_SECONDS = 60.0
# After so many failures, nothing grows any more.
MOST_DOUBLINGS = 6
# If a child has been healthy for this long, its next restart begins with a short delay again: long delays are for a
# child that does not start working at all.
GOOD_LIFE_SECONDS = 10.0
FIRST_LOOK_SECONDS, LOOK_SECONDS = 0.3, 5.0
# From one look at a child to the next it passes no more time than this, unless this process was stopped itself.
LONGEST_LOOK_SECONDS = 20.0
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep: what `python -m` runs, how to check that it is well, and how long it may take to stop.

    `well` is called with the time (epoch seconds) at which the process was started; None means that it is not known.
    A child without `well` runs once, and is well when it has ended with 0. A start may take `start_seconds`, and twice
    as long after each failure: a busy machine needs more. `after` are the names of the children that
    must be well before it is started. The tree is ready without a child that is not `needed`. Children with the highest
    `turn` are stopped first, all at the same time; the next turn begins when they have ended.
    """

    name: str
    command: tuple[str, ...]
    after: tuple[str, ...] = ()
    well: Callable[[float], Awaitable[bool | None]] | None = None
    start_seconds: float = 120.0
    patience_seconds: float = 60.0
    stop_seconds: float = 10.0
    turn: int = 0
    needed: bool = True


@dataclass(slots=True)
class _Kept:
    child: Child
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    process: asyncio.subprocess.Process | None = None
    failures: int = 0
    well_since: float | None = None


def stop_seconds(children: Iterable[Child]) -> float:
    """How long it takes at most to stop them, in seconds, after which the last is killed."""
    return sum(max(child.stop_seconds for child in turn) for turn in _turns(children))


def _turns(children: Iterable[Child]) -> list[tuple[Child, ...]]:
    """The children in the order of stopping."""
    by_turn = sorted(children, key=_turn, reverse=True)
    return [tuple(turn) for _, turn in groupby(by_turn, key=_turn)]


def _turn(child: Child) -> int:
    return child.turn


class Supervisor:
    """A set of children; `keep` works until it is cancelled, and `stop` ends what is still running."""

    def __init__(self, children: Sequence[Child], environment: Mapping[str, str], log: Log) -> None:
        self._kept = {child.name: _Kept(child) for child in children}
        self._environment = environment
        self._log = log

    async def keep(self) -> None:
        """Start the children and keep them; never returns."""
        async with asyncio.TaskGroup() as group:
            for kept in self._kept.values():
                group.create_task(self._keep(kept))

    async def ready(self) -> None:
        """Return when every child that is needed has been well once."""
        for kept in self._kept.values():
            if kept.child.needed:
                await kept.ready.wait()

    async def stop(self) -> None:
        """Ask the children to end, turn by turn, and kill what takes longer than it may."""
        for turn in _turns(kept.child for kept in self._kept.values()):
            await asyncio.gather(*map(self._stop, turn))

    async def _stop(self, child: Child) -> None:
        process = self._kept[child.name].process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), child.stop_seconds)
        except TimeoutError:
            self._log.say("serve", f"{child.name} did not stop within {child.stop_seconds:.0f} s: killed")
            await self.kill(child.name)

    async def kill(self, name: str) -> None:
        """End a child at once, with its process group."""
        process = self._kept[name].process
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def kill_all(self) -> None:
        """End all children at once."""
        for name in self._kept:
            await self.kill(name)

    async def _keep(self, kept: _Kept) -> None:
        child = kept.child
        while True:
            for name in child.after:
                await self._kept[name].ready.wait()
            try:
                code = await self._lived(kept)
            except OSError as error:
                # Not enough memory, or too many processes: that may change.
                how = f"could not be started ({error.strerror})"
            else:
                if child.well is None and code == 0:
                    kept.ready.set()
                    return
                how = _ended(code)
            lasted = kept.well_since is not None and time.monotonic() - kept.well_since > GOOD_LIFE_SECONDS
            kept.failures = 1 if lasted else kept.failures + 1
            wait = min(2.0 ** min(kept.failures - 1, MOST_DOUBLINGS), LONGEST_WAIT_SECONDS)
            times = f" (failure {kept.failures})" if kept.failures > 1 else ""
            self._log.say("serve", f"{child.name} {how}{times}; restarting in {wait:.0f} s")
            await asyncio.sleep(wait)

    async def _lived(self, kept: _Kept) -> int:
        """Start the child, log its output, and watch it until it ends; its exit code."""
        started, kept.well_since = time.time(), None
        kept.process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "flows.serve.bound", str(os.getpid()), *kept.child.command),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # Ctrl-C is for the supervisor, which stops the others in order.
            start_new_session=True,
            env=self._environment,
        )
        reading = asyncio.create_task(self._read(kept.child.name, process.stdout))
        looking = asyncio.create_task(self._look(kept, started))
        try:
            code = await process.wait()
        finally:
            looking.cancel()
        # A grandchild may hold the pipe open.
        await asyncio.wait([reading], timeout=1)
        return code

    async def _look(self, kept: _Kept, started: float) -> None:
        child = kept.child
        if child.well is None:
            return
        silent, patience = 0.0, child.start_seconds * 2 ** min(kept.failures, MOST_DOUBLINGS)
        looked = time.monotonic()
        while True:
            try:
                answer = await child.well(started)
            except Exception as error:  # noqa: BLE001 - an answer that makes no sense is not a sign of life either
                self._log.say("serve", f"{child.name} gave an answer that was not understood: {error!r}")
                answer = False
            if answer:
                kept.ready.set()
                kept.well_since, patience = kept.well_since or time.monotonic(), child.patience_seconds
            before, looked = looked, time.monotonic()
            # While this process was stopped, as by Ctrl-Z or a suspended machine, nobody asked the child.
            silent = 0.0 if answer is not False else silent + min(looked - before, LONGEST_LOOK_SECONDS)
            if silent > patience:
                self._log.say("serve", f"{child.name} gave no sign of life for {patience:.0f} s: killed")
                await self.kill(child.name)
                return
            await asyncio.sleep(FIRST_LOOK_SECONDS if kept.well_since is None else LOOK_SECONDS)

    async def _read(self, name: str, stream: asyncio.StreamReader | None) -> None:
        held = b""
        while stream is not None and (part := await stream.read(_CHUNK)):
            *lines, held = (held + part).split(b"\n")
            if len(held) > _CHUNK:
                lines, held = [*lines, held], b""
            for line in lines:
                if line.strip():
                    self._log.say(name, line.decode("utf-8", "replace").rstrip())
        if held.strip():
            self._log.say(name, held.decode("utf-8", "replace").rstrip())


def _ended(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
