"""The registry of kinds: complete, and the only place that knows a kind by its name."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path
from typing import Any

import pytest

from config.schemas import schema_of
from scrapers.kinds.registry import KINDS

project = Path(__file__).parent.parent.parent
modules = [path for folder in ("alerts", "flows", "scrapers", "warehouse") for path in (project / folder).rglob("*.py")]


def test_every_kind_of_the_file_is_in_the_registry_and_no_other() -> None:
    """A kind that `sources.yaml` may name can be crawled."""
    shown: Any = schema_of("sources")
    kinds = {part["properties"]["kind"]["const"] for name, part in shown["$defs"].items() if name.endswith("Source")}
    assert set(KINDS) == kinds


def named_kinds(code: str) -> set[str]:
    """The kinds of sources that code tests for: `source.kind == "feed"`, `visit.source.kind in {"feed"}`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        subjects = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        subjects += [node.subject] if isinstance(node, ast.Match) else []
        if any(ast.unparse(each).endswith("source.kind") for each in subjects):
            found |= {each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and each.value in KINDS}
    return found


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ('if visit.source.kind == "feed": pass', {"feed"}),
        ('if source.kind not in {"json", "pages"}: pass', {"json", "pages"}),
        ('match source.kind:\n    case "files": pass', {"files"}),
        ('if block.kind == "pages": pass', set()),
    ],
)
def test_tests_for_a_kind_are_recognised(code: str, kinds: set[str]) -> None:
    """Comparisons and matches of a source's kind are found, those of other things are not."""
    assert named_kinds(code) == kinds


def test_no_module_tests_for_the_name_of_a_kind() -> None:
    """What differs by kind is an attribute of `Kind`, so that a new kind is one entry."""
    assert len(modules) > 100
    named = {path.name: found for path in modules if (found := named_kinds(path.read_text(encoding="utf-8")))}
    assert named == {}


def test_what_reads_a_page_can_be_sent_to_a_reading_process() -> None:
    """Functions that run in a reading process are those of a module, found there by name."""
    readers = [kind.find.keywords["read"] for kind in KINDS.values() if hasattr(kind.find, "keywords")]
    assert len(readers) > 1
    assert [pickle.loads(pickle.dumps(read)) for read in readers] == readers  # noqa: S301 - written in this line
