"""SIGTERM to a run ends the run, whichever of its tasks is at work when it comes."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, TypeVar

from prefect.exceptions import TerminationSignal

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

T = TypeVar("T")


@contextlib.contextmanager
def heeded_everywhere() -> Iterator[None]:
    """Let a signal end the task that this is used in, also when it comes during one of those begun inside.

    Prefect answers SIGTERM with an exception wherever the program is at that moment. asyncio leaves it with the task
    that happens to be at work; where that is a helper for which nobody waits, the run would go on as if nothing had
    come.
    """
    loop, owner = asyncio.get_running_loop(), asyncio.current_task()

    async def heeded(coroutine: Coroutine[Any, Any, T]) -> T:
        try:
            return await coroutine
        except TerminationSignal:
            if owner is not None:
                owner.cancel()
            raise

    def task(loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T], **kinds: Any) -> asyncio.Task[T]:
        made = asyncio.Task(heeded(coroutine), loop=loop, **kinds)
        # One that is cancelled before it begins would leave it behind, and Python would warn of that.
        made.add_done_callback(lambda _: coroutine.close())
        return made

    former = loop.get_task_factory()
    loop.set_task_factory(task)  # type: ignore[arg-type]
    try:
        yield
    finally:
        loop.set_task_factory(former)
