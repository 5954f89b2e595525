"""Series of symbols that go by the calendar: the next session or year begins by itself, the former one ends late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.current import sessions_begun
from config.sessions import load_sessions
from config.sources import load_sources
from config.strict_yaml import ConfigError
from tests.scrapers.pdf_pages import pages, placed
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of, swept_long_ago

if TYPE_CHECKING:
    from config.sources import Source
    from scrapers.publication import Harvest, Memory

CALENDAR = load_sessions(Path(__file__).parents[2] / "config" / "sessions.yaml")
ASSEMBLY = {"template": "A/RES/{session}/{number}", "vars": {"session": "current"}, "body": "UNGA"}
COUNCIL = {
    "template": "S/RES/{number}({year})",
    "vars": {"year": "current"},
    "body": "UNSC",
    "numbering": "continues",
    "first": 2800,
}


def publish(publisher: Publisher, *symbols: str) -> None:
    """Put documents on the site."""
    for symbol in symbols:
        paper = pages(placed((70, 700, symbol, 11), (70, 680, f"1. Decides to count the boats of {symbol}.", 11)))
        target = "/doc?s=" + symbol.replace("/", "%2F").replace("(", "%28").replace(")", "%29")
        publisher.says(target, Answer(paper, type="application/pdf", headers={"ETag": f'"{symbol}"'}))


def series(publisher: Publisher, **more: Any) -> Source:
    """A series of symbols on the site, with the calendar of the program."""
    source = source_of(
        kind="symbol-probe", url=publisher.url + "/doc?s={symbol:quoted}", accept={"magic": "%PDF"}, **more
    )
    return source.with_sessions(CALENDAR) if source.meets else source  # type: ignore[union-attr]


def asked(publisher: Publisher) -> list[str]:
    """The symbols that were asked for, in order; forgotten afterwards."""
    found = [
        each.partition("?s=")[2].replace("%2F", "/").replace("%28", "(").replace("%29", ")")
        for each in publisher.targets()
    ]
    publisher.asked.clear()
    return found


def found(harvest: Harvest) -> list[str]:
    """The symbols whose documents were read."""
    return [str(each.symbol) for each in harvest.publications if each.text is not None]


class Days:
    """A source that is crawled on one day after another, with what it remembers."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.memory: Memory | None = None

    async def on(self, day: str, *, sweep: bool = False) -> Harvest:
        """A crawl at noon of a day."""
        before = swept_long_ago(self.memory) if self.memory is not None and sweep else self.memory
        harvest = await crawled(self.source, before, now=datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC))
        self.memory = remembered(harvest, before)
        return harvest


async def test_the_next_session_begins_by_itself_and_the_former_ends_late(publisher: Publisher) -> None:
    """In September 2027 session 82 is asked for without a change to the file; 81 goes on for two months."""
    publish(publisher, "A/RES/81/1", "A/RES/81/2")
    days = Days(series(publisher, **ASSEMBLY))
    assert found(await days.on("2027-08-30")) == ["A/RES/81/1", "A/RES/81/2"]
    assert not any(symbol.startswith("A/RES/82/") for symbol in asked(publisher))
    assert found(await days.on("2027-09-08")) == []
    requested = asked(publisher)
    assert "A/RES/82/1" in requested
    assert "A/RES/81/3" in requested
    publish(publisher, "A/RES/81/3", "A/RES/82/1")
    assert found(await days.on("2027-09-20")) == ["A/RES/82/1", "A/RES/81/3"]
    asked(publisher)
    await days.on("2027-11-20")
    assert all(symbol.startswith("A/RES/82/") for symbol in asked(publisher))


async def test_the_former_session_goes_on_until_the_next_has_a_document(publisher: Publisher) -> None:
    """A session that begins later than was expected leaves no gap."""
    publish(publisher, "A/RES/81/1")
    days = Days(series(publisher, **ASSEMBLY))
    await days.on("2027-08-30")
    await days.on("2027-12-20")
    asked(publisher)
    publish(publisher, "A/RES/81/2")
    assert found(await days.on("2027-12-21")) == ["A/RES/81/2"]


async def test_a_withdrawn_document_is_told_from_one_of_another_session(publisher: Publisher) -> None:
    """Each session has its own known numbers and holes: 81/1 that is gone says nothing of 82/1."""
    publish(publisher, "A/RES/81/1", "A/RES/81/2", "A/RES/82/1", "A/RES/82/3")
    days = Days(series(publisher, **ASSEMBLY))
    await days.on("2027-09-20")
    publisher.says("/doc?s=A%2FRES%2F81%2F1", Answer(b"", 404))
    harvest = await days.on("2027-09-21", sweep=True)
    assert [(row.title, row.reason) for row in harvest.dropped] == [("A/RES/81/1", "was there and is gone")]
    assert harvest.outcome == "ok"
    assert (harvest.state | days.memory.state)["82 gaps"] == "2"  # type: ignore[union-attr]


async def test_a_series_goes_on_where_it_stopped_when_its_session_becomes_current(publisher: Publisher) -> None:
    """What is known of session 81 is not asked for again once the file says `current` instead of 81."""
    publish(publisher, *(f"A/RES/81/{number}" for number in range(1, 9)))
    days = Days(series(publisher, template="A/RES/{session}/{number}", vars={"session": 81}))
    assert len(found(await days.on("2027-08-01"))) == 8
    asked(publisher)
    days.source = series(publisher, **ASSEMBLY)
    assert found(await days.on("2027-08-02")) == []
    requested = [symbol for symbol in asked(publisher) if symbol.startswith("A/RES/81/")]
    assert requested[0] == "A/RES/81/8"
    assert "A/RES/81/1" not in requested
    assert (await days.on("2027-09-20")).outcome == "ok"
    assert "A/RES/82/1" in asked(publisher)


async def test_numbers_continue_from_year_to_year(publisher: Publisher) -> None:
    """A new number is asked for under both years while late ones may come, a known one under its own."""
    publish(publisher, "S/RES/2800(2026)", "S/RES/2801(2026)")
    days = Days(series(publisher, **COUNCIL))
    assert found(await days.on("2026-12-20")) == ["S/RES/2800 (2026)", "S/RES/2801 (2026)"]
    publish(publisher, "S/RES/2803(2027)")
    assert found(await days.on("2027-01-10")) == ["S/RES/2803 (2027)"]
    # A hole before the first number of a year may be of either.
    publish(publisher, "S/RES/2802(2026)")
    assert found(await days.on("2027-01-11")) == ["S/RES/2802 (2026)"]
    publish(publisher, "S/RES/2804(2027)")
    asked(publisher)
    harvest = await days.on("2027-06-01", sweep=True)
    assert found(harvest) == ["S/RES/2804 (2027)"]
    assert harvest.dropped == ()
    requested = asked(publisher)
    assert requested[:4] == ["S/RES/2800(2026)", "S/RES/2801(2026)", "S/RES/2802(2026)", "S/RES/2803(2027)"]
    assert not any(symbol.startswith("S/RES/28") and symbol.endswith("(2026)") for symbol in requested[4:])


def test_sessions_beyond_the_calendar_are_expected_at_the_pace_of_the_last() -> None:
    """The list ends one day; the series does not. The next session is expected rather early than late."""
    assembly = [each for each in CALENDAR if each.body == "UNGA"]
    assert [turn.value for turn in sessions_begun(assembly, date(2026, 11, 26))] == [81, 80]
    assert [turn.value for turn in sessions_begun(assembly, date(2027, 9, 6))] == [81, 80]
    assert [turn.value for turn in sessions_begun(assembly, date(2027, 9, 7))] == [82, 81]
    assert [turn.value for turn in sessions_begun(assembly, date(2036, 1, 1))] == [90, 89]
    listed = sessions_begun(assembly, date(2030, 9, 20))[0]
    expected = next(
        day
        for day in (date(2031, 6, 1) + timedelta(days=n) for n in range(200))
        if sessions_begun(assembly, day)[0].value > listed.value
    )
    assert date(2031, 7, 20) < expected < date(2031, 9, 16)
    council = [each for each in CALENDAR if each.body == "HRC"]
    assert sessions_begun(council, date(2026, 11, 26))[0].value == 63
    assert sessions_begun([], date(2026, 11, 26)) == ()
    assert sessions_begun(assembly, date(1990, 1, 1)) == ()


async def test_a_series_without_a_session_is_a_failure(publisher: Publisher) -> None:
    """Where no session is known to have begun, nothing is probed, and the source fails."""
    source = source_of(kind="symbol-probe", url=publisher.url + "/doc?s={symbol}", **ASSEMBLY)
    assert "no session of UNGA has begun" in ((await crawled(source)).error or "")


SERIES = "- id: a\n  kind: symbol-probe\n  url: 'https://example.org/{symbol}'\n  template: 'A/{session}/{number}'\n  "


@pytest.mark.parametrize(
    ("yaml", "line", "says"),
    [
        (
            "vars: {session: current}\n  body: UNGX",
            5,
            "a: vars.session: sessions.yaml has no sessions of 'UNGX'; did you mean UNGA?",
        ),
        ("vars: {session: current}", 5, "sessions.yaml has no sessions of ''"),
        ("vars: {session: current}\n  calendar: UNG", 5, "no sessions of 'UNG'; did you mean UNGA?"),
        ("vars: {session: current, year: current}", 1, "vars: only one may be `current`, not session and year"),
        ("vars: {session: 81}\n  numbering: continues", 1, "numbering: has an effect only where one of `vars` is"),
        ("vars: {session: current}\n  numbering: continue", 6, "did you mean continues?"),
        ("vars: {session: current}\n  former_for: soon", 6, "former_for: write a number and a unit"),
        ("vars: {session: 81}\n  url: 'https://example.org/{symbol}/{year}'", None, "appears twice"),
    ],
)
def test_a_slip_in_a_series_is_named(tmp_path: Path, yaml: str, line: int | None, says: str) -> None:
    """Bodies without sessions and keys without an effect are refused with file and line."""
    path = tmp_path / "sources.yaml"
    path.write_text(SERIES + yaml + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_sources(path)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{line}: " if line else f"{path}:")


def test_sessions_of_ones_own_count(tmp_path: Path) -> None:
    """A session that is added to sessions.yaml beside the sources is the current one at once."""
    path = tmp_path / "sources.yaml"
    path.write_text(SERIES + "vars: {session: current}\n  calendar: UNGA\n", encoding="utf-8")
    assert load_sources(path)[0].turns(date(2027, 8, 1))[0].value == 81  # type: ignore[union-attr]
    (tmp_path / "sessions.yaml").write_text(
        "sessions: [{body: UNGA, number: 82, start: 2027-07-20, end: 2028-09-04, confidence: listed, source: a test}]\n"
    )
    assert load_sources(path)[0].turns(date(2027, 8, 1))[0].value == 82  # type: ignore[union-attr]
