"""Log lines name their source, whichever module writes them: a contextvar holds it, and one place adds it.

Crawls run side by side in one process. Each is an asyncio task of its own, and threads that it starts inherit its
context, so what is set here is never another crawl's.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

_source: ContextVar[str | None] = ContextVar("source", default=None)


@contextmanager
def about(source_id: str) -> Iterator[None]:
    """Begin the log lines of our packages with this source's id, in this task and the threads it starts."""
    token = _source.set(source_id)
    try:
        yield
    finally:
        _source.reset(token)


def name_sources(packages: Collection[str]) -> None:
    """Make log records of these packages begin with the id of their source; a second call changes nothing.

    A filter on a logger does not see what the loggers below it write, and Prefect, the terminal and the log file each
    have handlers of their own. The log record factory is the one place before all of them.
    """
    make = logging.getLogRecordFactory()
    if not isinstance(make, _Naming):
        logging.setLogRecordFactory(_Naming(make, packages))


class _Naming:
    def __init__(self, make: Callable[..., logging.LogRecord], packages: Collection[str]) -> None:
        self._make = make
        self._packages = packages

    def __call__(self, *fields: object, **more: object) -> logging.LogRecord:
        record = self._make(*fields, **more)
        source = _source.get()
        if source is None or record.name.partition(".")[0] not in self._packages:
            return record
        record.source = source
        try:
            said = record.getMessage()
        except (TypeError, ValueError, KeyError):
            # A mistake in a log line is reported by its handler.
            return record
        # The scrapers name the source themselves where they are used without the flows.
        if not said.startswith(f"{source}:"):
            record.msg, record.args = f"{source}: {said}", ()
        return record
