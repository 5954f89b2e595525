"""The review in a real browser: opened by the printed link, decided in, and then seen by the command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from flows.cli import cli
from tests.register.screens import AXE, DESK, HEIGHT, PHONE, examined
from tests.register.test_pages import CHECKOUT
from website.chromium import Page, browser, page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.skipif(browser() is None, reason="needs a Chromium browser")]

# The command, with more time for a page than a busy machine needs.
COMMAND = """
import sys
import register.desk
from flows.cli import main
from tests.patience import PATIENCE
register.desk.QUERY_SECONDS = register.desk.WAIT_SECONDS = PATIENCE
sys.argv = ["mandates", "register", "--review", "--port", "0"]
main()
"""
CHOOSE = "document.querySelector('.decide [value={verdict}]').click()"
FILL = "document.querySelector('.decide [name={name}]').value = {value!r}"


@pytest.fixture
def link(home: Path, doubtful_home: Path) -> Iterator[str]:
    """The link that the command prints, while it runs."""
    shutil.copytree(doubtful_home, home, dirs_exist_ok=True)
    environment = os.environ | {"MANDATES_HOME": str(home)}
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT, env=environment
    ) as process:
        assert process.stdout is not None
        try:
            address, printed = (process.stdout.readline().split()[0] for _ in range(2))
            assert printed.startswith(f"{address}/review?token=")
            yield printed
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def opened() -> Iterator[Page]:
    """One browser for these tests."""
    with page(DESK) as made:
        yield made


def decide(shown: Page, verdict: str, **fields: str) -> None:
    """Fill in the form, and send it with the keyboard."""
    shown.run(CHOOSE.format(verdict=verdict))
    for name, value in fields.items():
        shown.run(FILL.format(name=name, value=value))
    shown.run("document.querySelector('.decide button').focus()")
    shown.press("Enter")


def test_three_decisions_without_a_script(shown: Page, link: str, home: Path) -> None:
    """Confirmed, corrected and rejected one after the other; the name is asked for once."""
    shown.emulate(scripts=False)
    shown.show(link, "3 entries to check", height=HEIGHT)
    assert shown.run("location.href").endswith("/review")
    assert shown.run("document.cookie") == ""
    shown.show(shown.run("document.querySelector('.waiting a').href"), "A/RES/80/3", "Your decision", height=HEIGHT)
    decide(shown, "confirm", who="the desk")
    shown.wait("Your decision was recorded", "A/RES/80/1")
    decide(shown, "correct", type="budget", why="see its paragraph 4")
    shown.wait("Your decision was recorded", "A/RES/80/2")
    decide(shown, "reject")
    shown.wait("Nothing to check.")
    assert CliRunner().invoke(cli, ["review"]).output == "Nothing to check.\n"
    sql = "SELECT field, value, who, why FROM current_decisions ORDER BY field"
    told = CliRunner().invoke(cli, ["query", sql, "--csv"]).output
    assert re.findall(r"\w+,\w+,the desk,.*", told) == [
        "is_mandate,no,the desk,",
        "reviewed,yes,the desk,",
        "type,budget,the desk,see its paragraph 4",
    ]


def test_marked_words_stand_as_in_their_text(shown: Page, link: str) -> None:
    """No room about them looks like a blank before the comma that follows."""
    shown.show(link, "3 entries to check", height=HEIGHT)
    shown.show(shown.run("document.querySelectorAll('.waiting a')[1].href"), "A/RES/80/1", height=HEIGHT)
    padding = "[...document.querySelectorAll('.words mark')].map(mark => getComputedStyle(mark).paddingRight)"
    assert set(shown.run(padding)) == {"0px"}


def test_a_decision_is_taken_back_with_a_click(shown: Page, link: str) -> None:
    """And the entry waits again."""
    shown.show(link, "3 entries to check", height=HEIGHT)
    shown.show(
        shown.run("document.querySelectorAll('.waiting a')[1].href"), "A/RES/80/1", "Your decision", height=HEIGHT
    )
    decide(shown, "correct", who="desk", addressee="the Registrar")
    shown.wait("Your decision was recorded", "the Registrar")
    shown.run("document.querySelector('.done button').click()")
    shown.wait("Your decision was taken back", "A/RES/80/1")
    shown.show(f"{link.partition('?')[0]}", "3 entries to check", height=HEIGHT)


def test_it_fits_a_phone(shown: Page, link: str) -> None:
    """No page scrolls sideways; the fields of a correction show once it is chosen."""
    shown.resize(PHONE)
    shown.show(link, "3 entries to check", height=HEIGHT)
    assert shown.run("document.documentElement.scrollWidth") <= PHONE
    shown.show(shown.run("document.querySelectorAll('.waiting a')[1].href"), "Your decision", height=HEIGHT)
    height = "document.querySelector('fieldset.right').getBoundingClientRect().height"
    assert shown.run(height) == 0
    shown.run(CHOOSE.format(verdict="correct"))
    assert shown.run(height) > 0
    assert shown.run("document.documentElement.scrollWidth") <= PHONE


@pytest.mark.skipif(not AXE.exists(), reason="needs axe-core: make axe")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_has_no_accessibility_fault(shown: Page, link: str, *, dark: bool) -> None:
    """The list, each kind of entry with its fields, a form with mistakes, and what follows a decision."""
    shown.emulate(dark=dark)
    shown.show(link, "3 entries to check", height=HEIGHT)
    found = {"list": examined(shown)}
    addresses = shown.run("[...document.querySelectorAll('.waiting a')].map(each => each.href)")
    for address in addresses:
        shown.show(address, "Your decision", height=HEIGHT)
        shown.run(CHOOSE.format(verdict="correct") + " || 0" if "what=text" not in address else "0")
        found[address] = examined(shown)
    decide(shown, "correct", who="desk")
    shown.wait("Nothing was recorded", "changed nothing")
    found["mistakes"] = examined(shown)
    decide(shown, "reject")
    shown.wait("Your decision was recorded")
    found["decided"] = examined(shown)
    assert {name: faults for name, faults in found.items() if faults} == {}
