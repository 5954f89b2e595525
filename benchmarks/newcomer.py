"""A newcomer's first day: an empty environment, no checkout, a publisher and a mail server on loopback.

The wheel is installed, a configuration is written for one page of the site, two runs follow, and between them the
site publishes a resolution. It ends when the alert about its mandates is in the mail server. What is measured are the
commands and the seconds, without the time that downloads take: the packages are fetched before the clock starts. The
small version downloads nothing: its environment shares the dependencies of this one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._figures import Figure, Options
from demo.site import PublicationSite
from tests.packaging.installed import environment, wheel
from tests.post_office import PostOffice

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.post_office import Mail

PAGE = "/resolutions64thAS"
MOST_COMMANDS, MOST_SECONDS = 4, 120
TO = "desk@example.org"


@dataclass(slots=True)
class Newcomer:
    """Somebody with a shell in `folder`, who knows nothing but the commands that the documentation names."""

    folder: Path
    bin: Path
    seconds: list[tuple[str, float]] = field(default_factory=list)

    def types(self, *words: str | Path, here: str = ".") -> str:
        """Run one command, with nothing inherited but the search path; it must succeed.

        Raises:
            subprocess.CalledProcessError: it failed; what it said is printed.
        """
        environment = {"PATH": f"{self.bin}{os.pathsep}{os.defpath}", "HOME": str(self.folder), "LANG": "C.UTF-8"}
        environment |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        began = time.perf_counter()
        done = subprocess.run(
            [*map(str, words)], cwd=self.folder / here, env=environment, capture_output=True, text=True, check=False
        )
        taken = time.perf_counter() - began
        said = " ".join(Path(word).name if isinstance(word, Path) else word for word in words)
        self.seconds.append((said, taken))
        print(f"{taken:6.1f} s  {said[:140]}", flush=True)
        if done.returncode:
            print(done.stdout + done.stderr, file=sys.stderr)
            done.check_returncode()
        return done.stdout


def play(folder: Path, install: Callable[[Newcomer], None]) -> tuple[Newcomer, list[Mail]]:
    """From nothing to the first alert about a new mandate; the commands with their seconds, and the mails."""
    newcomer = Newcomer(folder, folder / "env" / "bin")
    with PostOffice() as office, PublicationSite(folder / "site") as site:
        install(newcomer)
        page = f"{site.url}{PAGE}"
        newcomer.types(
            "mandates", "init", "watch", "--source", page, "--private", "--mail", TO, "--mail-server", office.url
        )
        newcomer.types("mandates", "run", here="watch")
        assert not office.mails, "what the source listed before is not news"
        before = len(site.shelf.published("aalco"))
        while len(site.shelf.published("aalco")) == before:
            assert site.publish_next()
        newcomer.types("mandates", "run", "--all", here="watch")
        return newcomer, list(office.mails)


def with_pip(built: Path, packages: Path) -> Callable[[Newcomer], None]:
    """What `pipx install` does: an environment, and the wheel with its dependencies from a folder of downloads."""
    pip = f"env/bin/pip install --quiet --no-index --find-links '{packages}' '{built}'"

    def install(newcomer: Newcomer) -> None:
        newcomer.types("sh", "-c", f"'{sys.executable}' -m venv env && {pip}")

    return install


def offline(built: Path) -> Callable[[Newcomer], None]:
    """The same with the dependencies of this environment, so that nothing is downloaded."""

    def install(newcomer: Newcomer) -> None:
        began = time.perf_counter()
        environment(newcomer.folder / "env").pip(built)
        newcomer.seconds.append(("install", time.perf_counter() - began))

    return install


def main(options: Options) -> list[Figure]:
    """Print each command with its seconds, and what arrived."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        built = wheel(root / "dist")
        packages = root / "packages"
        if not options.quick:
            print("downloading, before the clock starts …", flush=True)
            download = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*download, "-d", str(packages), str(built)], check=True, capture_output=True)
        (root / "home").mkdir()
        newcomer, mails = play(root / "home", offline(built) if options.quick else with_pip(built, packages))
    assert mails, "no alert arrived"
    total = sum(taken for _, taken in newcomer.seconds)
    for mail in mails:
        print(f"arrived: {mail.message['Subject']}")
    print(f"{len(newcomer.seconds)} commands, {total:.0f} s; aim: {MOST_COMMANDS} commands, {MOST_SECONDS} s")
    return [
        Figure("newcomer: commands to the first alert", len(newcomer.seconds), "commands", MOST_COMMANDS),
        Figure("newcomer: to the first alert, without downloads", total, "s", MOST_SECONDS),
    ]
