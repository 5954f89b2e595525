"""The search as people meet it: its page in a browser without scripts, its files, its description for browsers."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import feedparser
import httpx
import pyarrow.parquet as pq
import pytest
from bs4 import BeautifulSoup
from icalendar import Calendar
from lxml import etree

from config.settings import Settings
from flows.papers import write_sheet
from register.app import create_app
from register.found_file import MOST
from tests.warehouse.made import batch, entry, nobody
from warehouse.load.decisions import land_decisions, record_decisions
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.review.decision import Decision
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

STATES = (
    "open", "due soon", "overdue", "answered", "partly answered", "renewed", "superseded", "withdrawn", "corrected",
    "unknown",
)  # fmt: skip
BASE = "http://127.0.0.1:8000"


@pytest.fixture
async def browser(chronicle: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The register of the chronicle, as a browser sees it."""
    async with opened(chronicle) as client:
        yield client


@contextlib.asynccontextmanager
async def opened(home: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The register of a home."""
    app = create_app(Settings().model_copy(update={"home": home}), sheet=write_sheet)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


async def page(browser: httpx.AsyncClient, address: str, *, status: int = 200, **params: str) -> BeautifulSoup:
    """A page, as it is read."""
    response = await browser.get(address, params=params or None)
    assert response.status_code == status, response.text
    return BeautifulSoup(response.text, "lxml")


def results(found: BeautifulSoup) -> list[str]:
    """The quotes, or passages, of the results."""
    return [each.get_text(strip=False).strip() for each in found.select("ol.found blockquote, ol.found .passage")]


async def test_a_search_quotes_the_clause_and_leads_to_it(
    fog_horns: tuple[str, str, str], browser: httpx.AsyncClient
) -> None:
    """The words are marked, who and by when are said, and the link ends at the clause itself."""
    document, clause, task = fog_horns
    found = await page(browser, '/search?words="fog+horns"')
    (result,) = found.select("ol.found li")
    assert [each.text for each in result.select("mark")] == ["fog horns"]
    assert "the Secretary-General" in result.select_one("dl").text
    assert result.select_one("dl .state").text
    assert [each["href"] for each in result.select("a")] == [
        f"/documents/{document}#clause-{clause}",
        f"/mandates/{task}",
    ]


async def test_a_title_does_not_repeat_the_symbol_beside_it(home: Path) -> None:
    """Some sites have both in one line; the first page and the search show each once."""
    land(home, batch(0, entry("AALCO/RES/64/S 22", title="RES/64/S 22 Rescue at sea", body="AALCO")))
    record(home, nobody)
    publish(home)
    async with opened(home) as client:
        for address in ("/", "/search?show=documents", "/search"):
            shown = (await page(client, address)).get_text(" ", strip=True)
            assert "AALCO/RES/64/S 22 Rescue at sea" in shown, address


async def test_every_count_leads_to_so_many_results(browser: httpx.AsyncClient) -> None:
    """The count beside a value is the number of results that a click on it brings."""
    found = await page(browser, "/search?type=reporting_request")
    links = found.select(".facets li")
    assert len(links) > 5
    for each in links:
        if each.select_one("a.chosen"):
            continue
        then = await page(browser, each.a["href"])
        # A second value of the same field is added to the first.
        field = each.find_parent("section").h3.text
        if field != "Type":
            assert re.search(r"\d+", then.select_one(".lists [aria-current]").text)[0] == each.select_one(".quiet").text


async def test_years_are_in_their_order(browser: httpx.AsyncClient) -> None:
    """The last one first, though another has more results; all other values are in the order of their counts."""
    found = await page(browser, "/search")
    sections = {each.h3.text: each for each in found.select(".facets section")}
    years = [each.text for each in sections["Deadline"].select("li a")]
    assert len(years) > 1
    assert years == sorted(years, reverse=True)
    counts = [int(each.text) for each in sections["Deadline"].select("li .quiet")]
    assert counts != sorted(counts, reverse=True)
    states = [int(each.text) for each in sections["State"].select("li .quiet")]
    assert states == sorted(states, reverse=True)


async def test_filters_in_force_can_be_taken_away_one_by_one(browser: httpx.AsyncClient) -> None:
    """Each is named in words and has a link without it; one link clears all."""
    found = await page(browser, "/search?state=overdue&type=reporting_request&words=report")
    names = [each.get_text(" ", strip=True) for each in found.select(".chip")]
    assert [name.removesuffix(" ×") for name in names] == [
        "Words report", "Type report requested", "State overdue",
    ]  # fmt: skip
    without = [dict(parse_qsl(urlsplit(each["href"]).query)) for each in found.select(".chip a")]
    assert without == [
        {"state": "overdue", "type": "reporting_request"},
        {"state": "overdue", "words": "report"},
        {"type": "reporting_request", "words": "report"},
    ]
    assert found.select_one(".chips > ul > li:last-child a")["href"] == "/search"


async def test_bad_values_are_said_and_the_rest_is_shown(browser: httpx.AsyncClient) -> None:
    """The page comes with a sentence for each, in the language of the reader."""
    found = await page(browser, "/search?state=late&due_after=soon&type=agenda_placement&page=x")
    assert [each.text for each in found.select(".faults li")] == [
        f"State: “late” is not known and was left out. Known: {', '.join(STATES)}.",
        "Due from: “soon” is not a date and was left out. Write it as 2027-05-31.",
        "Page: “x” is not a valid number and was left out.",
    ]
    assert len(results(found)) == 3
    french = await page(browser, "/search?due_after=bientot&lang=fr")
    assert french.html["lang"] == "fr"
    assert "n’est pas une date" in french.select_one(".faults").text


async def test_an_empty_answer_has_hints_that_lead_somewhere(browser: httpx.AsyncClient) -> None:
    """Without which filter, and in which other list, there would be something."""
    found = await page(browser, "/search?words=lamps+cost+more&state=overdue&body=UNGA")
    assert results(found) == []
    hints = found.select("p.empty ~ ul a")
    assert hints
    for hint in hints:
        assert results(await page(browser, hint["href"]))
    assert "spelling" in found.select_one("p.empty ~ ul").text


async def test_documents_are_a_list_of_their_own(browser: httpx.AsyncClient) -> None:
    """With passages; filters of mandates are said not to count."""
    found = await page(browser, "/search?show=documents&words=lamps&state=overdue&sort=deadline")
    assert len(results(found)) == int(re.search(r"\d+", found.select_one(".lists [aria-current]").text)[0]) > 1
    assert "do not narrow" in found.select_one(".notice").text
    assert [each.text for each in found.select(".sorts a, .sorts strong")] == ["relevance", "date of the document"]


async def test_the_form_has_what_was_asked_for(browser: httpx.AsyncClient) -> None:
    """Sent again as it is, it asks for the same."""
    asked = {
        "words": 'lamps "fog horns"', "state": "overdue", "kind": "report", "body": "UNGA", "year": "2025",
        "due": "2027", "due_after": "2027-01-01", "show": "documents",
    }  # fmt: skip
    found = await page(browser, "/search", **asked)
    form = found.select_one("main form")
    sent = [(each["name"], each["value"]) for each in form.select("input[name]") if each.get("type") != "checkbox"]
    sent += [(each["name"], each["value"]) for each in form.select("input[checked]")]
    assert {name: value for name, value in sent if value} == asked
    names = {each["id"] for each in form.select("input[id]")}
    assert names == {each["for"] for each in form.select("label[for]")}


async def test_the_subscription_is_there_to_copy(browser: httpx.AsyncClient) -> None:
    """In the reader's language, with the filters of the search."""
    found = await page(browser, "/search?addressee=un:secretary-general&words=report&lang=es")
    yaml = found.select_one("pre").text
    assert "# Para subscriptions.yaml" in yaml
    assert 'addressees: ["un:secretary-general"]' in yaml
    assert "language: es" in yaml


async def test_the_result_can_be_taken_along(browser: httpx.AsyncClient) -> None:
    """Each form at the same address, with the same mandates, and nothing sent to whoever has it already."""
    found = await page(browser, "/search?type=reporting_request&words=lamps")
    total = int(re.search(r"\d+", found.select_one(".lists [aria-current]").text)[0])
    links = {urlsplit(each["href"]).path: each["href"] for each in found.select(".take-along li a")}
    assert list(links) == ["/search.csv", "/search.parquet", "/search.ics", "/search.atom"]
    files = {path: await browser.get(address) for path, address in links.items()}
    assert {each.status_code for each in files.values()} == {200}
    rows = list(csv.DictReader(io.StringIO(files["/search.csv"].content.decode("utf-8-sig"))))
    assert len(rows) == total
    assert {"Request", "Who", "State"} <= rows[0].keys()
    assert len(set(pq.read_table(io.BytesIO(files["/search.parquet"].content))["task_key"].to_pylist())) == total
    feed = feedparser.parse(files["/search.atom"].content)
    assert (feed.bozo, len(feed.entries)) == (False, total)
    assert feed.feed.links[0].href == f"http://127.0.0.1:8000{links['/search.atom']}"
    assert Calendar.from_ical(files["/search.ics"].content).walk("VEVENT")
    for path, each in files.items():
        assert "mandates" in each.headers["content-disposition"]
        again = await browser.get(links[path], headers={"If-None-Match": each.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert (await browser.get("/search.exe")).status_code == 404


async def test_too_large_a_file_is_a_sentence(browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says how many fit, and shows the results."""
    monkeypatch.setitem(MOST, "csv", 2)  # type: ignore[arg-type]
    found = await page(browser, "/search.csv", status=422)
    assert "More than 2 mandates fit" in found.select_one(".faults").text
    assert results(found)


async def test_hostile_words_are_words(home: Path) -> None:
    """In titles, quotes, decisions and addresses: no markup on the page, and no formula in a sheet."""
    nasty = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    words = f"{nasty}\n1. Requests the Secretary-General to report on {nasty} at the next session;\n"
    land(home, batch(0, entry("A/RES/80/1", title=f"={nasty}", words=words)))
    record(home, nobody)
    publish(home)
    ((key,),) = query(home, "SELECT task_key FROM ledger").rows
    note = Decision(key, "note", '=HYPERLINK("https://example.org")', "desk", datetime.now(UTC), "")
    land_decisions(home, [note, replace(note, field="responsible", value=nasty[:60])])
    record_decisions(home)
    publish(home)
    async with opened(home) as browser:
        for address in ("/search", "/search?words=report", "/search?show=documents&words=script"):
            found = await page(browser, address)
            assert found.select("script, img") == []
            assert "onerror" in found.select_one("ol.found").text
        asked = await page(browser, "/search", words=nasty, body=nasty)
        assert asked.select("script, img") == []
        sheet = (await browser.get("/search.csv")).content.decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(sheet)) for cell in row]
        assert '\'=HYPERLINK("https://example.org")' in cells
        assert not [cell for cell in cells if re.match(r"[=+@-]", cell)]


async def test_browsers_can_offer_the_search(browser: httpx.AsyncClient) -> None:
    """The description is found from the page, and its addresses are whole."""
    found = await page(browser, "/search")
    link = found.select_one('link[rel="search"]')
    response = await browser.get(link["href"])
    assert response.headers["content-type"].startswith("application/opensearchdescription+xml")
    urls = [each.get("template") for each in etree.fromstring(response.content).iter("{*}Url")]
    assert urls[0] == "http://127.0.0.1:8000/search?words={searchTerms}"
    assert results(await page(browser, urls[0].removeprefix("http://127.0.0.1:8000").replace("{searchTerms}", "lamps")))
