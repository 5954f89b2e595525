"""Readers at work in a real browser: they filter, compare, download, and follow the link of a mail."""

from __future__ import annotations

import csv
import re
from contextlib import suppress
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest
from icalendar import Calendar

from alerts.dispatch import dispatch
from alerts.match import alerts_for
from tests.alerts.made_findings import subscribed
from tests.patience import until
from tests.ports import free_port
from tests.register.running import running
from tests.register.screens import HEIGHT, PHONE
from tests.register.test_document import LIT, REPORT
from tests.warehouse.asking import resolution
from tests.warehouse.made import batch
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.store.snapshot import publish
from website.chromium import browser

if TYPE_CHECKING:
    from pathlib import Path

    from website.chromium import Page

pytestmark = [pytest.mark.slow, pytest.mark.skipif(browser() is None, reason="needs a Chromium browser")]


def test_an_alert_in_a_mailbox_leads_to_its_clause(shown: Page, tmp_path: Path) -> None:
    """The link of the mail that was sent, into a register below a path: the clause that it quotes is the marked one."""
    home, port = tmp_path / "home", free_port()
    public = f"http://127.0.0.1:{port}/mandates"
    desk = "targets: {desk: mailbox}\nsubscriptions: {all: {targets: [desk], first_crawl: tell}}\n"
    subscriptions = subscribed(tmp_path / "config", f"register_url: {public}\n{desk}")
    land(home, batch(0, resolution(*[LIT] * 9, REPORT)))
    record(home, alerts_for(subscriptions, datetime.now(UTC)))
    publish(home)
    dispatch(home, subscriptions)
    (mail,) = (home / "mail" / "desk").iterdir()
    plain = message_from_bytes(mail.read_bytes(), policy=policy.default).get_body(("plain",))
    assert plain is not None
    (link,) = set(re.findall(rf"{public}/clauses/[\w:%-]+", plain.get_content()))
    with running(home, port=port, public=public):
        shown.show(link, "fog horns", height=400)
        assert shown.run("location.pathname").startswith("/mandates/documents/")
        clause = "document.querySelector(':target')"
        top, bottom = shown.run(f"(box => [box.top, box.bottom])({clause}.getBoundingClientRect())")
        assert top < 400
        assert bottom > 0
        assert shown.run(f"{clause}.querySelector('.words').innerText").split() == ["10.", *f"{REPORT}.".split()]
        assert shown.run(f"getComputedStyle({clause}).outlineStyle") == "solid"
        assert shown.run(f"{clause}.querySelector('mark.due').innerText") == "by 1 May 2027"


def click(shown: Page, selector: str, *words: str) -> None:
    """Click on the only thing that fits, in a page that then shows all these words."""
    assert shown.run(f"document.querySelectorAll({selector!r}).length") == 1, selector
    shown.run(f"document.querySelector({selector!r}).click()")
    shown.wait(*words)


def follow(shown: Page, selector: str, *words: str) -> None:
    """Click on what leads to another page, which shows all these words, as the one before may do as well."""
    before = shown.run("performance.timeOrigin")

    def is_elsewhere() -> bool:
        # Between two pages there is none to ask.
        with suppress(RuntimeError, TypeError):
            return bool(shown.run("performance.timeOrigin") != before)
        return False

    click(shown, selector)
    until(is_elsewhere)
    shown.wait(*words)


def test_filters_are_chosen_in_the_form(shown: Page, register: str) -> None:
    """What is typed and ticked is in the address, is still there on the next page, and is taken away one by one."""
    shown.show(f"{register}/search", "More filters", height=HEIGHT)
    assert shown.run("document.querySelector('#body-1').checkVisibility()") is False
    click(shown, ".ask-more summary", "Body")
    middle = "(box => box.top + box.height / 2)({}.getBoundingClientRect())"
    label = "document.querySelector('.ask-boxes label')"
    beside = [shown.run(middle.format(f"{label}{each}")) for each in ("", ".querySelector('input')")]
    assert beside[0] == pytest.approx(beside[1], abs=4), "a box is not on the line of its words"
    shown.run("document.querySelector('#body-1').value = 'UNGA'; document.querySelector('#due').value = '2027-05'")
    for value in ("reporting_request", "open"):
        shown.run(f"document.querySelector('.ask-more [value={value}]').click()")
    follow(shown, ".ask-more button", "Clear all", "A/RES/80/902")
    asked = "[...new URLSearchParams(location.search)].filter(([, value]) => value).sort().map(each => each.join('='))"
    given = ["body=UNGA", "due=2027-05", "state=open", "type=reporting_request"]
    assert shown.run(asked) == given
    assert shown.run("[...document.querySelectorAll('.ask-more :checked')].map(each => each.value).sort()") == [
        "open", "reporting_request",
    ]  # fmt: skip
    assert shown.run("document.querySelector('#body-1').value") == "UNGA"
    assert shown.run("document.querySelectorAll('ol.found > li').length") == 2
    follow(shown, ".chips a[aria-label*=Deadline]", "A/RES/80/902")
    assert shown.run(asked) == [each for each in given if not each.startswith("due")]
    assert shown.run("document.querySelectorAll('.chip').length") == 3


def test_two_texts_are_side_by_side(shown: Page, register: str, lit: Path) -> None:
    """From the page of the document; what was taken out and what came in look different, and a phone has no columns."""
    ((document,),) = query(lit, "SELECT document_id FROM documents WHERE symbol = 'A/RES/80/901'").rows
    shown.show(f"{register}/documents/{document}", "bells", height=HEIGHT)
    follow(shown, "a[href*='/versions/']", "Two texts of")
    row = "[...document.querySelectorAll('.comparison tr')].find(each => each.querySelector('ins'))"
    sides = "[...row.querySelectorAll('td')].map(each => each.getBoundingClientRect())"
    (left, left_top), (right, right_top) = shown.run(f"(row => {sides}.map(box => [box.x, box.y]))({row})")
    assert left < right
    assert left_top == right_top
    changed = [f"{row}.querySelector('{side} {tag}')" for side, tag in ((".what + td", "del"), ("td + td", "ins"))]
    assert [shown.run(f"{each}.lastChild.previousSibling.textContent") for each in changed] == ["fog horns", "bells"]
    lines = [shown.run(f"getComputedStyle({each}).textDecorationLine") for each in changed]
    assert lines == ["line-through", "underline"]
    shown.resize(PHONE)
    shown.show(shown.run("location.href"), "Two texts of", height=HEIGHT)
    (left, left_top), (right, right_top) = shown.run(f"(row => {sides}.map(box => [box.x, box.y]))({row})")
    assert left == right
    assert left_top < right_top


def downloaded(shown: Page, folder: Path, form: str) -> bytes:
    """What a click on the link to the file brings, under the name that the register gives it."""
    folder.mkdir()
    shown.download_to(folder)
    click(shown, f"a[download][href*='/search.{form}']")
    made = folder / f"mandates.{form}"
    until(made.exists)
    return made.read_bytes()


def test_the_result_is_downloaded(shown: Page, register: str, tmp_path: Path) -> None:
    """As a table for Excel and as deadlines for a calendar, with what was found and nothing else."""
    shown.show(f"{register}/search?words=bells", "Table (CSV)", height=HEIGHT)
    rows = list(csv.DictReader(downloaded(shown, tmp_path / "csv", "csv").decode("utf-8-sig").splitlines()))
    assert [("A/RES/80/901" in row["Document"], "bells" in row["Request"]) for row in rows] == [(True, True)]
    calendar = Calendar.from_ical(downloaded(shown, tmp_path / "ics", "ics"))
    (event,) = calendar.walk("VEVENT")
    assert event.start == date(2027, 5, 1)
    assert "bells" in str(event["description"])
    assert shown.run("location.pathname") == "/search"
