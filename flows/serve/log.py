"""One log for all children: `logs/serve.log` and, as long as there is one, the terminal."""

from __future__ import annotations

import contextlib
import logging
import sys
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from flows.console import visible

if TYPE_CHECKING:
    from pathlib import Path

FILE_BYTES, FORMER_FILES = 5_000_000, 4
LINE_CHARACTERS = 4000
_WIDTH = 6


class _File(RotatingFileHandler):
    """The log file; if it cannot be written, the terminal says so once."""

    was_written = is_written = True

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        self.was_written, self.is_written = self.is_written, True
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """Report what is wrong with the file; the line itself is on the terminal."""
        self.is_written = False
        if self.was_written:
            _show(_line("serve", f"{self.baseFilename} cannot be written: {sys.exc_info()[1]}"))


class Log:
    """Lines of the supervisor (`serve`) and of its children, each with the time (UTC) and the name of the process."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = _File(path, maxBytes=FILE_BYTES, backupCount=FORMER_FILES, encoding="utf-8")

    def say(self, name: str, words: str) -> None:
        """Write a line to the file and to the terminal."""
        line = _line(name, words)
        self._file.handle(logging.makeLogRecord({"msg": line}))
        _show(line)

    def close(self) -> None:
        """Nothing is written after this."""
        self._file.close()


def _line(name: str, words: str) -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {name:<{_WIDTH}} {visible(words[:LINE_CHARACTERS])}"


def _show(line: str) -> None:
    # A terminal that was closed must not end the service; the file has the line.
    with contextlib.suppress(OSError, ValueError):
        print(line, flush=True)  # noqa: T201 - what the command shows
