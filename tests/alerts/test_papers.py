"""The matrix and the brief as pages and Word files: one page, whole, and harmless."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import docx
import pypdfium2
import pytest
from docx.enum.section import WD_ORIENT

from alerts.papers.brief import as_text, brief
from alerts.papers.matrix import agenda_item, matrix
from alerts.papers.page import brief_page, matrix_page
from alerts.papers.word import write_brief, write_matrix
from alerts.papers.words import LANGUAGES, words_of
from tests.patience import PATIENCE
from warehouse.findings.finding import Deadline
from warehouse.matrix.rows import MatrixRow
from warehouse.query.filters import Filters
from website.chromium import browser

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
WANTED = Filters(body=("AALCO",), session=(64,))
PLAIN: dict[str, Any] = dict.fromkeys(MatrixRow.__dataclass_fields__) | {
    "due": Deadline(),
    "document_id": "d1",
    "symbol": "AALCO/RES/64/S 1",
    "title": "Safe ports",
    "kind": "resolution",
    "language": "en",
    "published_on": date(2026, 9, 18),
    "url": "https://example.org/1",
    "number": "2",
    "page": 3,
    "quote": "2. Requests the Secretary-General to send round a list of ports;",
    "type": "task_assignment",
    "addressee": "the Secretary-General",
    "addressee_id": "aalco:secretary-general",
    "state": "open",
}


def row(key: str, days: int | None = None, **more: Any) -> MatrixRow:
    """A row of the ledger, due in so many days."""
    if days is not None:
        day = NOW.date() + timedelta(days=days)
        more["due"] = Deadline("in time", day, day, "stated date", "by")
    return MatrixRow(**PLAIN | {"task_key": key} | more)


def full() -> list[MatrixRow]:
    """More than a page holds in every section, all of it long."""
    long = {
        "title": "Protection of the human rights of migrants " * 5,
        "quote": "2. Requests the Secretary-General " + "to report with the greatest care " * 9,
        "addressee": "the Office of the United Nations High Commissioner for Human Rights",
        "responsible": "Legal and Treaty Affairs Section",
    }
    types = ("reporting_request", "task_assignment", "establishment", "convening", "budget", "extension_renewal")
    kinds: dict[str, dict[str, Any]] = {
        "first": {"days": 9},
        "overdue": {"days": -9, "state": "overdue"},
        "agenda": {"days": 9, "type": "agenda_placement", "agenda_title": "Promotion of human rights " * 9},
        "undated": {},
        "unknown": {"days": -9, "state": "unknown", "rule": "not_watched"},
    }
    return [
        row(
            f"{kind}{number}",
            **{"type": types[number % 6]} | long | more,
            document_id=f"d{number}",
            symbol=f"A/RES/81/{number}",
        )
        for kind, more in kinds.items()
        for number in range(12)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_brief_is_one_page(tmp_path: Path, language: str) -> None:
    """Even where every section has more than fits, and all of it is long, it is printed on one sheet of A4."""
    if (chromium := browser()) is None:
        pytest.skip("needs a Chromium browser")
    page, paper = tmp_path / "brief.html", tmp_path / "brief.pdf"
    page.write_text(brief_page(brief(full(), WANTED, NOW, language=language)), encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    subprocess.run(
        [chromium, *options, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri()],
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    )
    assert len(pypdfium2.PdfDocument(paper)) == 1


def test_the_brief_says_what_comes_first_and_what_is_not_known() -> None:
    """Each mandate is in one section, what is due first leads, and what is settled is only counted."""
    rows = [
        row("later", 90, number="4"),
        row("soon", 9, number="3", responsible="Legal"),
        row("late", -9, number="5", state="overdue", since=date(2026, 11, 18)),
        row("lost", -9, number="6", state="unknown", rule="not_watched", reason="due date passed"),
        row("item", 90, number="7", type="agenda_placement", agenda_title="SAFE PORTS"),
        row("open", number="8"),
        row("done", -99, number="9", state="answered"),
    ]
    text = as_text(brief(rows, WANTED, NOW, language="en"))
    places = [text.index(f"paragraph {number}") for number in (5, 3, 4, 7, 8, 6)]
    assert places == sorted(places)
    assert "paragraph 9" not in text
    assert "7 mandates in 1 document" in text
    assert "(Responsible unit: Legal)" in text
    assert "no source that would show the answer was read without a gap" in " ".join(text.split())
    assert "Safe ports [" in text
    assert max(map(len, text.splitlines())) <= 100
    assert words_of("en").nothing in as_text(brief([], WANTED, NOW, language="en"))


@pytest.mark.parametrize("title", ["Safe ports", "Safe ports (RES/64/S 1)", "AALCO/RES/64/S 1: Safe ports"])
def test_an_item_that_is_named_after_its_document_is_written_as_its_title(title: str) -> None:
    """Resolutions name it in capitals; the symbol at the end of a title is no part of its name."""
    placed = row("item", 90, title=title, body="AALCO", type="agenda_placement", agenda_title="SAFE PORTS")
    assert agenda_item(placed) == "Safe ports"
    other = row("item", 90, title=title, body="AALCO", type="agenda_placement", agenda_title="FERRIES")
    assert agenda_item(other) == "FERRIES"


def test_the_brief_counts_what_a_document_asks_more_than_once() -> None:
    """A type that occurs once is only named."""
    rows = [row("a", type="budget"), row("b", type="task_assignment"), row("c", type="task_assignment")]
    assert "task assigned (2), resources [" in " ".join(as_text(brief(rows, WANTED, NOW, language="en")).split())


def test_words_from_outside_are_words_on_a_page() -> None:
    """Markup and addresses that are no plain links stay text."""
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    rows = [
        row(
            "a",
            9,
            quote=nasty,
            title=nasty,
            symbol=None,
            addressee=nasty,
            note=nasty,
            responsible=nasty,
            url="javascript:alert(1)",
        )
    ]
    for page in (
        matrix_page(matrix(rows, Filters(body=(nasty,)), NOW, language="en")),
        brief_page(brief(rows, Filters(body=(nasty,)), NOW, language="en")),
    ):
        assert "<script" not in page
        assert "<img" not in page
        assert "javascript:" not in page
        assert "&lt;script&gt;" in page


def test_the_matrix_in_word(tmp_path: Path) -> None:
    """A table for each group, in landscape, with headings that are repeated, rows that are not broken, and links."""
    rows = [row("a", 9, responsible="Legal"), row("b", addressee=None, addressee_id=None), row("c", 90, page=None)]
    path = tmp_path / "matrix.docx"
    write_matrix(matrix(rows, WANTED, NOW, language="fr"), path)
    document = docx.Document(str(path))
    assert document.sections[0].orientation == WD_ORIENT.LANDSCAPE
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 2"]
    assert headings == ["The Secretary-General", words_of("fr").nobody]
    first, second = document.tables
    assert (len(first.rows), len(second.rows)) == (3, 2)
    assert "w:tblHeader" in first.rows[0]._tr.xml
    assert "w:cantSplit" in first.rows[1]._tr.xml
    texts = [cell.text for cell in first.rows[1].cells]
    assert texts[0] == "AALCO/RES/64/S 1\n2 (page 3)"
    assert "Legal" in texts
    (link,) = first.rows[1].cells[0].paragraphs[0].hyperlinks
    assert link.address == "https://example.org/1"
    assert "NUMPAGES" in document.sections[0].footer._element.xml


def test_the_brief_in_word(tmp_path: Path) -> None:
    """It has the same sections and entries as the page."""
    made, path = brief(full(), WANTED, NOW, language="es"), tmp_path / "brief.docx"
    write_brief(made, path)
    document = docx.Document(str(path))
    headings = [each.text for each in document.paragraphs if each.style.name == "Heading 2"]
    assert headings == [section.heading for section in made.sections]
    bullets = [each for each in document.paragraphs if each.style.name == "List Bullet"]
    assert len(bullets) == sum(len(section.entries) for section in made.sections)


@pytest.mark.parametrize(("by", "headings"), [
    ("addressee", ["The Registrar", "The Secretary-General", "No addressee named"]),
    ("deadline", ["December 2026", "February 2027", "No date known"]),
    ("document", ["AALCO/RES/64/S 1 – Safe ports", "AALCO/RES/64/S 2 – Safe ports"]),
])  # fmt: skip
def test_groups(by: Any, headings: list[str]) -> None:
    """Rows are grouped by one name of an addressee, by month, or by document; what has none comes last."""
    rows = [
        row("a", 9),
        row("b", 90, addressee="its Secretary-General"),
        row("c", 90, addressee="he", addressee_resolved="the Registrar", addressee_id="aalco:registrar"),
        row("d", addressee=None, addressee_id=None, document_id="d2", symbol="AALCO/RES/64/S 2"),
        row("e", 9),
    ]
    made = matrix(rows, WANTED, NOW, language="en", by=by)
    assert [group.heading for group in made.groups] == headings
    assert len(made.lines) == 5
    assert made.columns[0] == {"addressee": "addressee", "deadline": "due", "document": "document"}[by]
