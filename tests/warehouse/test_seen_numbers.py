"""Coverage: which numbers of a series and which sessions of a body were seen, proved by real crawls."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from flows.analysing import Analysing
from flows.cli import cli
from flows.recording import take_in
from tests.scrapers.pdf_pages import pages, placed
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of
from tests.warehouse.made import batch, entry, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.load.sessions import KnownSession
from warehouse.query.coverage import coverage_line, coverage_of
from warehouse.store.database import live_path, session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from typing import Any

    from config.sources import Source
    from scrapers.publication import Memory
    from warehouse.query.coverage import Coverage

SESSIONS = Path(__file__).parents[2] / "config" / "sessions.yaml"
TODAY = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def _made(home: Path, blank: Path) -> None:
    home.mkdir(exist_ok=True)
    shutil.copyfile(blank, live_path(home))


def show(publisher: Publisher, *symbols: str, words: str = "Decides to count the boats") -> None:
    """Put documents on the site."""
    for symbol in symbols:
        paper = pages(placed((70, 700, symbol, 11), (70, 680, f"1. {words} of {symbol}.", 11)))
        target = "/doc?s=" + symbol.replace("/", "%2F").replace("(", "%28").replace(")", "%29").replace(" ", "%20")
        publisher.says(target, Answer(paper, type="application/pdf"))


def counting(publisher: Publisher, **more: Any) -> Source:
    """A source that counts the symbols on the site."""
    address = publisher.url + "/doc?s={symbol:quoted}"
    return source_of(kind="symbol-probe", url=address, accept={"magic": "%PDF"}, body="UNGA", **more)


async def kept(home: Path, source: Source, memory: Memory | None = None, now: datetime | None = None) -> Memory:
    """Crawl the source and record what it showed; what it remembers."""
    harvest = await crawled(source, memory, now=now)
    take_in(home, harvest, Analysing(SESSIONS))
    record(home, nobody)
    return remembered(harvest, memory)


def coverage(home: Path) -> Coverage:
    """The coverage by the live file."""
    with session(home) as connection:
        return coverage_of(connection)


async def test_each_number_is_seen_or_missing(home: Path, publisher: Publisher) -> None:
    """Every number up to the highest has a row: recorded, refused by the filter, or missing since a time."""
    show(publisher, "A/RES/81/1", "A/RES/81/2 A", "A/RES/81/5")
    show(publisher, "A/RES/81/3", words="Decides to paint the lighthouse")
    source = counting(
        publisher, template="A/RES/81/{number}", suffixes=[" A"], filter={"words": ["boats"]}, look_ahead=3
    )
    await kept(home, source)
    with session(home) as connection:
        rows = connection.execute(
            "SELECT number, label, state, since IS NOT NULL, is_known_hole FROM coverage_numbers ORDER BY number"
        ).fetchall()
    assert rows == [
        (1, "A/RES/81/1", "recorded", True, None),
        (2, "A/RES/81/2", "recorded", True, None),
        (3, "A/RES/81/3", "filtered", True, None),
        (4, "A/RES/81/4", "missing", True, False),
        (5, "A/RES/81/5", "recorded", True, None),
    ]
    (series,) = coverage(home).series
    assert (series.name, series.body, series.seen, series.numbers, series.open_holes) == ("A/RES/81", "UNGA", 4, 5, 1)
    assert coverage_line(coverage(home).series) == (
        f"A/RES/81: 4 of 5 numbers seen, 1 missing since {series.missing_since:%-d %B %Y}"
    )


async def test_a_hole_that_stays_becomes_known(home: Path, publisher: Publisher) -> None:
    """A number asked for in vain is late after three days and a known hole after sixty; filled, it is seen."""
    show(publisher, "A/RES/81/1", "A/RES/81/3")
    source = counting(publisher, template="A/RES/81/{number}")
    began = datetime.now(UTC) - timedelta(days=70)
    memory = await kept(home, source, now=began)
    (series,) = coverage(home).series
    assert (series.open_holes, series.known_holes) == (1, 0)
    assert series.is_late
    memory = await kept(home, source, memory, now=began + timedelta(days=62))
    (series,) = coverage(home).series
    assert (series.open_holes, series.known_holes, series.is_late) == (0, 1, False)
    assert "1 known to be a hole" in coverage_line(coverage(home).series)
    show(publisher, "A/RES/81/2")
    await kept(home, source, memory, now=began + timedelta(days=70))
    (series,) = coverage(home).series
    assert (series.seen, series.missing) == (3, 0)
    assert coverage_line(coverage(home).series) == "without gaps: A/RES/81 3 of 3"


async def test_numbers_through_the_years_have_the_symbols_of_their_years(home: Path, publisher: Publisher) -> None:
    """Where numbers continue, each is called by the year in which it was issued."""
    show(publisher, "S/RES/2800(2026)", "S/RES/2801(2027)", "S/RES/2802(2027)")
    source = counting(
        publisher,
        template="S/RES/{number}({year})",
        vars={"year": "current"},
        numbering="continues",
        first=2800,
    )
    memory = await kept(home, source, now=datetime(2026, 12, 1, tzinfo=UTC))
    await kept(home, source, memory, now=datetime(2027, 1, 20, tzinfo=UTC))
    with session(home) as connection:
        rows = connection.execute("SELECT label, state FROM coverage_numbers ORDER BY number").fetchall()
    assert rows == [
        ("S/RES/2800(2026)", "recorded"),
        ("S/RES/2801(2027)", "recorded"),
        ("S/RES/2802(2027)", "recorded"),
    ]
    assert coverage(home).series[0].name == "S/RES"


def test_a_missing_number_may_be_known_from_another_source(home: Path) -> None:
    """A hole whose document another source showed is marked as such."""
    hours = f"{datetime.now(UTC) - timedelta(days=5):%Y%m%dT%H%M}"
    notes = {"lowest": "1", "highest": "3", "gaps": "2", "holes": f"{hours}/{hours}", "called": "A/RES/80/{number}"}
    land(home, batch(0, source="counter", state=notes))
    land(home, batch(0, entry("A/RES/80/2"), source="catalogue"))
    record(home, nobody)
    (hole,) = coverage(home).not_seen
    assert (hole.label, hole.is_known_elsewhere) == ("A/RES/80/2", True)


def test_a_source_that_is_not_crawled_proves_nothing(home: Path) -> None:
    """Without a successful crawl for three days a series counts as not watched, however complete it was."""
    land(home, batch(0, source="counter", state={"lowest": "1", "highest": "3", "gaps": "", "holes": ""}))
    record(home, nobody)
    assert not coverage(home).is_complete
    assert coverage_line(coverage(home).series) == "counter: 3 of 3 numbers seen, not watched since 2 March 2026"


def test_sources_that_count_nothing_have_no_series(home: Path) -> None:
    """Only sources that count numbers are in the views; notes of other kinds are not taken for numbers."""
    land(home, batch(0, entry(), source="feed", state={"swept": "2026-03-02", "the highest": "x", "highest mark": "7"}))
    record(home, nobody)
    assert coverage(home).series == ()
    assert coverage_line(coverage(home).series) == ""


def of(body: str, number: int, start: date, days: int = 5, confidence: str = "listed") -> KnownSession:
    """A session in the calendar."""
    return KnownSession(body, number, start, start + timedelta(days=days), confidence, "https://example.org")


@pytest.mark.parametrize(
    ("began", "confidence", "state"),
    [
        (TODAY - timedelta(days=2), "listed", "awaited"),
        (TODAY - timedelta(days=50), "listed", "awaited"),
        (TODAY - timedelta(days=90), "listed", "behind"),
        (TODAY - timedelta(days=90), "computed", "behind"),
        (TODAY - timedelta(days=90), "expected", "unknown"),
        (TODAY + timedelta(days=2), "listed", "seen"),
    ],
)
def test_the_last_session_seen_is_held_against_the_calendar(
    home: Path, began: date, confidence: str, state: str
) -> None:
    """A body is behind when nothing was seen of an announced session that ended sixty days ago."""
    land(home, batch(0, entry("A/RES/80/1", session=80)))
    record(
        home,
        nobody,
        sessions=lambda: [of("UNGA", 80, TODAY - timedelta(days=400)), of("UNGA", 81, began, 5, confidence)],
    )
    (body,) = coverage(home).bodies
    assert (body.last_session_seen, body.state) == (80, state)


def test_a_session_that_was_skipped_is_named(home: Path) -> None:
    """Sessions between the first and the last one seen of which there is no document are listed."""
    land(home, batch(0, entry("A/RES/78/1", session=78), entry("A/RES/80/1", session=80)))
    days = [TODAY - timedelta(days=1200 - 365 * place) for place in range(3)]
    record(home, nobody, sessions=lambda: [of("UNGA", 78 + place, day) for place, day in enumerate(days)])
    (body,) = coverage(home).bodies
    assert (body.sessions_not_seen, body.state) == ([79], "seen")


def test_a_session_that_is_running_hides_none_before_it(home: Path) -> None:
    """A body of which only an old session was seen is behind, even while its present session is running."""
    land(home, batch(0, entry("A/RES/78/1", session=78)))
    days = [TODAY - timedelta(days=800), TODAY - timedelta(days=400), TODAY - timedelta(days=2)]
    record(home, nobody, sessions=lambda: [of("UNGA", 78 + place, day) for place, day in enumerate(days)])
    publish(home)
    run = CliRunner().invoke(cli, ["--home", str(home), "coverage"])
    assert run.exit_code == 1
    assert "NOT SEEN; no documents of 79" in run.output


def test_a_day_places_a_document_without_a_session(home: Path) -> None:
    """Where a symbol holds no session, the day of the document says to which one it belongs."""
    land(home, batch(0, entry("E/RES/2025/1", body="ECOSOC", session=None)))
    record(home, nobody, sessions=lambda: [of("ECOSOC", 2026, date(2025, 7, 25), 364)])
    bodies = {each.body: each for each in coverage(home).bodies}
    assert bodies["ECOSOC"].last_session_seen == 2026


async def test_the_command_says_what_is_missing(home: Path, publisher: Publisher) -> None:
    """`mandates coverage` lists missing numbers, and fails where one has been missing for three days."""
    show(publisher, "A/RES/81/1", "A/RES/81/3")
    source = counting(publisher, template="A/RES/81/{number}")
    await kept(home, source)
    publish(home)
    run = CliRunner().invoke(cli, ["--home", str(home), "coverage", "--numbers"])
    assert run.exit_code == 0
    assert "2 of 3" in run.output
    assert "A/RES/81/2" in run.output
    await kept(home, source.model_copy(update={"id": "other"}), now=datetime.now(UTC) - timedelta(days=4))
    publish(home)
    run = CliRunner().invoke(cli, ["--home", str(home), "coverage", "--json"])
    assert run.exit_code == 1
    whole = json.loads(run.output)
    assert [(each["source_id"], each["is_late"]) for each in whole["series"]] == [("other", True), ("test", False)]
