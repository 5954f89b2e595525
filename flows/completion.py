"""Tab completion: the script for a shell, and the place where that shell looks for it."""

from __future__ import annotations

import os
from pathlib import Path

SHELLS = ("bash", "zsh", "fish")


def shell_in_use() -> str | None:
    """The person's shell, where it is one that can complete."""
    name = Path(os.environ.get("SHELL", "")).name
    return name if name in SHELLS else None


def line_for(shell: str) -> str:
    """What to put into the shell's start-up file where completion is not installed as a file."""
    if shell == "fish":
        return "_MANDATES_COMPLETE=fish_source mandates | source    # in ~/.config/fish/config.fish"
    return f'eval "$(_MANDATES_COMPLETE={shell}_source mandates)"    # in ~/.{shell}rc'


def install(shell: str) -> Path | None:
    """Put the script where the shell finds it by itself, if it is not there; None for zsh, which has no such place."""
    home = Path.home()
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    places = {
        "bash": data / "bash-completion" / "completions" / "mandates",
        "fish": settings / "fish" / "completions" / "mandates.fish",
    }
    place = places.get(shell)
    if place is None or place.exists():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(script(shell), encoding="utf-8")
    return place


def script(shell: str) -> str:
    """The completion script of a shell."""
    from click.shell_completion import get_completion_class

    from flows.cli import cli

    completion = get_completion_class(shell)
    assert completion is not None  # noqa: S101 - SHELLS are those that click knows
    return completion(cli, {}, "mandates", "_MANDATES_COMPLETE").source()
