"""The pictures of the register in the documentation, over what the demonstration records.

    python -m website.register_pictures        writes docs/images/register-*.png

All documents are invented.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from website.chromium import page
from website.pictures import IMAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

MANDATES: Final = str(Path(sys.executable).with_name("mandates"))


@dataclass(frozen=True, slots=True)
class View:
    """A file in docs/images: which page, the words to wait for, its size in CSS pixels, light or dark."""

    name: str
    path: str
    words: str
    height: int
    width: int = 1200
    dark: bool = False


VIEWS: Final = (
    View("register-home", "/", "A/RES/81/904", 900),
    View("register-document", "/symbols/A/RES/81/904", "Special Rapporteur", 1150),
    View("register-search", "/search?words=migrants", "iCalendar", 1050),
    View("register-timeline", "/timeline", "UNGA", 1100),
    View("register-phone", "/", "A/RES/81/904", 760, width=390, dark=True),
)


@contextmanager
def demonstrated(place: Path) -> Iterator[str]:
    """The address of a register over the home of `mandates demo`.

    Raises:
        subprocess.CalledProcessError: the demonstration failed.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MANDATES_", "PREFECT_"))}
    clean |= {"MANDATES_HOME": str(place / "home"), "NO_COLOR": "1"}
    subprocess.run([MANDATES, "demo"], env=clean, cwd=place, check=True, capture_output=True)
    clean |= {"MANDATES_CONFIG": str(place / "home" / "demo" / "config")}
    command = [MANDATES, "register", "--port", "0"]
    with subprocess.Popen(command, env=clean, cwd=place, stdout=subprocess.PIPE, text=True) as register:
        assert register.stdout is not None  # noqa: S101 - it is piped
        try:
            yield register.stdout.readline().split()[0]
        finally:
            register.terminate()


def take(address: str, folder: Path) -> list[Path]:
    """Write each picture to `folder`.

    Raises:
        RuntimeError: there is no Chromium.
        TimeoutError: a page does not show what it should.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    with page(VIEWS[0].width) as shown:
        for view in VIEWS:
            shown.resize(view.width)
            shown.emulate(dark=view.dark)
            shown.show(f"{address}{view.path}", view.words, height=view.height)
            taken.append(folder / f"{view.name}.png")
            taken[-1].write_bytes(shown.picture())
    return taken


def main() -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as place, demonstrated(Path(place)) as address:
        for path in take(address, IMAGES):
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
