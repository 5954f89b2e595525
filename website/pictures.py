"""The pictures in the documentation: messages as a mail program shows them, taken by Chromium.

    python -m website.pictures        writes docs/images/*.png

The message is the one that a newcomer gets about a page of the bundled site, whose documents are invented. Chromium is
used through its own command line, as in the tests of messages.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Final

from demo.site import PublicationSite
from website.chromium import browser

if TYPE_CHECKING:
    from collections.abc import Sequence

IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
# Chromium's names of the two schemes.
DARK, LIGHT = 0, 1


@dataclass(frozen=True, slots=True)
class Picture:
    """A file in docs/images: how wide in CSS pixels, and in which scheme."""

    name: str
    width: int
    scheme: int = LIGHT


MATRIX: Final = Picture("matrix", 1200)


PICTURES: Final = (Picture("message", 720), Picture("phone", 360, DARK))
# The document whose message is shown.
SHOWN: Final = "RES/64/S 21"


def first_message(folder: Path) -> str:
    """The HTML of the alert about `SHOWN`, after the commands of the tutorial in `folder`.

    Raises:
        RuntimeError: no such alert came.
        subprocess.CalledProcessError: a command failed.
    """
    mandates = str(Path(sys.executable).with_name("mandates"))
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MANDATES_", "PREFECT_"))}
    with PublicationSite(folder / "site") as site:
        source = ["--source", f"{site.url}/resolutions64thAS", "--private", "--first-crawl", "tell"]
        for words in (["init", "--yes", *source], ["run"]):
            subprocess.run([mandates, *words], cwd=folder, env=clean, capture_output=True, check=True)
        for path in sorted((folder / "data" / "mail" / "desk").glob("*.eml")):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            content = mail.get_body(("html",))
            if content is not None and SHOWN in mail["Subject"]:
                return str(content.get_content()).replace(site.url, "https://example.org")
    raise RuntimeError(f"no alert about {SHOWN}")


def session_matrix(folder: Path) -> str:
    """The mandate matrix of the session in `folder`, where `first_message` ran, as a page.

    Raises:
        subprocess.CalledProcessError: the command failed.
    """
    mandates = str(Path(sys.executable).with_name("mandates"))
    words = ["matrix", "--body", "AALCO", "--session", "64", "--out", "matrix.html"]
    subprocess.run([mandates, *words], cwd=folder, capture_output=True, check=True)
    page = (folder / "matrix.html").read_text(encoding="utf-8")
    # Its policy allows no script, and the page's height is found by one.
    page = re.sub(r"<meta http-equiv=[^>]*>", "", page)
    return re.sub(r"http://127\.0\.0\.1:\d+", "https://example.org", page)


def take(message: str, folder: Path, pictures: Sequence[Picture] = PICTURES) -> list[Path]:
    """Write each picture of a page or a message in HTML to `folder`.

    Raises:
        RuntimeError: there is no Chromium, or it wrote no picture.
    """
    chromium = browser()
    if chromium is None:
        raise RuntimeError("pictures need Chromium")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        page = Path(place) / "message.html"
        page.write_text(f"{_HEAD}{message}{_MEASURE}", encoding="utf-8")
        return [_taken(chromium, picture, page, folder) for picture in pictures]


_HEAD: Final = "<!DOCTYPE html><meta charset='utf-8'><meta name='color-scheme' content='light dark'>"
# The title carries the height of the page, so that the picture can be as tall.
_MEASURE: Final = (
    "<script>onload = () => document.title = 'height ' + Math.ceil(document.body.scrollHeight + 16)</script>"
)


def _taken(chromium: str, picture: Picture, page: Path, folder: Path) -> Path:
    def look(action: str, height: str) -> str:
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--force-device-scale-factor=1.5",
        ]
        options += [
            f"--blink-settings=preferredColorScheme={picture.scheme}",
            f"--user-data-dir={page.parent / 'profile'}",
        ]
        command = [chromium, *options, f"--window-size={picture.width},{height}", action, page.as_uri()]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout

    height = re.search(r"<title>height (\d+)", look("--dump-dom", "600"))
    target = folder / f"{picture.name}.png"
    if height is not None:
        look(f"--screenshot={target}", height[1])
    if height is None or not target.is_file():
        raise RuntimeError(f"Chromium did not show {picture.name}")
    return target


def main() -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        message = first_message(Path(folder))
        for path in [*take(message, IMAGES), *take(session_matrix(Path(folder)), IMAGES, [MATRIX])]:
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
