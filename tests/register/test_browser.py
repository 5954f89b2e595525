"""The register in a real browser: what people see, on a phone, in the dark, without scripts, with the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.register.screens import AXE, HEIGHT, PHONE, examined
from warehouse.query.queries import query
from website.chromium import Page, browser

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.skipif(browser() is None, reason="needs a Chromium browser")]


@pytest.fixture(scope="module")
def addresses(lit: Path) -> tuple[str, ...]:
    """A page of each kind."""
    sql = "SELECT document_id, task_key FROM mandates JOIN documents USING (document_id) WHERE symbol = 'A/RES/80/902'"
    ((document, task),) = query(lit, sql).rows
    fixed = ("/", "/search?words=submit", "/bodies", "/bodies/UNGA", "/addressees", "/timeline", "/coverage", "/health")
    return (*fixed, "/api", "/about", f"/documents/{document}", f"/mandates/{task}")


def test_a_search_marks_its_words(shown: Page, register: str) -> None:
    """Typed into the head of the page; the address has the words, and the results mark them."""
    shown.show(f"{register}/", "A/RES/80/902", height=HEIGHT)
    shown.run("document.getElementById('find').value = 'bells'; document.querySelector('form.find').submit()")
    shown.wait("iCalendar", "bells")
    assert shown.run("location.search") == "?words=bells"
    assert "bells" in shown.run("[...document.querySelectorAll('main mark')].map(each => each.innerText)")


def test_an_alert_opens_the_document_at_its_clause(shown: Page, register: str, lit: Path) -> None:
    """The clause is in sight, though it is not at the top of a page that is this low."""
    sql = "SELECT clause_key FROM clauses JOIN documents USING (document_id) WHERE symbol = 'A/RES/80/902'"
    ((key,),) = query(lit, sql).rows
    shown.show(f"{register}/clauses/{key}", "fog horns", height=400)
    top, bottom = shown.run("(box => [box.top, box.bottom])(document.querySelector(':target').getBoundingClientRect())")
    assert shown.run("location.hash") == f"#clause-{key}"
    assert shown.run("scrollY") > 0
    assert top < 400
    assert bottom > 0


def test_nothing_is_wider_than_a_phone(shown: Page, register: str, addresses: tuple[str, ...]) -> None:
    """No page scrolls sideways; a wide table does so by itself."""
    shown.resize(PHONE)
    widths = {}
    for path in addresses:
        shown.show(f"{register}{path}", height=HEIGHT)
        widths[path] = shown.run("document.documentElement.scrollWidth")
    assert {path: width for path, width in widths.items() if width > PHONE} == {}


def test_a_script_in_a_title_does_not_run(shown: Page, register: str, addresses: tuple[str, ...]) -> None:
    """And if one were in the page, the policy would not let it run."""
    shown.show(f"{register}{addresses[-2]}", "<script>alert(1)</script>", height=HEIGHT)
    adding = "const made = document.createElement('script'); made.textContent = 'window.planted = 1';"
    shown.run(f"{adding} document.body.append(made)")
    assert shown.run("window.planted === undefined") is True
    assert shown.run("document.querySelector('main').innerHTML.includes('<script')") is False


def test_the_dark_page_is_dark_and_print_has_no_navigation(shown: Page, register: str) -> None:
    """The colours are those that the reader's system asks for."""
    ground = "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    shown.show(f"{register}/", "A/RES/80/902", height=HEIGHT)
    assert shown.run(ground) > 600
    shown.emulate(dark=True)
    shown.show(f"{register}/", "A/RES/80/902", height=HEIGHT)
    assert shown.run(ground) < 200
    shown.emulate(medium="print")
    assert shown.run("document.querySelector('header.top nav').getClientRects().length") == 0


def test_the_keyboard_skips_to_the_content(shown: Page, register: str) -> None:
    """The first Tab shows the skip link, with its focus visible; Enter goes there."""
    shown.show(f"{register}/", "A/RES/80/902", height=HEIGHT)
    shown.press("Tab")
    assert shown.run("document.activeElement.className") == "skip"
    assert shown.run("document.activeElement.getBoundingClientRect().top") >= 0
    assert shown.run("getComputedStyle(document.activeElement).outlineStyle") != "none"
    shown.press("Enter")
    assert shown.run("location.hash") == "#content"


def test_it_is_read_in_french_and_without_scripts(shown: Page, register: str) -> None:
    """The address asks for the language; no page needs a script."""
    shown.emulate(scripts=False)
    shown.show(f"{register}/search?words=bells&lang=fr", "bells", height=HEIGHT)
    assert shown.run("document.documentElement.lang") == "fr"
    shown.show(f"{register}/about?lang=en", height=HEIGHT)


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: make axe")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_page_has_an_accessibility_fault(
    shown: Page, register: str, addresses: tuple[str, ...], *, dark: bool
) -> None:
    """Of any severity; a page that does not exist and a search without results are among them."""
    shown.emulate(dark=dark)
    found = {}
    for path in (*addresses, "/nowhere", "/search?words=unheard", "/timeline?lang=fr", "/search?words=submit&lang=es"):
        shown.show(f"{register}{path}", height=HEIGHT)
        found[path] = examined(shown)
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: make axe")
def test_an_accessibility_fault_is_found(shown: Page, register: str) -> None:
    """A picture without words for those who do not see it."""
    shown.show(f"{register}/about", height=HEIGHT)
    shown.run("document.querySelector('main').append(document.createElement('img')); 0")
    assert [fault.split(":")[:2] for fault in examined(shown)] == [["critical", " image-alt"]]
