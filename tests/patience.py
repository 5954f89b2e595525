"""How long tests wait for another thread or process.

A wait ends as soon as there is what it waits for, so that patience costs nothing: only what hangs takes so long. A busy
machine may need minutes where a quiet one needs a moment.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

# In seconds; pytest itself ends a test that hangs for longer (faulthandler_timeout).
PATIENCE = 1_200.0
# A Prefect server works for 7 ms on each answer: asked all the time, it would hold up the run whose end is waited for.
# What does not last, such as the state of a run that goes on, is asked for more often.
END_SECONDS = 0.25


def until(
    what: Callable[[], Any], *, ignoring: type[Exception] | tuple[type[Exception], ...] = (), every: float = 0.05
) -> Any:
    """Ask every so many seconds until the answer is something; an error that is to be ignored is no answer yet.

    Raises:
        AssertionError: it did not come.
    """
    end = time.monotonic() + PATIENCE
    while True:
        try:
            if answer := what():
                return answer
        except ignoring:
            pass
        if time.monotonic() > end:
            raise AssertionError("it did not come")
        time.sleep(every)
