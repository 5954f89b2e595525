"""How a command has to be called from here, for the steps that a command names at its end."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

_USUAL = {"--home": "data", "--config": "config"}


def console_script(name: str) -> str:
    """A command of this environment: its name where the shell finds it, otherwise its path, from here if it is below.

    pipx and uv put `mandates` on the path, and leave `prefect` in the environment.
    """
    here = Path(sys.executable).with_name(name)
    found = shutil.which(name)
    if (found and Path(found).resolve() == here.resolve()) or not here.exists():
        return name
    return str(here.relative_to(Path.cwd()) if here.is_relative_to(Path.cwd()) else here)


def mandates(*words: str, home: Path | None = None, config: Path | None = None) -> str:
    """A call of `mandates`, with the folders that are not the usual ones."""
    call = [console_script("mandates")]
    for option, folder in (("--home", home), ("--config", config)):
        if folder is not None and str(folder) != _USUAL[option]:
            call += [option, str(folder)]
    return shlex.join([*call, *words])


def after_cd(folder: Path | None, call: str) -> str:
    """The same call from within a folder; None: from here."""
    if folder is None or folder.resolve() == Path.cwd():
        return call
    # A path from here would lead elsewhere from there.
    script, _, rest = call.partition(" ")
    script = str(Path(script).absolute()) if os.sep in script else script
    return f"cd {shlex.quote(str(folder))} && {script} {rest}"
