"""docs/sources.md says what the code does: every kind, every key, and no others."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from config.schemas import schema_of
from config.sources import load_sources
from website.shipped_sources import page

text = (Path(__file__).parent.parent.parent / "docs" / "sources.md").read_text(encoding="utf-8")


def test_every_key_is_described_and_no_other() -> None:
    """The keys in the tables are those of the schema."""
    shown: Any = schema_of("sources")
    keys = {key for part in shown["$defs"].values() for key in part.get("properties", {})} - {"find"}
    described = {key for line in text.splitlines() if line.startswith("|") for key in re.findall(r"`([\w-]+)`", line)}
    assert keys - described == set()
    first = {match.group(1) for line in text.splitlines() if (match := re.match(r"\| `([\w-]+)` \|", line))}
    kinds = {"feed", "listing", "json", "oai-marcxml", "symbol-probe", "pages", "calendar", "files", "python"}
    assert first - keys - kinds == set()


def test_the_example_loads(tmp_path: Path) -> None:
    """What people will copy is valid."""
    match = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert match is not None
    path = tmp_path / "sources.yaml"
    path.write_text(match.group(1), encoding="utf-8")
    assert [source.id for source in load_sources(path)] == ["example-resolutions"]


def _failures() -> list[str]:
    """The rows of the table of what publishers do wrong."""
    section = text.partition("## What publishers do wrong")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("| ")][1:]


def test_what_publishers_do_wrong_is_tried() -> None:
    """Each row of the table names tests, and they are there and ask a publisher over HTTP."""
    bodies = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    for row in _failures():
        named = re.findall(r"`(test_\w+)`", row)
        assert named, row
        for name in named:
            assert re.search(rf"^async def {name}\(\s*publisher: Publisher", bodies, re.MULTILINE), name


def test_no_known_failure_is_left_out(shared: Path) -> None:
    """The table has a row for each one that is known of the publishers."""
    known = (shared / "sources.md").read_text(encoding="utf-8").partition("## Failure table")[2].partition("\n## ")[0]
    assert len(_failures()) == len(known.split("·"))


def test_the_table_of_sources_is_that_of_the_file() -> None:
    """Every shipped source is on the page with its evidence, its address, and why it is on or off."""
    assert page(text) == text, "run `make schemas`"


def test_shipped_sources_say_how_well_they_are_known() -> None:
    """Each has its evidence; one that others merely say answers is off, and one that is off says why."""
    sources = load_sources(Path(__file__).parents[2] / "config" / "sources.yaml")
    assert all(source.evidence for source in sources)
    assert all(source.off for source in sources if source.evidence == "C")
    # The publishers that the program was made for are on, though their markup was not seen.
    on = {source.id for source in sources if source.enabled and source.evidence == "B"}
    assert on == {"aalco-51", "ipu-archive", "iom-council", "gfmd-migrant-smuggling"}
