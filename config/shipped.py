"""The files that come with the program: default sources, the session calendar, topics, deployments."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def shipped(name: str) -> Path:
    """A file of this package; it is a folder on disk in a checkout as in a wheel (`mandate_monitor` sees to that)."""
    return Path(str(files("config") / name))


def deployments_file() -> Path:
    """`prefect.yaml`, beside the packages: at the top of a checkout, and in the application's folder of a wheel."""
    return shipped("").parent / "prefect.yaml"
