"""The PDFs, read back with the library that the scrapers use."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from demo.document import Document, invented, read_all
from demo.paper import pdf

papers = [document for document in read_all() if document.shape in {"un", "aalco", "ipu"}]
by_id = {(document.id, document.language): document for document in papers}


def pages(document: Document) -> list[str]:
    with pypdfium2.PdfDocument(pdf(document)) as paper:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in paper]


@pytest.mark.parametrize("document", papers, ids=lambda document: f"{document.id}.{document.language}.{document.step}")
def test_a_paper_is_the_same_on_every_run_and_says_that_it_is_invented(document: Document) -> None:
    """Equal bytes make equal ETags; nobody should take the paper for a real one."""
    assert pdf(document) == pdf(document)
    first = pages(document)[0]
    assert invented in first
    assert document.symbol is None or document.symbol in first


@pytest.mark.parametrize("document", papers, ids=lambda document: f"{document.id}.{document.language}.{document.step}")
def test_no_word_of_a_document_is_lost_in_its_paper(document: Document) -> None:
    """Every word of every paragraph and footnote comes back out of the PDF."""
    printed = "".join(re.sub(r"\s|￾|-|\d", "", page) for page in pages(document))
    texts = [*(block.text for block in document.blocks), *(text for _, text in document.notes)]
    for word in {word for text in texts for word in re.findall(r"[^\W\d]{4,}", re.sub(r"\[\^\w\]", " ", text))}:
        assert word in printed, word


def test_a_resolution_has_the_masthead_of_the_assembly() -> None:
    """The lines at the head come out one by one, in the order of the real ones."""
    lines = pages(by_id["un-res-81-901", "en"])[0].splitlines()
    assert lines[:9] == [
        "United Nations A/RES/81/901",
        "General Assembly Distr.: General",
        "4 November 2026",
        "26-90131 (E)",
        "*2690131*",
        invented,
        "Eighty-first session",
        "Agenda item 68 (e)",
        "Promotion and protection of human rights: labour mobility",
    ]
    assert "Resolution adopted by the General Assembly\non 28 October 2026\n" in "\n".join(lines)
    assert "81/901. Recruitment of seasonal migrant workers" in lines


def test_running_headers_alternate_and_pages_are_numbered() -> None:
    """Even pages have the symbol on the left, odd ones on the right; page and job number stand opposite."""
    _, second, third = pages(by_id["un-res-81-901", "en"])
    assert second.startswith("A/RES/81/901 Recruitment of seasonal migrant workers\n2/3 26-90131\n")
    assert third.startswith("Recruitment of seasonal migrant workers A/RES/81/901\n26-90131 3/3\n")


def test_a_mandate_crosses_a_page_with_furniture_inside() -> None:
    """The reporting request begins on page 2 and ends on page 3, with a footnote and a header between."""
    _, second, third = pages(by_id["un-res-81-901", "en"])
    assert "\n11. Requests the Secretary-General" in second
    assert "\n12. " not in second
    assert "\n__________________\n" in second.partition("\n11. ")[2]
    assert third.partition("\n12. ")[0].endswith("oral report at its eighty-second session;")


def test_footnotes_stand_on_the_page_of_their_first_mark() -> None:
    """A note is printed once, at the foot of the page that first refers to it."""
    first, second, third = pages(by_id["un-res-81-901", "en"])
    assert [page.count("Resolution 73/195, annex.") for page in (first, second, third)] == [1, 0, 0]
    assert [page.count("filled in by hand") for page in (first, second, third)] == [0, 1, 0]


def test_a_french_paper_is_french_to_its_masthead() -> None:
    """Masthead, date, number of the resolution and accents come out in French."""
    (page,) = pages(by_id["un-res-81-901", "fr"])
    assert page.startswith(
        "Nations Unies A/RES/81/901\nAssemblée générale Distr. générale\n4 novembre 2026\n26-90131 (F)"
    )
    assert "81/901. Recrutement des travailleurs migrants saisonniers" in page
