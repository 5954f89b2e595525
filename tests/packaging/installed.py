"""An environment with the wheel in it and no checkout: what pipx, uv tool and a container make.

The dependencies are those of the environment that runs the tests, so nothing is downloaded.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installed:
    """A virtual environment; `bin` holds its commands."""

    folder: Path

    @property
    def bin(self) -> Path:
        """Where its commands are."""
        return self.folder / "bin"

    @property
    def packages(self) -> Path:
        """Its site-packages."""
        return next((self.folder / "lib").glob("python*/site-packages"))

    def pip(self, *arguments: str | Path) -> None:
        """Let pip install something into it, without an index."""
        pip = [sys.executable, "-m", "pip", "--python", str(self.bin / "python"), "--disable-pip-version-check"]
        options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
        subprocess.run([*pip, "install", *options, *map(str, arguments)], check=True, capture_output=True)

    def run(self, *command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command of it where no checkout is, with nothing inherited but the search path."""
        environment = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(cwd), **variables}
        return subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=cwd, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip


def wheel(folder: Path) -> Path:
    """Build the project's wheel into `folder`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
    return next(folder.glob("mandate_monitor-*.whl"))


def environment(folder: Path) -> Installed:
    """An environment with the dependencies and nothing of ours."""
    venv.create(folder, with_pip=False)
    made = Installed(folder)
    # A .pth file of a folder that is added in this way is not read, so the checkout does not come along.
    shared = [path for path in sys.path if path.endswith("site-packages")]
    (made.packages / "dependencies.pth").write_text("\n".join(shared) + "\n")
    return made


def neighbour(folder: Path, name: str) -> Path:
    """A small project of somebody else, whose only package is called `name`."""
    package = folder / name / name
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(f'owner = "somebody else\'s {name}"\n')
    # A module that ours has too, to be overwritten or to overwrite.
    (package / "cli.py").write_text("def main():\n    print('somebody else')\n")
    (package.parent / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        f'[project]\nname = "neighbour-{name}"\nversion = "1"\n'
        f'[tool.hatch.build.targets.wheel]\npackages = ["{name}"]\n'
    )
    return package.parent
