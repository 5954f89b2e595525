"""`.env` in the working folder: secrets and settings of an installation, one `NAME=value` a line.

Read by every command and by the flows of a worker, so that cron, systemd and a shell need nothing else.

Errors:
    ConfigError      the file cannot be read, or a line is not `NAME=value`
"""

from __future__ import annotations

import os
import re
from pathlib import Path

NAME = ".env"
MAX_BYTES = 100_000
_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


def load_env_file(folder: Path | None = None) -> None:
    """Put what `.env` says into the environment; a variable that is set already keeps its value.

    Raises:
        ConfigError: the file cannot be read, or a line is not `NAME=value`. The line's words are not repeated.
    """
    path = (folder or Path()) / NAME
    if not path.is_file():
        return
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _error(path, f"cannot be read: {error.strerror or error}") from error
    if len(raw) > MAX_BYTES:
        raise _error(path, f"is larger than {MAX_BYTES:,} bytes")
    for number, line in enumerate(raw.decode("utf-8-sig", errors="replace").splitlines(), start=1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        if "\0" in words:
            raise _error(path, "has a NUL character", line=number)
        found = _LINE.fullmatch(words)
        if found is None:
            raise _error(path, "is not NAME=value", line=number)
        os.environ.setdefault(found[1], _unquoted(found[2]))


def _unquoted(value: str) -> str:
    """The value without its quotes; ` #` begins a comment outside of quotes, as in a shell."""
    if value[:1] in {"'", '"'}:
        end = value.find(value[0], 1)
        return value[1:end] if end > 0 else value
    return re.split(r"\s#", value, maxsplit=1)[0].rstrip()


def _error(path: Path, problem: str, *, line: int | None = None) -> Exception:
    from config.strict_yaml import ConfigError  # noqa: PLC0415 - pydantic, for an error only

    return ConfigError(path, problem, line=line)
