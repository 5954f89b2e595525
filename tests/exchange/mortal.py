"""A worker or a recorder that is killed at a certain step: before its Nth change of a file.

Usage: mortal worker|recorder HOME PLACE STEP
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.patience import PATIENCE
from tests.warehouse.made import batch, entry, nobody
from warehouse.exchange import memories
from warehouse.exchange.batches import bring, send
from warehouse.exchange.place import open_place
from warehouse.load import checks
from warehouse.load.landing import land
from warehouse.load.record import record

if TYPE_CHECKING:
    from collections.abc import Callable


def dying_at(step: int) -> None:
    """Let each call that changes a folder count, and kill this process at one of them."""
    left = [step]

    def mortal(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **more: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **more)

        return called

    for name in ("replace", "rename", "link", "unlink", "fsync"):
        setattr(os, name, mortal(getattr(os, name)))


def main(what: str, home: Path, place: str, step: int) -> None:
    """What a worker's run or a recorder's does with files."""
    there = open_place(place)
    dying_at(step)
    if what == "worker":
        for number in range(2):
            land(home, batch(number, entry()))
        checks.note(home, batch(2, outcome="not_modified"))
        send(home, there)
    else:
        bring(home, there)
        record(home, nobody)
        memories.publish(home, there, wait_seconds=PATIENCE)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
