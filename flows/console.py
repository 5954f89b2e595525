"""What is shown of a run while it goes on: progress in the terminal (standard error), the same lines in a file."""

from __future__ import annotations

import logging
import unicodedata
from contextlib import contextmanager, nullcontext, suppress
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from flows.engine import our_packages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from alerts.model import DispatchReport
    from flows.progress import Progress
    from warehouse.model import DeliveryRow

log_bytes, logs_kept = 2_000_000, 5


def visible(words: str) -> str:
    """A publisher's words for the terminal.

    Control characters, which could clear the screen or set its title, and marks that turn the direction are left out.
    """
    return "".join(sign for sign in words if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cf"})


def cut(words: str, most: int) -> str:
    """At most so many letters, with an ellipsis in the place of the last where some are left out."""
    words = " ".join(words.split())
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


class _Lines(logging.Handler):
    """Our packages' log lines above the moving status line; plain where nobody watches."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.INFO)
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line; warnings are coloured."""
        style = "yellow" if record.levelno >= logging.WARNING else "dim"
        line = f"  {visible(record.getMessage())}"
        if self._console.is_terminal:
            self._console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
        else:
            # A file wants neither colours nor lines that wrap, which take rich ten times as long to leave out.
            self._console.file.write(f"{line}\n")
            self._console.file.flush()


class _File(RotatingFileHandler):
    """A log that a full disk cuts short without ending what it tells of; the terminal has the same lines."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        """Leave this line out."""

    def close(self) -> None:
        """Close the file; what is not on the disk by now is lost."""
        with suppress(OSError):
            super().close()


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Show `what` as going on, and the log lines of our packages as they come; MANDATES_HOME/logs keeps them."""
    from rich.console import Console

    console = Console(stderr=True)
    with _log_lines(console), console.status(what) if console.is_terminal else nullcontext():
        if not console.is_terminal:
            console.print(what, markup=False, highlight=False)
        yield


@contextmanager
def counted_progress(what: str, units: str) -> Iterator[Progress]:
    """The same with a bar and an estimate: the block is given what to report to."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    bar = Bar(
        TextColumn(what), BarColumn(), MofNCompleteColumn(), TextColumn(units), TimeRemainingColumn(),
        TextColumn("{task.fields[note]}", markup=False), console=console, disable=not console.is_terminal,
    )  # fmt: skip
    task = bar.add_task(what, total=None, note="")
    with _log_lines(console), bar:
        if not console.is_terminal:
            console.print(what, markup=False, highlight=False)

        def heard(done: float, total: float, note: str = "") -> None:
            bar.update(task, completed=done, total=total, note=visible(note))

        yield heard


@contextmanager
def _log_lines(console: Console) -> Iterator[None]:
    """Our packages' log lines on a console and in a file, without secrets."""
    from alerts.secrecy import redactor
    from config.settings import Settings

    handlers: list[logging.Handler] = [_Lines(console), _file(Settings().home / "logs" / "mandates.log")]
    loggers = [logging.getLogger(name) for name in our_packages]
    for handler in handlers:
        handler.addFilter(redactor)
    for logger in loggers:
        for handler in handlers:
            logger.addHandler(handler)
        # Prefect puts a handler of its own on the root logger, which would print each line a second time.
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            for handler in handlers:
                logger.removeHandler(handler)
            logger.propagate = True
        for handler in handlers:
            handler.close()


def print_trouble(report: DispatchReport) -> None:
    """Say, on standard error, which targets cannot be used and what did not arrive without an operator knowing."""
    import click

    for error in report.unusable:
        click.secho(f"mandates: {visible(str(error))}; what is for this target waits", fg="red", err=True)
    print_unreported(report.unreported)


def print_unreported(troubles: Sequence[DeliveryRow]) -> None:
    """Say, on standard error, which deliveries did not arrive without any operator having been notified."""
    import click

    from alerts.trouble import unreported_lines

    for line in unreported_lines(troubles):
        click.secho(f"mandates: {visible(line)}", fg="red", err=True)


def _file(path: Path) -> logging.Handler:
    """The log of this home, a few files of bounded size; where none can be written, the terminal has to do."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = _File(path, maxBytes=log_bytes, backupCount=logs_kept, encoding="utf-8")
    except OSError:
        return logging.NullHandler()
    handler.setLevel(logging.INFO)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler
