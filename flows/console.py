"""What a person sees of a run in the terminal: progress while it goes on, on standard error."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.engine import our_packages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console


class _Lines(logging.Handler):
    """Our packages' log lines above the moving status line."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.INFO)
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line; warnings stand out."""
        style = "yellow" if record.levelno >= logging.WARNING else "dim"
        try:
            self._console.print(f"  {record.getMessage()}", style=style, markup=False, highlight=False, soft_wrap=True)
        except Exception:  # noqa: BLE001 - a line that cannot be shown must not end what it tells of
            self.handleError(record)


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Show `what` as going on, and the log lines of our packages as they come."""
    from rich.console import Console

    console = Console(stderr=True)
    handler = _Lines(console)
    loggers = [logging.getLogger(name) for name in our_packages]
    for logger in loggers:
        logger.addHandler(handler)
        # Prefect puts a handler of its own on the root logger, which would print each line a second time.
        logger.propagate = False
    try:
        with console.status(what):
            if not console.is_terminal:
                console.print(what, markup=False, highlight=False)
            yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.propagate = True
