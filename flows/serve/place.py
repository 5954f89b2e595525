"""Which `mandates serve` serves a home, and where its server listens: `serve.json`, locked as long as it runs.

A lock ends with its process, however that ends, so a file that was left behind has no effect. Stdlib only, because
every command looks here.

Errors:
    ServeError      serving cannot start; the message says why
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "serve.json"
# A command that checks whether the home is served holds the lock for less than a millisecond.
PATIENCE_SECONDS = 1.0


class ServeError(Exception):
    """`mandates serve` cannot start."""


def api_of(port: int) -> str:
    """The API address of the server of a tree."""
    return f"http://127.0.0.1:{port}/api"


@contextlib.contextmanager
def claim(home: Path, port: int, register: int | None = None) -> Iterator[None]:
    """Be the only process that serves this home, and note the addresses of its server and its register.

    Raises:
        ServeError: another process serves it, or the file cannot be written.
    """
    path = home / NAME
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ServeError(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        if not _locked(descriptor, fcntl.LOCK_EX, PATIENCE_SECONDS):
            other = _said(file.read())
            raise ServeError(
                f"{home} is already served by process {other.get('process', 'unknown')} "
                f"({str(other.get('api', 'address unknown')).removesuffix('/api')}); a home can be served only once"
            )
        file.seek(0)
        file.truncate()
        pages = {} if register is None else {"register": f"http://127.0.0.1:{register}"}
        file.write(json.dumps({"process": os.getpid(), "api": api_of(port)} | pages))
        file.flush()
        yield


def serving(home: Path) -> str | None:
    """The API of the server that `mandates serve` has started for this home; None if none is running."""
    return _noted(home, "api")


def register_of(home: Path) -> str | None:
    """The address of the register that `mandates serve` keeps for this home; None if it keeps none."""
    return _noted(home, "register")


def _noted(home: Path, what: str) -> str | None:
    try:
        with (home / NAME).open(encoding="utf-8") as file:
            if _locked(file.fileno(), fcntl.LOCK_SH, 0):
                return None
            address = _said(file.read()).get(what)
    except OSError:
        return None
    return address if isinstance(address, str) else None


def _locked(descriptor: int, kind: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(0.02)
        else:
            return True


def _said(words: str) -> dict[str, object]:
    try:
        said = json.loads(words)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
