"""The threat model names the tests of its claims, and says for each kind of attacker what is not protected."""

from __future__ import annotations

import re
from pathlib import Path

checkout = Path(__file__).parent.parent.parent
page = (checkout / "docs" / "threat-model.md").read_text(encoding="utf-8")


def test_every_test_that_it_names_exists() -> None:
    """A claim whose test is gone is a claim without evidence."""
    named = set(re.findall(r"`(tests/[a-z_/]+\.py)`", page))
    assert len(named) > 10
    assert [name for name in sorted(named) if not (checkout / name).is_file()] == []


def test_each_attacker_has_what_is_protected_and_what_is_not() -> None:
    """A model without gaps has not been thought through."""
    sections = re.split(r"\n## ", page)[2:]
    assert len(sections) >= 8
    assert [each.partition("\n")[0] for each in sections if "**Not protected:**" not in each] == []
    assert [each.partition("\n")[0] for each in sections if "tests/" not in each] == []
