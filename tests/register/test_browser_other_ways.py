"""Readers who have no mouse, no scripts, no sight of the screen, or only paper."""

from __future__ import annotations

import csv
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.patience import until
from tests.register.screens import HEIGHT
from website.chromium import browser

if TYPE_CHECKING:
    from pathlib import Path

    from tests.register.furnished import Furnished
    from website.chromium import Page

pytestmark = [pytest.mark.slow, pytest.mark.skipif(browser() is None, reason="needs a Chromium browser")]


@pytest.fixture
def beacons(shown: Page, house: str, furniture: Furnished) -> str:
    """The page of a resolution with a preamble, two requests and an annex, which is shown."""
    address = f"{house}/documents/{furniture.documents['A/RES/79/905']}"
    shown.show(address, "fog horns", height=HEIGHT)
    return address


def tab_to(shown: Page, selector: str) -> None:
    """Press Tab until the focus is on what fits, and can be seen there."""
    for _ in range(100):
        shown.press("Tab")
        if shown.run(f"document.activeElement.matches({selector!r})"):
            break
    else:
        pytest.fail(f"Tab does not lead to {selector}")
    top, bottom = shown.run("(box => [box.top, box.bottom])(document.activeElement.getBoundingClientRect())")
    assert -1 <= top < bottom <= HEIGHT + 1
    assert shown.run("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_the_keyboard_reaches_a_clause_and_what_folds(shown: Page, beacons: str, furniture: Furnished) -> None:
    """Enter follows the link of a clause, whose next stop is in its margin, and opens and closes a fold."""
    key = furniture.clause("A/RES/79/905", "2")
    tab_to(shown, ".fold > summary")
    opened = "document.activeElement.parentElement.open"
    before = shown.run(opened)
    shown.press("Enter")
    assert shown.run(opened) is not before
    tab_to(shown, f"#clause-{key} a.here")
    shown.press("Enter")
    assert shown.run("location.hash") == f"#clause-{key}"
    tab_to(shown, f"#clause-{key} .margin *")
    tab_to(shown, f"#clause-{key} .why > summary")
    shown.press("Enter")
    assert shown.run(opened) is True
    assert shown.run("document.querySelector('.clause:target .why li').checkVisibility()") is True


def test_a_document_is_heard_with_roles_and_names(shown: Page, beacons: str) -> None:
    """Its places, each clause with its link and what is beside it, what folds, and the states."""
    heard = shown.heard()
    for thing in (
        ("RootWebArea", "A/RES/79/905 – Mandate register"), ("link", "Skip to content"),
        ("navigation", "Pages"), ("navigation", "On this page"), ("navigation", "Language"),
        ("searchbox", "Search mandates and documents"), ("button", "Search"),
        ("heading", "A/RES/79/905 Beacons"), ("heading", "Paragraph 1"), ("link", "Link to paragraph 1"),
        ("group", "Mandates of paragraph 1"), ("DisclosureTriangle", "Preamble"), ("term", "By when"),
        ("DisclosureTriangle", "Why it is read so"), ("link", "the Secretary-General"),
        ("rowheader", "furniture"), ("columnheader", "Source"),
    ):  # fmt: skip
        assert thing in heard, [each for each in heard if each[0] == thing[0]]


def test_a_chart_is_heard_bar_by_bar(shown: Page, house: str) -> None:
    """Its name, and each bar as a link that says its month and its counts; boxes of the search have their words."""
    shown.show(f"{house}/timeline", height=HEIGHT)
    heard = shown.heard()
    assert {("heading", "Timeline"), ("heading", "Deadlines by month"), ("combobox", "Body")} <= set(heard)
    assert any(role == "group" and name.startswith("Deadlines by month, ") for role, name in heard)
    bars = [name for role, name in heard if role == "link" and " deadline" in name]
    assert any("Renewed 3" in name for name in bars), bars
    shown.show(f"{house}/search?words=keepers", height=HEIGHT)
    shown.click(".ask-more > summary")
    heard = shown.heard()
    assert {("searchbox", "Words"), ("checkbox", "overdue"), ("textbox", "Addressee")} <= set(heard)


def test_it_is_read_in_french_without_scripts(shown: Page, house: str, furniture: Furnished, tmp_path: Path) -> None:
    """Its words, the form, the download, what folds and the change of the language need none."""
    shown.emulate(scripts=False)
    shown.show(f"{house}/?lang=fr", "Registre des mandats", "Rechercher", "Destinataires", height=HEIGHT)
    assert shown.run("document.documentElement.lang") == "fr"
    shown.click("#find")
    shown.write("beacons")
    shown.click("form.find button")
    shown.wait("Rechercher des mandats", "Échéance", "Secretariat to publish a list of beacons")
    shown.download_to(tmp_path)
    shown.click("a[download][href*='/search.csv']")
    table = tmp_path / "mandates.csv"
    until(table.exists)
    (row,) = csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    assert "list of beacons" in row["Demande"]
    shown.click(".result h3 a")
    shown.wait("Document original", "Préambule")
    assert shown.run("document.querySelector('.fold p').checkVisibility()") is False
    shown.click(".fold > summary")
    assert shown.run("document.querySelector('.fold p').checkVisibility()") is True
    shown.click("footer a[lang=es]")
    shown.wait("Registro de mandatos", "Preámbulo")
    assert shown.run("location.pathname").endswith(furniture.documents["A/RES/79/905"])


def printed(shown: Page, folder: Path) -> str:
    """The words of the page on paper."""
    paper = folder / "paper.pdf"
    paper.write_bytes(shown.paper())
    read = subprocess.run(["pdftotext", "-layout", str(paper), "-"], capture_output=True, text=True, check=True)
    return " ".join(read.stdout.split())


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_charts_are_printed_with_their_tables(shown: Page, house: str, tmp_path: Path) -> None:
    """And without the form, the ways to other pages, and the lines that ask for a click."""
    shown.show(f"{house}/timeline", height=HEIGHT)
    tables = shown.run("[...document.querySelectorAll('caption')].map(each => each.textContent)")
    rows = shown.run("document.querySelectorAll('tbody tr').length")
    words = printed(shown, tmp_path)
    assert len(tables) == 3
    assert [each for each in tables if each not in words] == []
    last = shown.run("[...document.querySelectorAll('#deadlines ~ details tbody th')].at(-1).textContent")
    assert rows > 24
    assert last in words
    gone = (
        "Show as a table",
        "All bodies",
        "Earlier months",
        "Skip to content",
        "Addressees",
        "Français",
        "Scroll sideways",
    )
    assert [each for each in gone if each in words] == []


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_a_document_is_printed_whole(shown: Page, beacons: str, tmp_path: Path) -> None:
    """With its preamble, its annex, and what is asked beside each clause."""
    words = printed(shown, tmp_path)
    for part in (
        "Convinced that a beacon is of no use",
        "report on fog horns",
        "Keepers shall have a day of rest",
        "By when",
    ):
        assert part in words
    gone = ("All about this mandate", "On this page", "Original document", "¶", "Why it is read so", "Timeline")
    assert [each for each in gone if each in words] == []
