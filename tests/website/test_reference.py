"""The configuration reference is made from the schemas, and is current."""

from __future__ import annotations

import re

import pytest

from config.schemas import MODELS, schema_of
from config.settings import Settings, variable
from website.reference import PAGE, reference


def test_the_page_is_current() -> None:
    """What is committed is what `make schemas` writes today."""
    assert PAGE.read_text(encoding="utf-8") == reference(), "call `make schemas`"


@pytest.mark.parametrize("name", MODELS)
def test_every_key_of_a_file_is_in_it(name: str) -> None:
    """Each key of each block of a schema has a row in the file's part of the page."""
    part = reference().partition(f"\n## {name}.yaml\n")[2].partition("\n## ")[0]
    schema = schema_of(name)
    for block in (schema, *schema["$defs"].values()):
        full = next((each for each in block.get("anyOf", ()) if "properties" in each), block)
        for key in full.get("properties", ()):
            assert f"`{key}`" in part, key


def test_every_variable_is_in_it() -> None:
    """Each setting has a row, with the name that the environment gives it."""
    part = reference().partition("\n## Environment variables\n")[2]
    assert all(f"`{variable(name)}`" in part for name in Settings.model_fields)


def test_every_row_has_a_meaning() -> None:
    """No key or variable is listed without saying what it is for."""
    rows = [line for line in reference().splitlines() if line.startswith(("| `", "| **`"))]
    assert rows
    assert [row for row in rows if re.search(r"\|\s*\|$", row)] == []
