"""Crawls that found nothing changed: noted beside the warehouse, known to all who ask, and recorded once."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from flows.analysing import Analysing
from flows.health import healths
from flows.recording import take_in
from tests.sites.publisher import source_of
from tests.warehouse.made import batch, entry, nobody
from warehouse.findings import finding_store
from warehouse.load.checks import are_due, note, noted, taken
from warehouse.load.landing import land, landed, landing_folder
from warehouse.load.record import record
from warehouse.load.source_memory import memories_of
from warehouse.model import LockedError
from warehouse.outbox.history import source_checks
from warehouse.store.database import live_path, session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from warehouse.model import Batch, Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

CHECKOUT = Path(__file__).parents[2]
ANALYSE = Analysing(CHECKOUT / "config" / "sessions.yaml")
COUNTS = "SELECT count(*) FILTER (outcome = 'not_modified'), count(*) FROM batches"


def unchanged(number: int, source: str = "made", *, ended: datetime | None = None, **more: Any) -> Batch:
    """A crawl that found nothing changed."""
    made = batch(number, source=source, outcome="not_modified", **more)
    return replace(made, harvest=replace(made.harvest, finished_at=ended)) if ended is not None else made


def just_now(number: int = 1, source: str = "made") -> Batch:
    """The same a moment ago."""
    return unchanged(number, source, ended=datetime.now(UTC))


def lines(home: Path) -> list[Path]:
    """The files that hold notes."""
    return sorted(landing_folder(home).glob("checks*.jsonl"))


def test_it_leaves_no_batch_and_does_not_open_the_live_file(home: Path, recorded: Record) -> None:
    """The file's bytes and time stay, and recording does not even wait for whoever has it open."""
    recorded(batch(0, entry()))
    path = live_path(home)
    before = path.read_bytes(), path.stat().st_mtime_ns
    crawled = take_in(home, just_now().harvest, ANALYSE)
    assert crawled.harvest.outcome == "not_modified"
    assert landed(home) == ()
    assert list(landing_folder(home).glob("*.parquet")) == []
    assert [check.batch_id for check in noted(home)] == [crawled.batch_id]
    with session(home):
        assert record(home, nobody, wait_seconds=0).batch_ids == ()
    assert memories_of(home, ["made"])["made"].last_success == crawled.harvest.finished_at
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert len(noted(home)) == 1


@pytest.mark.parametrize(
    "more", [{"tell": "has recovered"}, {"outcome": "failed", "error": "out of order"}, {"outcome": "ok"}]
)
def test_a_crawl_that_has_something_to_say_is_landed(home: Path, recorded: Record, more: dict[str, Any]) -> None:
    """A failure, or what operators are to hear, does not wait for an hour."""
    recorded(batch(0, entry()))
    take_in(home, replace(just_now().harvest, **more), ANALYSE)
    assert noted(home) == ()
    assert len(landed(home)) == 1


def test_all_who_ask_how_a_source_is_see_it(home: Path, recorded: Record) -> None:
    """The next crawl's memory, `sources status` and the digests know of a check that is not in the tables yet."""
    recorded(batch(0, entry(), state={"swept": "then", "seen": "1"}))
    publish(home)
    check = replace(just_now(), harvest=replace(just_now().harvest, state={"seen": "2"}))
    at = check.harvest.finished_at
    source = source_of(id="made", kind="feed", url="https://example.org/made", every="1h")
    (before,) = healths(home, [source])
    assert before.state == "late"
    note(home, check)
    memory = memories_of(home, ["made"])["made"]
    assert (memory.last_success, dict(memory.state)) == (at, {"swept": "then", "seen": "2"})
    assert not memory.first_crawl
    (health,) = healths(home, [source])
    assert health.state == "healthy"
    assert [(each.source_id, each.last_success) for each in source_checks(home)] == [("made", at)]


def test_an_older_note_does_not_undo_what_is_known(home: Path, recorded: Record, rows: Rows) -> None:
    """A check that ended before the last recorded crawl changes nothing of the source's state."""
    recorded(batch(0, entry()), batch(5, outcome="failed", error="out of order"))
    publish(home)
    note(home, unchanged(3))
    assert memories_of(home, ["made"])["made"].last_success == unchanged(3).harvest.finished_at
    record(home, nobody)
    assert rows("SELECT state, failures, error FROM sources") == [("failing", 1, "out of order")]


def test_crawls_after_the_clock_was_set_back_count(home: Path, rows: Rows) -> None:
    """What a source said two days "later" neither outlives what it says now nor hides it."""
    state = "SELECT state, failures, error, last_success, last_crawl FROM sources"

    def at(number: int) -> datetime:
        return batch(number).harvest.finished_at

    for number, more in ((48, {}), (2, {"outcome": "failed", "error": "out of order"})):
        land(home, batch(number, **more))
        record(home, nobody, now=lambda number=number: at(number))  # type: ignore[misc]
    assert rows(state) == [("failing", 1, "out of order", at(2), at(2))]
    land(home, batch(3))
    record(home, nobody, now=lambda: at(3))
    assert rows(state) == [("healthy", 0, None, at(3), at(3))]
    assert rows("SELECT etag FROM validators") == [('"3"',)]


def test_a_note_after_the_clock_was_set_back_is_the_last_word(home: Path) -> None:
    """Until it is recorded, those who ask see its time, not the one that lies ahead."""
    ahead = datetime.now(UTC) + timedelta(days=400)
    land(home, replace(batch(0), harvest=replace(batch(0).harvest, finished_at=ahead)))
    record(home, nobody, now=lambda: ahead)
    assert memories_of(home, ["made"])["made"].last_success == ahead
    note(home, check := just_now())
    assert memories_of(home, ["made"])["made"].last_success == check.harvest.finished_at


def test_they_are_recorded_with_the_next_group_once(home: Path, recorded: Record, rows: Rows) -> None:
    """Each becomes a row of `batches` and its requests, in the transaction of what landed next; the notes are gone."""
    recorded(batch(0, entry()))
    checks = [just_now(number) for number in (1, 2, 3)]
    for check in checks:
        note(home, check)
    other = recorded(batch(4, source="other"))
    assert set(other.batch_ids) == {"made-1", "made-2", "made-3", "other-4"}
    assert noted(home) == ()
    assert lines(home) == []
    assert rows(COUNTS) == [(3, 5)]
    assert rows("SELECT count(*) FROM fetches WHERE batch_id = 'made-2'") == [(1,)]
    assert rows("SELECT last_success FROM sources WHERE source_id = 'made'") == [(checks[-1].harvest.finished_at,)]
    assert recorded(batch(5, source="other")).batch_ids == ("other-5",)


def test_a_death_between_commit_and_removal_records_nothing_twice(
    home: Path, recorded: Record, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notes that a dead recorder left are known by their ids, and then removed."""
    recorded(batch(0, entry()))
    note(home, just_now())
    unlink = Path.unlink

    def dies(path: Path, missing_ok: bool = False) -> None:
        if path.name.startswith("checks-"):
            raise KeyboardInterrupt
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", dies)
        with pytest.raises(KeyboardInterrupt):
            recorded(batch(2, source="other"))
    assert rows(COUNTS) == [(1, 3)]
    assert len(lines(home)) == 1
    note(home, just_now(3))
    assert set(record_again(home)) == {"made-3"}
    assert rows(COUNTS) == [(2, 4)]
    assert lines(home) == []


def record_again(home: Path) -> tuple[str, ...]:
    """Record what is there, with a batch that is recorded anyway, so that it is not left for later."""
    land(home, batch(2, source="other"))
    return record(home, nobody).batch_ids


def test_a_recording_that_fails_leaves_the_notes(
    home: Path, recorded: Record, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not committed is still noted, and goes with the next group."""
    recorded(batch(0, entry()))
    note(home, just_now())
    with monkeypatch.context() as patch:
        patch.setattr(finding_store, "write", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            recorded(batch(2, source="other"))
    assert [check.batch_id for check in noted(home)] == ["made-1"]
    assert rows(COUNTS) == [(0, 1)]
    assert set(record_again(home)) == {"made-1", "other-2"}


def test_a_locked_warehouse_leaves_the_notes(home: Path, recorded: Record) -> None:
    """Who cannot have the live file takes nothing away."""
    recorded(batch(0, entry()))
    note(home, unchanged(1))
    with session(home), pytest.raises(LockedError):
        record(home, nobody, wait_seconds=0)
    assert len(noted(home)) == 1


@pytest.mark.parametrize("damage", [b'{"format": 5, "batch_id": "x', b"\xff\xfe\x00", b"[]", b"{}", b"5"])
def test_a_damaged_line_costs_itself_only(
    home: Path, recorded: Record, rows: Rows, caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    """Those before and after it are recorded, also where a full disk cut it short in the middle; a warning says so."""
    recorded(batch(0, entry()))
    note(home, just_now(1))
    (path,) = lines(home)
    with path.open("ab") as file:
        file.write(b"\n" + damage)
    note(home, just_now(3))
    assert [check.batch_id for check in noted(home)] == ["made-1", "made-3"]
    assert memories_of(home, ["made"])["made"].last_success is not None
    recorded(batch(4, source="other"))
    assert rows(COUNTS) == [(2, 4)]
    assert lines(home) == []
    assert caplog.text.count("a line is damaged and was left out") == 1


def test_two_processes_lose_no_line_while_a_third_takes_them(home: Path, recorded: Record) -> None:
    """Whoever takes the lines renames their file; who was about to write to it writes to the next one."""
    recorded(batch(0, entry()))
    count = 300
    code = f"""
import sys
from pathlib import Path
from tests.warehouse.made import batch
from warehouse.load.checks import note
for number in range({count}):
    note(Path(sys.argv[1]), batch(number, source=sys.argv[2], outcome="not_modified"))
"""
    writers = [
        subprocess.Popen([sys.executable, "-W", "ignore", "-c", code, str(home), name], cwd=CHECKOUT)
        for name in ("a", "b")
    ]
    found: list[str] = []
    while any(writer.poll() is None for writer in writers):
        with taken(home) as checks:
            found += [check.batch_id for check in checks]
    with taken(home) as checks:
        found += [check.batch_id for check in checks]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert sorted(found) == sorted(f"{name}-{number}" for name in ("a", "b") for number in range(count))
    assert lines(home) == []


def test_they_are_due_after_an_hour_or_a_megabyte(home: Path, recorded: Record, rows: Rows) -> None:
    """Until then they wait for something else to be recorded; then they are recorded by themselves."""
    recorded(batch(0, entry()))
    assert not are_due(home)
    now = datetime.now(UTC)
    note(home, unchanged(1, ended=now - timedelta(minutes=59)))
    assert not are_due(home)
    assert record(home, nobody).batch_ids == ()
    note(home, unchanged(2, ended=now, state={"long": "x" * 1_000_000}))
    assert are_due(home)
    assert record(home, nobody).batch_ids == ("made-1", "made-2")
    note(home, unchanged(3, ended=now - timedelta(minutes=61)))
    assert are_due(home)
    assert record(home, nobody).batch_ids == ("made-3",)
    assert not are_due(home)
    assert rows(COUNTS) == [(3, 4)]


def test_notes_without_a_readable_line_do_not_stay(home: Path, recorded: Record) -> None:
    """A file of which nothing can be read is due at once, and gone."""
    recorded(batch(0, entry()))
    landing_folder(home).mkdir(exist_ok=True)
    (landing_folder(home) / "checks.jsonl").write_bytes(b"nothing\n")
    assert are_due(home)
    assert record(home, nobody).batch_ids == ()
    assert lines(home) == []


def test_a_note_is_all_that_its_batch_would_have_said(home: Path, recorded: Record, rows: Rows) -> None:
    """A line of JSON with validators, notes and requests, which become the rows that a batch file gives."""
    recorded(batch(0, entry()))
    check = just_now()
    note(home, check)
    (path,) = lines(home)
    (said,) = [json.loads(line) for line in path.read_bytes().splitlines() if line]
    assert (said["batch_id"], said["outcome"], said["entries"]) == ("made-1", "not_modified", 0)
    recorded(batch(2, source="other"))
    (row,) = rows("SELECT outcome, items_seen, entries, error FROM batches WHERE batch_id = 'made-1'")
    assert row == ("not_modified", 0, 0, None)
