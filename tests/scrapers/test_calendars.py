"""Calendars of bodies: their sessions become days in the warehouse, and what changes there changes here."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from flows.analysing import Analysing
from flows.recording import take_in
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of
from tests.warehouse.made import nobody
from warehouse.load.record import record
from warehouse.store.database import session

if TYPE_CHECKING:
    from config.sources import Source
    from scrapers.publication import Harvest, Memory

SESSIONS = Path(__file__).parents[2] / "config" / "sessions.yaml"
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def calendar(*entries: str, head: str = "") -> str:
    """A calendar as a meeting platform writes it; each entry is the lines of one event, with blanks between them."""
    events = "".join(f"BEGIN:VEVENT\nUID:{place}\n{entry}\nEND:VEVENT\n" for place, entry in enumerate(entries))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//EN\n{head}{events}END:VCALENDAR\n".replace("\n", "\r\n")


def event(title: str, first: str, last: str | None = None, *more: str) -> str:
    """An event; `last` is its end as the format has it, the day after the last one."""
    kind = "" if "T" in first else ";VALUE=DATE"
    end = [f"DTEND{kind}:{last}"] if last else []
    return "\n".join([f"SUMMARY:{title}", f"DTSTART{kind}:{first}", *end, *more])


def of(publisher: Publisher, **more: Any) -> Source:
    """A source that reads the calendar on the site."""
    return source_of(kind="calendar", body="AALCO", url=publisher.url + "/events.ics", **more)


def show(publisher: Publisher, text: str) -> None:
    """Put a calendar on the site."""
    publisher.says("/events.ics", Answer(text.encode(), type="text/calendar; charset=utf-8"))


def noted(harvest: Harvest) -> dict[str, str]:
    """The sessions that a crawl noted."""
    return {key: words for key, words in harvest.state.items() if key.startswith("session ")}


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        (event("AALCO 64th Annual Session", "20260914", "20260919"), {"session 64": "2026-09-14/2026-09-18"}),
        (event("64th session", "20260914"), {"session 64": "2026-09-14/2026-09-14"}),
        (event("64th session", "20260914", None, "DURATION:P5D"), {"session 64": "2026-09-14/2026-09-18"}),
        (event("64th session", "20260914T090000Z", "20260918T180000Z"), {"session 64": "2026-09-14/2026-09-18"}),
        (event("64th session", "20260914T090000Z", "20260919T000000Z"), {"session 64": "2026-09-14/2026-09-18"}),
        (event("2027 session of the Council", "20270725", "20270726"), {"session 2027": "2027-07-25/2027-07-25"}),
        (event("Workshop on 18 September session rooms", "20260914"), {}),
        (event("Reception of the 64th anniversary", "20260914"), {}),
        (event("64th session", "20260914", "20260901"), {}),
        ("SUMMARY:64th session", {}),
        (event("64th session", "20260914", "20260919", "STATUS:CANCELLED"), {}),
    ],
)
async def test_an_entry_with_a_number_is_a_session(publisher: Publisher, entry: str, note: dict[str, str]) -> None:
    """Days, times, durations and years are read; what names no session, has no days or is cancelled is none."""
    show(publisher, calendar(entry, event("1st session", "19560101")))
    harvest = await crawled(of(publisher))
    assert harvest.error is None
    assert noted(harvest) == {"session 1": "1956-01-01/1956-01-01"} | note
    assert harvest.publications == ()


async def test_parts_of_a_session_are_one_session(publisher: Publisher) -> None:
    """Entries of one session cover it together; days years apart cannot both be right, and the source fails."""
    first = event("64th session, first part", "20260914", "20260919")
    show(publisher, calendar(first, event("64th session, second part", "20261207", "20261212")))
    assert noted(await crawled(of(publisher))) == {"session 64": "2026-09-14/2026-12-11"}
    show(publisher, calendar(first, event("64th session", "20280914", "20280919")))
    harvest = await crawled(of(publisher))
    assert harvest.outcome == "failed"
    assert "session 64 is given as" in (harvest.error or "")


@pytest.mark.parametrize(
    "text",
    ["", "<html>Sign in</html>", "BEGIN:VCALENDAR\r\n", "BEGIN:VEVENT\r\nEND:VEVENT\r\n", "\x00\xff", calendar()],
)
async def test_what_is_not_a_calendar_with_sessions_fails(publisher: Publisher, text: str) -> None:
    """A page in place of the calendar, half a calendar and one without sessions are failures, not news."""
    show(publisher, text)
    harvest = await crawled(of(publisher))
    assert harvest.outcome == "failed"
    assert noted(harvest) == {}


async def test_damaged_entries_do_not_hide_the_others(publisher: Publisher) -> None:
    """An entry with a day that does not exist is passed over."""
    show(publisher, calendar(event("63rd session", "20261399"), event("64th session", "20260914", "20260919")))
    assert noted(await crawled(of(publisher))) == {"session 64": "2026-09-14/2026-09-18"}


async def test_numbers_and_days_beyond_reason_are_passed_over(publisher: Publisher) -> None:
    """No body has met a hundred thousand times, and nothing ends after the last day that there is."""
    endless = event("65th session", "99991201", None, "DURATION:P900000D")
    show(publisher, calendar(event("99999999999th session", "20260914"), endless, event("64th session", "20260914")))
    assert set(noted(await crawled(of(publisher)))) == {"session 64", "session 65"}


async def test_a_huge_calendar_is_refused(publisher: Publisher) -> None:
    """More bytes than any body needs are not read."""
    show(publisher, calendar(head="X-FILLER:" + "a" * 5_100_000 + "\n"))
    assert "larger than" in ((await crawled(of(publisher))).error or "")


@pytest.mark.parametrize(
    "blocks",
    [{"sessions": r"(\d+)"}, {"sessions": "("}, {"filter": {"words": ["boats"]}}, {"detail": {"follow": False}}],
)
def test_what_has_no_effect_is_refused(blocks: dict[str, Any]) -> None:
    """A pattern without its group, and what concerns documents, are mistakes in the file."""
    with pytest.raises(ValidationError):
        source_of(kind="calendar", body="AALCO", url="https://example.org/events.ics", **blocks)


async def test_the_warehouse_follows_the_calendar(home: Path, publisher: Publisher) -> None:
    """A session that moves has new days; one that vanishes before it begins is withdrawn; what is over stays."""

    async def crawl(text: str, memory: Memory | None, days: int) -> Memory:
        show(publisher, text)
        harvest = await crawled(source, memory, now=NOW + timedelta(days=days))
        take_in(home, harvest, Analysing(SESSIONS))
        record(home, nobody)
        return remembered(harvest, memory)

    def known() -> list[tuple[Any, ...]]:
        with session(home) as connection:
            return connection.execute(
                "SELECT number, start_on, end_on, is_expected, origin, source FROM current_sessions ORDER BY number"
            ).fetchall()

    source = of(publisher)
    past = event("63rd session", "20260907", "20260912")
    at = (False, "test", publisher.url + "/events.ics")
    memory = await crawl(calendar(past, event("64th session", "20270913", "20270918")), None, 0)
    assert known() == [
        (63, date(2026, 9, 7), date(2026, 9, 11), *at),
        (64, date(2027, 9, 13), date(2027, 9, 17), *at),
    ]
    memory = await crawl(calendar(event("64th session", "20270920", "20270925")), memory, 1)
    assert known() == [
        (63, date(2026, 9, 7), date(2026, 9, 11), *at),
        (64, date(2027, 9, 20), date(2027, 9, 24), *at),
    ]
    await crawl(calendar(past), memory, 2)
    assert known() == [(63, date(2026, 9, 7), date(2026, 9, 11), *at)]
    with session(home) as connection:
        history = "SELECT start_on FROM sessions WHERE number = 64 ORDER BY changed_at"
        assert connection.execute(history).fetchall() == [(date(2027, 9, 13),), (date(2027, 9, 20),), (None,)]
