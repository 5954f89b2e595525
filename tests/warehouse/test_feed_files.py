"""Calendars and feeds for other programs: valid, with lasting ids, and with what changed since the former file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from warehouse.feeds.atom_file import write_feed
from warehouse.feeds.calendar_entries import deadline_entries
from warehouse.feeds.calendar_file import CalendarEntry, write_calendar
from warehouse.feeds.chosen import Task
from warehouse.feeds.former import FeedFileError

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
DAY = date(2027, 1, 15)


def an_entry(uid: str = "a", **more: Any) -> CalendarEntry:
    """Something that happens on three days."""
    whole = {
        "uid": uid,
        "summary": "AALCO, 64th session",
        "first": DAY,
        "last": DAY + timedelta(days=2),
        "description": "On its agenda:\n- Boats; beacons, and more",
        "url": "https://example.org/64?a=b,c;d",
        "categories": ("session", "AALCO"),
    }
    return CalendarEntry(**whole | more)  # type: ignore[arg-type]


def events(path: Path) -> dict[str, Any]:
    """The events of a file by their UIDs, as a calendar program reads them."""
    content = path.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    calendar = Calendar.from_ical(content)
    assert not calendar.errors
    assert b"VTIMEZONE" not in content
    assert b"TZID" not in content
    found = {}
    for event in calendar.walk("VEVENT"):
        assert not event.errors
        assert event["DTSTART"].params["VALUE"] == event["DTEND"].params["VALUE"] == "DATE"
        assert event.end > event.start
        assert str(event["DTSTAMP"].dt.tzinfo) == str(event["LAST-MODIFIED"].dt.tzinfo) == "UTC"
        found[str(event["UID"])] = event
    assert len(found) == content.count(b"BEGIN:VEVENT")
    return found


def test_a_calendar_has_whole_days(tmp_path: Path) -> None:
    """Three days are DATE values, with the day after the last one as the end, and take nobody's time."""
    path = tmp_path / "a.ics"
    write_calendar(path, "Sessions", [an_entry()], now=NOW)
    event = events(path)["a"]
    assert (event.start, event.end) == (DAY, DAY + timedelta(days=3))
    assert (str(event["TRANSP"]), str(event["STATUS"]), event["SEQUENCE"]) == ("TRANSPARENT", "CONFIRMED", 0)
    assert str(event["DESCRIPTION"]) == "On its agenda:\n- Boats; beacons, and more"
    assert str(event["URL"]) == "https://example.org/64?a=b,c;d"
    assert [str(each) for each in event["CATEGORIES"].cats] == ["session", "AALCO"]


def test_the_same_state_gives_the_same_bytes(tmp_path: Path) -> None:
    """Nothing changes in a file, whatever the time and the order, while nothing has happened."""
    path = tmp_path / "a.ics"
    write_calendar(path, "Sessions", [an_entry("a"), an_entry("b")], now=NOW)
    before, written = path.read_bytes(), path.stat().st_mtime_ns
    done = write_calendar(path, "Sessions", [an_entry("b"), an_entry("a")], now=LATER)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (before, written)
    assert (done.entries, done.new, done.changed, done.cancelled) == (2, 0, 0, 0)


def test_a_change_has_the_next_sequence(tmp_path: Path) -> None:
    """An entry that moves has the next SEQUENCE and a new LAST-MODIFIED; the one beside it keeps its own."""
    path = tmp_path / "a.ics"
    write_calendar(path, "Sessions", [an_entry("a"), an_entry("b")], now=NOW)
    moved = an_entry("a", first=DAY + timedelta(days=1))
    done = write_calendar(path, "Sessions", [moved, an_entry("b")], now=LATER)
    found = events(path)
    assert (found["a"]["SEQUENCE"], found["a"]["LAST-MODIFIED"].dt) == (1, LATER)
    assert (found["b"]["SEQUENCE"], found["b"]["LAST-MODIFIED"].dt) == (0, NOW)
    assert (done.new, done.changed, done.cancelled) == (0, 1, 0)


def test_what_vanished_is_cancelled_and_can_come_back(tmp_path: Path) -> None:
    """A coming entry that is missing, or said to be off, is cancelled once; it comes back with the next SEQUENCE."""
    path = tmp_path / "a.ics"
    write_calendar(path, "Sessions", [an_entry("a"), an_entry("b")], now=NOW)
    done = write_calendar(path, "Sessions", [an_entry("b", status="CANCELLED")], now=LATER)
    assert (done.cancelled, done.changed) == (2, 0)
    for _ in range(2):
        found = events(path)
        assert {uid: (str(each["STATUS"]), each["SEQUENCE"]) for uid, each in found.items()} == {
            "a": ("CANCELLED", 1),
            "b": ("CANCELLED", 1),
        }
        assert found["a"]["LAST-MODIFIED"].dt == LATER
        write_calendar(path, "Sessions", [an_entry("b", status="CANCELLED")], now=LATER + timedelta(days=1))
    write_calendar(path, "Sessions", [an_entry("a"), an_entry("b")], now=LATER + timedelta(days=2))
    assert {(str(each["STATUS"]), each["SEQUENCE"]) for each in events(path).values()} == {("CONFIRMED", 2)}


def test_a_day_that_was_not_announced_is_tentative() -> None:
    """A deadline that follows from a rule or from the pace of former years is tentative; a written one is confirmed."""
    tasks = [a_task(), a_task(due_basis="inferred"), a_task(due_basis="cadence", is_expected=True)]
    assert [each.status for each in deadline_entries(tasks)] == ["CONFIRMED", "TENTATIVE", "TENTATIVE"]


def test_a_calendar_of_another_name_is_kept(tmp_path: Path) -> None:
    """Another calendar of ours is not replaced, which would cancel its entries; it is named, and stays as it was."""
    path = tmp_path / "a.ics"
    for now in (NOW, LATER):
        write_calendar(path, "Mandates: a, b; c \\d", [an_entry()], now=now)
    path.unlink()
    write_calendar(path, "Mandates: UNGA", [an_entry()], now=NOW)
    before = path.read_bytes()
    with pytest.raises(FeedFileError, match="holds the calendar 'Mandates: UNGA', not 'Mandates: AALCO'"):
        write_calendar(path, "Mandates: AALCO", [], now=LATER)
    assert path.read_bytes() == before


def test_what_is_over_is_not_cancelled(tmp_path: Path) -> None:
    """An entry that is over stays as it was for a year and is left out then; so is one beyond the months asked for."""
    path = tmp_path / "a.ics"
    write_calendar(
        path,
        "Sessions",
        [an_entry("a"), an_entry("b", first=DAY + timedelta(days=400), last=DAY + timedelta(days=400))],
        now=NOW,
    )
    after = datetime(2027, 2, 1, tzinfo=UTC)
    write_calendar(path, "Sessions", [], now=after, until=date(2027, 12, 31))
    assert {uid: str(each["STATUS"]) for uid, each in events(path).items()} == {"a": "CONFIRMED"}
    write_calendar(path, "Sessions", [], now=after + timedelta(days=366))
    assert events(path) == {}


def test_nobody_has_what_was_cancelled_before_the_first_file(tmp_path: Path) -> None:
    """A first calendar has no cancelled entries, and no deadlines of more than a year ago."""
    path = tmp_path / "a.ics"
    long_ago = NOW.date() - timedelta(days=400)
    done = write_calendar(
        path, "Deadlines", [an_entry(status="CANCELLED"), an_entry("b", first=long_ago, last=long_ago)], now=NOW
    )
    assert (done.entries, events(path)) == (0, {})


@pytest.mark.parametrize(
    "content",
    [
        b"my notes\n",
        b"",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Somebody else//EN\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\n" * 50,
        b"<feed xmlns='http://www.w3.org/2005/Atom'><id>x</id></feed>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
    ],
)
def test_a_file_of_somebody_else_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    """Whatever is not a file of ours is refused with its name and stays."""
    path = tmp_path / "a"
    path.write_bytes(content)
    with pytest.raises(FeedFileError, match="was not written by this command"):
        write_calendar(path, "Sessions", [an_entry()], now=NOW)
    with pytest.raises(FeedFileError, match="was not written by this command"):
        write_feed(path, "Mandates", [a_task()], now=NOW, limit=10)
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A folder that is a file is an error with the name."""
    (tmp_path / "taken").write_text("x")
    with pytest.raises(FeedFileError, match="taken"):
        write_calendar(tmp_path / "taken" / "a.ics", "Sessions", [an_entry()], now=NOW)


# --- feeds


def a_task(name: str = "k1", **more: Any) -> Task:
    """A task of the ledger."""
    whole: dict[str, Any] = {
        "name": name, "task_key": name, "occurrence": 1, "mandate_id": name, "symbol": "A/RES/80/1",
        "title": "Care of travellers",
        "body": "UNGA", "kind": "resolution", "published_on": date(2025, 12, 18), "number": "2",
        "quote": "Requests the Secretary-General to report <b>on & it</b>", "type": "reporting_request",
        "addressee": "the Secretary-General", "deliverable": "a report", "agenda_item": None,
        "due": "at the next session", "due_start": DAY,
        "due_end": DAY, "due_basis": "session calendar", "is_expected": False, "state": "open", "note": None,
        "answered_by": None, "responsible": None,
        "url": "https://example.org/A/RES/80/1?a=b&c=d", "first_seen": NOW - timedelta(days=3),
        "known_at": NOW - timedelta(days=3),
    }  # fmt: skip
    return Task(**whole | more)


def read(path: Path) -> Any:
    """The feed as a feed reader reads it."""
    found = feedparser.parse(path.read_bytes())
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    ids = [entry.id for entry in found.entries]
    assert len(ids) == len(set(ids))
    for entry in found.entries:
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", entry.id)
        assert entry.title
        assert entry.updated_parsed
        assert entry.author
    assert found.feed.id
    assert found.feed.title
    assert found.feed.updated >= max([entry.updated for entry in found.entries], default="")
    return found


def test_a_feed_reads_in_a_feed_reader(tmp_path: Path) -> None:
    """An entry has who has to do what as its title, the quote, the day and the link; markup is shown as words."""
    path = tmp_path / "a.xml"
    write_feed(path, "Mandates: UNGA", [a_task()], now=NOW, limit=10, address="https://example.org/a.xml")
    found = read(path)
    (entry,) = found.entries
    assert entry.title == "the Secretary-General: a report (A/RES/80/1, 2)"
    assert entry.link == "https://example.org/A/RES/80/1?a=b&c=d"
    assert "report &lt;b&gt;on &amp; it&lt;/b&gt;" in entry.summary or "<b>on & it</b>" in entry.summary
    assert "Due: 15 January 2027 (session calendar)" in entry.summary
    assert found.feed.links[0].rel == "self"


def test_an_entry_keeps_its_id_and_changes_its_time_only_when_it_changes(tmp_path: Path) -> None:
    """An unchanged feed keeps its bytes; a new state gives a new time to its entry and the feed, under the same ids."""
    path = tmp_path / "a.xml"
    write_feed(path, "Mandates", [a_task("k1"), a_task("k2")], now=NOW, limit=10)
    before = path.read_bytes()
    write_feed(path, "Mandates", [a_task("k1"), a_task("k2")], now=LATER, limit=10)
    assert path.read_bytes() == before
    former = {entry.id: entry.updated for entry in read(path).entries}
    done = write_feed(path, "Mandates", [a_task("k1", state="overdue"), a_task("k2")], now=LATER, limit=10)
    assert (done.new, done.changed) == (0, 1)
    after = {entry.id: entry.updated for entry in read(path).entries}
    assert after.keys() == former.keys()
    assert sorted(after.values()) == ["2026-11-23T12:00:00Z", "2026-11-27T12:00:00Z"]
    assert read(path).feed.updated == "2026-11-27T12:00:00Z"
    assert feedparser.parse(before).feed.id == read(path).feed.id


def test_that_a_day_is_near_is_no_change(tmp_path: Path) -> None:
    """Neither a feed nor a calendar changes only because a deadline comes closer."""
    path = tmp_path / "a.xml"
    write_feed(path, "Mandates", [a_task()], now=NOW, limit=10)
    near = a_task(state="due_soon", note="due by 2027-01-15")
    assert write_feed(path, "Mandates", [near], now=LATER, limit=10).changed == 0
    assert near.words == a_task().words


def test_a_mandate_with_several_occurrences_is_one_entry(tmp_path: Path) -> None:
    """The first occurrence that is still open represents the task; in a calendar each has its own day."""
    path = tmp_path / "a.xml"
    years = [
        a_task(occurrence=place, due_end=DAY.replace(year=2026 + place), state="answered" if place == 1 else "open")
        for place in (1, 2, 3)
    ]
    write_feed(path, "Mandates", years, now=NOW, limit=10)
    (entry,) = read(path).entries
    assert "15 January 2028" in entry.summary
    days = [(each.first.year, each.status) for each in deadline_entries(years)]
    assert days == [(2027, "CANCELLED"), (2028, "CONFIRMED"), (2029, "CONFIRMED")]
    assert len({each.uid for each in deadline_entries(years)}) == len(years)


def test_a_task_that_was_renamed_keeps_its_uid() -> None:
    """The UID hangs on the first name that a task had, so a re-reading leaves the calendar as it was."""
    before, after = deadline_entries([a_task("k1")]), deadline_entries([replace(a_task("k1"), task_key="k9")])
    assert [each.uid for each in before] == [each.uid for each in after]


@settings(max_examples=40, deadline=None)
@given(
    words=st.text(st.characters(), max_size=300),
    url=st.sampled_from(["https://example.org/\u00e9 \x01x", "javascript:alert(1)", "https://example.org/a\r\nX-Y: z"]),
)
def test_whatever_a_publisher_writes_the_files_are_valid(
    tmp_path_factory: pytest.TempPathFactory, words: str, url: str
) -> None:
    """No text breaks a file or adds a property to it, and no link but those of the web gets in."""
    folder = tmp_path_factory.mktemp("hostile")
    task = a_task(
        title=words, symbol=None, quote=words, addressee=words, deliverable=words, note=words, due=words, url=url
    )
    title = f"Mandates: {words}"
    write_feed(folder / "a.xml", title, [task], now=NOW, limit=10)
    (entry,) = read(folder / "a.xml").entries
    assert "javascript" not in str(entry.get("link"))
    for now in (NOW, LATER):
        done = write_calendar(folder / "a.ics", words, deadline_entries([task]), now=now)
        assert done.changed == 0
    (event,) = events(folder / "a.ics").values()
    allowed = {
        "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "STATUS", "DTSTART", "DTEND", "TRANSP", "SUMMARY", "DESCRIPTION",
        "URL", "CATEGORIES",
    }  # fmt: skip
    assert set(event.keys()) <= allowed
    assert write_feed(folder / "a.xml", title, [task], now=LATER, limit=10).changed == 0
