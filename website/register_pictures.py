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
from urllib.parse import urlsplit

from website.chromium import page
from website.pictures import IMAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MANDATES: Final = str(Path(sys.executable).with_name("mandates"))


@dataclass(frozen=True, slots=True)
class View:
    """A file in docs/images: which page, the words to wait for, its size in CSS pixels, light or dark.

    It is the page to which `follow`, a selector, leads from there; `is_review` if it is one of those for deciding.
    """

    name: str
    path: str
    words: str
    height: int
    width: int = 1200
    dark: bool = False
    follow: str = ""
    is_review: bool = False


@dataclass(frozen=True, slots=True)
class Registers:
    """Two registers of one home: the address of one, and the link that lets into the one in which people decide."""

    address: str
    link: str

    def start_of(self, view: View) -> str:
        """The address at which a view begins."""
        there = urlsplit(self.link)
        return f"{there.scheme}://{there.netloc}{view.path}" if view.is_review else f"{self.address}{view.path}"


VIEWS: Final = (
    View("register-home", "/", "A/RES/81/904", 900),
    View("register-document", "/symbols/A/RES/81/904", "Special Rapporteur", 1150),
    View(
        "register-comparison",
        "/symbols/A/RES/81/904",
        "Panel on Missing Migrants",
        1000,
        follow=".ways a[href*='/beside/']",
    ),
    View("register-search", "/search?words=migrants", "iCalendar", 1050),
    View("register-timeline", "/timeline", "UNGA", 1100),
    View("register-review", "/review", "Your decision", 1060, follow=".waiting a", is_review=True),
    View("register-phone", "/", "A/RES/81/904", 760, width=390, dark=True),
)


@contextmanager
def demonstrated(place: Path) -> Iterator[Registers]:
    """Registers over the home of `mandates demo`.

    Raises:
        subprocess.CalledProcessError: the demonstration failed.
    """
    clean = environment(place / "home")
    subprocess.run([MANDATES, "demo"], env=clean, cwd=place, check=True, capture_output=True)
    clean |= {"MANDATES_CONFIG": str(place / "home" / "demo" / "config")}
    # The review has an entry of its own in the head of every page, which the other pictures do not show.
    with running(place, clean) as (address,), running(place, clean, "--review") as (_, link):
        yield Registers(address, link)


def environment(home: Path) -> dict[str, str]:
    """The variables of a command in that home, without settings of whoever takes the pictures."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MANDATES_", "PREFECT_"))}
    return clean | {"MANDATES_HOME": str(home), "NO_COLOR": "1"}


@contextmanager
def running(place: Path, variables: dict[str, str], *options: str) -> Iterator[list[str]]:
    """The addresses that `mandates register` prints: its own, and with `--review` the link."""
    command = [MANDATES, "register", "--port", "0", *options]
    with subprocess.Popen(command, env=variables, cwd=place, stdout=subprocess.PIPE, text=True) as register:
        assert register.stdout is not None  # noqa: S101 - it is piped
        try:
            yield [register.stdout.readline().split()[0] for _ in range(1 + len(options))]
        finally:
            register.terminate()


def take(registers: Registers, folder: Path, views: Sequence[View] = VIEWS) -> list[Path]:
    """Write the picture of each view to `folder`.

    Raises:
        RuntimeError: there is no Chromium.
        TimeoutError: a page does not show what it should.
    """
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    with page(views[0].width) as shown:
        shown.show(registers.link, height=views[0].height)
        for view in views:
            shown.resize(view.width)
            shown.emulate(dark=view.dark)
            there = registers.start_of(view)
            if view.follow:
                shown.show(there, height=view.height)
                there = shown.run(f"document.querySelector({view.follow!r}).href")
            shown.show(there, view.words, height=view.height)
            taken.append(folder / f"{view.name}.png")
            taken[-1].write_bytes(shown.picture())
    return taken


def main() -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as place, demonstrated(Path(place)) as registers:
        for path in take(registers, IMAGES):
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
