"""`mandates feed` and `mandates query --parquet`, over what was recorded."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import feedparser
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from icalendar import Calendar

from flows.cli import cli
from tests.warehouse.made import batch, deadlines, entry, nobody
from warehouse.load.decisions import land_decisions, record_decisions
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.review.decision import Decision
from warehouse.store.database import live_path, session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

DUE = deadlines[0][2]


@pytest.fixture
def filled(home: Path, blank: Path) -> Path:
    """A home with two resolutions, each of which asks for a report and places an item on an agenda."""
    home.mkdir()
    shutil.copyfile(blank, live_path(home))
    land(home, batch(0, entry("A/RES/80/1"), entry("AALCO/RES/63/S 1", title="Harbours", body="AALCO", session=63)))
    record(home, nobody)
    publish(home)
    return home


def run(home: Path, *words: str) -> Any:
    """A command in this process; what it printed as JSON, if it did."""
    done = CliRunner().invoke(cli, ["--home", str(home), *words])
    assert done.exit_code == 0, done.output
    return json.loads(done.output) if "--json" in words else done.output


def decided(home: Path, field: str, value: str) -> None:
    """A person's decision about the report that A/RES/80/1 asks for."""
    with session(home) as connection:
        ((key,),) = connection.execute(
            "SELECT task_key FROM ledger WHERE symbol = 'A/RES/80/1' AND type = 'reporting_request'"
        ).fetchall()
    land_decisions(home, [Decision(key, field, value, "A. Clerk", datetime.now(UTC), "")])
    record_decisions(home)
    publish(home)


def states(path: Path) -> dict[str, tuple[str, int]]:
    """The status and the sequence of each event of a calendar."""
    events = Calendar.from_ical(path.read_bytes()).events
    return {str(each["SUMMARY"]): (str(each["STATUS"]), each["SEQUENCE"]) for each in events}


def test_a_calendar_follows_a_deadline(filled: Path, tmp_path: Path) -> None:
    """A deadline is on its last day; it is cancelled when somebody drops the task, and comes back with it."""
    path = tmp_path / "due.ics"
    command = ("feed", "--body", "UNGA", "--type", "reporting_request", "--ics", str(path))
    run(filled, *command)
    (event,) = Calendar.from_ical(path.read_bytes()).events
    name = str(event["SUMMARY"])
    assert name == "Due: the Secretary-General: reporting request (A/RES/80/1, 2)"
    assert event.start == DUE
    decided(filled, "state", "dropped")
    assert run(filled, *command, "--json")["ics"]["cancelled"] == 1
    assert states(path) == {name: ("CANCELLED", 1)}
    decided(filled, "state", "open")
    assert run(filled, *command, "--json")["ics"]["changed"] == 1
    # Its days follow from a rule.
    assert states(path) == {name: ("TENTATIVE", 2)}


def test_filters_and_words_narrow_a_feed(filled: Path, tmp_path: Path) -> None:
    """A feed has what its filters and words let through, and what is recorded later is new in it."""
    path = tmp_path / "all.xml"
    assert run(filled, "feed", "--atom", str(path), "--json")["atom"]["entries"] == 4
    for words, entries in (
        (["--body", "AALCO"], 2),
        (["--type", "agenda_placement", "--state", "open", "--state", "unknown"], 2),
        (["--due", str(DUE.year)], 2),
        (["--due", "1999"], 0),
        (["--addressee", "un:nobody"], 0),
        (["--language", "fr"], 0),
        (["--year", "2025", "--stage", "adopted", "--kind", "resolution"], 4),
        (["report"], 2),
        (["submarines"], 0),
    ):
        narrow = tmp_path / f"{'-'.join(words).replace('/', '')}.xml"
        assert run(filled, "feed", *words, "--atom", str(narrow), "--json")["atom"]["entries"] == entries, words
    wrong = CliRunner().invoke(cli, ["--home", str(filled), "feed", "--due", "x", "--atom", str(path)])
    assert "not a year" in str(wrong.exception)
    land(filled, batch(1, entry("A/RES/80/2", title="Beacons")))
    record(filled, nobody)
    publish(filled)
    assert run(filled, "feed", "--atom", str(path), "--json")["atom"] == {
        "path": str(path), "entries": 6, "new": 2, "changed": 0,
    }  # fmt: skip
    found = feedparser.parse(path.read_bytes())
    assert not found.bozo
    assert found.entries[0].title.endswith("(A/RES/80/2, 2)")


def test_a_unit_has_a_calendar_of_its_own(filled: Path, tmp_path: Path) -> None:
    """The deadlines for which a unit is responsible can be followed by themselves, and the entry names the unit."""
    path = tmp_path / "legal.ics"
    command = ("feed", "--responsible", "legal", "--ics", str(path))
    assert run(filled, *command, "--json")["ics"]["entries"] == 0
    decided(filled, "responsible", "Legal")
    assert run(filled, *command, "--json")["ics"]["entries"] == 1
    (event,) = Calendar.from_ical(path.read_bytes()).events
    assert "Responsible: Legal" in str(event["DESCRIPTION"])


def test_a_feed_needs_a_place(filled: Path) -> None:
    """Without --atom and --ics nothing is written, and it is said how."""
    done = CliRunner().invoke(cli, ["--home", str(filled), "feed"])
    assert (done.exit_code, "--atom FILE" in done.output) == (2, True)


def test_a_query_becomes_a_parquet_file(filled: Path, tmp_path: Path) -> None:
    """All rows of a query are written with their types; a limit cuts them; a mistake leaves no file."""
    path = tmp_path / "ledger.parquet"
    assert "4 rows" in run(filled, "query", "FROM ledger", "--parquet", str(path))
    table = pq.read_table(path)
    assert table.num_rows == 4
    assert str(table.schema.field("due_end").type) == "date32[day]"
    run(filled, "query", "FROM range(200000)", "--parquet", str(path))
    assert pq.read_table(path)["range"].to_pylist() == list(range(200_000))
    run(filled, "query", "FROM range(200000)", "--limit", "60000", "--parquet", str(path))
    assert pq.read_table(path).num_rows == 60_000
    before = path.read_bytes()
    for sql in ("FROM nothing", "SELECT 1; SELECT 2", "CREATE TABLE x (y INTEGER)", "COPY documents TO 'x.csv'"):
        done = CliRunner().invoke(cli, ["--home", str(filled), "query", sql, "--parquet", str(path)])
        assert done.exit_code == 1
    assert path.read_bytes() == before
    assert sorted(tmp_path.glob(".*")) == []


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (["--type", "reporting_request", "--state", "due_soon"], "Mandates: report requested, due soon"),
        (
            ["--addressee", "un:secretary-general", "--body", "UNGA"],
            "Mandates: UNGA, addressed to the Secretary-General",
        ),
        (["--addressee", "un:nobody-else"], "Mandates: addressed to nobody else"),
        (["--addressee", "Secretary", "--year", "2025"], "Mandates: 2025, addressed to Secretary"),
        ([], "Mandates"),
    ],
)
def test_a_feed_is_called_after_its_filter_in_words(filled: Path, tmp_path: Path, words: list[str], title: str) -> None:
    """Its title has no ids and no names of the program."""
    path = tmp_path / "titled.xml"
    run(filled, "feed", *words, "--atom", str(path))
    assert feedparser.parse(path.read_bytes()).feed.title == title
