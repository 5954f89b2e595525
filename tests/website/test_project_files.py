"""The files for contributors name what is there."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.website.test_commands import TARGETS

CHECKOUT = Path(__file__).parents[2]
FORMS = sorted((CHECKOUT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


def _yaml(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def test_the_public_checks_are_those_of_any_machine() -> None:
    """They run `.ci/run`, which has every check, and otherwise only targets of the Makefile; they may only read."""
    workflow = _yaml(CHECKOUT / ".github" / "workflows" / "ci.yml")
    assert workflow["permissions"] == {"contents": "read"}
    commands = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    made = {command.split()[1] for command in commands if command.startswith("make ")}
    assert made <= TARGETS
    assert {"newcomer", "docs"} <= made
    assert {command for command in commands if not command.startswith("make ")} == {"sudo .ci/packages", ".ci/run"}
    run = (CHECKOUT / ".ci" / "run").read_text("utf-8")
    called = set(re.findall(r"\bmake ([a-z-]+)", run))
    assert {"lint", "demo", "compat", "axe", "sbom", "audit", "test"} <= called <= TARGETS | {".venv"}
    assert ".ci/packages" in run
    for script in ("run", "packages"):
        done = subprocess.run(["bash", "-n", CHECKOUT / ".ci" / script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert os.access(CHECKOUT / ".ci" / script, os.X_OK)


@pytest.mark.parametrize(
    "form", sorted((CHECKOUT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")), ids=lambda path: path.name
)
def test_each_form_for_issues_is_whole(form: Path) -> None:
    """A form has a name, a description and questions with labels and ids of their own."""
    content = _yaml(form)
    if form.name == "config.yml":
        assert set(content) == {"blank_issues_enabled"}
        return
    assert content["name"]
    assert content["description"]
    questions = [part for part in content["body"] if part["type"] != "markdown"]
    assert all(part["attributes"]["label"] for part in questions)
    ids = [part["id"] for part in questions]
    assert len(ids) == len(set(ids))


def test_the_citation_is_of_this_version() -> None:
    """CITATION.cff gives version and licence as pyproject.toml does."""
    project = (CHECKOUT / "pyproject.toml").read_text("utf-8")
    citation = _yaml(CHECKOUT / "CITATION.cff")
    assert f'version = "{citation["version"]}"' in project
    assert f'license = "{citation["license"]}"' in project
    assert citation["authors"]


@pytest.mark.parametrize(
    "page", ["CONTRIBUTING.md", "docs/faq.md", "docs/how-it-works.md", "docs/sources.md", "docs/alerts.md"]
)
def test_the_places_that_a_page_names_are_there(page: str) -> None:
    """Folders and files of the checkout in code type exist, but for those that are the reader's to make."""
    text = (CHECKOUT / page).read_text("utf-8")
    roots = "|".join(path.name for path in CHECKOUT.iterdir() if path.is_dir() and not path.name.startswith("."))
    named = set(re.findall(rf"`((?:{roots})/[\w./-]*)`", text)) - {"config/subscriptions/", "tests/sites/my-source"}
    missing = {name for name in named if not (CHECKOUT / name).exists()}
    assert not missing
