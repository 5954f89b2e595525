"""Health: what needs attention comes first, gaps can be seen, and no page says for whom messages are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from register.words import LANGUAGES
from tests.register.drawn import Drawn
from tests.register.test_coverage_page import counted
from tests.warehouse.made import batch, entry, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.pages.health import DAYS_SHOWN, health_page
from warehouse.pages.watched import DAYS_WATCHED, watched_of
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from config.settings import Settings
    from warehouse.model import Batch

NOW = datetime.now(UTC)
SECRET = "https://example.org/feed?token=s3cret"
SOURCES = """
- {id: made, kind: feed, url: https://example.org/feed, every: 1h, body: UNGA}
- {id: quiet, kind: feed, url: https://example.org/quiet, every: 1d, body: UNGA}
"""


def crawled(number: int, days_ago: float, *, source: str = "made", error: str | None = None) -> Batch:
    """A crawl that ended so many days ago, with a document where it worked."""
    entries = () if error else (entry(f"A/RES/80/{number}"),)
    # Only crawls leave notes; without any, a source is a name under which somebody ingested files.
    notes = {"page": "1"}
    made = batch(number, *entries, source=source, outcome="failed" if error else "ok", error=error, state=notes)
    done = NOW - timedelta(days=days_ago)
    harvest = replace(made.harvest, started_at=done - timedelta(minutes=1), finished_at=done, fetches=(), validators={})
    return replace(made, harvest=harvest)


def recorded(home: Path, *batches: Batch) -> None:
    """Record and publish."""
    for each in batches:
        land(home, each)
    record(home, nobody)
    publish(home)


@pytest.mark.parametrize("is_late", [False, True])
async def test_each_series_with_a_gap_has_one_line(client: httpx.AsyncClient, home: Path, *, is_late: bool) -> None:
    """What is missing for days needs attention; what is missing since yesterday is said, and may still come."""
    counted(home, 4, {3: 9 if is_late else 1}, name="A/RES/80")
    found = health_page(home, None, has_place=False)
    lately = [(each.name, each.open_holes, each.numbers) for each in found.gaps]
    assert lately == ([] if is_late else [("A/RES/80", 1, 4)])
    assert [each.name for each in found.problems if each.kind == "series"] == (["A/RES/80"] if is_late else [])
    page = (await client.get("/health")).text
    assert page.count('href="/coverage#series"') == 1
    assert ("1 of 4 numbers has not been seen" in page) is not is_late


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_source_that_fails_is_shown_first(
    client: httpx.AsyncClient, home: Path, settings_of_a_desk: Settings, language: str
) -> None:
    """With the reason, from which keys are taken out, and since when it has failed."""
    (settings_of_a_desk.config / "sources.yaml").write_text(SOURCES)
    recorded(home, crawled(1, 3), crawled(2, 0.1, error=f"{SECRET}: status 500 <b>"))
    text = (await client.get("/health", params={"lang": language})).text
    page = Drawn(text)
    assert "s3cret" not in text
    assert "status 500 &lt;b&gt;" in text
    first = page.soup.select_one(".problems li")
    assert first is not None
    assert "made" in first.get_text()
    assert [row[0].get_text() for row in page.table("sources")] == ["made", "quiet"]
    assert page.chart("crawl-chart").select("rect.look-3")


async def test_without_its_configuration_the_snapshot_says_how_sources_are(
    client: httpx.AsyncClient, home: Path
) -> None:
    """A register on another machine than the one that crawls."""
    recorded(home, crawled(1, 1))
    page = Drawn((await client.get("/health")).text)
    assert "sources.yaml" in page.text
    assert page.table("sources")[0][1].get_text() == "healthy"


async def test_outbox_is_counted_without_saying_for_whom(client: httpx.AsyncClient, home: Path) -> None:
    """Neither targets nor addresses are on the page, nor what went wrong with them."""
    recorded(home, crawled(1, 1))
    with session(home) as connection:
        connection.execute(
            "INSERT INTO deliveries BY NAME SELECT 'd' || n AS delivery_id, 'a' AS alert_id, 'the-minister' AS target, "
            "['dead', 'sent', 'sent'][1 + n] AS state, 1 AS attempts, 0 AS doubts, now() AS created_at, "
            "now() AS changed_at, 'refused by desk@example.org' AS reason, false AS reported FROM range(3) AS t(n)"
        )
    publish(home)
    text = (await client.get("/health")).text
    assert "1 message was given up" in text
    assert "the-minister" not in text
    assert "desk@example.org" not in text


async def test_answers_from_memory_are_counted(client: httpx.AsyncClient, home: Path) -> None:
    """Whoever asks for what was answered before is given that; the page itself is made for each request."""
    recorded(home, crawled(1, 1))
    for times, given in ((0, "0"), (2, "1"), (1, "2")):
        for _ in range(times):
            assert (await client.get("/coverage")).status_code == 200
        page = Drawn((await client.get("/health")).text)
        assert page.soup.select("dt:-soup-contains('Answers from memory') + dd")[0].get_text() == given


def test_gaps_between_crawls_are_seen(home: Path) -> None:
    """From when a source no longer counts as watched to its next crawl, and up to today where there was none."""
    recorded(home, *(crawled(place, days) for place, days in enumerate((70, 69.9, 69.8, 20, 19.9, 19.8))))
    watched = watched_of(home, NOW)["made"]
    assert len(watched.gaps) == 2
    first, last = watched.gaps
    assert first.until == query(home, "SELECT max(since) FROM source_watch").rows[0][0]
    assert last.until is None
    (before, one, still) = watched.spans
    assert before == (0, DAYS_WATCHED - 1 - 70 - 1, "before")
    assert one[1] == DAYS_WATCHED - 1 - 20
    assert still[1] == DAYS_WATCHED - 1


def test_old_gaps_are_left_out(home: Path) -> None:
    """Those that ended before the days that are shown."""
    recorded(home, *(crawled(place, days) for place, days in enumerate((300, 200, 0.1))))
    watched = watched_of(home, NOW)["made"]
    assert len(watched.gaps) == 1
    assert watched.spans[0][0] == 0


def test_days_count_crawls(home: Path) -> None:
    """Those that worked and those that failed, with what they brought; a day without any is there, too."""
    recorded(home, crawled(1, 2), crawled(2, 2, error="status 500"), crawled(3, 0))
    shown = health_page(home, (), has_place=False)
    counts = [(day.crawls, day.failed, day.documents) for day in shown.days]
    assert counts == [(1, 0, 1), (0, 0, 0), (2, 1, 1), *[(0, 0, 0)] * (DAYS_SHOWN - 3)]
    assert [each.error for each in shown.failures] == ["status 500"]
    assert {each.kind for each in shown.problems} == set()
    land(home, crawled(4, 0))
    waiting = health_page(home, (), has_place=True)
    assert [each.kind for each in waiting.problems] == ["batches", "place"]
