"""Coverage: strips of what was seen, with every number that was not in a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from register.parts import ranges
from register.words import LANGUAGES
from tests.register.drawn import Drawn
from tests.warehouse.made import batch, entry, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.pages.coverage import NUMBERS_SHOWN, coverage_page
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

NOW = datetime.now(UTC)


def notes(highest: int, missing: dict[int, int], name: str = "A/RES/80") -> dict[str, str]:
    """What a source keeps of a series whose numbers are there but for these, missing for so many days."""
    holes = ",".join(f"{NOW - timedelta(days=days):%Y%m%dT%H%M}/{NOW:%Y%m%dT%H%M}" for days in missing.values())
    return {
        "body": "UNGA", "80 called": f"{name}/{{number}}", "80 lowest": "1", "80 highest": str(highest),
        "80 gaps": ",".join(map(str, missing)), "80 holes": holes,
    }  # fmt: skip


def counted(home: Path, highest: int, missing: dict[int, int], name: str = "A/RES/80") -> None:
    """Record and publish a source that counts such a series."""
    land(home, batch(0, entry(), state=notes(highest, missing, name)))
    record(home, nobody)
    publish(home)


def test_sessions_that_follow_each_other_are_named_by_the_first_and_the_last() -> None:
    """A long list of them would be as high as a page of a phone."""
    assert ranges([49, 50, 51, 53, 60, 61]) == ["49–51", "53", "60–61"]
    assert ranges([]) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_series_shows_what_is_missing(client: httpx.AsyncClient, home: Path, language: str) -> None:
    """As a strip, in figures, and number by number."""
    counted(home, 40, {7: 5, 8: 5, 30: 200})
    page = Drawn((await client.get("/coverage", params={"lang": language})).text)
    looks = [part["class"][1] for part in page.chart("series-1").select("rect.look")]
    assert looks == ["look-4", "look-2", "look-4", "look-10", "look-4"]
    assert [row[0].get_text() for row in page.table("series")] == ["A/RES/80/7", "A/RES/80/8", "A/RES/80/30"]
    sums = {"en": "37 of 40 numbers seen", "fr": "37 numéros vus sur 40", "es": "37 de 40 números vistos"}
    assert sums[language] in page.text
    assert page.soup.select(".notice")


async def test_bodies_have_their_last_session(client: httpx.AsyncClient, lived_home: Path) -> None:
    """Beside the calendar; without a counted series the page says so."""
    page = Drawn((await client.get("/coverage")).text)
    (row,) = page.table("bodies")
    assert [row[0].get_text(), row[2].get_text(), row[5].get_text()] == ["UNGA", "80", "Seen"]
    assert row[0].a["href"] == "/bodies/UNGA"
    assert "No source counts the numbers of a series yet." in page.text


def test_numbers_in_a_row_are_one_span_and_lists_end(home: Path) -> None:
    """A series with thousands of missing numbers makes no page without end, and all of them are counted."""
    counted(home, 9_000, dict.fromkeys(range(2, 6_002), 9))
    (series,) = coverage_page(home).series
    assert series.spans == ((2, 6_001, "missing"),)
    assert len(series.numbers) == NUMBERS_SHOWN
    assert series.unlisted == 6_000 - NUMBERS_SHOWN


async def test_a_hostile_label_is_shown_as_words(client: httpx.AsyncClient, home: Path) -> None:
    """What a series is called comes from outside."""
    counted(home, 3, {2: 9}, 'A/"><script>x()</script>')
    text = (await client.get("/coverage")).text
    assert "<script>x" not in text
    assert Drawn(text).chart("series-1")
