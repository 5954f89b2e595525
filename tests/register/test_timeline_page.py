"""The timeline: its bars count what the search behind them finds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from register.parts import month_name
from register.words import LANGUAGES
from tests.register.drawn import Drawn, asked
from tests.warehouse.chronicle import TODAY
from tests.warehouse.made import batch, due, entry, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.pages.search import Question, count
from warehouse.pages.timeline import BODIES_SHOWN, MONTHS_SHOWN, month_after, timeline
from warehouse.query.filters import Filters
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from register.looking import Looking


def published(home: Path, *entries: Any) -> None:
    """Record and publish some documents."""
    land(home, batch(0, *entries))
    record(home, nobody)
    publish(home)


def found(client: httpx.AsyncClient, home: Path, link: str) -> int:
    """How many mandates the search has for a link, by the snapshot that the register holds open."""
    named: dict[str, Any] = dict(asked(link))
    if "due" in named:
        (named["due"],) = named["due"]
    if "year" in named:
        named["year"] = [int(each) for each in named["year"]]
    looking: Looking = client._transport.app.state.office.looking  # type: ignore[attr-defined]
    with looking.look():
        return count(home, Question(filters=Filters.of(**named)), "mandate")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_bar_leads_to_what_it_counts(client: httpx.AsyncClient, lived_home: Path, language: str) -> None:
    """Each number of the table of deadlines is that of the search behind it, and each bar is one of its rows."""
    page = Drawn((await client.get("/timeline", params={"body": "UNGA", "lang": language})).text)
    rows = page.table("deadlines")
    assert len(rows) == MONTHS_SHOWN
    links = [(cell.a["href"], cell.get_text()) for row in rows for cell in row[1:] if cell.a]
    assert links
    for link, number in links:
        assert found(client, lived_home, str(link)) == int(number), link
    bars = {bar["href"] for bar in page.chart("due-chart").select("a")}
    assert bars == {row[-1].a["href"] for row in rows if row[-1].a}


@pytest.mark.parametrize(
    ("language", "unit", "today"),
    [("en", "deadlines", "today"), ("fr", "échéances", "aujourd’hui"), ("es", "plazos", "hoy")],
)
async def test_a_chart_says_what_it_counts_and_where_today_is(
    client: httpx.AsyncClient, lived_home: Path, language: str, unit: str, today: str
) -> None:
    """In the language of the page; months that do not have today have no mark."""
    page = Drawn((await client.get("/timeline", params={"lang": language})).text)
    chart = page.chart("due-chart")
    labels = [each.get_text() for each in chart.select("text.tick")]
    assert labels[0] == unit
    assert month_name(month_after(TODAY, -6), language) in labels
    assert str(month_after(TODAY, -6).year) in labels
    assert labels[-1] == today
    assert len(chart.select("path.today")) == 1
    days = page.chart("reaction-chart").select_one("text.tick")
    assert days is not None
    assert days.get_text() == {"en": "days", "fr": "jours", "es": "días"}[language]
    later = Drawn((await client.get("/timeline", params={"from": f"{TODAY.year + 2}-01"})).text)
    assert not later.chart("due-chart").select("path.today")


async def test_deadlines_outside_of_the_months_are_counted_and_reached(client: httpx.AsyncClient, home: Path) -> None:
    """Nothing is left out in silence: older months are a link away."""
    published(home, due(entry(), date(2001, 2, 3)))
    now = Drawn((await client.get("/timeline")).text)
    assert "2 deadlines are earlier" in now.text
    earlier = now.soup.select_one("a[rel=prev]")
    assert earlier is not None
    assert (await client.get(str(earlier["href"]))).status_code == 200
    then = Drawn((await client.get("/timeline?from=2001-02")).text)
    assert then.table("deadlines")[0][-1].get_text() == "2"
    assert "earlier" not in then.text.lower()


async def test_what_an_address_cannot_mean_is_said(client: httpx.AsyncClient, lived_home: Path) -> None:
    """Words of the address are shown as words, and the rest of the page is there."""
    page = (await client.get("/timeline", params={"body": '"><script>x()</script>', "from": "2027-13"})).text
    assert "<script>x" not in page
    assert "2027-05" in page
    assert "No mandates of “&#34;&gt;&lt;script&gt;" in page
    for first in ("9999-12", "0001-01", "0000-01", "２０２７-０５"):
        assert (await client.get("/timeline", params={"from": first})).status_code == 200


def test_committees_count_with_their_body(home: Path) -> None:
    """Among all bodies as that body; for one body by committee."""
    published(home, entry("A/RES/80/1"), entry("A/C.3/80/1", body="UNGA-C3"), entry("IPU/1", body="IPU"))
    everywhere = timeline(home)
    assert dict(everywhere.bodies) == {"UNGA": 4, "IPU": 2}
    assert everywhere.names == ("UNGA", "IPU")
    one = timeline(home, "UNGA")
    assert {name: one.years[-1].bodies[name] for name in one.names} == {"UNGA": 2, "UNGA-C3": 2}
    assert timeline(home, "UNG").years == ()


def test_small_bodies_are_one_part(home: Path) -> None:
    """So that a chart of many bodies can be read; their names are kept."""
    many = [f"B{number}" for number in range(BODIES_SHOWN + 3)]
    published(home, *(entry(f"{body}/1", body=body) for body in many))
    shown = timeline(home)
    assert len(shown.names) == BODIES_SHOWN
    assert sorted((*shown.names, *shown.rest)) == sorted(many)
    assert shown.years[-1].total == 2 * len(many)


async def test_reaction_times_are_those_of_the_answers(client: httpx.AsyncClient, lived_home: Path) -> None:
    """One request of the chronicle was answered: the days from its resolution to the report, which came in time."""
    shown = timeline(lived_home)
    (answered,) = [each for each in shown.reactions if each.answered]
    assert (answered.asked, answered.answered, answered.dated, answered.timely) == (2, 1, 1, 1)
    page = Drawn((await client.get("/timeline")).text)
    row = next(row for row in page.table("reaction") if row[0].get_text() == str(answered.year))
    assert [cell.get_text() for cell in row[1:]] == ["2", "1", *[str(answered.median)] * 2, "1 of 1"]
    links = [str(point["href"]) for point in page.chart("reaction-chart").select("a")]
    assert {found(client, lived_home, link) for link in links} == {1}


def test_months_follow_each_other() -> None:
    """Over the ends of years, and no further than the calendar goes."""
    assert month_after(date(2026, 11, 30), 2) == date(2027, 1, 1)
    assert month_after(date(2026, 1, 31), -13) == date(2024, 12, 1)
    assert month_after(date.max, 1) == date(9999, 12, 1)
    assert month_after(date.min, -1) == date(1, 1, 1)


async def test_an_empty_warehouse_has_a_timeline(client: httpx.AsyncClient, home: Path) -> None:
    """With a sentence instead of each chart that would show nothing."""
    published(home)
    page = Drawn((await client.get("/timeline")).text)
    assert "No mandate is recorded." in page.text
    assert f"{TODAY:%Y-%m}" in page.chart("due-chart").get_text() or page.table("deadlines")
