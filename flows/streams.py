"""Standard input, output and error that whoever called us has closed, as some schedulers do (`<&-`, `>&-`).

Python sets such a stream to None, and the next file that is opened gets its number: what a library in C prints would go
into a database. So the numbers are taken, and reading or printing is an error that names the stream.

Errors:
    ClosedStreamError    something was to be read from, or printed to, a closed stream; nothing else was lost
"""

from __future__ import annotations

import io
import os
import sys
from typing import NoReturn, TextIO, cast


class ClosedStreamError(Exception):
    """A standard stream is closed; the sentence names it."""


class _Closed(io.TextIOBase):
    """Takes the place of a closed stream."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, name: str, hint: str) -> None:
        super().__init__()
        self._problem = f"{name} is closed; {hint}"

    def _refuse(self, *_: object) -> NoReturn:
        raise ClosedStreamError(self._problem)

    read = readline = write = _refuse


def hold_standard_streams() -> None:
    """See that 0, 1 and 2 are open, and that what is read from or printed to a closed one is an error with a name.

    Only errors have nowhere to go: without standard error, they are dropped.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is given, which is this one; children get it too.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdin is None:
        sys.stdin = cast("TextIO", _Closed("standard input", "give the text on it, or name a file"))
    if sys.stdout is None:
        sys.stdout = cast("TextIO", _Closed("standard output", "what was to be printed is lost, all else was done"))
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as we live
