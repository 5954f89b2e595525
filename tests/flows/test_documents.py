"""What the documents list is what the code has; tests/website tries their commands and links."""

from __future__ import annotations

import re
from pathlib import Path

from config.settings import Settings, variable
from flows.cli import commands

checkout = Path(__file__).parent.parent.parent
readme = (checkout / "README.md").read_text(encoding="utf-8")
page = (checkout / "docs" / "commands.md").read_text(encoding="utf-8")


def test_the_page_lists_every_command() -> None:
    """The table of commands is that of the command line, in its order and words."""
    rows = re.findall(r"^\| `mandates (\w+)` \| (.+) \|$", page, re.MULTILINE)
    assert rows == [(name, line) for name, (_, line) in commands.items()]


def test_the_page_names_every_setting() -> None:
    """Each setting can be found by the name of its variable, and no other variable is named."""
    named = set(re.findall(r"`MANDATES_([A-Z_]+)`", page))
    # The pure package `mandates` reads this one itself: it does not know Settings.
    assert named == {variable(name).removeprefix("MANDATES_") for name in Settings.model_fields} | {"LANGUAGES"}


def test_the_readme_names_tasks_that_exist() -> None:
    """Each `make` task in the README is one of the Makefile's."""
    tasks = set(re.findall(r"^([a-z-]+):.*## ", (checkout / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z-]+)", readme))
    assert named <= tasks
