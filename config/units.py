"""The systemd units that come with the program, for the folder in which it is installed here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.shipped import shipped

if TYPE_CHECKING:
    from pathlib import Path

# As in the files; it is replaced by the folder of this installation.
WRITTEN_FOLDER = "/opt/mandates/bin/"


@dataclass(frozen=True, slots=True)
class Unit:
    """A file for /etc/systemd/system; for a drop-in, `name` includes its folder."""

    name: str
    text: str


def units(programs: Path) -> tuple[Unit, ...]:
    """All of them, the sandbox first; `programs` is the folder that has `mandates` and `prefect`."""
    top = shipped("systemd")
    found = sorted(path for path in top.rglob("*") if path.is_file())
    return tuple(
        Unit(str(path.relative_to(top)), path.read_text(encoding="utf-8").replace(WRITTEN_FOLDER, f"{programs}/"))
        for path in found
    )
