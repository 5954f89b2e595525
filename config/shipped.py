"""The files that come with the program: default sources, the session calendar, templates' instructions."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def shipped(name: str) -> Path:
    """A file of this package; it is a folder on disk in a checkout as in a wheel (`mandate_monitor` sees to that)."""
    return Path(str(files("config") / name))
