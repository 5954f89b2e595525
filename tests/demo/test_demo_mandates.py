"""The papers and pages of the bundled site analysed, against the hand-written expectations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from demo import pages
from demo.document import Document, folder, read_all
from demo.paper import pdf
from mandates.analysis import analyse
from scrapers.text.documents import document_text

if TYPE_CHECKING:
    from mandates.model import Analysis, Mandate

expected: list[dict[str, Any]] = YAML(typ="safe").load((folder.parent / "expected.yaml").read_text(encoding="utf-8"))
documents = {(document.id, document.language, document.step): document for document in read_all()}
resolutions = [entry for entry in expected if entry["kind"] != "initiative"]


def named(entry: dict[str, Any]) -> str:
    return f"{entry['id']}.{entry['language']}.{entry['step']}"


def entries() -> list[Any]:
    """The expectations, each with its name."""
    return [pytest.param(entry, id=named(entry)) for entry in resolutions]


def read(entry: dict[str, Any]) -> Analysis:
    """What is found in the form that the sources fetch: PDF for the United Nations, HTML for the others."""
    document = documents[entry["id"], entry["language"], entry["step"]]
    raw, media_type = _fetched(document)
    return analyse(document_text(raw, media_type=media_type).text, published_on=document.dated)


def _fetched(document: Document) -> tuple[bytes, str]:
    if document.shape == "un":
        return pdf(document), "application/pdf"
    page = pages.aalco_text(document) if document.shape == "aalco" else pages.ipu_text(document, [])
    return page.encode(), "text/html"


def plain(words: str | None) -> str | None:
    """One space between words, and no hyphen at the end of a line."""
    if words is None:
        return None
    # A page may end inside a deadline's number: "eighty-" and "third" are one word.
    return re.sub(r"\s+", " ", re.sub(r"[\ufffe-]\s*", "-", words)).strip()


def found(analysis: Analysis) -> list[tuple[str | None, Mandate]]:
    return [(clause.number, mandate) for clause in analysis.clauses for mandate in clause.mandates]


def number(text: str | None) -> str:
    return (text or "").strip("(). ")


@pytest.mark.parametrize("entry", entries())
def test_clauses_are_counted(entry: dict[str, Any]) -> None:
    """As many operative clauses as people count; none in a report, a corrigendum or an annex."""
    assert [number(clause.number) for clause in read(entry).clauses] == [
        str(count) for count in range(1, entry["clauses"] + 1)
    ]


@pytest.mark.parametrize("entry", entries())
def test_mandates_are_found_and_no_others(entry: dict[str, Any]) -> None:
    """Clause, type and addressee of every mandate."""
    assert [(number(where), mandate.type, plain(mandate.addressee)) for where, mandate in found(read(entry))] == [
        (wanted["clause"], wanted["type"], wanted["addressee"]) for wanted in entry["mandates"]
    ]


@pytest.mark.parametrize("entry", entries())
def test_deadlines_are_found(entry: dict[str, Any]) -> None:
    """Every deadline as written, and the last day of those that state one."""
    for wanted, (where, mandate) in zip(entry["mandates"], found(read(entry)), strict=True):
        quotes = [plain(due.quote) or "" for due in mandate.dues]
        if "due" in wanted:
            # Whether "by" or "during" belongs to a deadline is a matter of taste; its own words are not.
            assert any(wanted["due"] in quote for quote in quotes) if wanted["due"] else not quotes, (where, quotes)
        if "due_day" in wanted:
            assert wanted["due_day"] in [due.due_end for due in mandate.dues], (where, mandate.dues)
