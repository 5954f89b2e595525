"""How the sources of a run answered, sorted: what they showed, whom the landing place left unpolled, our own errors."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.sources_log import about
from warehouse.model import PlaceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from config.sources import Source
    from flows.recording import Crawled

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answers:
    """`away` are the sources that were not polled because the shared place was away, with its error.

    `faults` are errors of this program with one source, each of which is in the log.
    """

    crawled: tuple[Crawled, ...]
    away: Mapping[str, str]
    faults: tuple[BaseException, ...]


def sorted_out(sources: Iterable[Source], answers: Sequence[Crawled | BaseException | None]) -> Answers:
    """Sort what `asyncio.gather` has collected from these sources; None is the answer of one left to another run."""
    crawled: list[Crawled] = []
    away: dict[str, str] = {}
    faults: list[BaseException] = []
    for source, answer in zip(sources, answers, strict=True):
        if isinstance(answer, PlaceError):
            away[source.id] = str(answer)
        elif isinstance(answer, BaseException):
            faults.append(answer)
            with about(source.id):
                # A run raises the first alone.
                log.error("ended with an error: %s: %s", type(answer).__name__, answer, exc_info=answer)
        elif answer is not None:
            crawled.append(answer)
    if away:
        log.warning("%s", away_line(away))
    return Answers(tuple(crawled), away, tuple(faults))


def away_line(away: Mapping[str, str]) -> str:
    """Which sources were not polled, and why: "not polled: aalco, ipu (the landing place … cannot be used: …)"."""
    return f"not polled: {', '.join(away)} ({next(iter(away.values()))})"
