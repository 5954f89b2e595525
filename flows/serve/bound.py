"""Run a module that ends with the supervisor: `python -m flows.serve.bound PROCESS MODULE ARGUMENT …`.

`kill -9` of the supervisor leaves nothing running. Linux ends a process when its parent dies; elsewhere a thread
watches the parent.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1
LOOKS_EVERY_SECONDS = 1.0


def end_with(parent: int) -> None:
    """Have this process killed when its parent, the process with that id, ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_look, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        # The parent died before the request took effect.
        os._exit(1)


def _look(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOKS_EVERY_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
