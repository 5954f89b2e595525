"""Batches on their way from workers to the recorder: none lost, none twice, none in another's way."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from tests.patience import PATIENCE
from tests.warehouse.made import batch, entry, nobody
from tests.warehouse.orders import ORDERS
from warehouse.exchange import batches as passing
from warehouse.exchange import place as placing
from warehouse.exchange.batches import bring, refused, send, waiting
from warehouse.exchange.halves import remove_halves
from warehouse.exchange.place import Held, open_place
from warehouse.load import checks
from warehouse.load.landing import land, landed, landing_folder, waiting_batches
from warehouse.load.record import record
from warehouse.model import PlaceError
from warehouse.store.database import session

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.exchange.place import Place


def recorded_ids(home: Path) -> list[str]:
    with session(home) as connection:
        return [row[0] for row in connection.execute("SELECT batch_id FROM batches ORDER BY batch_id").fetchall()]


def test_a_batch_passes_from_worker_to_recorder(tmp_path: Path, place: Place) -> None:
    """What a worker has landed is recorded elsewhere, and nothing of it stays behind."""
    worker, recorder = tmp_path / "worker", tmp_path / "recorder"
    land(worker, batch(0, entry()))
    assert send(worker, place) == 1
    assert waiting_batches(worker) == []
    assert bring(recorder, place).batches == 1
    assert waiting(place) == []
    assert record(recorder, nobody).new_documents == 1


@pytest.mark.parametrize("order", ORDERS)
def test_batches_come_in_any_order_and_twice(tmp_path: Path, place: Place, order: tuple[int, ...]) -> None:
    """Three batches, each brought twice in any order, are three recorded batches of one document."""
    recorder = tmp_path / "recorder"
    for number in (*order, *order):
        worker = tmp_path / f"worker-{number}"
        land(worker, batch(number, entry()))
        send(worker, place)
        bring(recorder, place)
        record(recorder, nobody)
    assert recorded_ids(recorder) == ["made-0", "made-1", "made-2"]
    with session(recorder) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchall() == [(1,)]


def test_a_worker_without_its_place_keeps_its_batches(tmp_path: Path) -> None:
    """A share that is not mounted is not mistaken for an empty one, and nothing is lost."""
    worker = tmp_path / "worker"
    land(worker, batch(0, entry()))
    away = open_place(str(tmp_path / "not mounted"))
    with pytest.raises(PlaceError, match="there is no such folder"):
        send(worker, away)
    with pytest.raises(PlaceError, match="there is no such folder"):
        bring(tmp_path / "recorder", away)
    assert len(waiting_batches(worker)) == 1
    assert not (tmp_path / "not mounted").exists()


def _garbage(good: bytes) -> dict[str, bytes]:
    return {
        "batches/not-parquet.parquet": b"PAR1 and nothing more",
        "batches/half.parquet": good[: len(good) // 2],
        "batches/renamed.parquet": good,
        "batches/empty.parquet": b"",
        "batches/a name with blanks.parquet": good,
        "batches/made-0.exe": good,
        "batches/deeper/made-0.parquet": good,
    }


def test_what_is_broken_is_set_aside_with_its_reason(tmp_path: Path, place: Place) -> None:
    """Damaged, half-written and foreign files are moved away, each with a note, and the others are brought."""
    land(tmp_path / "worker", batch(0, entry()))
    good = waiting_batches(tmp_path / "worker")[0].read_bytes()
    broken = _garbage(good)
    for name, content in broken.items():
        place.put(name, content)
    send(tmp_path / "worker", place)
    passed = bring(tmp_path / "recorder", place)
    assert (passed.batches, passed.refused) == (1, len(broken))
    assert [each.batch_id for each in landed(tmp_path / "recorder")] == ["made-0"]
    assert place.find("batches") == []
    notes = [held for held in place.find("refused") if held.name.endswith(".why.txt")]
    assert len(refused(place)) == len(notes) == len(broken)
    assert all(place.read(held.name, 1000) for held in notes)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"source_id": "../../outside"}, "source_id"),
        ({"finished_at": "2026-03-02T09:00:00"}, "finished_at"),
        ({"finished_at": 5}, "finished_at"),
        ({"items_seen": -1}, "items_seen"),
        ({"outcome": ["ok"]}, "outcome"),
        ({"fetches": [{"started_at": "yesterday"}]}, "fetches"),
        ({"validators": {"x": {}}}, "validators"),
        ({"notes": {"a": {}}}, "notes"),
        ({"items": [{"key": "a"}]}, "items"),
        ({"past": {"since": 3}}, "past"),
        ({"batch_id": None}, "batch_id"),
    ],
)
def test_a_footer_that_cannot_be_is_refused(tmp_path: Path, place: Place, change: dict[str, Any], reason: str) -> None:
    """A value that would fail in the middle of a transaction, or lead out of the place, does not get that far."""
    path = land(tmp_path / "worker", batch(0, entry()))
    table = pq.read_table(path)
    (key,) = [key for key in table.schema.metadata if key == b"mandate-monitor"]
    footer = json.loads(table.schema.metadata[key]) | change
    pq.write_table(table.replace_schema_metadata({key: json.dumps(footer).encode()}), path)
    send(tmp_path / "worker", place)
    assert bring(tmp_path / "recorder", place).refused == 1
    (note,) = [held for held in place.find("refused") if held.name.endswith(".why.txt")]
    assert reason.encode() in (place.read(note.name, 1000) or b"")
    assert waiting_batches(tmp_path / "recorder") == []


def test_a_link_in_the_place_leads_nowhere(tmp_path: Path, place: Place) -> None:
    """Whoever may write into the folder cannot make the recorder read another file of its machine."""
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (tmp_path / "place" / "batches").mkdir()
    (tmp_path / "place" / "batches" / "link.parquet").symlink_to(secret)
    assert bring(tmp_path / "recorder", place).batches == 0
    with pytest.raises(PlaceError):
        place.read("batches/link.parquet", 100)


def test_one_pass_is_bounded(tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass takes so many files and says that there are more; one that is too large is refused unread."""
    monkeypatch.setattr(passing, "MOST_FILES", 2)
    for number in range(3):
        land(tmp_path / "worker", batch(number, entry()))
    send(tmp_path / "worker", place)
    assert bring(tmp_path / "recorder", place).more
    assert not bring(tmp_path / "recorder", place).more
    monkeypatch.setattr(passing, "MOST_BATCH_BYTES", 100)
    land(tmp_path / "worker", batch(3, entry()))
    send(tmp_path / "worker", place)
    assert bring(tmp_path / "recorder", place).refused == 1


@pytest.mark.parametrize("limit", ["MOST_BYTES", "MOST_FILES"])
def test_a_file_over_the_limit_of_a_pass_is_not_left_for_ever(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """A recorder that goes on while there is more comes to an end, and what is waiting behind the file is recorded."""
    monkeypatch.setattr(passing, "MOST_BATCH_BYTES", 100_000)
    monkeypatch.setattr(passing, limit, 100_000 if limit == "MOST_BYTES" else 1)
    place.put("batches/aaa.parquet", bytes(100_001))
    land(tmp_path / "worker", batch(0, entry()))
    send(tmp_path / "worker", place)
    brought = [bring(tmp_path / "recorder", place) for _ in range(3)]
    assert not brought[-1].more
    assert sum(each.batches for each in brought) == sum(each.refused for each in brought) == 1


def test_a_batch_is_on_the_disk_of_the_place_before_its_worker_removes_it(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut where the place is costs no batch: its name is on the disk as well, not only its bytes."""
    worker, rooms = tmp_path / "worker", tmp_path / "place" / "batches"
    land(worker, batch(0, entry()))
    sync, settled = os.fsync, list[int]()

    def watched(descriptor: int) -> None:
        sync(descriptor)
        if os.path.samestat(os.fstat(descriptor), rooms.stat()) and list(rooms.glob("*.parquet")):
            settled.append(len(waiting_batches(worker)))

    monkeypatch.setattr(os, "fsync", watched)
    assert send(worker, place) == 1
    assert settled == [1]


def test_crawls_without_news_pass_too(tmp_path: Path, place: Place) -> None:
    """The noted checks of a worker become rows where the warehouse is, once."""
    land(tmp_path / "worker", batch(0, entry()))
    for number in (1, 2):
        checks.note(tmp_path / "worker", batch(number, outcome="not_modified"))
    assert send(tmp_path / "worker", place) == 2
    checks.note(tmp_path / "worker", batch(3, outcome="not_modified"))
    assert send(tmp_path / "worker", place) == 1
    assert bring(tmp_path / "recorder", place).checks == 2
    record(tmp_path / "recorder", nobody)
    assert recorded_ids(tmp_path / "recorder") == ["made-0", "made-1", "made-2", "made-3"]


def test_a_half_copied_batch_is_never_seen(tmp_path: Path, place: Place) -> None:
    """What a killed process had half written, on either side, is no batch."""
    (tmp_path / "place" / "batches").mkdir()
    (tmp_path / "place" / "batches" / ".x.parquet.1.part").write_bytes(b"half")
    landing_folder(tmp_path / "recorder").mkdir(parents=True)
    (landing_folder(tmp_path / "recorder") / ".x.parquet.1.part").write_bytes(b"half")
    assert bring(tmp_path / "recorder", place) == passing.Passed()
    assert landed(tmp_path / "recorder") == ()


@pytest.mark.parametrize("room", ["batches", "checks", "memory", "landing"])
def test_what_killed_processes_left_half_written_is_removed_a_day_later(
    tmp_path: Path, place: Place, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    """In the place and in the home's landing, by the stamps there, so many a pass; what is being written stays."""
    monkeypatch.setattr(placing, "MOST_SWEPT", 2)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    home = tmp_path / "home"
    folder = landing_folder(home) if room == "landing" else tmp_path / "place" / room
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f".{number}.parquet.1.part").write_bytes(b"half")
        os.utime(folder / f".{number}.parquet.1.part", (1, 1))
    (folder / "whole.parquet").write_bytes(b"whole")
    os.utime(folder / "whole.parquet", (1, 1))
    (folder / ".new.parquet.1.part").write_bytes(b"half")
    assert [remove_halves(home, place) for _ in range(3)] == [2, 1, 0]
    assert {path.name for path in folder.iterdir()} == {"whole.parquet", ".new.parquet.1.part"}
    assert "half-written files of killed processes: 2" in caplog.text


def test_a_room_that_leads_elsewhere_is_not_tidied(tmp_path: Path, place: Place) -> None:
    """Whoever may write into the place cannot make the recorder remove files of its machine."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".download.part").write_bytes(b"half")
    os.utime(elsewhere / ".download.part", (1, 1))
    (tmp_path / "place" / "batches").symlink_to(elsewhere)
    (tmp_path / "place" / "checks").mkdir()
    (tmp_path / "place" / "checks" / "deeper").symlink_to(elsewhere)
    assert remove_halves(tmp_path / "home", place) == 0
    assert (elsewhere / ".download.part").exists()


def test_a_batch_that_grew_since_it_was_listed_is_not_copied(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk of the recorder holds no more than the listing said, whatever is written into the place meanwhile."""
    land(tmp_path / "worker", batch(0, entry()))
    send(tmp_path / "worker", place)
    find = type(place).find

    def shrunk(place: Place, room: str) -> list[Held]:
        return [replace(held, bytes=held.bytes - 1) for held in find(place, room)]

    with monkeypatch.context() as patched:
        patched.setattr(type(place), "find", shrunk)
        assert bring(tmp_path / "recorder", place).batches == 0
    assert list(landing_folder(tmp_path / "recorder").iterdir()) == []
    assert bring(tmp_path / "recorder", place).batches == 1


def test_a_late_batch_does_not_undo_a_later_one(tmp_path: Path, place: Place) -> None:
    """The memory that is published for workers is that of the latest crawl, whichever came last."""
    later = batch(5, entry())
    assert later.harvest.finished_at - batch(1).harvest.finished_at > timedelta(0)
    for number in (5, 1):
        land(tmp_path / "worker", batch(number, entry()))
        send(tmp_path / "worker", place)
        bring(tmp_path / "recorder", place)
        record(tmp_path / "recorder", nobody)
    from warehouse.exchange import memories

    assert memories.publish(tmp_path / "recorder", place, wait_seconds=PATIENCE) == 1
    assert memories.known(place, ["made"])["made"].through == later.harvest.finished_at
