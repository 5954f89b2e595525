"""The list of bodies and the page of one, over the chronicle of three sessions."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.chronicle import TODAY
from tests.warehouse.made import batch, entry, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.load.sessions import KnownSession
from warehouse.pages.bodies import bodies_page
from warehouse.pages.body import body_page
from warehouse.pages.body_sessions import PAST_ROWS, sessions_of
from warehouse.pages.party_lists import body_sessions
from warehouse.query.opening import reading
from warehouse.query.queries import query
from warehouse.query.sessions import sittings
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from warehouse.model import Entry


def published(home: Path, *entries: Entry, sessions: tuple[KnownSession, ...] = ()) -> None:
    """These documents and sessions, recorded and published."""
    land(home, batch(0, *entries))
    record(home, nobody, sessions=lambda: list(sessions))
    publish(home)


async def test_the_list_counts_what_each_body_asks_for(client: httpx.AsyncClient, lived_home: Path) -> None:
    """As the ledger has it, beside the next session."""
    (assembly,) = bodies_page(lived_home).rows
    ((mandates, overdue),) = query(
        lived_home, "SELECT count(DISTINCT task_key), count(*) FILTER (state = 'overdue') FROM ledger"
    ).rows
    assert (assembly.body, assembly.documents, assembly.mandates, assembly.overdue) == ("UNGA", 6, mandates, overdue)
    page = (await client.get("/bodies")).text
    assert 'href="/bodies/UNGA"' in page
    assert "81, from " in page


async def test_a_body_shows_its_sessions_with_their_agendas(client: httpx.AsyncClient, lived_home: Path) -> None:
    """The running and the coming one first; an item leads to the mandate that placed it."""
    sessions = sessions_of(lived_home, "UNGA")
    assert [each.number for each in sessions.coming] == [80, 81]
    assert [each.number for each in sessions.past] == [79, 78]
    (item,) = sessions.coming[1].items
    page = (await client.get("/bodies/UNGA")).text
    assert f'href="/mandates/{item.task_key}"' in page
    assert "under way" in page


async def test_page_calendar_and_api_count_the_same_deadlines(client: httpx.AsyncClient, lived_home: Path) -> None:
    """All that fall into a session and the open ones of them, and the search behind the number finds as many."""
    shown = {each.number: (each.due, each.due_open) for each in sessions_of(lived_home, "UNGA").coming}
    assert len(set(shown.values())) > 1, shown
    today = datetime.now(UTC).date()
    with reading(lived_home) as connection:
        listed = sittings(connection, today, today + timedelta(days=999), ["UNGA"])
    assert {each.number: (each.due, len(each.deadlines)) for each in listed} == shown
    given = body_sessions(lived_home, "UNGA", today, today + timedelta(days=999)) or ()
    assert {each.number: (each.due, each.due_open) for each in given} == shown
    page = (await client.get("/bodies/UNGA")).text
    for due, left in shown.values():
        if due > 1:
            assert f"{due} deadlines fall into it</a>, {left} of them open" in page
    behind = re.findall(r'href="([^"]+)">(\d+) deadlines? falls? into it', page)
    assert behind
    for address, due in behind:
        assert (await client.get(unescape(address))).text.count('<li class="result">') == int(due)


async def test_mandates_by_year_lead_to_the_search_that_finds_them(client: httpx.AsyncClient, lived_home: Path) -> None:
    """Each count is the address of its search."""
    body = body_page(lived_home, "UNGA")
    assert body is not None
    rows = query(
        lived_home, "SELECT year(published_on), count(DISTINCT task_key) FROM ledger GROUP BY 1 ORDER BY 1 DESC"
    ).rows
    assert [(year.year, year.total) for year in body.years] == rows
    page = (await client.get("/bodies/UNGA")).text
    assert f"/search?body=UNGA&amp;type=reporting_request&amp;year={body.years[0].year}" in page


async def test_reaction_times_are_the_days_until_the_answer(client: httpx.AsyncClient, lived_home: Path) -> None:
    """Of the report that the chronicle has, which came in time."""
    body = body_page(lived_home, "UNGA")
    assert body is not None
    (report,) = (each for each in body.reactions if each.type == "reporting_request")
    ((days,),) = query(
        lived_home,
        "SELECT date_diff('day', published_on, answered_on) FROM ledger "
        "WHERE type = 'reporting_request' AND answered_on IS NOT NULL",
    ).rows
    assert (report.answered, report.median, report.dated, report.timely) == (1, days, 1, 1)
    assert "1 of 1" in (await client.get("/bodies/UNGA")).text


async def test_an_organ_is_part_of_its_body(client: httpx.AsyncClient, home: Path) -> None:
    """The body counts the documents of its organs and names them; the organ leads back."""
    published(home, entry(), entry("A/C.3/80/L.1", body="UNGA-C3", stage="draft"))
    assembly, organ = (await client.get("/bodies/UNGA")).text, (await client.get("/bodies/UNGA-C3")).text
    assert "2 documents recorded" in assembly
    assert 'href="/bodies/UNGA-C3"' in assembly
    assert 'href="/bodies/UNGA"' in organ


async def test_past_sessions_are_paged(client: httpx.AsyncClient, home: Path) -> None:
    """Every one is on some page, and a page behind the last leads back to the first."""
    years = range(TODAY.year - 2 * PAST_ROWS - 1, TODAY.year - 1)
    known = tuple(
        KnownSession(
            "IPU", year - 1900, TODAY.replace(year=year, day=1), TODAY.replace(year=year, day=2), "checked", "a"
        )
        for year in years
    )
    published(home, entry(), sessions=known)
    seen = [each.number for page in (1, 2) for each in sessions_of(home, "IPU", page).past]
    assert seen == [year - 1900 for year in reversed(years)]
    first = (await client.get("/bodies/IPU")).text
    assert 'rel="next" href="/bodies/IPU?page=2"' in first
    beyond = (await client.get("/bodies/IPU", params={"page": "77"})).text
    assert "There is no such page of this list." in beyond
    assert 'rel="prev"' not in beyond


@pytest.mark.parametrize("body", ["NOBODY", "UN/GA", "%27%20OR%201=1", "x" * 300])
async def test_an_unknown_body_is_not_found(client: httpx.AsyncClient, home: Path, body: str) -> None:
    """Whatever its name holds."""
    published(home, entry())
    assert (await client.get(f"/bodies/{body}")).status_code == 404


async def test_names_with_strokes_and_hostile_titles_are_shown_as_words(client: httpx.AsyncClient, home: Path) -> None:
    """A body whose name has a stroke has a page; the title of its document runs no script."""
    published(home, entry(title="<script>alert(1)</script>", body="A/B"))
    listed = (await client.get("/bodies")).text
    assert 'href="/bodies/A%2FB"' in listed
    page = await client.get("/bodies/A%2FB")
    assert page.status_code == 200
    assert "<h1>A/B</h1>" in page.text
    assert "<script>" not in page.text


async def test_a_past_session_is_not_called_unannounced(client: httpx.AsyncClient, home: Path) -> None:
    """Its days are estimated where the calendar lacks them; where days come from is said once for sessions in a row."""
    known = [
        KnownSession("UNGA", number, date(year, 9, 9), date(year + 1, 9, 7), sure, "rule of the calendar")
        for number, year, sure in ((73, 2018, "expected"), (74, 2019, "checked"), (75, 2020, "checked"))
    ]
    published(home, entry(), sessions=tuple(known))
    page = (await client.get("/bodies/UNGA")).text
    past = page[page.index('id="past"') : page.index('id="mandates"')]
    assert past.count("Days from: rule of the calendar") == 1
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", past))
    assert "7 Sep 2021 Days from: rule of the calendar" in said
    assert past.count("estimated from the pace of other sessions") == 1
    assert "have not been announced" not in past
