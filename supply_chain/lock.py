"""`make lock`: resolve the dependencies again, and keep the result only if the program works with it.

Nothing is replaced before everything was checked in a fresh environment: the packages are compatible, a Prefect server
creates a scheduled run (with a wrong SQLAlchemy it looks healthy but does not), and the quick tests pass.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from supply_chain import CHECKOUT, LOCK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_COMPILE: list[str | Path] = [
    "pip",
    "compile",
    "--quiet",
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
]
_COMPILE += ["--no-header", "--no-annotate"]
# What analysts use, and the tools of this folder, each in a separate environment.
OTHERS: Mapping[str, Sequence[str]] = {
    "constraints-compat.txt": ("duckdb==1.5.6", "marimo", "altair>=5", "pyarrow"),
    "constraints-audit.txt": ("cyclonedx-bom>=7.5", "pip-audit>=2.10"),
}
# A lock file must not point to somebody's index or disk.
_PLACE = re.compile(r"https?:|file:|--(?:extra-)?index-url|--find-links")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
_INSTALL = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]


class LockError(Exception):
    """The dependencies cannot be resolved, or the program does not work with them."""


def resolve(folder: Path) -> dict[Path, Path]:
    """The new lock files in a folder, by the files that they are to replace.

    Raises:
        LockError: there is no set of versions that fits, or a file names the place of a package.
    """
    made = {LOCK: folder / LOCK.name}
    _compile(made[LOCK], "--extra", "dev", str(CHECKOUT / "pyproject.toml"))
    for name, wanted in OTHERS.items():
        made[CHECKOUT / name] = folder / name
        _compile(folder / name, "-", words="\n".join(wanted))
    for path in made.values():
        if place := _PLACE.search(path.read_text(encoding="utf-8")):
            raise LockError(f"{path.name}: names the place of a package ({place[0]})")
    return made


def changes(old: str, new: str) -> list[str]:
    """The differences of a new lock file, one line for each package."""
    before, after = (dict[str, str](_PIN.findall(text)) for text in (old, new))
    return [
        f"{name}: {before.get(name, 'new')} → {after.get(name, 'removed')}"
        for name in sorted(before | after)
        if before.get(name) != after.get(name)
    ]


def check(lock: Path, folder: Path) -> None:
    """Install a lock file in a fresh environment below `folder`, and try the program in it.

    Raises:
        LockError: a step failed; its output is on the terminal.
    """
    python = folder / "venv" / "bin" / "python"
    _step("installing", [sys.executable, "-m", "venv", folder / "venv"])
    _step("installing", [python, *_INSTALL, "--require-hashes", "-r", lock])
    _step("installing", [python, *_INSTALL, "--no-build-isolation", "-e", CHECKOUT])
    _step("checking that the packages are compatible", [python, "-m", "pip", "check"])
    pytest: list[str | Path] = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    _step("starting a Prefect server", [*pytest, "tests/flows/test_prefect_server.py"])
    _step("the quick tests", [*pytest, "-n", "auto", "--dist", "loadfile", "-m", "not slow and not prefect"])


def main(argv: Sequence[str] | None = None) -> int:
    """Resolve, check, replace; 1 where the lock files stay as they were."""
    options = argparse.ArgumentParser(prog="make lock", description=__doc__)
    options.add_argument("--unchecked", action="store_true", help="replace the lock files without trying them")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="mandates-lock-") as name:
        folder = Path(name)
        try:
            made = resolve(folder)
            for path, new in made.items():
                print(path.name, *(changes(_text(path), _text(new)) or ["no changes"]), sep="\n  ", flush=True)
            if not chosen.unchecked:
                check(made[LOCK], folder)
        except LockError as error:
            print(f"{error}\nthe lock files stay as they were", file=sys.stderr)
            return 1
        for path, new in made.items():
            shutil.copyfile(new, path)
    print("unchecked; `make test` tries it" if chosen.unchecked else "the program works with these versions")
    return 0


def _compile(target: Path, *what: str, words: str | None = None) -> None:
    found = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if found is None:
        raise LockError("uv is needed: https://docs.astral.sh/uv")
    _run([found, *_COMPILE, *what, "-o", target], words=words)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _step(what: str, command: Sequence[str | Path]) -> None:
    print(f"{what} …", flush=True)
    _run(command)


def _run(command: Sequence[str | Path], words: str | None = None) -> None:
    done = subprocess.run(command, input=words, text=True, check=False, cwd=CHECKOUT)
    if done.returncode:
        raise LockError(f"failed: {' '.join(map(str, command[:6]))} …")


if __name__ == "__main__":
    sys.exit(main())
