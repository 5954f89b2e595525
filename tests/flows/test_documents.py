"""What the documents list is what the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.settings import Settings
from flows.cli import commands

checkout = Path(__file__).parent.parent.parent
readme = (checkout / "README.md").read_text(encoding="utf-8")


def test_the_readme_lists_every_command() -> None:
    """The table of commands is that of the command line, in its order and words."""
    rows = re.findall(r"^\| `mandates (\w+)` \| (.+) \|$", readme, re.MULTILINE)
    assert rows == [(name, line) for name, (_, line) in commands.items()]


def test_the_readme_names_every_setting() -> None:
    """Each setting can be found by the name of its variable, and no other variable is named."""
    named = set(re.findall(r"`MANDATES_([A-Z_]+)`", readme))
    # The pure package `mandates` reads this one itself: it does not know Settings.
    assert named == {name.upper() for name in Settings.model_fields} | {"LANGUAGES"}


def test_the_readme_names_tasks_that_exist() -> None:
    """Each `make` task in the README is one of the Makefile's."""
    tasks = set(re.findall(r"^([a-z-]+):.*## ", (checkout / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z-]+)", readme.partition("## Try it")[2]))
    assert named <= tasks


@pytest.mark.parametrize(
    "document",
    [readme, *((path.read_text(encoding="utf-8")) for path in sorted((checkout / "docs").rglob("*.md")))],
    ids=["README.md", *(path.name for path in sorted((checkout / "docs").rglob("*.md")))],
)
def test_commands_in_the_documents_exist(document: str) -> None:
    """Whatever document says `mandates X`, X is a command."""
    named = set(re.findall(r"`(?:\.venv/bin/)?mandates (?:--\w+ [^\s`]+ )*([a-z]+)", document))
    assert named <= set(commands), named - set(commands)


def test_links_lead_somewhere() -> None:
    """Each relative link in the documents is a file."""
    for path in [checkout / "README.md", checkout / "CHANGELOG.md", *(checkout / "docs").rglob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
