"""docs/sources.md says what the code does: every kind, every key, and no others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from config.sources import load_sources, schema

text = (Path(__file__).parent.parent.parent / "docs" / "sources.md").read_text(encoding="utf-8")


def test_every_key_is_described_and_no_other() -> None:
    """The keys in the tables are those of the schema."""
    shown: Any = schema()
    keys = {key for part in shown["$defs"].values() for key in part.get("properties", {})} - {"find", "put"}
    described = {key for line in text.splitlines() if line.startswith("|") for key in re.findall(r"`([\w-]+)`", line)}
    assert keys - described == set()
    first = {match.group(1) for line in text.splitlines() if (match := re.match(r"\| `([\w-]+)` \|", line))}
    kinds = {"feed", "listing", "json", "oai-marcxml", "symbol-probe", "pages", "files", "python"}
    assert first - keys - kinds == set()


def test_the_example_loads(tmp_path: Path) -> None:
    """What people will copy is valid."""
    match = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert match is not None
    path = tmp_path / "sources.yaml"
    path.write_text(match.group(1), encoding="utf-8")
    assert [source.id for source in load_sources(path)] == ["example-resolutions"]
