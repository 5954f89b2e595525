"""Reading in processes of their own: what a publisher sends can slow, fill or kill a worker, never the run.

`pool.ReadingPool` runs plain functions in workers with limits on memory, processor time, wall time and output; `here`
runs them in this process, for recorded answers and tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Reading", "here"]

Result = TypeVar("Result")


class Reading(Protocol):
    """Runs a function of picklable arguments; what it raises of `scrapers.publication`'s errors is raised here."""

    async def __call__(self, function: Callable[..., Result], *arguments: object, owner: str = "") -> Result:
        """The function's result. Of several `owner`s the one that has used least comes first.

        Raises:
            ScraperError: the document is at fault, or went past a limit (`LimitError`).
        """


async def here(function: Callable[..., Result], *arguments: object, owner: str = "") -> Result:  # noqa: ARG001 - see `Reading`
    """Run the function in this process, without limits."""
    return function(*arguments)
