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
from scrapers.texts import document_text

if TYPE_CHECKING:
    from mandates.model import Analysis, Mandate

expected: list[dict[str, Any]] = YAML(typ="safe").load((folder.parent / "expected.yaml").read_text(encoding="utf-8"))
documents = {(document.id, document.language, document.step): document for document in read_all()}
resolutions = [entry for entry in expected if entry["kind"] != "initiative"]


# What the analysis does not yet find as people do; whoever makes one of them pass takes it out here.
not_yet = {
    ("mandates", "un-res-81-901.fr.0"): "clause 3: terms are established, which establishes no body",
    ("mandates", "un-res-81-902.en.0"): "clause 5: authorizes; clause 7: costs are a budget",
    ("mandates", "un-res-81-903.en.1"): "clause 2: a roster is no body; what is owed is a report",
    ("deadlines", "un-res-81-901.en.0"): "clause 8: the first half of 2027",
    ("deadlines", "un-res-81-902.en.0"): "clauses 5 and 7, as above",
    ("deadlines", "un-res-81-904.en.0"): "clause 3: in the report to be submitted at a session",
    ("deadlines", "un-res-81-904.en.5"): "clause 3: in the report to be submitted at a session",
    ("deadlines", "aalco-64-s-21.en.0"): "clause 3: three months before a session",
}


def named(entry: dict[str, Any]) -> str:
    return f"{entry['id']}.{entry['language']}.{entry['step']}"


def entries(aspect: str) -> list[Any]:
    """The expectations, those marked that are known to be missed."""
    return [
        pytest.param(entry, id=named(entry), marks=pytest.mark.xfail(reason=not_yet[aspect, named(entry)]))
        if (aspect, named(entry)) in not_yet
        else pytest.param(entry, id=named(entry))
        for entry in resolutions
    ]


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


@pytest.mark.parametrize("entry", entries("clauses"))
def test_clauses_are_counted(entry: dict[str, Any]) -> None:
    """As many operative clauses as people count; none in a report, a corrigendum or an annex."""
    assert [number(clause.number) for clause in read(entry).clauses] == [
        str(count) for count in range(1, entry["clauses"] + 1)
    ]


@pytest.mark.parametrize("entry", entries("mandates"))
def test_mandates_are_found_and_no_others(entry: dict[str, Any]) -> None:
    """Clause, type and addressee of every mandate."""
    assert [(number(where), mandate.type, plain(mandate.addressee)) for where, mandate in found(read(entry))] == [
        (wanted["clause"], wanted["type"], wanted["addressee"]) for wanted in entry["mandates"]
    ]


@pytest.mark.parametrize("entry", entries("deadlines"))
def test_deadlines_are_found(entry: dict[str, Any]) -> None:
    """Every deadline as written, and the last day of those that state one."""
    for wanted, (where, mandate) in zip(entry["mandates"], found(read(entry)), strict=True):
        quotes = [plain(due.quote) or "" for due in mandate.dues]
        if "due" in wanted:
            # Whether "by" or "during" belongs to a deadline is a matter of taste; its own words are not.
            assert any(wanted["due"] in quote for quote in quotes) if wanted["due"] else not quotes, (where, quotes)
        if "due_day" in wanted:
            assert wanted["due_day"] in [due.due_end for due in mandate.dues], (where, mandate.dues)
