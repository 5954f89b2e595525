"""The invented documents: their form, their steps, and the hand-written expectations that go with them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from demo.document import Block, Document, DocumentError, Run, folder, read, read_all, runs

if TYPE_CHECKING:
    from pathlib import Path

shown_shapes = {"un", "aalco", "ipu", "gfmd"}


@pytest.fixture(scope="module")
def expected() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = YAML(typ="safe").load((folder.parent / "expected.yaml").read_text(encoding="utf-8"))
    return found


def test_a_document_reads_as_head_blocks_and_notes(tmp_path: Path) -> None:
    """Fields, a clause with its number, an item, emphasis and a footnote come out as written."""
    path = tmp_path / "x.2.md"
    path.write_text(
        "Shape: un\nTitle: A title\nDated: 1 April 2026\nSubjects: A; B\nStep: 2\n---\n\n*The Body*,\n\n"
        "1. *Requests* one\nthing:[^1]\n\n(a) an item;\n\n(2) a preambular one,\n\n## Annex\n\n[^1]: See there.\n",
        encoding="utf-8",
    )
    document = read(path)
    assert (document.id, document.step, document.subjects) == ("x", 2, ("A", "B"))
    assert document.dated is not None
    assert document.dated.isoformat() == "2026-04-01"
    assert document.blocks == (
        Block("text", None, "*The Body*,"),
        Block("clause", "1", "*Requests* one thing:[^1]"),
        Block("item", "(a)", "an item;"),
        Block("preamble", "(2)", "a preambular one,"),
        Block("heading", None, "Annex"),
    )
    assert document.notes == (("1", "See there."),)
    assert runs("*Requests* one thing:[^1]") == (
        Run("Requests", "emphasis"),
        Run(" one thing:", "plain"),
        Run("1", "mark"),
    )


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("Shape: un\nTitle: A\nColour: red", 3),
        ("Shape: un\nTitle: A\nTitle: B", 3),
        ("Shape: un\nDated: 31 February 2026\nTitle: A", 2),
        ("Title: A", 1),
    ],
)
def test_a_wrong_head_is_refused_with_its_line(tmp_path: Path, head: str, line: int) -> None:
    """An unknown field, a repeated one, a day that is none and a missing shape are each named with file and line."""
    path = tmp_path / "x.md"
    path.write_text(f"{head}\n---\n\nText\n", encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read(path)
    assert caught.value.line == line
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_a_document_without_a_rule_is_refused(tmp_path: Path) -> None:
    """A file that has no line between head and text is no document."""
    path = tmp_path / "x.md"
    path.write_text("Shape: un\nTitle: A\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="no line `---`"):
        read(path)


def test_steps_are_one_publication_each_and_leave_no_gap() -> None:
    """Each further step publishes exactly one document, and at least five are ready, over all shapes."""
    steps = Counter(document.step for document in read_all() if document.step)
    assert sorted(steps) == list(range(1, len(steps) + 1))
    assert set(steps.values()) == {1}
    assert len(steps) >= 5
    assert {document.shape for document in read_all() if document.step} == shown_shapes


def test_each_mark_has_its_footnote() -> None:
    """No document refers to a footnote that it does not have, and none has one that nobody refers to."""
    for document in read_all():
        texts = [block.text for block in document.blocks] + [document.agenda_item or ""]
        marks = {run.text for text in texts for run in runs(text) if run.style == "mark"}
        assert marks == {mark for mark, _ in document.notes}, document.id


def test_every_shown_document_has_its_expectation(expected: list[dict[str, Any]]) -> None:
    """The expectations and the documents are the same set, and their heads agree."""
    documents = {(d.id, d.language, d.step): d for d in read_all() if d.shape in shown_shapes}
    wanted = {(entry["id"], entry["language"], entry["step"]): entry for entry in expected}
    assert set(wanted) == set(documents)
    assert len(wanted) == len(expected)
    for key, entry in wanted.items():
        document = documents[key]
        assert (entry["symbol"], entry["title"], entry["stage"]) == (document.symbol, document.title, document.stage)
        assert entry["published"] == (document.submitted.date() if document.submitted else document.dated)
        if document.author:
            assert entry["author"] == (None if document.author == "system admin" else document.author)


def test_the_expectations_quote_the_documents(expected: list[dict[str, Any]]) -> None:
    """Numbers of clauses, addressees and deadlines stand in the documents as the expectations have them."""
    documents = {(d.id, d.language, d.step): d for d in read_all()}
    for entry in expected:
        clauses = _clauses(documents[entry["id"], entry["language"], entry["step"]])
        assert len(clauses) == entry["clauses"], entry["id"]
        for mandate in entry["mandates"]:
            text = clauses[mandate["clause"]]
            for words in (mandate["addressee"], mandate.get("due")):
                assert words is None or words in text, (entry["id"], mandate)


def _clauses(document: Document) -> dict[str, str]:
    """The operative clauses of a resolution, before any annex; reports and posts have none."""
    found: dict[str, str] = {}
    if document.kind != "resolution":
        return found
    for block in document.blocks:
        if block.kind == "heading":
            break
        if block.kind == "clause" and block.number:
            found[block.number] = "".join(run.text for run in block.runs if run.style != "mark")
    return found
