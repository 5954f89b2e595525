"""The process that makes workers: `python -m scrapers.reading.nursery FD SETTINGS MODULE …`.

It imports and prepares once what reading needs, and forks a worker whenever the run asks for one, so that a fresh
worker costs some 10 ms. It has one thread, so a fork is safe. When the run is gone, however it went, its end of the
control socket is closed: the nursery then kills the workers and ends.

A request is a number and a socket, handed over as a file descriptor. Two things are reported: `s, number, process` for
a worker that was made, and `e, process, signal` for one that has ended (0: by itself).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import pickle
import selectors
import signal
import socket
import struct
import sys
import traceback

from scrapers.publication import LimitError, ScraperError
from scrapers.reading import limits, wire

REQUEST = struct.Struct(">q")
REPORT = struct.Struct(">cqq")
STARTED, ENDED = b"s", b"e"
_PR_SET_PDEATHSIG = 1


def _main(descriptor: int, modules: list[str], bounds: limits.Limits, prepare: bytes | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        # The run decides when its workers end; where it is gone, the control socket says so.
        signal.signal(number, signal.SIG_IGN)
    control = socket.socket(fileno=descriptor)
    for module in modules:
        importlib.import_module(module)
    if prepare is not None:
        function, arguments = wire.called(prepare)
        function(*arguments)
    # What is there by now is shared with every worker, as long as the collector does not touch it.
    gc.collect()
    gc.freeze()
    workers: set[int] = set()
    woken, wake = socket.socketpair()
    woken.setblocking(False)
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with selectors.DefaultSelector() as ready:
        ready.register(control, selectors.EVENT_READ)
        ready.register(woken, selectors.EVENT_READ)
        while True:
            asked = {key.fileobj for key, _ in ready.select()}
            if woken in asked:
                with contextlib.suppress(BlockingIOError):
                    woken.recv(4096)
            if control in asked and not _fork(control, workers, bounds):
                break
            _bury(control, workers)
    signal.set_wakeup_fd(-1)
    for process in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def _fork(control: socket.socket, workers: set[int], bounds: limits.Limits) -> bool:
    """Make the worker that the run asks for; False where the run is gone."""
    try:
        message, descriptors, _, _ = socket.recv_fds(control, REQUEST.size, 1)
    except ConnectionError:
        return False
    if not message or not descriptors:
        return False
    process = os.fork()
    if process == 0:
        control.close()
        status = 1
        try:
            _work(socket.socket(fileno=descriptors[0]), bounds)
            status = 0
        finally:
            os._exit(status)
    os.close(descriptors[0])
    workers.add(process)
    try:
        control.sendall(REPORT.pack(STARTED, REQUEST.unpack(message)[0], process))
    except ConnectionError:
        return False
    return True


def _bury(control: socket.socket, workers: set[int]) -> None:
    """Report the workers that have ended."""
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not process:
            return
        workers.discard(process)
        ending = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        with contextlib.suppress(OSError):
            control.sendall(REPORT.pack(ENDED, process, ending))


def _work(connection: socket.socket, bounds: limits.Limits) -> None:
    """A worker's life: one call after another, until the run closes the connection."""
    for number in (signal.SIGCHLD, signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    with contextlib.suppress(OSError, AttributeError):
        # Linux: ends with the nursery, even in the middle of a loop that never returns.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - libraries in C write to the descriptor
        os.dup2(nowhere.fileno(), 2)
    limits.settle(bounds)
    while (payload := wire.receive(connection)) is not None:
        limits.begin(bounds, len(payload))
        value = _answer(payload, bounds)
        limits.end()
        wire.send(connection, value)


def _answer(payload: bytes, bounds: limits.Limits) -> bytes:
    try:
        function, arguments = wire.called(payload)
        found = wire.answer(function(*arguments))
    except ScraperError as error:
        return wire.answer(error)
    except MemoryError:
        return wire.answer(wire.Fault("MemoryError", ""))
    except Exception as error:  # noqa: BLE001 - whatever it is, the run must hear of it
        where = "".join(traceback.format_tb(error.__traceback__))[-4000:]
        return wire.answer(wire.Fault(f"{type(error).__name__}: {error}"[:500], where))
    if len(found) > bounds.answer_bytes:
        return wire.answer(LimitError(f"reading it gave {len(found):,} bytes, over {bounds.answer_bytes:,}"))
    return found


if __name__ == "__main__":
    bounds, prepare = pickle.loads(bytes.fromhex(sys.argv[2]))  # noqa: S301 - the run's own words
    _main(int(sys.argv[1]), sys.argv[3:], bounds, prepare)
