"""The register in a real browser: what people see, on a phone, in the dark, without scripts, with the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.register.screens import AXE, HEIGHT, PHONE, examined, unfold
from website.chromium import Page, browser

if TYPE_CHECKING:
    from tests.register.furnished import Furnished

pytestmark = [pytest.mark.slow, pytest.mark.skipif(browser() is None, reason="needs a Chromium browser")]


def test_a_search_marks_its_words(shown: Page, house: str) -> None:
    """Typed into the head of the page; the address has the words, and the results mark them."""
    shown.show(f"{house}/", "A/RES/80/902", height=HEIGHT)
    shown.run("document.getElementById('find').value = 'bells'; document.querySelector('form.find').submit()")
    shown.wait("iCalendar", "bells")
    assert shown.run("location.search") == "?words=bells"
    assert "bells" in shown.run("[...document.querySelectorAll('main mark')].map(each => each.innerText)")


def test_an_alert_opens_the_document_at_its_clause(shown: Page, house: str, furniture: Furnished) -> None:
    """The clause is in sight, though it is not at the top of a page that is this low."""
    key = furniture.clause("A/RES/80/902", "1")
    shown.show(f"{house}/clauses/{key}", "fog horns", height=400)
    top, bottom = shown.run("(box => [box.top, box.bottom])(document.querySelector(':target').getBoundingClientRect())")
    assert shown.run("location.hash") == f"#clause-{key}"
    assert shown.run("scrollY") > 0
    assert top < 400
    assert bottom > 0


def test_nothing_is_wider_than_a_phone(shown: Page, house: str, furniture: Furnished) -> None:
    """No page scrolls sideways, whatever is folded open; a wide table does so, and its caption stays in sight."""
    shown.resize(PHONE)
    widths = {}
    ends = "[...document.querySelectorAll('caption:not(.unseen)')].map(each => each.getBoundingClientRect().right)"
    for path in (*furniture.pages(), "/coverage?lang=fr", "/timeline?lang=fr", "/health?lang=es", "/bodies?lang=es"):
        shown.show(f"{house}{path}", height=HEIGHT)
        unfold(shown)
        widths[path] = max(shown.run("document.documentElement.scrollWidth"), *shown.run(ends), 0)
    assert {path: width for path, width in widths.items() if width > PHONE} == {}


def test_a_script_in_a_title_does_not_run(shown: Page, house: str, furniture: Furnished) -> None:
    """And if one were in the page, the policy would not let it run."""
    hostile = furniture.documents["A/RES/80/902"]
    shown.show(f"{house}/documents/{hostile}", "<script>alert(1)</script>", height=HEIGHT)
    adding = "const made = document.createElement('script'); made.textContent = 'window.planted = 1';"
    shown.run(f"{adding} document.body.append(made)")
    assert shown.run("window.planted === undefined") is True
    assert shown.run("document.querySelector('main').innerHTML.includes('<script')") is False


def test_the_dark_page_is_dark_and_print_has_no_navigation(shown: Page, house: str) -> None:
    """The colours are those that the reader's system asks for."""
    ground = "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    shown.show(f"{house}/", "A/RES/80/902", height=HEIGHT)
    assert shown.run(ground) > 600
    shown.emulate(dark=True)
    shown.show(f"{house}/", "A/RES/80/902", height=HEIGHT)
    assert shown.run(ground) < 200
    shown.emulate(medium="print")
    assert shown.run("document.querySelector('header.top nav').getClientRects().length") == 0


def test_the_keyboard_skips_to_the_content(shown: Page, house: str) -> None:
    """The first Tab shows the skip link, with its focus visible; Enter goes there."""
    shown.show(f"{house}/", "A/RES/80/902", height=HEIGHT)
    shown.press("Tab")
    assert shown.run("document.activeElement.className") == "skip"
    assert shown.run("document.activeElement.getBoundingClientRect().top") >= 0
    assert shown.run("getComputedStyle(document.activeElement).outlineStyle") != "none"
    shown.press("Enter")
    assert shown.run("location.hash") == "#content"


def test_it_is_read_in_french_and_without_scripts(shown: Page, house: str) -> None:
    """The address asks for the language; no page needs a script."""
    shown.emulate(scripts=False)
    shown.show(f"{house}/search?words=bells&lang=fr", "bells", height=HEIGHT)
    assert shown.run("document.documentElement.lang") == "fr"
    shown.show(f"{house}/about?lang=en", height=HEIGHT)


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: make axe")
@pytest.mark.parametrize("rules", [(), ("color-contrast",)], ids=["light", "dark"])
def test_no_page_has_an_accessibility_fault(
    shown: Page, house: str, furniture: Furnished, rules: tuple[str, ...]
) -> None:
    """Of any severity, with all folds open; in the dark only the colours are others."""
    shown.emulate(dark=bool(rules))
    found = {}
    for path in (*furniture.pages(), "/timeline?lang=fr", "/search?words=submit&lang=es"):
        shown.show(f"{house}{path}", height=HEIGHT)
        unfold(shown)
        found[path] = examined(shown, *rules)
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: make axe")
def test_an_accessibility_fault_is_found(shown: Page, house: str) -> None:
    """A picture without words for those who do not see it."""
    shown.show(f"{house}/about", height=HEIGHT)
    shown.run("document.querySelector('main').append(document.createElement('img')); 0")
    assert [fault.split(":")[:2] for fault in examined(shown)] == [["critical", " image-alt"]]
